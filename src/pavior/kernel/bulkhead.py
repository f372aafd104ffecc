"""A few at a time: work that takes much of the machine waits for a place, and says so when none becomes free."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from pavior.kernel.errors import UnavailableError


class Bulkhead:
    """Lets at most `at_once` threads of this process in.

    Args:
        wait_seconds: How long one waits for a place before it is refused.
    """

    def __init__(self, at_once: int, wait_seconds: float) -> None:
        self._places = threading.BoundedSemaphore(at_once)
        self._wait_seconds = wait_seconds

    @contextmanager
    def enter(self, *, full: UnavailableError) -> Iterator[None]:
        """Hold a place. Raises `full` where none became free in time."""
        if not self._places.acquire(timeout=self._wait_seconds):
            raise full
        try:
            yield
        finally:
            self._places.release()
