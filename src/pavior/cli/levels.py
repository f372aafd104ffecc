"""`pavior control levels` and what changes them: how hard a control is enforced where, and since when."""

from collections.abc import Mapping
from datetime import datetime

import click

from pavior.cli.answer import Answer, Facts, Part, Table, Text
from pavior.cli.verb import Call, Verb, page_options, page_request
from pavior.identity.model import Permission
from pavior.kernel.clock import format_instant, parse_day_or_instant
from pavior.policy.levels import LevelChange, LevelChangeState, LevelEvidence, Rung
from pavior.policy.model import Level
from pavior.reports.standing import Ladder

# More environments of one ladder are told by their number.
_MOST_NAMES = 4
_MOST_SERVICES = 20


@click.command(
    "levels", cls=Verb, permission=Permission.CONTROL_READ, example="pavior control levels object-storage-versioned"
)
@click.argument("control_id", metavar="CONTROL")
def show_levels(call: Call, control_id: str) -> Answer:
    """Show how hard a control is enforced where, since when, what is to come, and who wanted it."""
    view = call.application.pages.get_levels(call.actor, control_id)
    rows = tuple(row for ladder in view.ladders for row in _ladder(ladder, view.as_of))
    changes = tuple(
        (
            item.id,
            _state(item, view.as_of),
            item.rung,
            str(item.scope),
            _starts(item),
            item.proposer,
            item.decided_by,
            item.reason,
        )
        for item in view.changes
    )
    waiting = [item for item in view.changes if item.state is LevelChangeState.PROPOSED]
    parts: list[Part] = [
        Table(("where", "level", "since", "until", "by"), rows, "There is no environment, so it is enforced nowhere."),
        Text(""),
        Table(
            ("change", "state", "to", "scope", "starts", "asked by", "decided by", "reason"),
            changes,
            "Nobody has changed its level: it is what the control's folder says.",
        ),
    ]
    for item in waiting:
        parts += [Text(""), Facts((("evidence for", item.id), *_evidence(item.evidence))), *_plan(item)]
        parts.append(Text(_next(item)))
    return Answer(view, tuple(parts))


@click.command(
    "set-level",
    cls=Verb,
    permission=Permission.CONTROL_SET_LEVEL,
    example="pavior control set-level object-storage-versioned --to block --new-only --environment prod "
    "--from 2027-01-01 --reason 'announced in November'",
)
@click.argument("control_id", metavar="CONTROL")
@click.option("--to", "level", type=click.Choice([item.value for item in Level]), required=True, help="The level.")
@click.option(
    "--new-only", "is_new_only", is_flag=True, help="With block: what is there before the start is only warned of."
)
@click.option("--environment", default="", help="A stage such as prod, or one environment; all when left out.")
@click.option("--team", default="", help="Only what this team owns.")
@click.option("--from", "wanted_from", metavar="WHEN", default="", help="A day or a moment; else the approval.")
@click.option("--reason", required=True, help="Why now, and what was done for those whom it hits.")
def set_level(
    call: Call,
    control_id: str,
    level: str,
    is_new_only: bool,
    environment: str,
    team: str,
    wanted_from: str,
    reason: str,
) -> Answer:
    """Propose another level, with what is known now; somebody else decides."""
    return _answer(
        call,
        call.application.levels.propose_level(
            call.actor,
            control=control_id,
            level=Level(level),
            is_new_only=is_new_only,
            environment=environment,
            team=team,
            wanted_from=parse_day_or_instant(wanted_from) if wanted_from else None,
            reason=reason,
        ),
    )


@click.command("plan-level", cls=Verb, permission=Permission.CONTROL_SET_LEVEL, example="pavior control plan-level L-4")
@click.argument("change_id", metavar="CHANGE")
def plan_level(call: Call, change_id: str) -> Answer:
    """Plan a proposed level again, as the fleet is now; approvals of the plan before no longer count."""
    return _answer(call, call.application.levels.plan_level_again(call.actor, change_id))


