"""The controls that hold where a command is run."""

from pathlib import Path

from pavior.cli.launcher import Launcher
from pavior.content.own_controls import ControlSet, gather
from pavior.policy.model import Control


def gather_here(launcher: Launcher) -> ControlSet:
    """What holds in this folder, and for everybody. Raises as `content.own_controls.gather`."""
    tools = launcher.check_tools()
    return gather(tools.load_controls(), tools.read_operator(), tools.read_configuration(Path()))


def all_controls(own: ControlSet) -> tuple[Control, ...]:
    """Those that are asked, and those that are only read."""
    return (*own.controls, *(control for pack in own.proposed for control in pack.controls))
