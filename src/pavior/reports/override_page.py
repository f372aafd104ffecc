"""What was let past the gate: the list for everybody, one whole, and what waits for one person."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from pavior.audit import store as audit
from pavior.catalog import store as catalog
from pavior.environments import store as environments
from pavior.environments.model import Change, ChangeStatus
from pavior.identity.model import Permission
from pavior.kernel.errors import InvalidError
from pavior.kernel.pages import Page, PageRequest
from pavior.overrides import store
from pavior.overrides.model import Override, OverrideCounts, OverrideState, ReviewOutcome
from pavior.policy.model import Control
from pavior.reports.scopes import override_scopes
from pavior.reports.sight import Sight, missing


@dataclass(frozen=True, slots=True)
class OverrideView:
    """One override, whole.

    Args:
        is_answerable: Whether the plan that it is about still is the latest, and blocked; else nobody can approve it.
        may_decide: Whether the reader may approve or reject it now.
    """

    override: Override
    change: Change
    is_in_force: bool
    is_review_overdue: bool
    is_answerable: bool
    may_decide: bool
    may_revoke: bool
    may_review: bool


def list_overrides(sight: Sight, page: PageRequest, *, control: str, state: str, is_to_review: bool) -> Page[Override]:
    """What waits for an answer first, then for a review.

    Raises:
        InvalidError: `override-filter-unknown`.
    """
    sight.require(Permission.OVERRIDE_READ)
    if state and state not in tuple(OverrideState):
        raise InvalidError(
            "override-filter-unknown",
            f"{state[:40]!r} is no state of an override.",
            fix=f"Use one of: {', '.join(OverrideState)}.",
        )
    return store.list_overrides(
        sight.tx,
        page,
        services=sight.services(Permission.OVERRIDE_READ),
        control=control,
        state=OverrideState(state) if state else None,
        is_to_review=is_to_review,
    )


def read_override(sight: Sight, override_id: str, controls: Iterable[Control]) -> OverrideView:
    """Raises MissingError `override-missing`."""
    override = store.find_override(sight.tx, override_id)
    if override is None or override.service not in sight.services(Permission.OVERRIDE_READ):
        raise missing("override", override_id, command="pavior override list")
    change = environments.get_change(sight.tx, override.change_id)
    owner_of = _owners(controls)
    is_in_force = override.lets_through(sight.now)
    is_open = override.state is OverrideState.REQUESTED
    return OverrideView(
        override=override,
        change=change,
        is_in_force=is_in_force,
        is_review_overdue=override.is_review_overdue(sight.now),
        is_answerable=is_answerable(override, change),
        may_decide=is_open and _may(sight, override, Permission.OVERRIDE_DECIDE, owner_of, all),
        may_revoke=(is_open or is_in_force) and _may(sight, override, Permission.OVERRIDE_REVOKE, owner_of, any),
        may_review=_is_reviewable(sight, override, change)
        and _may(sight, override, Permission.OVERRIDE_REVIEW, owner_of, all),
    )


def list_overrides_to_decide(sight: Sight, controls: Iterable[Control]) -> tuple[Override, ...]:
    """What somebody else asked for and the actor may decide, the oldest first."""
    owner_of = _owners(controls)
    return tuple(
        item
        for item in store.list_requested(sight.tx, sight.services(Permission.OVERRIDE_READ))
        if is_answerable(item, environments.get_change(sight.tx, item.change_id))
        and _may(sight, item, Permission.OVERRIDE_DECIDE, owner_of, all)
    )


def list_overrides_to_review(sight: Sight, controls: Iterable[Control]) -> tuple[Override, ...]:
    """What two others let through and the actor may look at, what is due first before the others."""
    owner_of = _owners(controls)
    return tuple(
        item
        for item in store.list_to_review(sight.tx, sight.services(Permission.OVERRIDE_READ))
        if _is_reviewable(sight, item, environments.get_change(sight.tx, item.change_id))
        and _may(sight, item, Permission.OVERRIDE_REVIEW, owner_of, all)
    )


def count_overrides(sight: Sight, control: Control) -> OverrideCounts | None:
    """Of one control; None when the reader may not read overrides."""
    if not sight.may_somewhere(Permission.OVERRIDE_READ):
        return None
    names = (control.id, *control.formerly)
    services = sight.services(Permission.OVERRIDE_READ)
    found = {item.id: item for name in names for item in store.list_of_control(sight.tx, name, services)}.values()
    approved = [item for item in found if item.review_due_at is not None]
    return OverrideCounts(
        asked=len(found),
        approved=len(approved),
        blocked_plans=_blocked_plans(sight, frozenset(names)),
        to_review=sum(item.awaits_review for item in approved),
        overdue=sum(item.is_review_overdue(sight.now) for item in approved),
        not_justified=sum(item.review is ReviewOutcome.NOT_JUSTIFIED for item in approved),
        control_wrong=sum(item.review is ReviewOutcome.CONTROL_WRONG for item in approved),
    )


def _blocked_plans(sight: Sight, names: frozenset[str]) -> int:
    """From the audit log: a plan that was let through or made again does not keep that it was blocked."""
    services = sight.services(Permission.OVERRIDE_READ)
    blocked = audit.list_by_verb(sight.tx, "change.planned", outcome="blocked")
    return sum(item.event.service in services and _names(item.event.details.get("controls"), names) for item in blocked)


def _names(controls: object, names: frozenset[str]) -> bool:
    return isinstance(controls, list | tuple) and not names.isdisjoint(str(item) for item in controls)


def is_answerable(override: Override, change: Change) -> bool:
    """Whether the plan that it is about still is the latest of its Change, and blocked."""
    return change.status is ChangeStatus.BLOCKED and change.plan_number == override.plan_number


def _is_reviewable(sight: Sight, override: Override, change: Change) -> bool:
    return override.awaits_review and not (override.lets_through(sight.now) and change.status.is_open)


def _may(
    sight: Sight,
    override: Override,
    permission: Permission,
    owner_of: Callable[[str], str],
    of_scopes: Callable[[Iterable[bool]], bool],
) -> bool:
    service = catalog.find_service(sight.tx, override.service)
    place = environments.find_environment(sight.tx, override.service, override.environment.partition("/")[2])
    if service is None or place is None:
        return False
    return of_scopes(sight.may(permission, scope) for scope in override_scopes(override, place, service, owner_of))


def _owners(controls: Iterable[Control]) -> Callable[[str], str]:
    owners = {name: item.owner for item in controls for name in (item.id, *item.formerly)}
    return lambda control: owners.get(control, "")
