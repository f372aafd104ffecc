"""`pavior control`: what is required, and why; how to require more; and how it stands.

`verdicts`, `coverage` and what has to do with levels ask the platform; the others need no server.
"""

from collections.abc import Iterator
from pathlib import Path

import click
from msgspec import structs

from pavior.cli.answer import Answer, Facts, Part, Table, Text
from pavior.cli.checking.explained import levels_told
from pavior.cli.checking.gathering import gather_here
from pavior.cli.checking.given_levels import levels_request, levels_text, read_given_levels, require_known
from pavior.cli.checking.naming import get_control
from pavior.cli.control_making import fetch_packs, new_control, test_controls
from pavior.cli.disputes import answer_dispute, dispute_control, list_disputes
from pavior.cli.launcher import Launcher
from pavior.cli.levels import (
    approve_level,
    list_level_changes,
    plan_level,
    reject_level,
    revert_level,
    set_level,
    show_levels,
)
from pavior.cli.replay import replay_control
from pavior.cli.verb import Call, OpenVerb, Verb, page_options, page_request
from pavior.content.framework_loading import load_frameworks
from pavior.content.own_controls import ControlSet
from pavior.identity.model import Permission
from pavior.kernel.clock import format_instant
from pavior.kernel.errors import InvalidError
from pavior.kernel.verdicts import Outcome, Severity
from pavior.policy.compliance import describe_mappings
from pavior.policy.model import Control
from pavior.policy.parameters import bounds_text, origin_text, value_text
from pavior.policy.waivers import LONGEST_DAYS
from pavior.reports.standing import CoverageView, EnvironmentCoverage, Looked

_PUBLIC = "controls are part of the program and tell nothing of anybody."
# How the controls that come with Pavior are called where packs are named.
_BUILTIN = "pavior"


@click.group()
def control() -> None:
    """What is required, and why; and how to require more."""


control.add_command(new_control)
control.add_command(test_controls)
control.add_command(fetch_packs)
control.add_command(show_levels)
control.add_command(replay_control)
control.add_command(list_level_changes)
control.add_command(set_level)
control.add_command(plan_level)
control.add_command(approve_level)
control.add_command(reject_level)
control.add_command(revert_level)
control.add_command(dispute_control)
control.add_command(list_disputes)
control.add_command(answer_dispute)


@control.command("list", cls=OpenVerb, public_because=_PUBLIC, example="pavior control list --view ObjectStore --json")
@click.option("--view", metavar="VIEW", default="", help="Only those that read this view.")
@click.option(
    "--severity", type=click.Choice([item.value for item in Severity]), default=None, help="Only those this grave."
)
@click.option("--search", metavar="WORDS", default="", help="Only those with each of these words in id, title or risk.")
@click.option("--pack", metavar="NAME", default="", help=f"Only those of this pack; {_BUILTIN} for Pavior's own.")
@click.option(
    "--levels-from",
    "levels_file",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="With the levels of one environment that a server signed; else what the controls' folders say.",
)
@click.option(
    "--levels-key", metavar="FILE", type=click.Path(path_type=Path), help="Public key of that server: audit-public.pem."
)
def list_controls(
    launcher: Launcher,
    view: str,
    severity: str | None,
    search: str,
    pack: str,
    levels_file: Path | None,
    levels_key: Path | None,
    is_json: bool,  # noqa: ARG001 - every open verb takes it
) -> Answer:
    """List controls by id, with how hard they are enforced, and the values that somebody chose for them."""
    own = gather_here(launcher)
    request = levels_request(levels_file, levels_key)
    given = None if request is None else read_given_levels(request, "", own.controls)
    if given is not None:
        require_known(given)
        own = structs.replace(own, controls=given.controls)
    controls = tuple(
        item
        for item in _of_pack(own, pack)
        if (not view or item.view == view)
        and (severity is None or item.severity.value == severity)
        and all(word in _searched(item) for word in search.casefold().split())
    )
    rows = tuple((item.id, item.severity.value, levels_told(item), item.title) for item in controls)
    columns = ("control", "severity", "level", "title")
    is_narrowed = bool(view or severity or search or pack)
    empty = "No control is like that." if is_narrowed else "This Pavior has no controls, so nothing is checked."
    parts: list[Part] = [Table(columns, rows, empty), *_chosen(controls)]
    if given is not None:
        parts.append(Text(f"Levels for what is new: {levels_text(given.use)}"))
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
    item = get_control(_of_pack(gather_here(launcher), ""), control_id)
    return Answer(item, _parts(item))


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


@control.command(
    "verdicts",
    cls=Verb,
    permission=Permission.CONTROL_READ,
    example="pavior control verdicts object-storage-no-public-access --outcome failed",
)
@click.argument("control_id", metavar="CONTROL")
@click.option("--phase", type=click.Choice(["plan", "live"]), help="Only of the latest plans, or of what is live.")
@click.option("--outcome", type=click.Choice([item.value for item in Outcome]), help="Only with this outcome.")
@click.option("--team", default="", help="Only about what this team owns.")
@page_options
def list_verdicts(
    call: Call, control_id: str, phase: str | None, outcome: str | None, team: str, limit: int, offset: int
) -> Answer:
    """List what one control says now, what asks for somebody first."""
    page = call.application.pages.list_verdicts(
        call.actor, control_id, page_request(limit, offset), phase=phase or "", outcome=outcome or "", team=team
    )
    rows = tuple(
        (
            row.verdict.outcome.value,
            row.verdict.phase.value,
            row.environment,
            row.verdict.subject,
            format_instant(row.at),
            row.verdict.message,
        )
        for row in page.items
    )
    columns = ("outcome", "phase", "where", "subject", "as of", "why")
    empty = "There is no such verdict, which is no pass: nothing that it looks at was evaluated."
    return Answer(page, (Table(columns, rows, empty),))


