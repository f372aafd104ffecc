"""Programs are run from lists, see little of us, and leave nothing behind."""

import os
import sys
import time
from pathlib import Path

import pytest

from pavior.adapters.process import run
from pavior.kernel.errors import UnavailableError

PYTHON = sys.executable


def test_a_program_gives_its_output_and_exit_status(tmp_path: Path) -> None:
    code = "import sys; print(sys.stdin.read()); print('bad', file=sys.stderr); sys.exit(3)"

    finished = run([PYTHON, "-c", code], cwd=tmp_path, timeout_seconds=20, stdin=b"hello")

    assert finished.exit_status == 3
    assert finished.stdout == b"hello\n"
    assert finished.stderr == b"bad\n"


def test_a_program_sees_no_variable_of_ours_that_is_not_on_the_list(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "canary")
    code = "import os; print(sorted(os.environ))"

    finished = run([PYTHON, "-c", code], cwd=tmp_path, timeout_seconds=20, variables={"GIVEN": "1"})

    assert b"AWS_SECRET_ACCESS_KEY" not in finished.stdout
    assert b"'GIVEN'" in finished.stdout
    assert b"'PATH'" in finished.stdout


def test_shell_characters_are_only_characters(tmp_path: Path) -> None:
    code = "import sys; print(sys.argv[1])"

    finished = run([PYTHON, "-c", code, "$(touch owned); `x` && y"], cwd=tmp_path, timeout_seconds=20)

    assert finished.stdout == b"$(touch owned); `x` && y\n"
    assert not (tmp_path / "owned").exists()


def test_a_missing_program_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnavailableError) as caught:
        run(["pavior-no-such-program"], cwd=tmp_path, timeout_seconds=1)

    assert caught.value.code == "program-missing"
    assert "pavior-no-such-program" in caught.value.fix


def test_a_program_that_takes_too_long_is_stopped_with_its_children(tmp_path: Path) -> None:
    code = (
        "import subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "print(child.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    lines: list[bytes] = []

    with pytest.raises(UnavailableError) as caught:
        run([PYTHON, "-c", code], cwd=tmp_path, timeout_seconds=2, on_line=lines.append)

    assert caught.value.code == "program-timeout"
    assert _is_gone(int(lines[0]))


def test_children_left_behind_by_a_program_that_ended_are_stopped_too(tmp_path: Path) -> None:
    code = (
        "import subprocess, sys\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "print(child.pid, flush=True)\n"
    )

    finished = run([PYTHON, "-c", code], cwd=tmp_path, timeout_seconds=20)

    assert finished.exit_status == 0
    assert _is_gone(int(finished.stdout))


def test_too_much_output_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnavailableError) as caught:
        run([PYTHON, "-c", "print('x' * 10000)"], cwd=tmp_path, timeout_seconds=20, output_limit_bytes=9999)

    assert caught.value.code == "program-output-too-large"


def test_what_a_program_printed_is_not_in_the_repr(tmp_path: Path) -> None:
    finished = run([PYTHON, "-c", "print('canary')"], cwd=tmp_path, timeout_seconds=20)

    assert "canary" not in repr(finished)


def _is_gone(pid: int) -> bool:
    for _ in range(50):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
        except FileNotFoundError:
            return True
        if state == "Z":
            # Dead; whoever inherited it has not collected it yet.
            return True
        time.sleep(0.1)
    os.kill(pid, 9)
    return False
