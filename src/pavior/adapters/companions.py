"""Programs of ours that run beside us, for as long as we do."""

import contextlib
import selectors
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from pavior.adapters.process import kill_group

_LOOK_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Companion:
    """A program in a session of its own, which ends when its standard input does: when we close it, or die.

    Args:
        said: The first line that it printed; empty when it ended or was silent for too long.
    """

    said: bytes
    _process: subprocess.Popen[bytes]

    @classmethod
    def start(
        cls,
        argv: Sequence[str],
        *,
        environment: Mapping[str, str],
        within_seconds: float,
        cwd: Path | None = None,
        is_heard: bool = False,
    ) -> Self:
        """Start `argv`, and wait for its first line.

        Args:
            is_heard: Whether what it writes to standard error goes to ours.
        """
        process = subprocess.Popen(
            list(argv),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=None if is_heard else subprocess.DEVNULL,
            cwd=cwd,
            env=dict(environment),
            start_new_session=True,
        )
        try:
            return cls(_first_line(process, within_seconds), process)
        except BaseException:
            # Somebody who does not want to wait any longer leaves nothing behind.
            kill_group(process)
            raise

    @property
    def exit_status(self) -> int | None:
        """None while it runs; negative when a signal ended it."""
        return self._process.poll()

    def stop(self, grace_seconds: float = 0) -> None:
        """Ask it to end, wait so long, and end it with everything that it started in its session."""
        if grace_seconds and self._process.poll() is None:
            self._process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(grace_seconds)
        kill_group(self._process)
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with contextlib.suppress(BrokenPipeError):
                    stream.close()


def _first_line(process: subprocess.Popen[bytes], within_seconds: float) -> bytes:
    stream = process.stdout
    if stream is None:
        raise AssertionError("unreachable: a pipe was asked for")
    deadline = time.monotonic() + within_seconds
    with selectors.DefaultSelector() as selector:
        selector.register(stream, selectors.EVENT_READ)
        while time.monotonic() < deadline:
            if selector.select(_LOOK_SECONDS):
                return stream.readline()
    return b""
