"""The controls that hold where a command is run."""

from pathlib import Path

from pavior.cli.launcher import Launcher
from pavior.content.own_controls import ControlSet, gather


def gather_here(launcher: Launcher) -> ControlSet:
    """What holds in this folder, and for everybody. Raises as `content.own_controls.gather`."""
    tools = launcher.check_tools()
    return gather(tools.load_controls(), tools.read_operator(), tools.read_configuration(Path()))
