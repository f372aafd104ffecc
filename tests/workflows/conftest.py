"""A platform in memory with a real database."""

from collections.abc import Callable
from pathlib import Path

import pytest

from pavior.storage.database import Database
from pavior.testing.memory_platform import MemoryPlatform


@pytest.fixture
def make_stage(make_database: Callable[[], Database]) -> Callable[[Path], MemoryPlatform]:
    """Makes a platform in a folder; nothing has happened there yet."""
    return lambda folder: MemoryPlatform(folder, make_database())


@pytest.fixture
def stage(tmp_path: Path, make_stage: Callable[[Path], MemoryPlatform]) -> MemoryPlatform:
    """One of them."""
    return make_stage(tmp_path)
