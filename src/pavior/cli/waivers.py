"""`pavior waiver`: an excuse for one control in one place until one instant."""

from datetime import datetime
from typing import Any

import click

from pavior.cli.answer import Answer, Facts, Part, Table, Text
from pavior.cli.verb import Call, Verb, page_options, page_request
from pavior.identity.model import Permission
from pavior.kernel.errors import InvalidError
from pavior.policy.waiver_model import Waiver, WaiverState, WaiverWish
from pavior.reports.model import Matches


@click.group()
def waiver() -> None:
    """Excuses with an end: ask, renew, approve, revoke, transfer."""


@waiver.command(
    "request",
    cls=Verb,
    permission=Permission.WAIVER_REQUEST,
    example="pavior waiver request object-storage-versioned orders/dev --subject aws_s3_bucket.cache --days 7 "
    "--reason 'holds only caches'",
)
@click.argument("control")
@click.argument("environment")
@click.option("--subject", default="", help="Address of one resource.")
@click.option("--path", default="", help="Only what is written in these source files, as 'infra/legacy/**'.")
@click.option(
    "--every-resource", "is_whole", is_flag=True, help="Every resource there, and not one that is named by its address."
)
@click.option("--days", type=click.IntRange(1), required=True, help="How long; the control's severity caps it.")
@click.option("--reason", required=True, help="Why.")
@click.option("--measures", default="", help="What is done meanwhile.")
@click.option("--evidence", default="", help="Text or a link that shows it.")
@click.option("--change", "change_id", default="", help="The Change that it is to let through.")
@click.option(
    "--even-if-nothing-matches",
    "may_match_nothing",
    is_flag=True,
    help="Ask although it would excuse nothing today.",
)
def request_waiver(call: Call, **wish: Any) -> Answer:
    """Ask to be excused in ENVIRONMENT; somebody else decides.

    ENVIRONMENT is as orders/dev. An admin also decides about 'orders/*', every environment of a service, and '*', all.
    """
    return _answer(call, call.application.waivers.request_waiver(call.actor, WaiverWish(**wish)))


@waiver.command(
    "preview",
    cls=Verb,
    permission=Permission.WAIVER_REQUEST,
    example="pavior waiver preview object-storage-versioned orders/dev --path 'infra/legacy/**'",
)
@click.argument("control")
@click.argument("environment")
@click.option("--subject", default="", help="Address of one resource.")
@click.option("--path", default="", help="Only what is written in these source files.")
def preview_waiver(call: Call, control: str, environment: str, subject: str, path: str) -> Answer:
    """Show what a waiver would excuse today; nothing is asked."""
    found = call.application.waivers.preview_waiver(
        call.actor, control=control, environment=environment, subject=subject, path=path
    )
    return Answer(found, _matched(found))


@waiver.command(
    "renew",
    cls=Verb,
    permission=Permission.WAIVER_REQUEST,
    example="pavior waiver renew W-4 --days 7 --reason 'the CDN is late'",
)
@click.argument("waiver_id")
@click.option("--days", type=click.IntRange(1), required=True, help="How long; the control's severity caps it.")
@click.option("--reason", required=True, help="Why it is still needed.")
@click.option("--measures", default="", help="What is done meanwhile; as before when left out.")
@click.option("--evidence", default="", help="Text or a link that shows it; as before when left out.")
@click.option(
    "--even-if-nothing-matches",
    "may_match_nothing",
    is_flag=True,
    help="Ask although it would excuse nothing today.",
)
def renew_waiver(call: Call, waiver_id: str, **renewal: Any) -> Answer:
    """Ask for the same once more; somebody else decides anew."""
    return _answer(call, call.application.waivers.renew_waiver(call.actor, waiver_id, **renewal))


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


