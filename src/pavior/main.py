"""Where the program begins: the only module that reads the machine's environment and starts things."""

import os
import shutil
import sys
from pathlib import Path

from pavior.cli.root import invoke
from pavior.launching.later import LaterLauncher


def cli() -> None:
    """The command `pavior`."""
    sys.exit(invoke(sys.argv[1:], LaterLauncher(os.environ, Path.home(), _program())))


def _program() -> str:
    """What to type to start this again: its bare name where that is enough, else its path."""
    path = Path(sys.argv[0]).absolute()
    if path.name == "__main__.py":
        return f"{sys.executable} -m pavior"
    found = shutil.which(path.name)
    return path.name if found is not None and Path(found).absolute() == path else str(path)
