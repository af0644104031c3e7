"""One server for one data directory: a lock file that the operating system frees when its holder dies."""

import contextlib
import errno
import os
import sys
from pathlib import Path
from types import TracebackType

from clickclack.kernel.opening import StorageError

_HELD = {errno.EACCES, errno.EAGAIN, errno.EDEADLK, errno.EWOULDBLOCK}


class AlreadyServed(Exception):  # noqa: N818 - named after what is the case
    """Another process holds the data directory; the text names it."""


class InstanceLock:
    """Held from `acquire` to `release`, for what is `locked`; `option` chooses another.

    The file holds the holder's process id, and behind it a line of what others may know.
    """

    def __init__(self, path: Path, locked: Path, option: str = "--data") -> None:
        self._path = path
        self._locked = locked
        self._option = option
        self._file: int | None = None

    def acquire(self) -> "InstanceLock":
        """Takes the lock at once, or raises AlreadyServed, or StorageError where nothing can be locked."""
        try:
            file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise self._unusable(error) from error
        try:
            _lock(file)
        except OSError as error:
            if error.errno not in _HELD:
                os.close(file)
                raise self._unusable(error) from error
            holder = os.read(file, 32).decode(errors="replace").partition("\n")[0] or "unknown"
            os.close(file)
            raise AlreadyServed(
                f"{self._locked} is already served by process {holder}. Stop it, or use another {self._option}."
            ) from None
        self._file = file
        try:
            self.tell("")
        except OSError as error:
            os.close(file)
            self._file = None
            raise self._unusable(error) from error
        return self

    def tell(self, line: str) -> None:
        """Leaves a line for others, who read it with `told`; an empty one takes it away. Only while held."""
        if self._file is None:
            raise RuntimeError("the lock is not held")
        text = f"{os.getpid()}\n{line}".rstrip() + "\n"
        os.lseek(self._file, 0, os.SEEK_SET)
        written = os.write(self._file, text.encode())
        os.ftruncate(self._file, written)

    def _unusable(self, error: OSError) -> StorageError:
        return StorageError(f"{self._path} cannot be locked: {error.strerror}. Choose another {self._option}.")

    def release(self) -> None:
        if self._file is not None:
            with contextlib.suppress(OSError):  # on a full disk the line stays, and the lock is free all the same
                self.tell("")
            os.close(self._file)
            self._file = None

    def __enter__(self) -> "InstanceLock":
        return self.acquire()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def told(path: Path) -> str:
    """The line that the holder of a lock left for others; empty when nobody holds it: killed ones leave theirs."""
    try:
        line = path.read_text("utf-8").partition("\n")[2].strip()
    except (OSError, UnicodeError):
        return ""
    if not line:
        return ""
    try:
        InstanceLock(path, path.parent).acquire().release()
    except AlreadyServed:
        return line
    except StorageError:
        return ""
    return ""


if sys.platform == "win32":
    import msvcrt

    def _lock(file: int) -> None:
        os.lseek(file, 1024, os.SEEK_SET)  # beyond the text, which others must be able to read
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        os.lseek(file, 0, os.SEEK_SET)

else:
    import fcntl

    def _lock(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
