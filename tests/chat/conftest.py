"""A database whose statements are watched."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.people import make_database
from tests.watched import Watched


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    cast = make_database(tmp_path / "data")
    connection = sqlite3.connect(tmp_path / "data" / "clickclack.db", isolation_level=None)
    connection.execute("PRAGMA foreign_keys = ON")
    yield Watched(connection, cast)
    connection.close()