@control.command(
    "coverage", cls=Verb, permission=Permission.CONTROL_READ, example="pavior control coverage --team payments"
)
@click.option("--team", default="", help="Only what this team owns.")
@click.option("--service", default="", help="Only this service.")
@click.option("--provider", default="", help="Only types of this provider, such as aws.")
@click.option("--type", "resource_type", default="", help="Only this type of resource, such as aws_sqs_queue.")
def show_coverage(call: Call, team: str, service: str, provider: str, resource_type: str) -> Answer:
    """Show what no control looked at: types, parts that were passed over, places never evaluated."""
    view = call.application.pages.show_coverage(
        call.actor, team=team, service=service, provider=provider, resource_type=resource_type
    )
    return Answer(view, _coverage(view, is_narrowed=bool(provider or resource_type)))


def _without_types(view: CoverageView, *, is_narrowed: bool) -> str:
    """Why no type is told. Where nothing was evaluated nothing is known, which is no pass."""
    if is_narrowed:
        return "No such type was left out of what was evaluated."
    if any(looked.evaluated for row in view.environments for looked in (row.plan, row.live) if looked):
        return "Some control looked at every resource that was evaluated."
    return "Nothing was evaluated, so nothing is known."


def _coverage(view: CoverageView, *, is_narrowed: bool) -> tuple[Table | Text, ...]:
    types = tuple(
        (row.provider, row.type, str(row.plan), str(row.live), ", ".join(row.environments)) for row in view.types
    )
    skipped = tuple((row.environment, row.phase.value, row.subject, row.why) for row in view.skipped)
    providers = tuple((row.provider or "not recorded", str(row.plan), str(row.live)) for row in view.providers)
    not_asked = tuple((row.control, row.why, ", ".join(row.environments)) for row in view.not_asked)
    never = tuple(item.service for item in view.unplaced_services)
    return (
        Table(
            ("provider", "type", "in plans", "live", "where"),
            types,
            _without_types(view, is_narrowed=is_narrowed),
        ),
        Text(""),
        Table(
            ("environment", "team", "status", "plan", "live"),
            tuple(_environment(row, view.hidden) for row in view.environments),
            "There is no environment, so nothing is evaluated.",
        ),
        *((Text(""), Table(("provider", "in plans", "live"), providers, "")) if providers else ()),
        *((Text(""), Table(("not asked", "why", "where"), not_asked, "")) if not_asked else ()),
        *((Text(""), Table(("where", "phase", "passed over", "why"), skipped, "")) if skipped else ()),
        *(
            (Text(f"\nServices without an environment, of which nothing is evaluated: {', '.join(never)}."),)
            if never
            else ()
        ),
        *((Text(f"\nNot shown to you: {', '.join(view.hidden)}."),) if view.hidden else ()),
        Text(
            f"\nAs of {format_instant(view.measured_at)}. What is in no plan and in no environment is not known here."
        ),
    )


def _environment(row: EnvironmentCoverage, hidden: tuple[str, ...]) -> tuple[str, ...]:
    plan, live = (
        "not shown" if name in hidden else _looked(looked) for name, looked in (("plan", row.plan), ("live", row.live))
    )
    return (row.environment, row.team, row.status.value, plan, live)


def _looked(looked: Looked | None) -> str:
    """`12 of 14 looked at, 2026-11-24T12:00:00Z`."""
    if looked is None:
        return "never evaluated"
    passed_over = f", {looked.skipped} passed over" if looked.skipped else ""
    total = looked.evaluated + looked.uncovered
    return f"{looked.evaluated} of {total} looked at{passed_over}, {format_instant(looked.at)}"


def _parts(item: Control) -> tuple[Facts | Text, ...]:
    facts = Facts(
        (
            ("control", item.id),
            ("title", item.title),
            ("severity", item.severity.value),
            ("level", levels_told(item)),
            *_parameters(item),
            ("waivers", f"at most {LONGEST_DAYS[item.severity]} days"),
            ("waived by", item.owner or "the role security"),
            ("formerly", ", ".join(item.formerly)),
            ("risk", " ".join(item.risk.split())),
            *_mapped(item),
            *((f"same in {name}", ", ".join(ids)) for name, ids in sorted(item.equivalents.items())),
            ("version", item.version[:12]),
        )
    )
    fixes = tuple(
        Text(f"\nWhat to type ({remediation.label}):\n{_indented(remediation.text)}")
        for remediation in item.remediations
    )
    return (facts, *fixes, Text(f"\n{item.lesson.strip()}"))


def _parameters(item: Control) -> Iterator[tuple[str, str]]:
    for one in item.parameters:
        bounds = f"{one.type.value}{bounds_text(one)}"
        yield (one.name, f"{value_text(one.value)} ({origin_text(one)}). {one.description} [{bounds}]")


def _mapped(item: Control) -> Iterator[tuple[str, str]]:
    for framework in describe_mappings(item, load_frameworks()):
        told = (f"{one.id} ({one.title})" if one.title else one.id for one in framework.requirements)
        yield framework.id, ", ".join(told)


def _indented(text: str) -> str:
    return "\n".join(f"  {line}".rstrip() for line in text.strip("\n").splitlines())
