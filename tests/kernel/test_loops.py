"""Work that goes on until it is told to stop, and never ends in silence."""

import asyncio
import logging

import pytest

from clickclack.kernel import loops
from clickclack.kernel.loops import Loop


class Work:
    """Fails the first few times, then works until it is cancelled."""

    def __init__(self, failures: int = 0, error: BaseException | None = None) -> None:
        self.failures = failures
        self.error = error or LookupError("on purpose")
        self.runs = 0
        self.ended = False
        self.steady = asyncio.Event()

    async def __call__(self) -> None:
        self.runs += 1
        if self.failures:
            self.failures -= 1
            raise self.error
        self.steady.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.ended = True


async def test_work_goes_on_while_the_block_runs_under_its_name_and_ends_with_it():
    work = Work()
    async with Loop("sweeper", work).running():
        await asyncio.wait_for(work.steady.wait(), 5)
        assert "sweeper" in {task.get_name() for task in asyncio.all_tasks()}
        assert not work.ended
    assert work.ended
    assert "sweeper" not in {task.get_name() for task in asyncio.all_tasks()}


async def test_work_that_fails_is_logged_with_its_trace_and_begun_anew(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(loops, "AGAIN", 0.0)
    work = Work(failures=2)
    async with Loop("sweeper", work).running():
        await asyncio.wait_for(work.steady.wait(), 5)
    assert work.runs == 3
    failed = [record for record in caplog.records if "sweeper failed" in record.getMessage()]
    assert len(failed) == 2
    assert failed[0].exc_info is not None
    assert "LookupError: on purpose" in caplog.text


async def test_work_that_fails_does_not_spin():
    work = Work(failures=1_000)
    async with Loop("sweeper", work).running():
        await asyncio.sleep(0.05)
    assert work.runs == 1


async def test_work_that_was_cancelled_by_somebody_else_is_logged(caplog: pytest.LogCaptureFixture):
    work = Work(failures=1, error=asyncio.CancelledError())
    async with Loop("sweeper", work).running():
        await asyncio.sleep(0.01)
    assert "sweeper has ended, and nobody stopped it" in caplog.text


async def test_a_stop_that_was_asked_for_is_no_news(caplog: pytest.LogCaptureFixture):
    work = Work()
    with caplog.at_level(logging.DEBUG, "clickclack"):
        async with Loop("sweeper", work).running():
            await asyncio.wait_for(work.steady.wait(), 5)
        await Loop("never begun", work).stop()
        await asyncio.sleep(0)
    assert caplog.records == []
