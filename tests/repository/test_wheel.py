"""The wheel holds everything, and works alone in an empty environment."""

import json
import os
import signal
import subprocess
import zipfile
from pathlib import Path

import httpx
import pytest
from tests.journeys.installed import build_wheel, install


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of this checkout."""
    return build_wheel(tmp_path_factory.mktemp("wheel"))


def _data_files(root: Path) -> set[str]:
    source = root / "src"
    return {
        path.relative_to(source).as_posix()
        for path in source.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_the_wheel_holds_every_file_of_the_package(wheel: Path, root: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())

    wanted = _data_files(root)
    assert len(wanted) > 100
    assert wanted - names == set()
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_the_wheel_holds_nothing_else(wheel: Path, root: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}

    assert names - _data_files(root) == set()


def test_the_wheel_alone_in_an_empty_environment_runs(wheel: Path, tmp_path: Path) -> None:
    """Only the wheel is installed there; what it depends on is lent by the environment of the tests."""
    pavior = install(wheel, tmp_path / "alone")

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(  # noqa: PLW1510 - the test reads the status
            [pavior, *arguments],
            cwd=tmp_path,
            env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)},
            capture_output=True,
            text=True,
            timeout=60,
        )

    found = run("version", "--json")
    assert found.returncode == 0, found.stderr
    assert json.loads(found.stdout)["pavior"]

    (tmp_path / "infra").mkdir()
    (tmp_path / "infra" / "main.tf").write_text(
        'resource "aws_s3_bucket" "files" {\n  bucket = "files"\n}\n', encoding="utf-8"
    )
    checked = run("check", "infra", "--json")
    assert checked.returncode in (0, 1), checked.stderr
    assert "aws_s3_bucket.files" in checked.stdout

    with subprocess.Popen(
        [pavior, "up", "--json", "--no-demo", "--port", "0"],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as up:
        assert up.stdout is not None
        assert up.stderr is not None
        line = up.stdout.readline()
        assert line, up.stderr.read()
        ready = httpx.get(f"{json.loads(line)['address']}/readyz")
        up.send_signal(signal.SIGINT)
        assert up.wait(timeout=30) == 0
    assert ready.status_code == 200, ready.text
