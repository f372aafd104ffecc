"""`pavior control`: what is required, and why. Reads what this Pavior brings along; needs no server."""

from collections.abc import Mapping

import click

from pavior.cli.answer import Answer, Facts, Table, Text
from pavior.cli.checking.choosing import get_control
from pavior.cli.checking.explained import levels_told
from pavior.cli.launcher import Launcher
from pavior.cli.verb import OpenVerb
from pavior.policy.model import Control
from pavior.policy.waivers import LONGEST_DAYS

_PUBLIC = "controls are part of the program and tell nothing of anybody."


@click.group()
def control() -> None:
    """What is required, and why."""


@control.command("list", cls=OpenVerb, public_because=_PUBLIC, example="pavior control list --json")
def list_controls(launcher: Launcher, is_json: bool) -> Answer:  # noqa: ARG001 - every open verb takes it
    """List controls by id, with how hard they are enforced."""
    controls = launcher.check_tools().load_controls()
    rows = tuple((item.id, item.severity.value, levels_told(item), item.title) for item in controls)
    columns = ("control", "severity", "level", "title")
    next_step = (Text("Risk, fix and lesson of one: pavior control show CONTROL"),) if rows else ()
    empty = "This Pavior has no controls, so nothing is checked."
    return Answer(controls, (Table(columns, rows, empty), *next_step))


@control.command(
    "show", cls=OpenVerb, public_because=_PUBLIC, example="pavior control show object-storage-no-public-access"
)
@click.argument("control_id", metavar="CONTROL")
def show_control(launcher: Launcher, control_id: str, is_json: bool) -> Answer:  # noqa: ARG001 - the same
    """Show what one control demands: risk, levels, what to type, mappings, and the lesson."""
    item = get_control(launcher.check_tools().load_controls(), control_id)
    return Answer(item, _parts(item))


def _parts(item: Control) -> tuple[Facts | Text, ...]:
    facts = Facts(
        (
            ("control", item.id),
            ("title", item.title),
            ("severity", item.severity.value),
            ("level", levels_told(item)),
            ("waivers", f"at most {LONGEST_DAYS[item.severity]} days"),
            ("risk", " ".join(item.risk.split())),
            *_named_ids(item.mappings),
            *((f"same in {name}", ", ".join(ids)) for name, ids in sorted(item.equivalents.items())),
            ("version", item.version[:12]),
        )
    )
    fixes = tuple(
        Text(f"\nWhat to type ({remediation.language}):\n{_indented(remediation.text)}")
        for remediation in item.remediations
    )
    return (facts, *fixes, Text(f"\n{item.lesson.strip()}"))


def _named_ids(mappings: Mapping[str, tuple[str, ...]]) -> tuple[tuple[str, str], ...]:
    return tuple((name, ", ".join(ids)) for name, ids in sorted(mappings.items()))


def _indented(text: str) -> str:
    return "\n".join(f"  {line}".rstrip() for line in text.strip("\n").splitlines())
