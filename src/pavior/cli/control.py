"""`pavior control`: what is required, and why.

`list` and `show` read what this Pavior brings along, and need no server; the others ask how controls stand.
"""

from collections.abc import Mapping

import click

from pavior.cli.answer import Answer, Facts, Table, Text
from pavior.cli.checking.choosing import get_control
from pavior.cli.checking.explained import levels_told
from pavior.cli.launcher import Launcher
from pavior.cli.verb import Call, OpenVerb, Verb, page_options, page_request
from pavior.identity.model import Permission
from pavior.kernel.clock import format_instant
from pavior.kernel.verdicts import Outcome
from pavior.policy.model import Control
from pavior.policy.waivers import LONGEST_DAYS
from pavior.reports.standing import CoverageView, EnvironmentCoverage, Looked

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
    return Answer(view, _coverage(view))


def _coverage(view: CoverageView) -> tuple[Table | Text, ...]:
    types = tuple(
        (row.provider, row.type, str(row.plan), str(row.live), ", ".join(row.environments)) for row in view.types
    )
    skipped = tuple((row.environment, row.phase.value, row.subject, row.why) for row in view.skipped)
    never = tuple(item.service for item in view.unplaced_services)
    return (
        Table(
            ("provider", "type", "in plans", "live", "where"),
            types,
            "Some control looked at every resource that was evaluated.",
        ),
        Text(""),
        Table(
            ("environment", "team", "status", "plan", "live"),
            tuple(_environment(row, view.hidden) for row in view.environments),
            "There is no environment, so nothing is evaluated.",
        ),
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
