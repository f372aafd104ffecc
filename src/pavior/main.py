"""Where the program begins: the only module that reads the machine's environment and starts things."""

import os
import sys
from pathlib import Path

from pavior.cli.root import invoke
from pavior.launching.later import LaterLauncher


def cli() -> None:
    """The command `pavior`."""
    sys.exit(invoke(sys.argv[1:], LaterLauncher(os.environ, Path.home())))
