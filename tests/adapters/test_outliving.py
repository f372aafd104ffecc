"""A program that changes a cloud comes to its end, whatever becomes of whoever started it."""

import signal
import time
from pathlib import Path

import pytest

from pavior.adapters.outliving import run_outliving
from pavior.adapters.process import Finished
from pavior.kernel.errors import UnavailableError

ENDLESS = "while :; do sleep 0.05; done"


class TooMuchError(Exception):
    """Of whoever listens."""


def start(folder: Path, script: str, **options: object) -> Finished:
    given: dict[str, object] = {
        "timeout_seconds": 30.0,
        "grace_seconds": 10.0,
        "variables": {},
        "on_line": lambda _: None,
        "is_stopped": lambda: False,
        **options,
    }
    return run_outliving(["sh", "-c", script], cwd=folder, log_folder=folder, **given)  # type: ignore[arg-type]


def until(path: Path) -> str:
    deadline = time.monotonic() + 20
    while not path.exists():
        assert time.monotonic() < deadline, f"{path.name} did not come"
        time.sleep(0.05)
    return path.read_text()


def test_each_line_is_given_once_whole_and_in_order(tmp_path: Path) -> None:
    lines: list[bytes] = []

    finished = start(tmp_path, "echo one; printf tw; sleep 0.3; echo o; printf three", on_line=lines.append)

    assert lines == [b"one", b"two", b"three"]
    assert (finished.exit_status, finished.stdout, finished.is_interrupted) == (0, b"one\ntwo\nthree", False)


def test_when_nobody_listens_any_more_it_goes_on_to_its_end(tmp_path: Path) -> None:
    def refuse(_: bytes) -> None:
        raise TooMuchError

    with pytest.raises(TooMuchError):
        start(tmp_path, "echo begun; sleep 0.5; echo more; echo > done", on_line=refuse)

    assert not (tmp_path / "done").exists()
    until(tmp_path / "done")


def test_when_others_may_go_on_it_is_asked_to_end_instead(tmp_path: Path) -> None:
    def refuse(_: bytes) -> None:
        raise TooMuchError

    with pytest.raises(TooMuchError):
        start(tmp_path, f"trap 'echo > ended; exit' INT; echo begun; {ENDLESS}", on_line=refuse, ends_with_us=True)

    assert (tmp_path / "ended").exists()


def test_whoever_stops_it_lets_it_come_to_an_end_by_itself(tmp_path: Path) -> None:
    lines: list[bytes] = []

    finished = start(
        tmp_path,
        f"trap 'echo saved; exit 3' INT; echo begun; {ENDLESS}",
        on_line=lines.append,
        is_stopped=lambda: bool(lines),
    )

    assert (finished.exit_status, finished.is_interrupted, finished.stdout) == (3, True, b"begun\nsaved\n")


def test_what_does_not_end_when_asked_is_ended(tmp_path: Path) -> None:
    lines: list[bytes] = []

    finished = start(
        tmp_path,
        f"trap '' INT; echo begun; {ENDLESS}",
        on_line=lines.append,
        is_stopped=lambda: bool(lines),
        grace_seconds=0.3,
    )

    assert finished.exit_status == -signal.SIGKILL


def test_what_takes_too_long_is_ended(tmp_path: Path) -> None:
    with pytest.raises(UnavailableError, match="program-timeout"):
        start(tmp_path, f"trap 'echo > ended; exit' INT; {ENDLESS}", timeout_seconds=0.5)

    assert (tmp_path / "ended").exists()


def test_a_program_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnavailableError, match="program-missing"):
        run_outliving(
            ["/there/is/none"],
            cwd=tmp_path,
            log_folder=tmp_path,
            timeout_seconds=1,
            grace_seconds=1,
            variables={},
            on_line=lambda _: None,
            is_stopped=lambda: False,
        )
