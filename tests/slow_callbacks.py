"""Fails a test during which one step of the event loop took too long: what blocks the loop stalls everybody.

Only the body of a test counts, not its fixtures, and not the steps of the test's own coroutine. A step is too
long when it burns 0.15 s of processor time or takes a whole second, far more than a busy machine causes.
Garbage collections do not count: most of the memory they walk is the test runner's.
"""

import asyncio
import gc
import threading
import time
from collections.abc import Generator
from pathlib import Path
from typing import Any, cast

import pytest

CPU_LIMIT = 0.15
WALL_LIMIT = 1.0
TESTS = str(Path(__file__).parent)
BROWSER_TESTS = Path(__file__).parent / "e2e"

_run = asyncio.Handle._run
_slow: list[str] = []
_watched: set[int] = set()


class _Collections:
    """Adds up the time that garbage collections take."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._started = 0.0

    def note(self, phase: str, info: dict[str, int]) -> None:
        if phase == "start":
            self._started = time.perf_counter()
        else:
            self.seconds += time.perf_counter() - self._started


_collections = _Collections()
gc.callbacks.append(_collections.note)


def _timed_run(self: asyncio.Handle) -> None:
    if threading.get_ident() not in _watched:
        return _run(self)
    cpu, wall, collecting = time.thread_time(), time.perf_counter(), _collections.seconds
    _run(self)
    collecting = _collections.seconds - collecting
    cpu, wall = time.thread_time() - cpu - collecting, time.perf_counter() - wall - collecting
    if cpu > CPU_LIMIT or wall > WALL_LIMIT:
        task = _task_of(self)
        if task is None or not _belongs_to_a_test(task):
            _slow.append(f"{task or self!r} took {wall:.2f} s, {cpu:.2f} s of them on the processor")
    return None


def _task_of(handle: asyncio.Handle) -> asyncio.Task[object] | None:
    callback: object = vars(asyncio.Handle)["_callback"].__get__(handle)
    owner = getattr(callback, "__self__", None)
    return cast("asyncio.Task[object]", owner) if isinstance(owner, asyncio.Task) else None


def _belongs_to_a_test(task: asyncio.Task[object]) -> bool:
    code = getattr(task.get_coro(), "cr_code", None)
    return code is not None and (code.co_filename.startswith(TESTS) or "pytest" in code.co_filename)


asyncio.Handle._run = _timed_run


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:
    """Watches the loop of this thread while the body of a test runs; in browser tests it is the browser driver's."""
    _slow.clear()
    if BROWSER_TESTS not in item.path.parents:
        _watched.add(threading.get_ident())
    try:
        result = yield
    finally:
        _watched.clear()
    if _slow:
        pytest.fail("the event loop was blocked:\n" + "\n".join(_slow), pytrace=False)
    return result
