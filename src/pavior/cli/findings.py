"""`pavior finding`: one queue, whatever found it."""

import click

from pavior.cli.answer import Answer, Facts, Table, Text
from pavior.cli.verb import Call, Verb, page_options, page_request
from pavior.findings.model import Finding
from pavior.identity.model import Permission
from pavior.kernel.clock import format_instant


@click.group()
def finding() -> None:
    """Weaknesses, and what is to be done."""


@finding.command("list", cls=Verb, permission=Permission.FINDING_READ, example="pavior finding list --service orders")
@click.option("--service", default="", help="Only of this service.")
@click.option("--control", default="", help="Only of this control.")
@click.option(
    "--state",
    type=click.Choice(["open", "waived", "fixed", "false-positive", "duplicate"]),
    help="Only in this state; all that is not fixed when left out.",
)
@page_options
def list_findings(call: Call, service: str, control: str, state: str | None, limit: int, offset: int) -> Answer:
    """List findings, worst and oldest first."""
    page = call.application.pages.list_findings(
        call.actor, page_request(limit, offset), service=service, control=control, state=state or ""
    )
    rows = tuple(
        (
            item.id,
            item.severity.value,
            _state(call, item),
            item.control,
            item.environment or item.service,
            item.subject,
            item.due_at.strftime("%Y-%m-%d"),
        )
        for item in page.items
    )
    columns = ("finding", "severity", "state", "control", "where", "subject", "due")
    return Answer(page, (Table(columns, rows, "There is no such finding."),))


@finding.command("show", cls=Verb, permission=Permission.FINDING_READ, example="pavior finding show F-3")
@click.argument("finding_id")
def show_finding(call: Call, finding_id: str) -> Answer:
    """Show one finding, and what can be done about it."""
    return _answer(call, call.application.pages.get_finding(call.actor, finding_id))


@finding.command(
    "triage",
    cls=Verb,
    permission=Permission.FINDING_TRIAGE,
    example="pavior finding triage F-3 --as-false-positive --reason 'the bucket is empty'",
)
@click.argument("finding_id")
@click.option(
    "--as-false-positive/--reopen", "is_false_positive", required=True, help="The control is wrong here, or not."
)
@click.option("--reason", required=True, help="Why.")
def triage(call: Call, finding_id: str, is_false_positive: bool, reason: str) -> Answer:
    """Say that a finding is wrong, or that it is open after all."""
    verb = call.application.triage.mark_false_positive if is_false_positive else call.application.triage.reopen
    return _answer(call, verb(call.actor, finding_id, reason=reason))


def _state(call: Call, item: Finding) -> str:
    return "waived" if item.is_waived(call.application.clock.now()) else item.state.value


def _prediction(item: Finding) -> str:
    if item.threat is None:
        return "nobody knows: there was no threat model"
    return item.threat or "no threat: it is unmodelled"


def _answer(call: Call, item: Finding) -> Answer:
    facts = Facts(
        (
            ("finding", item.id),
            ("control", item.control),
            ("severity", item.severity.value),
            ("state", _state(call, item)),
            ("where", item.environment or item.service),
            ("subject", item.subject),
            ("position", str(item.position or "")),
            ("what", item.message),
            ("team", item.team),
            ("first seen", format_instant(item.first_seen_at)),
            ("due", format_instant(item.due_at)),
            ("waived until", format_instant(item.waived_until) if item.waived_until else ""),
            ("waiver", item.waiver_id),
            ("reason", item.triage_reason),
            ("found in", item.found_in.value),
            ("predicted by", _prediction(item)),
        )
    )
    return Answer(item, (facts, Text(f"How to fix it: pavior control show {item.control}")))
