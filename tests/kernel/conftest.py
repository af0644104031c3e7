"""A database on a real file with the product's schema, and a hub."""

import sqlite3
from collections.abc import AsyncIterator
from importlib import resources
from pathlib import Path

import pytest

from clickclack.kernel.database import Database
from clickclack.kernel.events import Event
from clickclack.kernel.hub import Hub
from tests.clock import FakeClock
from tests.kernel.hub_readers import Everybody


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def database_path(tmp_path: Path) -> Path:
    path = tmp_path / "clickclack.db"
    connection = sqlite3.connect(path)
    for file in sorted(resources.files("clickclack").joinpath("schema").iterdir(), key=lambda f: f.name):
        connection.executescript(file.read_text())
    connection.close()
    return path


@pytest.fixture
def committed() -> list[list[Event]]:
    """The events of each commit, in the order the hub would get them."""
    return []


@pytest.fixture
async def db(database_path: Path, clock: FakeClock, committed: list[list[Event]]) -> AsyncIterator[Database]:
    database = await Database.open(database_path, clock, on_commit=lambda events: committed.append(list(events)))
    yield database
    await database.close()


@pytest.fixture
def audience() -> Everybody:
    return Everybody()


@pytest.fixture
async def hub(audience: Everybody) -> AsyncIterator[Hub]:
    hub = Hub(audience)
    hub.start()
    yield hub
    await hub.stop()
