"""One server for one data directory."""

import errno
import os
import signal
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from clickclack.kernel.instance_lock import AlreadyServed, InstanceLock, told
from clickclack.kernel.opening import StorageError

HOLDER = """
import sys, time
from pathlib import Path
from clickclack.kernel.instance_lock import InstanceLock
path = Path(sys.argv[1])
with InstanceLock(path, path.parent):
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def held(path: Path) -> Generator[subprocess.Popen[str]]:
    """Another process that holds the lock."""
    command = [sys.executable, "-c", HOLDER, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        try:
            yield holder
        finally:
            holder.kill()


def test_a_second_process_is_refused_at_once_with_the_holder_s_id(tmp_path: Path):
    path = tmp_path / "server.lock"
    with held(path) as holder:
        started = time.monotonic()
        with pytest.raises(AlreadyServed) as refused:
            InstanceLock(path, tmp_path).acquire()
        assert time.monotonic() - started < 2
        assert str(refused.value) == (
            f"{tmp_path} is already served by process {holder.pid}. Stop it, or use another --data."
        )


def test_the_lock_of_a_killed_holder_is_free(tmp_path: Path):
    path = tmp_path / "server.lock"
    with held(path) as holder:
        holder.send_signal(signal.SIGKILL)
        holder.wait()
        with InstanceLock(path, tmp_path):
            assert path.read_text() == f"{os.getpid()}\n"


def test_the_lock_of_a_holder_that_ends_is_free(tmp_path: Path):
    path = tmp_path / "server.lock"
    with held(path) as holder:
        holder.communicate("")
        assert holder.returncode == 0
        InstanceLock(path, tmp_path).acquire().release()


def test_a_second_lock_in_the_same_process_is_refused_until_the_first_is_released(tmp_path: Path):
    path = tmp_path / "server.lock"
    first = InstanceLock(path, tmp_path).acquire()
    with pytest.raises(AlreadyServed, match=f"by process {os.getpid()}"):
        InstanceLock(path, tmp_path).acquire()
    first.release()
    first.release()
    with InstanceLock(path, tmp_path):
        pass


def test_a_shorter_id_leaves_nothing_of_a_longer_one(tmp_path: Path):
    path = tmp_path / "server.lock"
    path.write_text("12345678901234567890\n")
    with InstanceLock(path, tmp_path):
        assert path.read_text() == f"{os.getpid()}\n"


def test_the_lock_is_not_handed_to_child_processes(tmp_path: Path):
    path = tmp_path / "server.lock"
    lock = InstanceLock(path, tmp_path).acquire()
    command = [sys.executable, "-c", "print('here', flush=True); input()"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, close_fds=False) as child:
        assert child.stdout is not None
        assert child.stdout.readline().strip() == b"here"  # until it is another program it has all that we have
        lock.release()
        InstanceLock(path, tmp_path).acquire().release()
        child.kill()


def test_what_is_told_is_read_by_others_until_the_lock_is_released(tmp_path: Path):
    path = tmp_path / "server.lock"
    assert told(path) == ""
    with InstanceLock(path, tmp_path) as lock:
        assert told(path) == ""
        lock.tell("http://localhost:12345")
        assert told(path) == "http://localhost:12345"
        with pytest.raises(AlreadyServed, match=rf"by process {os.getpid()}\. Stop it"):
            InstanceLock(path, tmp_path).acquire()
        lock.tell("short")
        assert told(path) == "short"
    assert told(path) == ""


def test_what_a_killed_holder_told_is_not_believed(tmp_path: Path):
    path = tmp_path / "server.lock"
    path.write_text("1\nhttp://localhost:12345\n")
    assert told(path) == ""


def test_a_lock_that_cannot_be_written_is_free_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    path = tmp_path / "server.lock"
    lock = InstanceLock(path, tmp_path).acquire()
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full)
        lock.release()
        with pytest.raises(StorageError, match="cannot be locked: No space left"):
            InstanceLock(path, tmp_path).acquire()
    InstanceLock(path, tmp_path).acquire().release()


def test_nothing_is_told_without_the_lock(tmp_path: Path):
    path = tmp_path / "server.lock"
    lock = InstanceLock(path, tmp_path)
    with pytest.raises(RuntimeError, match="not held"):
        lock.tell("anything")
    path.write_bytes(b"\xff\xfe")
    assert told(path) == ""
