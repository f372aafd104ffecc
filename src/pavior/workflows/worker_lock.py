"""One worker for one data folder: two would take up each other's runs after a crash."""

import fcntl
import os
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from pavior.kernel.errors import ConflictError

# `is_held` holds the lock for an instant itself; who wants it for long waits that out.
_PATIENCE_SECONDS = 1.0
_POLL_SECONDS = 0.05


class Presence(Protocol):
    """The right to be a worker. A lock where there is one worker, a lease where there are several."""

    def acquire(self) -> None:
        """Have it until `release`. Raises ConflictError `worker-running` when another process has it."""

    def try_acquire(self) -> bool:
        """Have it when no other process has; whether it is had now."""

    def release(self) -> None:
        """Give it back; nothing happens when it is not had."""

    def is_held(self) -> bool:
        """Whether any process works."""


@dataclass(slots=True)
class WorkerLock:
    """A lock on a file that the system gives back when its holder dies, however it dies."""

    path: Path
    _descriptor: int | None = field(default=None, init=False, repr=False)

    def acquire(self) -> None:
        """Hold it until `release`.

        Raises:
            ConflictError: `worker-running` when another process holds it.
        """
        if not self.try_acquire():
            raise ConflictError(
                "worker-running",
                f"Another worker is at work on {self.path.parent}.",
                fix="Use that one, or stop it first; or choose another data folder with PAVIOR_HOME.",
            )

    def try_acquire(self) -> bool:
        """Hold it when nobody else does; whether it is held now."""
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    os.close(descriptor)
                    return False
                time.sleep(_POLL_SECONDS)
            else:
                self._descriptor = descriptor
                return True

    def release(self) -> None:
        """Give it back; nothing happens when it is not held."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            os.close(descriptor)

    def is_held(self) -> bool:
        """Whether this or another process holds it."""
        if self._descriptor is not None:
            return True
        try:
            descriptor = os.open(self.path, os.O_RDWR | os.O_CLOEXEC)
        except FileNotFoundError:
            return False
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(descriptor)
        return False
