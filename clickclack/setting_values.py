"""The kinds of values that settings have, each checked and brought into its one form (contract chat 7.4)."""

import re
from pathlib import Path
from typing import Annotated, Any, cast
from urllib.parse import unquote, urlsplit

from pydantic import BeforeValidator, StringConstraints

from clickclack.kernel.booleans import FALSE, TRUE
from clickclack.kernel.hosts import canonical_origin, host_and_port, host_of, local_host

_NAMESPACE = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")
_SEGMENT = re.compile(r"[A-Za-z0-9\-._~]+")


def _boolean(value: object) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value in TRUE | FALSE:
        return value in TRUE
    raise ValueError("must be one of 1 t T true TRUE True 0 f F false FALSE False")


def _origin_url(value: object) -> str:
    return _checked_url(str(value), with_path=False)


def _path_url(value: object) -> str:
    return _checked_url(str(value), with_path=True)


def _checked_url(text: str, *, with_path: bool) -> str:
    if not text.strip():
        return ""
    origin = canonical_origin(text.strip())
    if not origin.startswith(("http://", "https://")) or host_and_port(origin)[0].endswith("."):
        raise ValueError("must be an http or https address with a host")
    url = urlsplit(text.strip())
    if url.username or url.password or url.query or url.fragment:
        raise ValueError("must not hold credentials, a query or a fragment")
    if url.scheme == "http" and not local_host(host_of(text.strip())):
        raise ValueError("must be https, except on this machine")
    path = url.path.rstrip("/")
    if path and not (with_path and all(_SEGMENT.fullmatch(part) and part.strip(".") for part in path[1:].split("/"))):
        raise ValueError(
            "must not have a path" if not with_path else "has a path with other characters than A-Za-z0-9-._~"
        )
    return origin + path


def _origins(value: object) -> tuple[str, ...]:
    if not isinstance(value, str | list | tuple):
        raise ValueError("must be a list of origins")  # noqa: TRY004 - only a ValueError names the field
    items = re.split(r"[\s,]+", value) if isinstance(value, str) else [str(item) for item in cast("list[Any]", value)]
    found: dict[str, None] = {}
    for item in filter(None, items):
        origin = canonical_origin(item)
        if not origin.startswith(("http://", "https://")) or "*" in item or origin != item.lower():
            raise ValueError(f"{item} is not an exact http or https origin")
        found[origin] = None
    return tuple(found)


def _namespace(value: object) -> str:
    text = str(value).strip()
    if text and not _NAMESPACE.fullmatch(text):
        raise ValueError("must be up to 32 of a-z, 0-9 and, inside, -")
    return text


def _directory(value: object) -> object:
    if value == "":
        raise ValueError("must name a directory")
    return value


def _folder(value: object) -> str:
    """A path; behind `file://` it is percent-encoded."""
    if isinstance(value, str):
        url = urlsplit(value)
        if url.scheme == "file" and url.netloc in ("", "localhost"):
            return unquote(url.path)
        if not _SCHEME.match(value):
            return value
    raise ValueError("must be a folder of this machine, plain or behind file://")


Boolean = Annotated[bool, BeforeValidator(_boolean)]
Directory = Annotated[Path, BeforeValidator(_directory)]
Folder = Annotated[str, BeforeValidator(_folder)]
Namespace = Annotated[str, BeforeValidator(_namespace)]
Origins = Annotated[tuple[str, ...], BeforeValidator(_origins)]
OriginUrl = Annotated[str, BeforeValidator(_origin_url)]
"""Empty, or an https origin, on this machine an http one."""
PathUrl = Annotated[str, BeforeValidator(_path_url)]
"""The same with a path."""
Trimmed = Annotated[str, StringConstraints(strip_whitespace=True)]
