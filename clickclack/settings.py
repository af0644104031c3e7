"""All settings: defaults < file < environment < flags, checked before the start (contract chat 7.4, design 10)."""

import difflib
import json
import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, cast
from urllib.parse import urlsplit

from platformdirs import user_data_path
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from clickclack.kernel.hosts import canonical_origin, host_and_port, host_of, local_host

TRUE = frozenset({"1", "t", "T", "true", "TRUE", "True"})
FALSE = frozenset({"0", "f", "F", "false", "FALSE", "False"})
_NAMESPACE = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?")
_SEGMENT = re.compile(r"[A-Za-z0-9\-._~]+")


class SettingsError(Exception):
    """A setting that the server cannot start with; the text names it and what it may be."""


def _boolean(value: object) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value in TRUE | FALSE:
        return value in TRUE
    raise ValueError("must be one of 1 t T true TRUE True 0 f F false FALSE False")


def _public_url(value: object) -> str:
    return _checked_url(str(value), with_path=False)


def _public_api_url(value: object) -> str:
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


Boolean = Annotated[bool, BeforeValidator(_boolean)]


class Settings(BaseModel):
    """What the server is told. Every field has a variable `CLICKCLACK_<FIELD>`; see docs/configuration.md."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    addr: str = "127.0.0.1:8080"
    data: Annotated[Path, BeforeValidator(_directory)] = Field(
        default_factory=lambda: user_data_path("clickclack", appauthor=False)
    )
    db: str = ""
    environment: str = ""
    dev_bootstrap: Boolean = False
    metrics_enabled: Boolean = False
    public_url: Annotated[str, BeforeValidator(_public_url)] = ""
    public_api_url: Annotated[str, BeforeValidator(_public_api_url)] = ""
    cookie_namespace: Annotated[str, BeforeValidator(_namespace)] = ""
    embed_frame_ancestors: Annotated[tuple[str, ...], BeforeValidator(_origins)] = ()
    upload_limit: Annotated[int, Field(ge=1024)] = 64 * 1024 * 1024
    upload_quota: Annotated[int, Field(ge=0)] = 512 * 1024 * 1024
    access_log: Literal["all", "errors", "off"] = "errors"
    log_format: Literal["auto", "human", "json"] = "auto"

    @model_validator(mode="after")
    def _fit_together(self) -> "Settings":
        host, colon, port = self.addr.rpartition(":")
        if not (colon and port.isascii() and port.isdigit() and int(port) < 65_536):
            raise ValueError("addr: must be host:port or :port")
        if self.dev_bootstrap and not local_host(host or "0.0.0.0"):  # noqa: S104 - the meaning of no host
            raise ValueError(
                "addr: with dev_bootstrap anybody who reaches the server is its first user;"
                " bind it to 127.0.0.1 or turn dev_bootstrap off"
            )
        if self.cookie_namespace and not self.public_url:
            raise ValueError("cookie_namespace: needs public_url")
        if self.public_api_url and not self.public_url:
            raise ValueError("public_api_url: needs public_url")
        api, page = urlsplit(self.public_api_url), urlsplit(self.public_url)
        if (
            self.public_api_url
            and local_host(api.netloc)
            and (api.scheme, api.hostname) != (page.scheme, page.hostname)
        ):
            raise ValueError("public_api_url: on this machine it must have the scheme and host of public_url")
        if self.db and not self.db.startswith("sqlite://"):
            raise ValueError("db: must start with sqlite://")
        if self.db == "sqlite://":
            raise ValueError("db: must name a file after sqlite://")
        return self

    @property
    def host(self) -> str:
        """The address to bind; empty for every one."""
        return self.addr.rpartition(":")[0].strip("[]")

    @property
    def port(self) -> int:
        return int(self.addr.rpartition(":")[2])

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return Path(self.db.removeprefix("sqlite://")) if self.db else self.data / "clickclack.db"


def load(flags: Mapping[str, str], environ: Mapping[str, str] = os.environ, config: str = "") -> Settings:
    """The settings from all sources; SettingsError with the field and the reason when one is wrong."""
    from_file = _read_file(config) if config else {}
    given: dict[str, Any] = dict(from_file)
    for name in Settings.model_fields:
        value = environ.get(f"CLICKCLACK_{name.upper()}", "")
        if value and not (name == "dev_bootstrap" and name in from_file):
            given[name] = value
    given.update(flags)
    try:
        return Settings.model_validate(given)
    except ValidationError as error:
        raise SettingsError("; ".join(_fault(fault) for fault in error.errors(include_url=False))) from None


def _fault(fault: Any) -> str:
    message = str(fault["msg"]).removeprefix("Value error, ")
    place = ".".join(str(part) for part in fault["loc"])
    return f"{place}: {message}" if place else message


def _read_file(path: str) -> dict[str, Any]:
    try:
        text = Path(path).read_text(encoding="utf-8")
        content: Any = tomllib.loads(text) if path.endswith(".toml") else json.loads(text)
    except (OSError, ValueError) as error:
        raise SettingsError(f"{path} cannot be read: {error}") from None
    if not isinstance(content, dict):
        raise SettingsError(f"{path} must hold an object of settings")
    settings = cast("dict[str, Any]", content)
    unknown = [_unknown(name) for name in settings if name not in Settings.model_fields]
    if unknown:
        raise SettingsError(f"{path}: {'; '.join(unknown)}")
    return settings


def _unknown(name: str) -> str:
    nearest = difflib.get_close_matches(name.lower().replace("-", "_"), Settings.model_fields, n=1)
    return f"there is no setting {name!r}" + (f", perhaps {nearest[0]!r} is meant" if nearest else "")
