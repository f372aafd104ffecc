"""The one way to run a program: from a list, without a shell, with limits, and gone with its children at the end."""

import contextlib
import os
import selectors
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pavior.kernel.errors import UnavailableError

# What a program may see of our own environment: enough to find and run tools, nothing that is a secret.
INHERITED_VARIABLES = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "SYSTEMROOT")
DEFAULT_OUTPUT_LIMIT_BYTES = 64 * 1024 * 1024
_CHUNK_BYTES = 64 * 1024
_POLL_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Finished:
    """How a program ended. What it printed may hold secrets, so it is not shown.

    Args:
        exit_status: As the shell counts: negative means the signal that ended it.
        is_interrupted: Whether it was asked to end before it did.
    """

    exit_status: int
    stdout: bytes = field(repr=False)
    stderr: bytes = field(repr=False)
    is_interrupted: bool = False


def allowed_environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """The variables a program gets: those of `INHERITED_VARIABLES` that are set here, then `extra`."""
    inherited = {name: os.environ[name] for name in INHERITED_VARIABLES if name in os.environ}
    return {**inherited, **(extra or {})}


def run(
    argv: Sequence[str],
    *,
    cwd: Path,
    timeout_seconds: float,
    variables: Mapping[str, str] | None = None,
    stdin: bytes = b"",
    output_limit_bytes: int = DEFAULT_OUTPUT_LIMIT_BYTES,
    on_line: Callable[[bytes], None] | None = None,
    inherited_files: Sequence[int] = (),
) -> Finished:
    """Run `argv` to its end, in a process group of its own that is killed whole when this returns or raises.

    Args:
        argv: Program and arguments; never given to a shell.
        cwd: An existing folder.
        timeout_seconds: Wall-clock limit, more than 0.
        variables: Added to the allow-listed environment; nothing else of ours is seen.
        stdin: What the program reads; a small text, not a stream.
        output_limit_bytes: Limit for standard output and standard error together.
        on_line: Called with each whole line of standard output as it comes, without its newline.
        inherited_files: Descriptors that stay open in the program, such as of a lock that is to last as long as it.

    Returns:
        Any exit status: whether it means failure is the caller's knowledge.

    Raises:
        UnavailableError: `program-missing`, `program-timeout`, `program-output-too-large`.
    """
    with tempfile.TemporaryFile() as given:
        given.write(stdin)
        given.seek(0)
        try:
            process = subprocess.Popen(
                list(argv),
                stdin=given,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                cwd=cwd,
                env=allowed_environment(variables),
                start_new_session=True,
                pass_fds=tuple(inherited_files),
            )
        except (FileNotFoundError, PermissionError, NotADirectoryError) as error:
            raise program_missing(argv[0], error) from error
    with process:
        try:
            stdout, stderr = _collect(process, argv[0], timeout_seconds, output_limit_bytes, on_line)
        finally:
            kill_group(process)
    return Finished(process.returncode, stdout, stderr)


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """End a process that was started with its own session, and everything it started in that session."""
    # The group outlives its leader, so this also reaches children that were left behind.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _collect(
    process: subprocess.Popen[bytes],
    program: str,
    timeout_seconds: float,
    output_limit_bytes: int,
    on_line: Callable[[bytes], None] | None,
) -> tuple[bytes, bytes]:
    deadline = time.monotonic() + timeout_seconds
    collected = {"stdout": bytearray(), "stderr": bytearray()}
    given_until = 0
    with selectors.DefaultSelector() as selector:
        for name, stream in (("stdout", process.stdout), ("stderr", process.stderr)):
            if stream is not None:
                selector.register(stream, selectors.EVENT_READ, name)
        # A background child may hold the pipes open after the program has ended: then its end is ours.
        while selector.get_map() and not (process.poll() is not None and not selector.select(0)):
            if time.monotonic() >= deadline:
                raise timed_out(program, timeout_seconds)
            for key, _ in selector.select(_POLL_SECONDS):
                chunk = os.read(key.fd, _CHUNK_BYTES)
                if not chunk:
                    selector.unregister(key.fileobj)
                    continue
                collected[key.data] += chunk
                if sum(map(len, collected.values())) > output_limit_bytes:
                    raise UnavailableError(
                        "program-output-too-large",
                        f"{program} printed more than {output_limit_bytes} bytes.",
                        fix="Give it less to work on, or look at what it repeats.",
                        context={"program": program},
                    )
                if on_line is not None and key.data == "stdout":
                    given_until = _give_lines(collected["stdout"], given_until, on_line)
    try:
        process.wait(timeout=max(0.0, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        raise timed_out(program, timeout_seconds) from None
    return bytes(collected["stdout"]), bytes(collected["stderr"])


def _give_lines(printed: bytearray, given_until: int, on_line: Callable[[bytes], None]) -> int:
    while (end := printed.find(b"\n", given_until)) >= 0:
        on_line(bytes(printed[given_until:end]))
        given_until = end + 1
    return given_until


def program_missing(program: str, error: OSError) -> UnavailableError:
    """It is not there, or may not be started."""
    return UnavailableError(
        "program-missing",
        f"{program} could not be started: {error.strerror}.",
        fix=f"Install {Path(program).name} and make sure that it is on PATH.",
        context={"program": program},
    )


def timed_out(program: str, timeout_seconds: float) -> UnavailableError:
    """It was ended because it took too long."""
    return UnavailableError(
        "program-timeout",
        f"{program} did not end within {timeout_seconds:g} seconds and was stopped.",
        fix="Try again when the machine is less busy; if it repeats, look at what it waits for.",
        context={"program": program, "timeout_seconds": timeout_seconds},
    )
