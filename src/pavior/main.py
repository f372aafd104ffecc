"""Where the program begins: the only module that reads the machine's environment and starts things."""

import gc
import os
import sys
from pathlib import Path

# What is imported makes thousands of objects and no garbage, and looking for some at every seven hundred finds none.
gc.set_threshold(10_000)

from pavior.cli.root import invoke  # noqa: E402 - its imports are meant
from pavior.launching.later import LaterLauncher  # noqa: E402 - the same


def cli() -> None:
    """The command `pavior`."""
    sys.exit(invoke(sys.argv[1:], LaterLauncher(os.environ, Path.home(), _program)))


def _program() -> str:
    """What to type to start this again: its bare name where that is enough, else its path."""
    path = Path(sys.argv[0]).absolute()
    if path.name == "__main__.py":
        return f"{sys.executable} -m pavior"
    # Loads half a dozen libraries for compressed files.
    import shutil

    found = shutil.which(path.name)
    return path.name if found is not None and Path(found).absolute() == path else str(path)
