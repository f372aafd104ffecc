"""`pavior waiver`: an excuse for one control in one place until one instant."""

import click

from pavior.cli.answer import Answer, Facts, Table, Text
from pavior.cli.verb import Call, Verb, page_options, page_request
from pavior.identity.model import Permission
from pavior.policy.model import Waiver, WaiverState


@click.group()
def waiver() -> None:
    """Excuses with an end: ask, approve, revoke."""


@waiver.command(
    "request",
    cls=Verb,
    permission=Permission.WAIVER_REQUEST,
    example="pavior waiver request object-storage-versioning orders/dev --days 7 --reason 'holds only caches'",
)
@click.argument("control")
@click.argument("environment")
@click.option("--subject", default="", help="Address of one resource; every resource of the environment when left out.")
@click.option("--days", type=click.IntRange(1), required=True, help="How long; the control's severity caps it.")
@click.option("--reason", required=True, help="Why.")
@click.option("--change", "change_id", default="", help="The Change that it is to let through.")
def request_waiver(
    call: Call, control: str, environment: str, subject: str, days: int, reason: str, change_id: str
) -> Answer:
    """Ask to be excused; somebody else decides."""
    asked = call.application.waivers.request_waiver(
        call.actor,
        control=control,
        environment=environment,
        subject=subject,
        reason=reason,
        days=days,
        change_id=change_id,
    )
    return _answer(call, asked)


@waiver.command("approve", cls=Verb, permission=Permission.WAIVER_DECIDE, example="pavior waiver approve W-4 --as sam")
@click.argument("waiver_id")
@click.option("--reason", default="", help="Why.")
def approve_waiver(call: Call, waiver_id: str, reason: str) -> Answer:
    """Grant a waiver from now on, for its days."""
    return _answer(call, call.application.waivers.approve_waiver(call.actor, waiver_id, reason=reason))


@waiver.command(
    "deny",
    cls=Verb,
    permission=Permission.WAIVER_DECIDE,
    example="pavior waiver deny W-4 --reason 'the fix is one line'",
)
@click.argument("waiver_id")
@click.option("--reason", required=True, help="Why.")
def deny_waiver(call: Call, waiver_id: str, reason: str) -> Answer:
    """Refuse a waiver."""
    return _answer(call, call.application.waivers.deny_waiver(call.actor, waiver_id, reason=reason))


@waiver.command(
    "revoke",
    cls=Verb,
    permission=Permission.WAIVER_REVOKE,
    example="pavior waiver revoke W-4 --reason 'it was exploited'",
)
@click.argument("waiver_id")
@click.option("--reason", required=True, help="Why.")
def revoke_waiver(call: Call, waiver_id: str, reason: str) -> Answer:
    """End an approved waiver now."""
    return _answer(call, call.application.waivers.revoke_waiver(call.actor, waiver_id, reason=reason))


@waiver.command("list", cls=Verb, permission=Permission.WAIVER_READ, example="pavior waiver list --service orders")
@click.option("--service", default="", help="Only of this service.")
@page_options
def list_waivers(call: Call, service: str, limit: int, offset: int) -> Answer:
    """List waivers: undecided first, then by their end."""
    page = call.application.pages.list_waivers(call.actor, page_request(limit, offset), service=service)
    rows = tuple(
        (
            item.id,
            _state(call, item),
            item.control,
            item.environment,
            item.subject or "(all)",
            item.requester,
            _until(item),
        )
        for item in page.items
    )
    columns = ("waiver", "state", "control", "environment", "subject", "requester", "until")
    return Answer(page, (Table(columns, rows, "There is no waiver."),))


@waiver.command("show", cls=Verb, permission=Permission.WAIVER_READ, example="pavior waiver show W-4")
@click.argument("waiver_id")
def show_waiver(call: Call, waiver_id: str) -> Answer:
    """Show one waiver."""
    return _answer(call, call.application.pages.get_waiver(call.actor, waiver_id))


def _state(call: Call, item: Waiver) -> str:
    if item.state is WaiverState.APPROVED and item.expires_at and item.expires_at <= call.application.clock.now():
        return "expired"
    return item.state.value


def _until(item: Waiver) -> str:
    return f"{item.expires_at:%Y-%m-%d %H:%M} UTC" if item.expires_at else f"{item.days} days from approval"


def _answer(call: Call, item: Waiver) -> Answer:
    facts = Facts(
        (
            ("waiver", item.id),
            ("state", _state(call, item)),
            ("control", item.control),
            ("environment", item.environment),
            ("subject", item.subject or "every resource of the environment"),
            ("reason", item.reason),
            ("requester", item.requester),
            ("decided by", item.decided_by or ""),
            ("until", _until(item)),
        )
    )
    match item.state:
        case WaiverState.REQUESTED:
            return Answer(item, (facts, Text(f"Next: somebody else decides: pavior waiver approve {item.id}")))
        case WaiverState.APPROVED if item.change_id:
            return Answer(item, (facts, Text(f"Next: pavior change plan {item.change_id}")))
        case _:
            return Answer(item, (facts,))
