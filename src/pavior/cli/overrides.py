"""`pavior override`: one Decision that blocks is let through once, by two people, and reviewed by a third."""

from datetime import datetime

import click

from pavior.cli.answer import Answer, Facts, Part, Table, Text
from pavior.cli.verb import Call, Verb, page_options, page_request
from pavior.identity.model import Permission
from pavior.kernel.clock import format_instant
from pavior.overrides.model import (
    DEFAULT_HOURS,
    LONGEST_HOURS,
    MEANINGS,
    Override,
    OverrideState,
    ReasonClass,
    ReviewOutcome,
)
from pavior.policy.rendering import dispute_command


@click.group()
def override() -> None:
    """Let one blocked plan through once: ask, approve, revoke, review."""


@override.command(
    "request",
    cls=Verb,
    permission=Permission.OVERRIDE_REQUEST,
    example="pavior override request C-7 --class incident --reason 'checkout is down; this puts the old rule back'",
)
@click.argument("change_id", metavar="CHANGE")
@click.option(
    "--class",
    "reason_class",
    type=click.Choice([item.value for item in ReasonClass]),
    required=True,
    help="; ".join(f"{item.value}: {meaning}" for item, meaning in MEANINGS.items()) + ".",
)
@click.option("--reason", required=True, help="Why it cannot wait, in a sentence.")
@click.option(
    "--hours",
    type=click.IntRange(1, LONGEST_HOURS),
    default=DEFAULT_HOURS,
    show_default=True,
    help="How long it holds from its approval on.",
)
def request_override(call: Call, change_id: str, reason_class: str, reason: str, hours: int) -> Answer:
    """Ask that the latest plan of a blocked Change be let through once; somebody else decides, a third reviews it."""
    found = call.application.overrides.request_override(
        call.actor, change_id, reason_class=reason_class, reason=reason, hours=hours
    )
    return _answer(call, found, f"Next: somebody else decides: pavior override approve {found.id}")


@override.command(
    "approve", cls=Verb, permission=Permission.OVERRIDE_DECIDE, example="pavior override approve OV-2 --as sam"
)
@click.argument("override_id", metavar="OVERRIDE")
@click.option("--reason", default="", help="Why.")
def approve_override(call: Call, override_id: str, reason: str) -> Answer:
    """Let exactly that plan through, from now for its hours. The Change still needs its own approvals."""
    found = call.application.overrides.approve_override(call.actor, override_id, reason=reason)
    return _answer(call, found, f"Next: the Change is approved as ever: pavior change approve {found.change_id}")


@override.command(
    "reject",
    cls=Verb,
    permission=Permission.OVERRIDE_DECIDE,
    example="pavior override reject OV-2 --reason 'the fix is one line'",
)
@click.argument("override_id", metavar="OVERRIDE")
@click.option("--reason", required=True, help="Why.")
def reject_override(call: Call, override_id: str, reason: str) -> Answer:
    """Refuse it; the Change stays blocked."""
    found = call.application.overrides.reject_override(call.actor, override_id, reason=reason)
    return _answer(call, found, f"What stops the Change: pavior change show {found.change_id}")


@override.command(
    "revoke",
    cls=Verb,
    permission=Permission.OVERRIDE_REVOKE,
    example="pavior override revoke OV-2 --reason 'the incident is over'",
)
@click.argument("override_id", metavar="OVERRIDE")
@click.option("--reason", required=True, help="Why.")
def revoke_override(call: Call, override_id: str, reason: str) -> Answer:
    """End it now, or withdraw the request. A Change that waits under it is blocked again."""
    found = call.application.overrides.revoke_override(call.actor, override_id, reason=reason)
    return _answer(call, found, f"Where the Change stands: pavior change show {found.change_id}")


@override.command(
    "review",
    cls=Verb,
    permission=Permission.OVERRIDE_REVIEW,
    example="pavior override review OV-2 --outcome justified --reason 'orders were lost by the minute'",
)
@click.argument("override_id", metavar="OVERRIDE")
@click.option(
    "--outcome",
    type=click.Choice([item.value for item in ReviewOutcome]),
    required=True,
    help="What you found, as none of who asked, who approved and who wants the Change.",
)
@click.option("--reason", required=True, help="Why.")
def review_override(call: Call, override_id: str, outcome: str, reason: str) -> Answer:
    """Say afterwards whether it was right."""
    found = call.application.overrides.review_override(call.actor, override_id, outcome=outcome, reason=reason)
    if found.review is not ReviewOutcome.CONTROL_WRONG:
        return _answer(call, found, "All that waits for a review: pavior override list --to-review")
    told = "\n".join(f"  {dispute_command(item.control, found.environment, item.subject)}" for item in found.denied)
    return _answer(call, found, f"Next: tell who owns the control, for each that is wrong:\n{told}")


