"""Reading what a client sent: bounded bodies, forms, validation with field-level messages (contract chat 1.4, 1.7)."""

import asyncio
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, TypeVar, cast
from urllib.parse import parse_qsl

from aiohttp import web
from pydantic import BaseModel, ConfigDict, FailFast, ValidationError, model_validator

from clickclack.kernel.errors import Invalid, Problem, TooLarge, UnsupportedMedia
from clickclack.kernel.http.json_bodies import read_object

JSON_LIMIT = 1024 * 1024
BODY_SECONDS = 30.0
QUICK = 64 * 1024
"""Bytes of a form that take no time worth a thread."""


class Body(BaseModel):
    """A JSON object from a client, or one inside it: exact types, unknown members ignored, null the same as absent.

    What a member without a model of its own holds, such as free members or the items of a list, stays as it is. A
    model that says `may_be_absent` stands for a missing body as well, with its defaults.
    """

    may_be_absent: ClassVar[bool] = False

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _without_nulls(cls, content: object) -> object:
        if not isinstance(content, dict):
            return content
        members = cast(dict[str, Any], content)
        return {name: value for name, value in members.items() if value is not None}


Texts = Annotated[list[str], FailFast()]
"""Text in any number. The first wrong one is told alone: half a million of them would take seconds to tell."""


class Query(BaseModel):
    """Query parameters: text that each field reads in its own way, unknown ones ignored."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Fields(BaseModel):
    """Text fields of a form, or of the query where the form lacks them; unknown ones ignored."""

    limit: ClassVar[int] = 10 * 1024 * 1024
    """Bytes of a whole form."""

    model_config = ConfigDict(extra="ignore", frozen=True)


B = TypeVar("B", bound=Body)
Q = TypeVar("Q", bound=Query)
F = TypeVar("F", bound=Fields)


def refuse_encoded(request: web.Request) -> None:
    """415 for a body with a content encoding: none is taken (RFC 9110 section 15.5.16)."""
    encoding = request.headers.get("Content-Encoding", "").strip().lower()
    if request.body_exists and encoding not in ("", "identity"):
        raise UnsupportedMedia("request body must not have a content encoding", headers={"Accept-Encoding": "identity"})


async def read_bytes(request: web.Request, limit: int = JSON_LIMIT) -> bytes:
    """The whole body; 413 above `limit` bytes, 408 when it takes longer than 30 s."""
    if request.content_length is not None and request.content_length > limit:
        raise TooLarge("http: request body too large")
    if request.content.is_eof():
        raw = request.content.read_nowait()
    else:
        try:
            async with asyncio.timeout(BODY_SECONDS):
                raw = await _read_up_to(request, limit)
        except TimeoutError:
            raise _BodyTimeout("request body took too long") from None
        except ConnectionError:
            raise Invalid("request body was cut short") from None
    if len(raw) > limit:
        raise TooLarge("http: request body too large")
    return raw


async def read_fields(request: web.Request, model: type[F]) -> F:
    """The fields of an `application/x-www-form-urlencoded` body, those of the query beside them; the first counts.

    A body of another type holds none, and is not looked at.
    """
    form: list[tuple[str, str]] = []
    if request.content_type == "application/x-www-form-urlencoded":
        raw = await read_bytes(request, model.limit)
        try:
            form = await asyncio.to_thread(_pairs, raw) if len(raw) > QUICK else _pairs(raw)
        except ValueError:
            raise Invalid("request body is not a form") from None
    return validated(model, {name: request.query[name] for name in request.query} | dict(reversed(form)))


def _pairs(raw: bytes) -> list[tuple[str, str]]:
    return parse_qsl(raw.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=100)


class _BodyTimeout(Problem):
    status = 408


async def _read_up_to(request: web.Request, limit: int) -> bytes:
    chunks: list[bytes] = []
    size = 0
    while size <= limit and (chunk := await request.content.readany()):
        chunks.append(chunk)
        size += len(chunk)
    return b"".join(chunks)


async def read_body(request: web.Request, model: type[B]) -> B:
    """The body as `model`; 400 with the reason when it is not one JSON object of that shape."""
    raw = await read_bytes(request)
    if not raw.strip():
        if model.may_be_absent:
            return model()
        raise Invalid("request body is required: EOF")
    return validated(model, read_object(raw))


def read_query(request: web.Request, model: type[Q]) -> Q:
    """The query as `model`; of a repeated parameter the first counts. 400 with the reason when a value does not fit."""
    given = request.query
    return validated(model, {name: given[name] for name in given})


M = TypeVar("M", bound=BaseModel)


def validated(model: type[M], members: Mapping[str, Any]) -> M:
    """`members` as `model`, or Invalid whose text names the first wrong member and whose `fields` names all."""
    try:
        return model.model_validate(members)
    except ValidationError as error:
        fields = {_place(fault["loc"]): _reason(fault["msg"]) for fault in error.errors(include_url=False)}
        place, reason = next(iter(fields.items()))
        raise Invalid(f"{place}: {reason}" if place else reason, fields=fields) from None


def _place(loc: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in loc)


def _reason(message: str) -> str:
    text = message.removeprefix("Value error, ")
    return text[:1].lower() + text[1:]
