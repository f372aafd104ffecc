"""The wheel holds everything, and works alone in an empty environment."""

import json
import os
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import httpx
import pytest


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built without the network: the build tools are in the environment already."""
    root = Path(__file__).resolve().parents[2]
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    subprocess.run([*command, "--wheel-dir", folder, root], check=True, timeout=120, capture_output=True)
    return next(folder.glob("pavior-*.whl"))


def _data_files(root: Path) -> set[str]:
    source = root / "src"
    return {
        path.relative_to(source).as_posix()
        for path in source.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


@pytest.mark.slow
def test_the_wheel_holds_every_file_of_the_package(wheel: Path, root: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())

    wanted = _data_files(root)
    assert len(wanted) > 100
    assert wanted - names == set()
    assert any(name.endswith("licenses/LICENSE") for name in names)


@pytest.mark.slow
def test_the_wheel_holds_nothing_else(wheel: Path, root: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}

    assert names - _data_files(root) == set()


@pytest.mark.slow
def test_the_wheel_alone_in_an_empty_environment_runs(wheel: Path, tmp_path: Path) -> None:
    """Only the wheel is installed there; what it depends on is lent by the environment of the tests."""
    environment = tmp_path / "alone"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment], check=True, timeout=120)
    packages = next(environment.glob("lib/python3*/site-packages"))
    install: list[str | Path] = [
        sys.executable,
        "-m",
        "pip",
        "--python",
        environment / "bin" / "python",
        "install",
        "--quiet",
    ]
    subprocess.run(
        [*install, "--no-deps", "--no-index", "--no-compile", wheel], check=True, timeout=120, capture_output=True
    )
    lent = [path for path in sys.path if path.endswith("site-packages")]
    # A .pth file would also bring in the checkout through its own .pth, so the folders are linked one by one.
    for folder in lent:
        for item in Path(folder).iterdir():
            if not item.name.startswith(("pavior", "_pavior", "__editable__")) and item.suffix != ".pth":
                target = packages / item.name
                if not target.exists():
                    target.symlink_to(item)

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command: list[str | Path] = [environment / "bin" / "pavior", *arguments]
        return subprocess.run(  # noqa: PLW1510 - the test reads the status
            command,
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
        [environment / "bin" / "pavior", "up", "--json", "--no-demo", "--port", "0"],
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
