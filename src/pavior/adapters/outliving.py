"""Running a program that may outlive us: what it does in a cloud it had better do to its end.

Its output goes into files, so that it does not stumble when nobody listens any more.
"""

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

from pavior.adapters.process import Finished, allowed_environment, kill_group, program_missing, timed_out

_LOOK_SECONDS = 0.1


def run_outliving(
    argv: Sequence[str],
    *,
    cwd: Path,
    log_folder: Path,
    timeout_seconds: float,
    grace_seconds: float,
    variables: Mapping[str, str],
    on_line: Callable[[bytes], None],
    is_stopped: Callable[[], bool],
    inherited_files: Sequence[int] = (),
    ends_with_us: bool = False,
) -> Finished:
    """Run `argv` to its end.

    Args:
        argv: Program and arguments; never given to a shell.
        log_folder: Where `stdout.log` and `stderr.log` are written.
        timeout_seconds: Wall-clock limit; then it gets SIGINT.
        grace_seconds: What it has to come to an end by itself after SIGINT.
        on_line: Called with each whole line of standard output as it comes. When it raises, the program goes on by
            itself, unless `ends_with_us`.
        is_stopped: Asked several times a second; once it says so, the program gets SIGINT.
        inherited_files: Descriptors that stay open in the program, such as of a lock that is to last as long as it.
        ends_with_us: Whether nobody may go on without us: then it gets SIGINT when `on_line` raises.

    Raises:
        UnavailableError: `program-missing`, `program-timeout`.
    """
    output, errors = log_folder / "stdout.log", log_folder / "stderr.log"
    with output.open("wb") as stdout, errors.open("wb") as stderr:
        try:
            process = subprocess.Popen(
                list(argv),
                stdin=subprocess.DEVNULL,
                stdout=stdout,
                stderr=stderr,
                cwd=cwd,
                env=allowed_environment(variables),
                start_new_session=True,
                pass_fds=tuple(inherited_files),
            )
        except (FileNotFoundError, PermissionError, NotADirectoryError) as error:
            raise program_missing(argv[0], error) from error
    is_interrupted = False
    try:
        with output.open("rb") as lines:
            deadline = time.monotonic() + timeout_seconds
            while not _ended(process, lines, on_line):
                if time.monotonic() >= deadline:
                    raise timed_out(argv[0], timeout_seconds)  # noqa: TRY301 - it is ended in one place
                if is_stopped():
                    is_interrupted = True
                    break
    except BaseException as error:
        if ends_with_us or getattr(error, "code", "") == "program-timeout":
            _interrupt(process, grace_seconds)
        else:
            # Somebody has to take note of its end, or it stays a zombie as long as we live.
            threading.Thread(target=process.wait, name="pavior-outlived", daemon=True).start()
        raise
    if is_interrupted:
        _interrupt(process, grace_seconds)
    kill_group(process)
    return Finished(process.returncode, output.read_bytes(), errors.read_bytes(), is_interrupted)


def _ended(process: subprocess.Popen[bytes], lines: BinaryIO, on_line: Callable[[bytes], None]) -> bool:
    """Give what came since the last time, or wait a moment; whether it has ended and all was given."""
    has_ended = process.poll() is not None
    given = False
    while line := lines.readline():
        if not line.endswith(b"\n") and not has_ended:
            # Half a line: the rest comes.
            lines.seek(-len(line), os.SEEK_CUR)
            break
        given = True
        on_line(line.rstrip(b"\n"))
    if not has_ended and not given:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=_LOOK_SECONDS)
    return has_ended


def _interrupt(process: subprocess.Popen[bytes], grace_seconds: float) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(process.pid, signal.SIGINT)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(timeout=grace_seconds)
    kill_group(process)
