"""Pavior installed from its wheel alone, as `pipx install` does it: an environment of its own, no checkout."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def build_wheel(folder: Path) -> Path:
    """Without the network: the build tools are in the environment already."""
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    subprocess.run([*command, "--wheel-dir", folder, ROOT], check=True, timeout=120, capture_output=True)
    return next(folder.glob("pavior-*.whl"))


def install(wheel: Path, environment: Path) -> Path:
    """The program `pavior` in a new environment; what it depends on is lent by the environment of the tests."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment], check=True, timeout=120)
    packages = next(environment.glob("lib/python3*/site-packages"))
    pip: list[str | Path] = [sys.executable, "-m", "pip", "--python", environment / "bin" / "python"]
    options = ("--quiet", "--no-deps", "--no-index", "--no-compile")
    subprocess.run([*pip, "install", *options, wheel], check=True, timeout=120, capture_output=True)
    # A .pth file would also bring in the checkout through its own .pth, so the folders are linked one by one.
    for folder in (path for path in sys.path if path.endswith("site-packages")):
        for item in Path(folder).iterdir():
            if not item.name.startswith(("pavior", "_pavior", "__editable__")) and item.suffix != ".pth":
                target = packages / item.name
                if not target.exists():
                    target.symlink_to(item)
    return environment / "bin" / "pavior"
