"""Lists of any length: read and rendered by a reader thread, so that the loop is free meanwhile."""

from collections.abc import Callable, Sequence
from typing import Any, Concatenate, TypeVar

from aiohttp import web

from clickclack.api.chat.render import Json, encoded
from clickclack.identity.actors import Actor
from clickclack.kernel.http.call import Call, json_response
from clickclack.kernel.transaction import Tx

T = TypeVar("T")
Verb = Callable[Concatenate[Tx, Actor, ...], Sequence[T]]


async def listed(call: Call[Actor], key: str, render: Callable[[T], Json], verb: Verb[T], *given: Any) -> web.Response:
    """200 with `{key: […]}`: what `verb(tx, actor, *given)` finds, each as `render` shows it."""

    def read(tx: Tx) -> bytes:
        return encoded({key: [render(record) for record in verb(tx, call.actor, *given)]})

    return json_response(200, await call.db.read(read))
