"""The JSON objects that clients send, and why something is none (contract chat 1.4)."""

import json
import re
from functools import reduce
from typing import Any, cast

import orjson

from clickclack.kernel.errors import Invalid

ROOM = 64
"""How many levels deeper than a body an answer may be that tells it again. Some 190 levels are left for the body."""
HALF_LIMIT = 64 * 1024
"""Bytes of the largest body that is mended: it takes a while."""
_HALF = re.compile(rb"\\u[dD][89a-fA-F]")


def read_object(raw: bytes) -> dict[str, Any]:
    """The object that a body holds; Invalid with the reason when it is no single JSON object that can be told again.

    An escape of half a character, as JavaScript writes for text that was cut inside of an emoji, becomes U+FFFD in
    bodies of up to 64 KiB.
    """
    try:
        content = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        content = _with_half_characters(raw)
        if content is None:
            raise Invalid(_fault(raw, error)) from None
    if not isinstance(content, dict):
        raise Invalid("request body must be a JSON object")
    members = cast(dict[str, Any], content)
    if raw.count(b"[") + raw.count(b"{") > ROOM and _is_deep(members):
        raise Invalid("request body is nested too deeply")
    return members


def _is_deep(content: object) -> bool:
    """Whether it could not be written inside of an answer: more levels can be read than can be written."""
    try:
        orjson.dumps(reduce(lambda inner, _: [inner], range(ROOM), content))
    except orjson.JSONEncodeError:
        return True
    return False


def _with_half_characters(raw: bytes) -> Any:
    """What the body holds once halves of characters are replaced; None for what is no JSON either way."""
    if len(raw) > HALF_LIMIT or not _HALF.search(raw):
        return None
    try:
        text = json.dumps(json.loads(raw.decode()), ensure_ascii=False, allow_nan=False)
        return orjson.loads(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
    except (ValueError, RecursionError):
        return None


def _fault(raw: bytes, error: orjson.JSONDecodeError) -> str:
    try:
        text = raw.decode()
        _, end = json.JSONDecoder().raw_decode(text.lstrip())
    except (ValueError, RecursionError):
        return f"request body is not valid JSON: {error.msg}"
    if text.lstrip()[end:].strip():
        return "json request body must contain a single JSON value"
    return f"request body is not valid JSON: {error.msg}"