@waiver.command(
    "transfer",
    cls=Verb,
    permission=Permission.WAIVER_TRANSFER,
    example="pavior waiver transfer W-4 --to shipping --reason 'payments ends'",
)
@click.argument("waiver_id", required=False, default="")
@click.option("--all-of", "from_team", default="", help="All that is undecided or in force of this team, instead.")
@click.option("--to", "team", required=True, help="The team that answers for it from now on.")
@click.option("--reason", required=True, help="Why.")
def transfer_waiver(call: Call, waiver_id: str, from_team: str, team: str, reason: str) -> Answer:
    """Let another team answer for a waiver, or for all of a team."""
    if bool(waiver_id) == bool(from_team):
        raise InvalidError(
            "waiver-transfer-unclear",
            "One waiver is transferred, or all of a team, and not both or neither.",
            fix="Name the waiver, or the team: pavior waiver transfer --all-of TEAM --to TEAM.",
        )
    service = call.application.waivers
    if waiver_id:
        return _answer(call, service.transfer_waiver(call.actor, waiver_id, team=team, reason=reason))
    moved = service.transfer_waivers(call.actor, from_team=from_team, team=team, reason=reason)
    rows = tuple((item.id, item.control, _scope_text(item)) for item in moved)
    return Answer(moved, (Table(("waiver", "control", "scope"), rows, f"{from_team} answers for none."),))


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
            item.subject or item.path or "(all)",
            item.team,
            item.requester,
            _until(item),
        )
        for item in page.items
    )
    columns = ("waiver", "state", "control", "environment", "subject", "team", "requester", "until")
    return Answer(page, (Table(columns, rows, "There is no waiver."),))


@waiver.command("show", cls=Verb, permission=Permission.WAIVER_READ, example="pavior waiver show W-4")
@click.argument("waiver_id")
def show_waiver(call: Call, waiver_id: str) -> Answer:
    """Show one waiver, what it reaches, and all that happened to it and before it."""
    view = call.application.pages.get_waiver_view(call.actor, waiver_id)
    steps = tuple((f"{step.at:%Y-%m-%d %H:%M}", step.verb, step.actor, step.text) for step in view.steps)
    parts = (
        *_answer(call, view.waiver).parts[:1],
        *_matched(view.matches),
        Table(("at (UTC)", "what", "who", "said"), steps, "Nothing is recorded of it."),
    )
    if view.earlier:
        rows = tuple(
            (item.id, _state(call, item), _scope_text(item), str(item.days), item.decision_reason or item.reason)
            for item in view.earlier
        )
        told = f"Granted {_times(view.granted)} before and now, {_days(view.days_excused)} in all. Asked before:"
        parts = (*parts, Text(told), Table(("waiver", "state", "scope", "days", "said"), rows, ""))
    return Answer(view, parts)


def state_word(item: Waiver, now: datetime) -> str:
    """Its state, where one that is over is expired, whether or not that is recorded yet."""
    is_over = item.state is WaiverState.APPROVED and not item.is_in_force(now)
    return WaiverState.EXPIRED.value if is_over else item.state.value


def _state(call: Call, item: Waiver) -> str:
    return state_word(item, call.application.clock.now())


def _until(item: Waiver) -> str:
    return f"{item.expires_at:%Y-%m-%d %H:%M} UTC" if item.expires_at else f"{_days(item.days)} from approval"


def _days(count: int) -> str:
    return f"{count} {'day' if count == 1 else 'days'}"


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _scope_text(item: Waiver) -> str:
    what = item.subject or (f"files {item.path}" if item.path else "every resource")
    return f"{item.environment}: {what}"


def _matched(found: Matches) -> tuple[Part, ...]:
    rows = tuple((item.environment, item.subject, item.outcome.value, item.path) for item in found.excused)
    told = f"It passes on {found.passing} more that it reaches." if found.passing else ""
    if found.unknown:
        told += f" Nothing was evaluated yet of {', '.join(found.unknown)}, so nobody knows what it would excuse there."
    table = Table(("environment", "resource", "now", "file"), rows, "It would excuse nothing today.")
    return (table, Text(told.strip())) if told else (table,)


def _answer(call: Call, item: Waiver) -> Answer:
    lines = (
        ("waiver", item.id),
        ("state", _state(call, item)),
        ("control", item.control),
        ("environment", item.environment),
        ("subject", item.subject or ("any" if item.path else "every resource there")),
        ("files", item.path),
        ("reason", item.reason),
        ("meanwhile", item.measures),
        ("evidence", item.evidence),
        ("requester", item.requester),
        ("team", item.team),
        ("renews", item.renews or ""),
        ("decided by", item.decided_by or ""),
        ("decided because", item.decision_reason),
        ("until", _until(item)),
    )
    facts = Facts(lines)
    match item.state:
        case WaiverState.REQUESTED:
            return Answer(item, (facts, Text(f"Next: somebody else decides: pavior waiver approve {item.id}")))
        case WaiverState.APPROVED if item.change_id:
            return Answer(item, (facts, Text(f"Next: pavior change plan {item.change_id}")))
        case WaiverState.DENIED:
            return Answer(item, (facts, Text("Next: fix it, or ask for something narrower, which shows this one.")))
        case _:
            return Answer(item, (facts,))
