"""How the server and the process that sends for it speak: frames of JSON, each behind its length."""

import struct
from collections.abc import Sequence

import orjson
from pydantic import TypeAdapter

from clickclack.kernel.deliveries.sending import Call, Ending

HEAD = struct.Struct("!I")
"""The length of what follows, in bytes."""
_ENDINGS = TypeAdapter(list[Ending])


def frame(content: Sequence[Call] | Sequence[Ending]) -> bytes:
    """Some calls or endings, to be written to a pipe."""
    text = orjson.dumps(content)
    return HEAD.pack(len(text)) + text


def calls(text: bytes) -> list[Call]:
    """What a frame of calls holds."""
    return [Call(**one) for one in orjson.loads(text)]


def endings(text: bytes) -> list[Ending]:
    """What a frame of endings holds; ValidationError for anything else."""
    return _ENDINGS.validate_json(text, strict=True)
