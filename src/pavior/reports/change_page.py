"""One Change, whole: what it would do, what the gate said, who may answer."""

import sqlalchemy as sa

from pavior.catalog import store as catalog
from pavior.catalog.model import Service
from pavior.catalog.ports import Forge
from pavior.environments import store as environments
from pavior.environments.model import Approval, Change, ChangeStatus, Environment, Plan
from pavior.environments.tables import changes
from pavior.identity.model import Permission, person_behind
from pavior.kernel.errors import MissingError
from pavior.kernel.pages import MAXIMUM_PAGE_SIZE
from pavior.overrides import store as overrides
from pavior.policy import store as policy
from pavior.policy.model import Control, Effect
from pavior.policy.rendering import denials
from pavior.policy.waiver_model import Waiver
from pavior.reports.model import ChangeView
from pavior.reports.scopes import change_scope
from pavior.reports.sight import Sight, missing
from pavior.reports.threat_reviews import find_review_of_change
from pavior.runs import store as runs

_DEPLOYED = (ChangeStatus.VERIFIED, ChangeStatus.APPLIED_UNVERIFIED)


def read_change(sight: Sight, change_id: str, *, forge: Forge, controls: tuple[Control, ...]) -> ChangeView:
    """Raises MissingError `change-missing`."""
    change, place, service = find_readable(sight, change_id)
    scope = change_scope(change, place, service)
    hidden = sight.hidden(
        service,
        waivers=Permission.WAIVER_READ,
        overrides=Permission.OVERRIDE_READ,
        runs=Permission.RUN_READ,
        threat_review=Permission.THREAT_READ,
    )
    plan = environments.find_plan(sight.tx, change.id, change.plan_number)
    approvals = environments.list_approvals(sight.tx, change.id)
    review = find_review_of_change(sight, change)
    held_up = f"{change.id} waits for a security review." if review is not None and review.is_open else ""
    objection = (
        _objection(change, plan, approvals, sight.actor.id)
        or held_up
        or sight.why_not(Permission.CHANGE_APPROVE, scope)
    )
    return ChangeView(
        change=change,
        plan=plan,
        diff=_diff(sight, change, service, forge),
        approvals=approvals,
        waivers=() if "waivers" in hidden else _waivers(sight, change, plan),
        runs=() if "runs" in hidden else runs.list_of_subject(sight.tx, f"change:{change.service}/{change.id}"),
        may_approve=not objection,
        may_not_approve_because=objection,
        denials=denials(plan.decision, controls) if plan else (),
        overrides=() if "overrides" in hidden else overrides.list_of_change(sight.tx, change.id),
        hidden=hidden,
        threat_review=None if "threat_review" in hidden else review,
    )


def find_readable(sight: Sight, change_id: str) -> tuple[Change, Environment, Service]:
    """A Change that the reader may know of. Raises MissingError `change-missing`."""
    change = environments.find_change(sight.tx, change_id)
    place = environments.find_environment(sight.tx, change.service, change.environment) if change else None
    service = catalog.find_service(sight.tx, change.service) if change else None
    if change is None or place is None or service is None:
        raise _missing(change_id)
    if not sight.may(Permission.CHANGE_READ, change_scope(change, place, service)):
        raise _missing(change_id)
    return change, place, service


def _objection(change: Change, plan: Plan | None, approvals: tuple[Approval, ...], actor: str) -> str:
    """What speaks against an approval before it is asked who is allowed to give one."""
    if change.status is not ChangeStatus.AWAITING_APPROVAL or plan is None:
        return f"{change.id} is {change.status.value}: nobody is asked to approve it."
    if person_behind(change.requester) == person_behind(actor):
        return f"You asked for {change.id} yourself: another person must approve it."
    if any(item.person == actor and item.plan_digest == plan.digest for item in approvals):
        return "You have answered this plan already: another person must answer now."
    return ""


def _diff(sight: Sight, change: Change, service: Service, forge: Forge) -> str:
    """Against what was deployed there before it; empty when it is the first, or deploys the same commit."""
    number = sa.select(changes.c.number).where(changes.c.id == change.id).scalar_subquery()
    statement = (
        sa.select(changes.c.commit)
        .where(
            changes.c.service == change.service,
            changes.c.environment == change.environment,
            changes.c.status.in_([status.value for status in _DEPLOYED]),
            changes.c.number < number,
        )
        .order_by(changes.c.number.desc())
        .limit(1)
    )
    before: str | None = sight.tx.execute(statement).scalar()
    if not before or before == change.commit:
        return ""
    try:
        return forge.diff(service.repository, before, change.commit)
    except MissingError as gone:
        # The page still tells everything else, and says in this place why there is no diff.
        return f"No diff: {gone.summary}"


def _waivers(sight: Sight, change: Change, plan: Plan | None) -> tuple[Waiver, ...]:
    """Those asked for with this Change, and those about a control that its plan does not simply pass."""
    rulings = plan.decision.rulings if plan else ()
    controls = {item.verdict.control for item in rulings if item.effect in (Effect.BLOCK, Effect.WAIVED)}
    return tuple(
        waiver
        for waiver in policy.list_waivers_of(sight.tx, change.environment_id, limit=MAXIMUM_PAGE_SIZE)
        if waiver.change_id == change.id or waiver.control in controls
    )


def _missing(change_id: str) -> MissingError:
    return missing("change", change_id, command="pavior change list")
