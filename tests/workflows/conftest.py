"""A platform in memory with a real database."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pavior.storage.database import Database
from pavior.testing.databases import a_database
from pavior.testing.memory_platform import MemoryPlatform


@pytest.fixture
def make_stage() -> Iterator[Callable[[Path], MemoryPlatform]]:
    """Makes a platform in a folder; nothing has happened there yet."""
    opened: list[Database] = []

    def make(folder: Path) -> MemoryPlatform:
        opened.append(a_database(folder))
        return MemoryPlatform(folder, opened[-1])

    yield make
    for database in opened:
        database.close()


@pytest.fixture
def stage(tmp_path: Path, make_stage: Callable[[Path], MemoryPlatform]) -> MemoryPlatform:
    """One of them."""
    return make_stage(tmp_path)
