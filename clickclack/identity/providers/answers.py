"""Reading what a provider answers: JSON objects of which nothing may be taken for granted."""

from typing import cast

import orjson

from clickclack.kernel.outbound import Answer

SECONDS = 10.0
LIMIT = 1024 * 1024


class ProviderFailed(Exception):  # noqa: N818 - named after what the caller reads
    """The provider could not be asked, or its answer is none; the text holds no secret."""


class Denied(Exception):  # noqa: N818 - named after what the caller reads
    """The provider knows the person, who is not let in; the text says why."""


Json = dict[str, object]


def json_object(answer: Answer) -> Json:
    """The object in an answer of status 200; ProviderFailed for any other."""
    if answer.status != 200:
        raise ProviderFailed(f"it answered {answer.status}")
    return as_object(_parsed(answer))


def json_list(answer: Answer) -> list[Json]:
    """The objects in the list of an answer of status 200; ProviderFailed for any other."""
    if answer.status != 200:
        raise ProviderFailed(f"it answered {answer.status}")
    found = _parsed(answer)
    if not isinstance(found, list):
        raise ProviderFailed("its answer is no list")
    return [as_object(item) for item in cast("list[object]", found)]


def as_object(value: object) -> Json:
    """The value as an object; ProviderFailed when it is none."""
    if not isinstance(value, dict):
        raise ProviderFailed("its answer is no object")
    return cast("Json", value)


def text_of(content: Json, name: str) -> str:
    """A member that is text, else empty."""
    value = content.get(name)
    return value if isinstance(value, str) else ""


def _parsed(answer: Answer) -> object:
    try:
        return orjson.loads(answer.body)
    except orjson.JSONDecodeError as error:
        raise ProviderFailed("its answer is no JSON") from error
