"""A past Decision made again from what is stored; the plan's reading is proven first."""

from collections.abc import Mapping
from typing import Any

import msgspec
import sqlalchemy as sa

from pavior.audit import store as audit
from pavior.environments.model import Change, ChangeKind
from pavior.environments.tables import plans
from pavior.kernel.errors import InvalidError, MissingError
from pavior.policy import level_store
from pavior.policy import store as waivers
from pavior.policy.basis import DecisionBasis
from pavior.policy.model import Control, Decision
from pavior.policy.recomputed import Gap, GapCode, Recomputed
from pavior.policy.recomputing import FindEarlier, Records, document_digest, impossible, recompute
from pavior.reports.change_page import find_readable
from pavior.reports.model import RecomputedView
from pavior.reports.sight import Sight
from pavior.resources.codec import decode_plan_reading

_DIGITS = 12
# With the plan, and once more for each override of it that was approved or ended.
_DECIDED = ("change.planned", "change.decided-again")


def read_recomputed(
    sight: Sight,
    change_id: str,
    number: int | None,
    *,
    controls: tuple[Control, ...],
    find_earlier: FindEarlier,
    program: str,
) -> RecomputedView:
    """Of the latest plan when `number` is None.

    Raises:
        MissingError: `change-missing`, `plan-missing`.
    """
    change, place, service = find_readable(sight, change_id)
    of_change = sa.select(plans.c.number).where(plans.c.change_id == change.id).order_by(plans.c.number)
    numbers = tuple(sight.tx.execute(of_change).scalars())
    wanted = number if number is not None else next(reversed(numbers), 0)
    row = _plan_row(sight, change, wanted)
    decision = msgspec.convert(row["decision"], Decision)
    today = DecisionBasis(
        input_digest="",
        program=program,
        team=service.team,
        data_class=service.data_class,
        is_production=place.is_production,
        is_destroy=change.kind is ChangeKind.DESTROY,
        controls={},
    )
    records = Records(
        controls=controls,
        find_earlier=find_earlier,
        waivers=waivers.list_ever_approved(sight.tx, decision.environment),
        level_changes=level_store.list_approved_level_changes(sight.tx),
        sightings=level_store.read_sightings(sight.tx, decision.environment),
        today=today,
        program=program,
    )
    stored = document_digest(row["reading"])
    return RecomputedView(
        change_id=change.id,
        environment=decision.environment,
        number=wanted,
        numbers=numbers,
        plan_digest=row["digest"],
        evaluated_at=decision.evaluated_at,
        outcome=decision.outcome,
        made_by=decision.basis.program if decision.basis else "",
        input_digest=decision.basis.input_digest if decision.basis else "",
        stored_digest=stored,
        program=program,
        result=_recompute(row, decision, records, stored, _audit_gaps(sight, change, wanted, row, decision)),
    )


def _plan_row(sight: Sight, change: Change, number: int) -> Mapping[Any, Any]:
    statement = plans.select().where(plans.c.change_id == change.id, plans.c.number == number)
    row = sight.tx.execute(statement).mappings().first()
    if row is None:
        raise MissingError(
            "plan-missing",
            f"{change.id} has no plan {number}." if number else f"{change.id} was never planned.",
            fix=f"See which plans it has: pavior change show {change.id}.",
        )
    return row


def _recompute(
    row: Mapping[Any, Any], decision: Decision, records: Records, stored: str, gaps: tuple[Gap, ...]
) -> Recomputed:
    bound = decision.basis.input_digest if decision.basis else stored
    if stored != bound:
        told = (
            f"What is stored of the plan has the digest {stored[:_DIGITS]}, and the Decision was bound to "
            f"{bound[:_DIGITS]}: it was changed since, so nothing was asked of it."
        )
        return impossible(
            decision, *gaps, Gap(GapCode.INPUT_DIGEST_DIFFERS, told, "Restore the database from a backup of before.")
        )
    try:
        reading = decode_plan_reading(row["reading"])
    except InvalidError as error:
        return impossible(decision, *gaps, Gap(GapCode.INPUT_UNREADABLE, error.summary, error.fix))
    return recompute(decision, reading, records, gaps=gaps)


def _audit_gaps(
    sight: Sight, change: Change, number: int, row: Mapping[Any, Any], decision: Decision
) -> tuple[Gap, ...]:
    """What the audit log, whose rows are chained, says otherwise than the plan's own row."""
    subject = f"change:{change.service}/{change.id}"
    events = (item.event for item in audit.list_by_verb(sight.tx, *_DECIDED, service=change.service))
    told_of = [item.details for item in events if item.subject == subject and item.details.get("plan") == number]
    if not told_of:
        told = f"The audit log does not say that plan {number} of {change.id} was decided about."
        needed = "Nothing brings it back: the Change was cancelled, or its run killed, right after the plan was stored."
        return (Gap(GapCode.AUDIT_MISSING, told, needed),)
    kept = {
        "digest": row["digest"],
        "decision": decision.outcome.value,
        "controls_digest": decision.controls_digest,
        "input_digest": decision.basis.input_digest if decision.basis else "",
    }
    # Events from before the input digest was kept do not name one.
    differing = [name for name, value in kept.items() if told_of[-1].get(name, "") != value]
    # Those from before the digest over all of it was kept say nothing of that.
    if "decision_digest" in told_of[-1] and told_of[-1]["decision_digest"] != document_digest(row["decision"]):
        differing.append("decision_digest")
    if not differing:
        return ()
    told = f"The audit log says otherwise than what is stored of the Decision: {', '.join(differing)}."
    needed = "Verify the log with: pavior audit verify; then restore whichever was changed from a backup of before."
    return (Gap(GapCode.AUDIT_DIFFERS, told, needed),)
