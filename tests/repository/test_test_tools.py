"""What the tests stand on can fail too."""

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = """
import pytest

@pytest.mark.browser
def test_needs_a_browser() -> None:
    raise AssertionError("it ran")

def test_needs_nothing() -> None:
    pass

@pytest.mark.golden
def test_compares(golden) -> None:
    golden("file.txt", "now\\n")
"""
SETTINGS = '[tool.pytest.ini_options]\nmarkers = ["browser: x", "golden: x"]\n'


def _run(folder: Path, *arguments: str, **environment: str) -> tuple[int, str]:
    (folder / "tests").mkdir(exist_ok=True)
    (folder / "pyproject.toml").write_text(SETTINGS, encoding="utf-8")
    for name in ("conftest.py", "postgresql.py"):
        shutil.copy(Path(__file__).parents[1] / name, folder / "tests")
    (folder / "tests" / "test_it.py").write_text(TESTS, encoding="utf-8")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PAVIOR_", "PYTEST"))}
    result = subprocess.run(  # noqa: PLW1510 - the tests read the status
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests", *arguments],
        cwd=folder,
        env={**kept, "PATH": "/nonexistent", **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )
    return result.returncode, result.stdout


def test_what_cannot_run_here_is_skipped_and_said_at_the_end(tmp_path: Path) -> None:
    status, output = _run(tmp_path, "-k", "needs")

    assert status == 0
    assert "1 passed, 1 skipped" in output
    assert "1 tests: browser is missing; to add it: apt-get install chromium" in output


def test_what_is_required_fails_instead_of_being_skipped(tmp_path: Path) -> None:
    status, output = _run(tmp_path, "-k", "needs", PAVIOR_REQUIRE="browser")

    assert status == 1
    assert "1 passed, 1 deselected, 1 error" in output
    assert "PAVIOR_REQUIRE names browser" in output


def test_a_golden_file_that_differs_fails_and_names_the_command(tmp_path: Path) -> None:
    status, output = _run(tmp_path, "-k", "compares")
    assert status == 1
    assert "make golden" in output

    assert _run(tmp_path, "-k", "compares", PAVIOR_UPDATE_GOLDEN="1")[0] == 0
    assert (tmp_path / "tests" / "golden" / "file.txt").read_text(encoding="utf-8") == "now\n"
    assert _run(tmp_path, "-k", "compares")[0] == 0


@pytest.mark.parametrize("address", ["192.0.2.1", "0.0.0.0", "8.8.8.8"])  # noqa: S104 - it is refused
def test_a_socket_to_another_machine_is_refused(address: str) -> None:
    with socket.socket() as one, pytest.raises(Exception, match="only loopback"):
        one.connect((address, 9))


def test_listening_for_other_machines_is_refused() -> None:
    with socket.socket() as one, pytest.raises(Exception, match="only loopback"):
        one.bind(("", 0))


def test_looking_up_a_name_is_refused() -> None:
    with pytest.raises(Exception, match="only loopback"):
        socket.getaddrinfo("example.org", 443)


def test_loopback_is_open() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with socket.create_connection(("localhost", port)) as client:
            assert client.getpeername()[1] == port
