"""JSON Web Tokens of other people's servers, read (RFC 7515, 7517)."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

import orjson

LONGEST = 64 * 1024

Key = Mapping[str, object]
"""A JSON Web Key (RFC 7517)."""


class BadToken(Exception):  # noqa: N818 - named after what the caller reads
    """The token has no form of one, or its signature is not good."""


@dataclass(frozen=True, slots=True)
class Token:
    """A signed token as it was sent: nothing in it is true before `signatures.check` has said so."""

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
    return Token(algorithm, key_id, claims, signed, octets(parts[2]))


def octets(text: str) -> bytes:
    """What base64url without padding stands for; BadToken when it is none."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        raise BadToken("not base64url") from None


def _object(text: str) -> dict[str, object]:
    try:
        content: object = orjson.loads(octets(text))
    except orjson.JSONDecodeError:
        raise BadToken("not JSON") from None
    if not isinstance(content, dict):
        raise BadToken("not a JSON object")
    return cast("dict[str, object]", content)
