"""`pavior control`: what is required, and why; and how to require more. Needs no server."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import click

from pavior.cli.answer import Answer, Facts, Part, Table, Text
from pavior.cli.control_making import fetch_packs, new_control, test_controls
from pavior.cli.launcher import Launcher
from pavior.cli.verb import OpenVerb
from pavior.content.own_controls import ControlSet, gather
from pavior.kernel.errors import InvalidError, MissingError
from pavior.kernel.verdicts import Severity
from pavior.policy.model import Control
from pavior.policy.parameters import bounds_text, origin_text, value_text
from pavior.policy.waivers import LONGEST_DAYS

_PUBLIC = "controls are part of the program and tell nothing of anybody."
# How the controls that come with Pavior are called where packs are named.
_BUILTIN = "pavior"


@click.group()
def control() -> None:
    """What is required, and why; and how to require more."""


control.add_command(new_control)
control.add_command(test_controls)
control.add_command(fetch_packs)


@control.command("list", cls=OpenVerb, public_because=_PUBLIC, example="pavior control list --view ObjectStore --json")
@click.option("--view", metavar="VIEW", default="", help="Only those that read this view.")
@click.option(
    "--severity", type=click.Choice([item.value for item in Severity]), default=None, help="Only those this grave."
)
@click.option("--search", metavar="WORDS", default="", help="Only those with each of these words in id, title or risk.")
@click.option("--pack", metavar="NAME", default="", help=f"Only those of this pack; {_BUILTIN} for Pavior's own.")
def list_controls(
    launcher: Launcher,
    view: str,
    severity: str | None,
    search: str,
    pack: str,
    is_json: bool,  # noqa: ARG001 - every open verb takes it
) -> Answer:
    """List controls by id, with how hard they are enforced, and the values that somebody chose for them."""
    own = _own(launcher)
    controls = tuple(
        item
        for item in _of_pack(own, pack)
        if (not view or item.view == view)
        and (severity is None or item.severity.value == severity)
        and all(word in _searched(item) for word in search.casefold().split())
    )
    rows = tuple((item.id, item.severity.value, _levels(item), item.title) for item in controls)
    columns = ("control", "severity", "level", "title")
    is_narrowed = bool(view or severity or search or pack)
    empty = "No control is like that." if is_narrowed else "This Pavior has no controls, so nothing is checked."
    parts: list[Part] = [Table(columns, rows, empty), *_chosen(controls)]
    not_run = [item.id for found in own.proposed for item in found.controls]
    if not_run:
        parts.append(Text(f"Read and never run, unless pavior check is given --trust-packs: {', '.join(not_run)}"))
    if rows:
        parts.append(Text("Risk, fix and lesson of one: pavior control show CONTROL"))
    return Answer(controls, tuple(parts))


@control.command(
    "show", cls=OpenVerb, public_because=_PUBLIC, example="pavior control show object-storage-no-public-access"
)
@click.argument("control_id", metavar="CONTROL")
def show_control(launcher: Launcher, control_id: str, is_json: bool) -> Answer:  # noqa: ARG001 - the same
    """Show what one control demands: risk, levels, values in force, what to type, mappings, and the lesson."""
    for item in _of_pack(_own(launcher), ""):
        if item.id == control_id:
            return Answer(item, _parts(item))
    raise MissingError(
        "control-missing", f"There is no control {control_id[:80]}.", fix="List them with: pavior control list."
    )


def _own(launcher: Launcher) -> ControlSet:
    """What holds here: in this folder, and for everybody."""
    tools = launcher.check_tools()
    return gather(tools.load_controls(), tools.read_operator(), tools.read_configuration(Path()))


def _of_pack(own: ControlSet, pack: str) -> tuple[Control, ...]:
    packs = {item.name: {control.id for control in item.controls} for item in (*own.packs, *own.proposed)}
    everything = sorted(
        (*own.controls, *(control for item in own.proposed for control in item.controls)), key=lambda item: item.id
    )
    if not pack:
        return tuple(everything)
    of_packs = set().union(*packs.values())
    packs[_BUILTIN] = {item.id for item in everything} - of_packs
    if pack not in packs:
        raise InvalidError(
            "pack-unknown", f"There is no pack {pack[:40]!r} here.", fix=f"Name one of: {', '.join(sorted(packs))}."
        )
    return tuple(item for item in everything if item.id in packs[pack])


def _searched(item: Control) -> str:
    return f"{item.id} {item.title} {item.risk}".casefold()


def _chosen(controls: tuple[Control, ...]) -> Iterator[Table]:
    rows = tuple(
        (item.id, parameter.name, value_text(parameter.value), parameter.origin)
        for item in controls
        for parameter in item.parameters
        if parameter.origin
    )
    if rows:
        yield Table(("chosen for", "parameter", "value", "where"), rows, "")


def _parts(item: Control) -> tuple[Facts | Text, ...]:
    facts = Facts(
        (
            ("control", item.id),
            ("title", item.title),
            ("severity", item.severity.value),
            ("level", _levels(item)),
            *_parameters(item),
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


def _parameters(item: Control) -> Iterator[tuple[str, str]]:
    for one in item.parameters:
        bounds = f"{one.type.value}{bounds_text(one)}"
        yield (one.name, f"{value_text(one.value)} ({origin_text(one)}). {one.description} [{bounds}]")


def _named_ids(mappings: Mapping[str, tuple[str, ...]]) -> tuple[tuple[str, str], ...]:
    return tuple((name, ", ".join(ids)) for name, ids in sorted(mappings.items()))


def _levels(item: Control) -> str:
    """`warn; prod block`: the default, and what differs from it."""
    others = (f"{name} {level.value}" for name, level in sorted(item.levels.items()) if level is not item.default_level)
    return "; ".join((item.default_level.value, *others))


def _indented(text: str) -> str:
    return "\n".join(f"  {line}".rstrip() for line in text.strip("\n").splitlines())
