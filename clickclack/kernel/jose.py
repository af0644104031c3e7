"""JSON Web Tokens of other people's servers: read, and their signatures checked with the keys that those publish.

RS256, ES256 and EdDSA with Ed25519, nothing else (RFC 7515, 7517, 7518, 8037).
"""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

import orjson
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa, utils
from cryptography.hazmat.primitives.hashes import SHA256

LONGEST = 64 * 1024
SMALLEST_RSA = 2048

Key = Mapping[str, object]
"""A JSON Web Key (RFC 7517)."""


class BadToken(Exception):  # noqa: N818 - named after what the caller reads
    """The token has no form of one, or its signature is not good."""


@dataclass(frozen=True, slots=True)
class Token:
    """A signed token as it was sent: nothing in it is true before `check` has said so."""

    algorithm: str
    key_id: str
    claims: dict[str, object]
    signed: bytes
    signature: bytes


def read(text: str) -> Token:
    """The parts of a compact token; BadToken when it is none."""
    parts = text.split(".")
    if len(parts) != 3 or len(text) > LONGEST:
        raise BadToken("not a token of three parts")
    header, claims = _object(parts[0]), _object(parts[1])
    if "crit" in header:
        raise BadToken("the token asks for what is not known here")
    algorithm, key_id = header.get("alg"), header.get("kid", "")
    if not isinstance(algorithm, str) or not isinstance(key_id, str):
        raise BadToken("the header names no algorithm")
    signed = f"{parts[0]}.{parts[1]}".encode()
    return Token(algorithm, key_id, claims, signed, _bytes(parts[2]))


def check(token: Token, key: Key) -> None:
    """Raises BadToken unless `key` made the signature, with the algorithm that key and token name."""
    if key.get("use", "sig") != "sig" or key.get("alg", token.algorithm) != token.algorithm:
        raise BadToken("the key is not for this signature")
    verify = {"RS256": _check_rs256, "ES256": _check_es256, "EdDSA": _check_eddsa}.get(token.algorithm)
    if verify is None:
        raise BadToken(f"the algorithm {token.algorithm[:20]} is not accepted")
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


def _require(key: Key, kind: str, curve: str | None = None) -> None:
    if key.get("kty") != kind or (curve is not None and key.get("crv") != curve):
        raise BadToken("the key is of another kind")


def _number(key: Key, name: str) -> int:
    return int.from_bytes(_member(key, name), "big")


def _member(key: Key, name: str) -> bytes:
    value = key.get(name)
    if not isinstance(value, str):
        raise BadToken("the key is not whole")
    return _bytes(value)


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        raise BadToken("not base64url") from None


def _object(text: str) -> dict[str, object]:
    try:
        content: object = orjson.loads(_bytes(text))
    except orjson.JSONDecodeError:
        raise BadToken("not JSON") from None
    if not isinstance(content, dict):
        raise BadToken("not a JSON object")
    return cast("dict[str, object]", content)
