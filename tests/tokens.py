"""Signed tokens and the keys that check them, as a provider makes them."""

import base64
from functools import cache
from typing import Any

import orjson
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa, utils
from cryptography.hazmat.primitives.hashes import SHA256

Json = dict[str, Any]


def b64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def number(value: int) -> str:
    return b64(value.to_bytes((value.bit_length() + 7) // 8, "big"))


class Signer:
    """A key of one algorithm, named `kid`."""

    def __init__(self, algorithm: str, kid: str = "one", bits: int = 2048) -> None:
        self.algorithm = algorithm
        self.kid = kid
        self._rsa = rsa.generate_private_key(65537, bits) if algorithm == "RS256" else None
        self._ec = ec.generate_private_key(ec.SECP256R1()) if algorithm == "ES256" else None
        self._ed = ed25519.Ed25519PrivateKey.generate()

    @property
    def jwk(self) -> Json:
        """The public key as the provider publishes it."""
        common = {"kid": self.kid, "use": "sig", "alg": self.algorithm}
        if self._rsa is not None:
            public = self._rsa.public_key().public_numbers()
            return {**common, "kty": "RSA", "n": number(public.n), "e": number(public.e)}
        if self._ec is not None:
            point = self._ec.public_key().public_numbers()
            x, y = b64(point.x.to_bytes(32, "big")), b64(point.y.to_bytes(32, "big"))
            return {**common, "kty": "EC", "crv": "P-256", "x": x, "y": y}
        return {**common, "kty": "OKP", "crv": "Ed25519", "x": b64(self._ed.public_key().public_bytes_raw())}

    def sign(self, claims: Json, **header: Any) -> str:
        """A compact token."""
        head = {"alg": self.algorithm, "kid": self.kid, **header}
        signed = f"{b64(orjson.dumps(head))}.{b64(orjson.dumps(claims))}"
        return f"{signed}.{b64(self._signature(signed.encode()))}"

    def _signature(self, content: bytes) -> bytes:
        if self._rsa is not None:
            return self._rsa.sign(content, padding.PKCS1v15(), SHA256())
        if self._ec is not None:
            r, s = utils.decode_dss_signature(self._ec.sign(content, ec.ECDSA(SHA256())))
            return r.to_bytes(32, "big") + s.to_bytes(32, "big")
        return self._ed.sign(content)


@cache
def signer(algorithm: str, kid: str = "one") -> Signer:
    """The same key for every test: an RSA key takes its time."""
    return Signer(algorithm, kid)