@click.command(
    "approve-level",
    cls=Verb,
    permission=Permission.CONTROL_DECIDE_LEVEL,
    example="pavior control approve-level L-4 --plan 4f1c9a --as sven",
)
@click.argument("change_id", metavar="CHANGE")
@click.option("--plan", "digest", default="", help="Digest of the plan you looked at; the latest plan's when left out.")
@click.option("--reason", default="", help="Why.")
def approve_level(call: Call, change_id: str, digest: str, reason: str) -> Answer:
    """Approve exactly one plan of a proposed level; with enough approvals it starts, and never before now."""
    plan = call.application.pages.get_level_change(call.actor, change_id).plan
    # Anything else goes on as it is, and is refused as not the latest plan.
    whole = plan.digest if plan is not None and plan.digest.startswith(digest) else digest
    return _answer(call, call.application.levels.approve_level(call.actor, change_id, plan_digest=whole, reason=reason))


@click.command(
    "revert-level",
    cls=Verb,
    permission=Permission.CONTROL_SET_LEVEL,
    example="pavior control revert-level L-4 --reason 'it stops a migration'",
)
@click.argument("change_id", metavar="CHANGE")
@click.option("--reason", default="", help="Why; that it reverts the other when left out.")
def revert_level(call: Call, change_id: str, reason: str) -> Answer:
    """Propose that what held before an approved level holds again; it is planned and approved like any other."""
    return _answer(call, call.application.levels.revert_level(call.actor, change_id, reason=reason))


@click.command(
    "level-changes",
    cls=Verb,
    permission=Permission.CONTROL_READ,
    example="pavior control level-changes --open",
)
@click.option("--open/--decided", "is_open", default=None, help="Only those that are open, or that are decided.")
@page_options
def list_level_changes(call: Call, is_open: bool | None, limit: int, offset: int) -> Answer:
    """List changes of level of all controls, newest first, with what each does to the fleet."""
    page = call.application.pages.list_level_changes(call.actor, page_request(limit, offset), is_open=is_open)
    now = call.application.clock.now()
    rows = tuple(
        (
            item.id,
            _state(item, now),
            item.control,
            item.rung,
            str(item.scope),
            "" if item.plan is None else f"{item.plan.newly_stopped}, {item.plan.let_go} no longer",
            "" if item.plan is None else f"{item.plan.risk.level.value} ({item.plan.risk.score})",
            item.proposer,
        )
        for item in page.items
    )
    columns = ("change", "state", "control", "to", "scope", "newly stops", "risk", "asked by")
    empty = "There is none. Try one first: pavior control replay CONTROL --level block"
    return Answer(page, (Table(columns, rows, empty),))


@click.command(
    "reject-level",
    cls=Verb,
    permission=Permission.CONTROL_SET_LEVEL,
    example="pavior control reject-level L-4 --reason 'two teams are still at it'",
)
@click.argument("change_id", metavar="CHANGE")
@click.option("--reason", required=True, help="Why.")
def reject_level(call: Call, change_id: str, reason: str) -> Answer:
    """Reject a proposed level, or withdraw one's own."""
    return _answer(call, call.application.levels.reject_level(call.actor, change_id, reason=reason))


def _ladder(ladder: Ladder, now: datetime) -> list[tuple[str, ...]]:
    names = ", ".join(ladder.environments[:_MOST_NAMES])
    more = len(ladder.environments) - _MOST_NAMES
    where = f"{names} and {more} more" if more > 0 else names
    return [
        (where if place == 0 else "", _rung(rung, now), *_span(rung), rung.change.id if rung.change else "its folder")
        for place, rung in enumerate(ladder.rungs)
    ]


def _rung(rung: Rung, now: datetime) -> str:
    return f"{rung.name} (now)" if rung.is_now(now) else rung.name


def _span(rung: Rung) -> tuple[str, str]:
    since = format_instant(rung.since) if rung.since else "it came"
    return since, format_instant(rung.until) if rung.until else ""


def _state(item: LevelChange, now: datetime) -> str:
    if item.state is LevelChangeState.APPROVED and not item.has_started(now):
        return "approved, to come"
    return "in force or followed" if item.state is LevelChangeState.APPROVED else item.state.value


