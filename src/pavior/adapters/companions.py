"""Programs of ours that run beside us, for as long as we do."""

import contextlib
import os
import selectors
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from pavior.adapters.process import kill_group
from pavior.kernel.errors import UnavailableError

_LOOK_SECONDS = 0.2


@dataclass
class Companion:
    """A program in a session of its own, which ends when its standard input does: when we close it, or die.

    Args:
        said: The first line that it printed; empty when it ended or was silent for too long.
    """

    said: bytes
    _process: subprocess.Popen[bytes]
    _is_stopped: bool = False

    @classmethod
    def start(
        cls,
        argv: Sequence[str],
        *,
        environment: Mapping[str, str],
        within_seconds: float,
        cwd: Path | None = None,
        is_heard: bool = False,
        is_awaited: Callable[[], bool] = lambda: True,
    ) -> Self:
        """Start `argv`, and wait for its first line.

        Args:
            is_heard: Whether what it writes to standard error goes to ours.
            is_awaited: Asked several times a second: once nobody waits any more, it is ended.

        Raises:
            UnavailableError: `process-start-failed`.
        """
        try:
            process = subprocess.Popen(
                list(argv),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=None if is_heard else subprocess.DEVNULL,
                cwd=cwd,
                env=dict(environment),
                start_new_session=True,
            )
        except OSError as error:
            raise UnavailableError(
                "process-start-failed",
                f"A process of Pavior's own cannot be started: {error.strerror}.",
                fix="The machine lacks memory, or room for processes or files: see what uses them.",
            ) from error
        try:
            return cls(_first_line(process, within_seconds, is_awaited), process)
        except BaseException:
            # Somebody who does not want to wait any longer leaves nothing behind.
            kill_group(process)
            raise

    @property
    def exit_status(self) -> int | None:
        """None while it runs; negative when a signal ended it."""
        if self._process.returncode is not None:
            return self._process.returncode
        # Not reaped yet: until `stop`, its number must not be given to somebody else.
        ended = os.waitid(os.P_PID, self._process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        if ended is None:
            return None
        return ended.si_status if ended.si_code == os.CLD_EXITED else -ended.si_status

    def stop(self, grace_seconds: float = 0) -> None:
        """Ask it to end, wait so long, and end it with everything that it started in its session. Once is enough."""
        if self._is_stopped:
            return
        self._is_stopped = True
        if grace_seconds and self.exit_status is None:
            self._process.terminate()
            deadline = time.monotonic() + grace_seconds
            while self.exit_status is None and time.monotonic() < deadline:
                time.sleep(_LOOK_SECONDS / 4)
        kill_group(self._process)
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with contextlib.suppress(BrokenPipeError):
                    stream.close()


def _first_line(process: subprocess.Popen[bytes], within_seconds: float, is_awaited: Callable[[], bool]) -> bytes:
    stream = process.stdout
    if stream is None:
        raise AssertionError("unreachable: a pipe was asked for")
    deadline = time.monotonic() + within_seconds
    with selectors.DefaultSelector() as selector:
        selector.register(stream, selectors.EVENT_READ)
        while time.monotonic() < deadline and is_awaited():
            if selector.select(_LOOK_SECONDS):
                return stream.readline()
    return b""
