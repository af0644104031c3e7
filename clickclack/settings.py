"""All settings: defaults < file < environment < flags, checked before the start (contract chat 7.4, design 10)."""

import difflib
import json
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, cast
from urllib.parse import urlsplit

from platformdirs import user_data_path
from pydantic import Field, ValidationError, model_validator

from clickclack.kernel.hosts import local_host
from clickclack.setting_values import Boolean, Directory, Folder, Namespace, Origins, OriginUrl, PathUrl
from clickclack.sign_in_settings import SignInSettings


class SettingsError(Exception):
    """A setting that the server cannot start with; the text names it and what it may be."""


class Settings(SignInSettings):
    """What the server is told. `variable_of` names the variable of a field; see docs/configuration.md."""

    addr: str = "127.0.0.1:8080"
    data: Directory = Field(default_factory=lambda: user_data_path("clickclack", appauthor=False))
    db: str = ""
    environment: str = ""
    dev_bootstrap: Boolean = False
    metrics_enabled: Boolean = False
    public_url: OriginUrl = ""
    public_api_url: PathUrl = ""
    cookie_namespace: Namespace = ""
    embed_frame_ancestors: Origins = ()
    uploads: Folder = ""
    upload_limit: Annotated[int, Field(ge=1024)] = 64 * 1024 * 1024
    upload_quota: Annotated[int, Field(ge=0)] = 512 * 1024 * 1024
    access_log: Literal["all", "errors", "off"] = "errors"
    log_format: Literal["auto", "human", "json"] = "auto"

    @model_validator(mode="after")
    def _fit_together(self) -> "Settings":
        host, colon, port = self.addr.rpartition(":")
        if not (colon and port.isascii() and port.isdigit()):
            raise ValueError("addr: must be host:port or :port")
        if int(port) > 65_535:
            raise ValueError("addr: the port must be 0 to 65535")
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
        self.check_sign_in(self.public_url)
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

    @property
    def upload_folder(self) -> Path:
        """Where the files of uploads lie."""
        return Path(self.uploads) if self.uploads else self.data / "uploads"


def variable_of(name: str) -> str:
    """The environment variable of a setting."""
    return name.upper() if name.startswith("openclaw_id_") else f"CLICKCLACK_{name.upper()}"


def load(flags: Mapping[str, str], environ: Mapping[str, str] = os.environ, config: str = "") -> Settings:
    """The settings from all sources; SettingsError with the field and the reason when one is wrong."""
    from_file = _read_file(config) if config else {}
    given: dict[str, Any] = dict(from_file)
    for name in Settings.model_fields:
        value = environ.get(variable_of(name), "")
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
