"""An endpoint, declared once: validation, access checks, OpenAPI and the metrics label follow from it."""

import inspect
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar, get_type_hints

from aiohttp import web
from pydantic import BaseModel

from clickclack.kernel.http.inputs import Body, Fields, Query

C = TypeVar("C")
Caller_contra = TypeVar("Caller_contra", contravariant=True)

Handler = Callable[..., Awaitable[web.StreamResponse]]
Admit = Callable[[web.Request], None]
"""Raises what a request is refused with before anything else is asked or read of it."""
H = TypeVar("H", bound=Handler)


class Requirement(Protocol[Caller_contra]):
    """What a caller must bring: `check` raises Forbidden. `scope` is what a credential grants it by, or None."""

    @property
    def scope(self) -> str | None: ...

    def check(self, actor: Caller_contra, path: Mapping[str, str]) -> None: ...


@dataclass(frozen=True, slots=True)
class Endpoint(Generic[C]):
    """One method and path: `needs` is None when anybody may call, `answers` maps a success status to its model.

    `admit` comes first of all, such as a limit that counts every call, whatever its body. With `reads_first` a bad body
    is told before what the caller lacks.
    """

    method: str
    path: str
    summary: str
    handler: Handler
    needs: Requirement[C] | None
    answers: Mapping[int, type[BaseModel] | None]
    errors: tuple[int, ...]
    body: type[Body] | None
    query: type[Query] | None
    fields: type[Fields] | None = None
    form: type[BaseModel] | None = None
    admit: Admit | None = None
    reads_first: bool = False

    @property
    def takes_body(self) -> bool:
        """Whether a body is read: of JSON, of fields, or of several parts."""
        return self.body is not None or self.fields is not None or self.form is not None

    @property
    def name(self) -> str:
        """The operation's id: module subject and function, such as `messages_post`."""
        return f"{self.handler.__module__.rpartition('.')[2]}_{self.handler.__name__}"


def takes_form(parts: type[BaseModel]) -> Callable[[H], H]:
    """Describes the multipart body of a handler that reads it itself; stands below the declaration of the endpoint."""

    def note(handler: H) -> H:
        vars(handler)["form"] = parts
        return handler

    return note


def admitted_by(admit: Admit) -> Callable[[H], H]:
    """Has each request to a handler pass `admit` first; stands below the declaration of the endpoint."""

    def note(handler: H) -> H:
        vars(handler)["admit"] = admit
        return handler

    return note


def reads_first(handler: H) -> H:
    """Has a bad body told before what the caller lacks; stands below the declaration of the endpoint."""
    vars(handler)["reads_first"] = True
    return handler


@dataclass(slots=True)
class Routes(Generic[C]):
    """The endpoints of one subject, collected by decorators.

    A handler takes `call`, and `body`, `fields` or `query` when it reads them; the annotation is the model.
    """

    endpoints: list[Endpoint[C]] = field(default_factory=lambda: list[Endpoint[C]]())

    def add(
        self,
        line: str,
        *,
        summary: str,
        answers: Mapping[int, type[BaseModel] | None],
        needs: Requirement[C] | None = None,
        errors: tuple[int, ...] = (),
    ) -> Callable[[H], H]:
        """Declares `"METHOD /path/{name}"`; `errors` are statuses beside those that follow from the declaration."""
        method, _, path = line.partition(" ")

        def declare(handler: H) -> H:
            hints: dict[str, Any] = get_type_hints(handler)
            parameters = inspect.signature(handler).parameters
            self.endpoints.append(
                Endpoint(
                    method=method,
                    path=path,
                    summary=summary,
                    handler=handler,
                    needs=needs,
                    answers=answers,
                    errors=errors,
                    body=hints["body"] if "body" in parameters else None,
                    query=hints["query"] if "query" in parameters else None,
                    fields=hints["fields"] if "fields" in parameters else None,
                    form=getattr(handler, "form", None),
                    admit=getattr(handler, "admit", None),
                    reads_first=getattr(handler, "reads_first", False),
                )
            )
            return handler

        return declare
