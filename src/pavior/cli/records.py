"""`pavior audit` and `pavior metrics`: what was recorded."""

from pathlib import Path

import click

from pavior.cli.answer import ANSWER_IS_NO, Answer, Facts, Table, Text, to_json
from pavior.cli.verb import Call, Verb, page_options, page_request
from pavior.identity.model import Permission
from pavior.kernel.clock import format_instant
from pavior.kernel.errors import ConflictError
from pavior.kernel.verdicts import Outcome, Phase
from pavior.reports.model import percent
from pavior.reports.threats_model import Foresight


@click.group()
def audit() -> None:
    """Who did what: list, verify, export."""


@click.group()
def metrics() -> None:
    """Numbers, each counted from recorded facts."""


@audit.command("list", cls=Verb, permission=Permission.AUDIT_READ, example="pavior audit list --service orders")
@click.option("--service", default="", help="Only of this service.")
@page_options
def list_events(call: Call, service: str, limit: int, offset: int) -> Answer:
    """List recorded events, newest first."""
    page = call.application.audit.list_events(call.actor, page_request(limit, offset), service=service)
    rows = tuple(
        (
            str(item.sequence),
            format_instant(item.event.ended_at),
            item.event.actor,
            item.event.verb,
            item.event.subject,
            item.event.outcome,
        )
        for item in page.items
    )
    return Answer(page, (Table(("row", "when", "who", "what", "to what", "outcome"), rows, "Nothing is recorded."),))


@audit.command("verify", cls=Verb, permission=Permission.AUDIT_VERIFY, example="pavior audit verify")
@click.option(
    "--export",
    "exported",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="Verify this file, which `audit export` wrote, instead of the log.",
)
def verify(call: Call, exported: Path | None) -> Answer:
    """Walk the whole chain and its signed heads; exit status 1, and which row, when it is broken."""
    if exported is None:
        found = call.application.audit.verify(call.actor)
    else:
        with exported.open(encoding="utf-8", errors="replace") as lines:
            found = call.application.audit.verify_export(call.actor, lines)
    document = to_json(found)
    rows = (
        tuple((name.replace("_", " "), str(value)) for name, value in document.items() if value is not None)
        if isinstance(document, dict)
        else ()
    )
    told = {
        Outcome.PASSED: "The log is intact.",
        Outcome.UNKNOWN: "There is nothing to verify yet, so it is not known to be intact.",
    }.get(found.outcome, f"The log is broken at row {found.first_wrong}.")
    return Answer(found, (Facts(rows), Text(told)), 0 if found.is_intact else ANSWER_IS_NO)


@audit.command("export", cls=Verb, permission=Permission.AUDIT_READ, example="pavior audit export --into audit.jsonl")
@click.option(
    "--into", required=True, type=click.Path(path_type=Path, dir_okay=False), help="File to write; it may not exist."
)
def export(call: Call, into: Path) -> Answer:
    """Write the whole log as JSON lines, with its signed head, for another place to keep."""
    if into.exists():
        # An earlier export is evidence, and stays.
        raise ConflictError("file-exists", f"{into} is there already.", fix="Name a file that does not exist yet.")
    count = 0
    with into.open("x", encoding="utf-8") as file:
        for line in call.application.audit.export(call.actor):
            file.write(line.rstrip("\n") + "\n")
            count += 1
    return Answer({"path": into, "lines": count}, (Text(f"{count} lines in {into}."),))


@metrics.command("show", cls=Verb, permission=Permission.METRICS_READ, example="pavior metrics show --json")
def show_metrics(call: Call) -> Answer:
    """Show all numbers, with how many facts each rests on."""
    found = call.application.metrics.show(call.actor)
    rows = tuple(
        (
            item.title,
            " ".join(f"{name}={value}" for name, value in sorted(item.labels.items())),
            "not known yet" if item.value is None else f"{item.value:g} {item.unit}",
            str(item.sample_size),
        )
        for item in found
    )
    return Answer(found, (Table(("number", "of", "value", "facts"), rows, "Nothing is recorded yet."),))


@metrics.command("issues", cls=Verb, permission=Permission.THREAT_READ, example="pavior metrics issues --phase live")
@click.option("--phase", type=click.Choice([item.value for item in Phase]), help="Only those found first there.")
@click.option(
    "--foresight",
    type=click.Choice([item.value for item in Foresight]),
    help="Only those found after deployment that a threat had predicted, or none had.",
)
@click.option("--control", default="", help="Only of this control.")
@click.option("--service", default="", help="Only of this service.")
@page_options
def list_issues(
    call: Call, *, phase: str | None, foresight: str | None, control: str, service: str, limit: int, offset: int
) -> Answer:
    """List what the numbers of issues are counted from, the latest first."""
    page = call.application.threats.list_issues(
        call.actor,
        page_request(limit, offset),
        phase=phase or "",
        foresight=foresight or "",
        control=control,
        service=service,
    )
    rows = tuple(
        (
            format_instant(item.found_at),
            item.phase.value,
            item.control,
            item.service,
            item.subject or "the whole service",
            item.threat,
            item.finding,
            "" if item.foresight is None else item.foresight.value,
        )
        for item in page.items
    )
    columns = ("found", "phase", "control", "service", "component", "threat", "finding", "foresight")
    return Answer(page, (Table(columns, rows, "There is no such issue."),))


@metrics.command(
    "service-levels", cls=Verb, permission=Permission.METRICS_READ, example="pavior metrics service-levels"
)
def show_service_levels(call: Call) -> Answer:
    """Show how well Pavior keeps what it promises about itself, over 28 days."""
    found = call.application.service_levels.list_service_levels(call.actor)
    rows = tuple(
        (
            item.title,
            percent(item.target_ratio),
            "not known" if item.ratio is None else percent(item.ratio),
            "" if item.budget_left is None else percent(item.budget_left, places=0),
            f"{item.good:,} of {item.total:,}",
        )
        for item in found
    )
    return Answer(found, (Table(("objective", "target", "kept", "budget left", "events"), rows, ""),))