@override.command("list", cls=Verb, permission=Permission.OVERRIDE_READ, example="pavior override list --to-review")
@click.option("--control", default="", help="Only those that let something past this control.")
@click.option("--state", type=click.Choice([item.value for item in OverrideState]), help="Only those that stand so.")
@click.option("--to-review", "is_to_review", is_flag=True, help="Only those at which nobody has looked afterwards.")
@page_options
def list_overrides(call: Call, control: str, state: str | None, is_to_review: bool, limit: int, offset: int) -> Answer:
    """List overrides: what waits for an answer first, then what waits for a review."""
    page = call.application.pages.list_overrides(
        call.actor, page_request(limit, offset), control=control, state=state or "", is_to_review=is_to_review
    )
    now = call.application.clock.now()
    rows = tuple(
        (
            item.id,
            _state(item, now),
            item.change_id,
            item.environment,
            ", ".join(item.controls),
            item.reason_class.value,
            item.requester,
            item.decided_by or "",
            _review(item, now),
        )
        for item in page.items
    )
    columns = ("override", "state", "change", "environment", "controls", "class", "asked by", "decided by", "review")
    empty = (
        "Nothing was overridden. A blocked Change can be, once: pavior override request CHANGE --class incident "
        "--reason '...'"
    )
    if control or state or is_to_review:
        empty = "No override is like that. All of them: pavior override list"
    return Answer(page, (Table(columns, rows, empty),))


@override.command("show", cls=Verb, permission=Permission.OVERRIDE_READ, example="pavior override show OV-2")
@click.argument("override_id", metavar="OVERRIDE")
def show_override(call: Call, override_id: str) -> Answer:
    """Show an override: what it lets through, who wanted it, who decided, what was found afterwards."""
    view = call.application.pages.get_override(call.actor, override_id)
    found = view.override
    if view.may_decide and view.is_answerable:
        told = f"Next: pavior override approve {found.id}, or: pavior override reject {found.id} --reason '...'"
    elif view.may_review:
        told = f"Next: pavior override review {found.id} --outcome {'|'.join(ReviewOutcome)} --reason '...'"
    else:
        told = f"Its Change: pavior change show {found.change_id}"
    return Answer(view, (*_parts(call, found), Text(told)))


def _answer(call: Call, found: Override, told: str) -> Answer:
    return Answer(found, (*_parts(call, found), Text(told)))


def _parts(call: Call, found: Override) -> tuple[Part, ...]:
    now = call.application.clock.now()
    facts = Facts(
        (
            ("override", found.id),
            ("state", _state(found, now)),
            ("change", f"{found.change_id}, plan {found.plan_number} ({found.plan_digest[:12]})"),
            ("environment", found.environment),
            ("class", f"{found.reason_class.value}: {MEANINGS[found.reason_class]}"),
            ("reason", found.reason),
            ("asked by", f"{found.requester}, {format_instant(found.requested_at)}, for {found.hours} h"),
            ("decided by", _by(found.decided_by, found.decision_reason)),
            ("ends", "" if found.expires_at is None else format_instant(found.expires_at)),
            ("ended by", _by(found.ended_by, found.end_reason)),
            ("review", _review(found, now)),
            ("reviewed by", _by(found.reviewed_by, found.review_reason)),
        )
    )
    denied = tuple((item.control, item.subject, item.outcome.value) for item in found.denied)
    return facts, Table(("control", "resource", "it said"), denied, "")


def _state(found: Override, now: datetime) -> str:
    if found.state is not OverrideState.APPROVED:
        return found.state.value
    return "in force" if found.lets_through(now) else "expired"


def _review(found: Override, now: datetime) -> str:
    if found.review is not None:
        return found.review.value
    if found.review_due_at is None:
        return ""
    return f"{'OVERDUE since' if found.is_review_overdue(now) else 'due'} {format_instant(found.review_due_at)}"


def _by(person: str | None, reason: str) -> str:
    return "" if person is None else f"{person}: {reason}" if reason else person
