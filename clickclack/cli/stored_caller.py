"""The file in which `login` keeps the server, the token and the usual places (contract chat 7.3)."""

import contextlib
import json
import os
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from platformdirs import user_config_path

from clickclack.client import ClientError


class StoredCallerError(ClientError):
    """The file cannot be read or written; the text says which and why."""


@dataclass(frozen=True, slots=True)
class StoredCaller:
    """What the file holds; what is empty is left out of it."""

    server: str = ""
    token: str = ""
    workspace: str = ""
    channel: str = ""

    def members(self) -> dict[str, str]:
        pairs = (("server", self.server), ("token", self.token))
        places = (("workspace", self.workspace), ("channel", self.channel))
        return {name: value for name, value in (*pairs, *places) if value}


def config_file() -> Path:
    """`clickclack/config.json` in the user's configuration directory."""
    return user_config_path("clickclack", appauthor=False, roaming=True) / "config.json"


def load() -> StoredCaller:
    """What is stored, nothing when there is no file; StoredCallerError for a file that is none of ours."""
    path = config_file()
    try:
        content: Any = json.loads(path.read_text(encoding="utf-8"))
        found = {name: content.get(name, "") for name in ("server", "token", "workspace", "channel")}
    except FileNotFoundError:
        return StoredCaller()
    except OSError as error:
        raise StoredCallerError(f"{path} cannot be read: {error.strerror}") from None
    except (ValueError, AttributeError):
        raise StoredCallerError(f"{path} is no JSON object; mend or remove it") from None
    if not all(isinstance(value, str) for value in found.values()):
        raise StoredCallerError(f"{path} holds something else than texts; mend or remove it")
    return StoredCaller(**found)


def save(caller: StoredCaller) -> None:
    """Replaces the file at once or not at all.

    A new file has mode 0600 in a folder of mode 0700, an old one keeps its mode. A link is followed, a file that is
    read-only is left alone: StoredCallerError.
    """
    text = json.dumps(caller.members(), indent=2, ensure_ascii=False) + "\n"
    path = config_file()
    try:
        target, mode = _target()
        _replace(target, text, mode)
    except OSError as error:
        raise StoredCallerError(f"{path} cannot be written: {error.strerror or error}") from None


def require_writable() -> None:
    """Raises what `save` would raise for a file or folder that cannot be written."""
    try:
        _target()
    except OSError as error:
        raise StoredCallerError(f"{config_file()} cannot be written: {error.strerror or error}") from None


def _target() -> tuple[Path, int]:
    """The file itself, behind a link, and the mode that it has or will have."""
    path = config_file()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    target = path.resolve(strict=True) if path.is_symlink() else path
    return target, _mode_of(target)


def _mode_of(target: Path) -> int:
    """The mode of the file that is replaced, 0600 when there is none."""
    try:
        found = target.stat()
    except FileNotFoundError:
        return 0o600
    mode = stat.S_IMODE(found.st_mode)
    if not stat.S_ISREG(found.st_mode):
        raise StoredCallerError(f"{target} is no regular file")
    if not mode & 0o222 or not os.access(target, os.W_OK):
        raise StoredCallerError(f"{target} is read-only")
    return mode


def _replace(target: Path, text: str, mode: int) -> None:
    descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    aside = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            aside.chmod(mode)
            os.fsync(file.fileno())
        aside.replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            aside.unlink()
        raise


def same_server(one: str, other: str) -> bool:
    """Whether two addresses name one server: the case of scheme and host and a last `/` do not count."""
    return bool(one.strip() and other.strip()) and _form(one) == _form(other)


def _form(address: str) -> tuple[str, str, str]:
    url = urlsplit(address.strip())
    return url.scheme.lower(), url.netloc.lower(), url.path.rstrip("/")
