"""The signatures of tokens, checked with public keys: RS256, ES256 and Ed25519, nothing else (RFC 7517, 7518, 8037).

Imported when there is one to check, for its library takes a part of the start and most servers have none.
"""

from collections.abc import Callable, Mapping

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa, utils
from cryptography.hazmat.primitives.hashes import SHA256

from clickclack.kernel.jose import BadToken, Key, Token, octets

SMALLEST_RSA = 2048


def check(token: Token, key: Key) -> None:
    """Raises BadToken unless `key` made the signature, with the algorithm that key and token name."""
    if key.get("use", "sig") != "sig" or key.get("alg", token.algorithm) != token.algorithm:
        raise BadToken("the key is not for this signature")
    verify = _CHECKS.get(token.algorithm)
    if verify is None:
        raise BadToken(f"the algorithm {token.algorithm[:20]!r} is not accepted")
    try:
        verify(token, key)
    except InvalidSignature:
        raise BadToken("the signature is wrong") from None
    except (ValueError, UnsupportedAlgorithm) as error:
        raise BadToken("the key is not usable") from error


def _check_rs256(token: Token, key: Key) -> None:
    _require(key, "RSA")
    public = rsa.RSAPublicNumbers(_number(key, "e"), _number(key, "n")).public_key()
    if public.key_size < SMALLEST_RSA:
        raise BadToken("the key is too small")
    public.verify(token.signature, token.signed, padding.PKCS1v15(), SHA256())


def _check_es256(token: Token, key: Key) -> None:
    _require(key, "EC", "P-256")
    if len(token.signature) != 64:
        raise BadToken("the signature is wrong")
    public = ec.EllipticCurvePublicNumbers(_number(key, "x"), _number(key, "y"), ec.SECP256R1()).public_key()
    r, s = (int.from_bytes(half, "big") for half in (token.signature[:32], token.signature[32:]))
    public.verify(utils.encode_dss_signature(r, s), token.signed, ec.ECDSA(SHA256()))


def _check_eddsa(token: Token, key: Key) -> None:
    _require(key, "OKP", "Ed25519")
    ed25519.Ed25519PublicKey.from_public_bytes(_member(key, "x")).verify(token.signature, token.signed)


_CHECKS: Mapping[str, Callable[[Token, Key], None]] = {
    "RS256": _check_rs256,
    "ES256": _check_es256,
    "EdDSA": _check_eddsa,
}


def _require(key: Key, kind: str, curve: str | None = None) -> None:
    if key.get("kty") != kind or (curve is not None and key.get("crv") != curve):
        raise BadToken("the key is of another kind")


def _number(key: Key, name: str) -> int:
    return int.from_bytes(_member(key, name), "big")


def _member(key: Key, name: str) -> bytes:
    value = key.get(name)
    if not isinstance(value, str):
        raise BadToken("the key is not whole")
    return octets(value)