def _starts(item: LevelChange) -> str:
    start = item.starts_at or item.wanted_from
    return format_instant(start) if start else "with the approval" if item.state is LevelChangeState.PROPOSED else ""


def _evidence(evidence: LevelEvidence | None) -> tuple[tuple[str, str], ...]:
    if evidence is None:
        return ()
    span = "" if evidence.days is None else f", for {evidence.days} days"
    since = format_instant(evidence.counted_from)
    return (
        ("level then", f"{evidence.level}{span}"),
        ("fails now", _by_team(evidence.failing)),
        ("not known now", _by_team(evidence.not_known)),
        ("looked at in", f"{evidence.environments} places" if evidence.environments else "none: nothing is known"),
        ("false positives", f"{evidence.false_positives} since {since}"),
        ("waivers asked for", f"{evidence.waivers} since {since}"),
        ("disputes", _disputes(evidence, since)),
    )


def _disputes(evidence: LevelEvidence, since: str) -> str:
    if evidence.disputes is None:
        return "not counted then"
    return f"{evidence.disputes} since {since}: {evidence.open_disputes} open, {evidence.upheld_disputes} upheld"


def _by_team(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{team} {count}" for team, count in sorted(counts.items())) or "0"


def _plan(item: LevelChange) -> tuple[Part, ...]:
    plan = item.plan
    if plan is None:
        told = "There is no plan of it: it was made before plans were kept."
        return (Text(told),) if item.state is LevelChangeState.PROPOSED else ()
    facts = Facts(
        (
            ("plan", f"{plan.number} ({plan.digest[:12]}), {format_instant(plan.planned_at)}"),
            ("newly stops", str(plan.newly_stopped)),
            ("no longer stops", str(plan.let_go)),
            ("unknown", str(plan.unanswered)),
            ("read", f"{plan.answered} of {plan.environments} environments"),
            ("oldest input", "" if plan.oldest_at is None else format_instant(plan.oldest_at)),
            ("risk", f"{plan.risk.level.value} ({plan.risk.score})"),
            *(("", f"{factor.weight}  {factor.told}") for factor in plan.risk.factors),
            ("approvals", f"{len(item.approvals)} of {item.approvals_required}"),
            *(("", f"{given.person}, {format_instant(given.at)}") for given in item.approvals),
        )
    )
    rows = tuple(
        (
            share.service,
            share.team,
            str(share.newly_stopped),
            str(share.let_go),
            str(share.unanswered),
            str(share.not_read),
        )
        for share in plan.services[:_MOST_SERVICES]
    )
    empty = "It makes no difference to any service that is known, and nothing was left unread."
    columns = ("service", "team", "newly stopped", "no longer", "unknown", "not read")
    more = plan.services_count - _MOST_SERVICES
    rest = (Text(f"{more} more services; at most 500 are told by --json."),) if more > 0 else ()
    return (facts, Text(""), Table(columns, rows, empty), *rest)


def _next(item: LevelChange) -> str:
    which = f" --plan {item.plan.digest[:12]}" if item.plan else ""
    missing = item.approvals_required - len(item.approvals)
    who = "somebody else decides" if missing == 1 else f"{missing} others approve"
    return f"Next: {who}: pavior control approve-level {item.id}{which}"


def _answer(call: Call, item: LevelChange) -> Answer:
    facts = Facts(
        (
            ("change", item.id),
            ("state", _state(item, call.application.clock.now())),
            ("control", item.control),
            ("to", item.rung),
            ("scope", str(item.scope)),
            ("starts", _starts(item)),
            ("reason", item.reason),
            ("asked by", item.proposer),
            ("decided by", item.decided_by),
            *_evidence(item.evidence),
        )
    )
    if item.state is LevelChangeState.PROPOSED:
        return Answer(item, (facts, Text(""), *_plan(item), Text(_next(item))))
    after = f"\nTo revert it: pavior control revert-level {item.id}" if item.starts_at else ""
    return Answer(
        item, (facts, Text(""), *_plan(item), Text(f"Its ladder: pavior control levels {item.control}{after}"))
    )
