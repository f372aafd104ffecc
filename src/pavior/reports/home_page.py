"""What waits for one person, and what happened last."""

from collections.abc import Mapping

import sqlalchemy as sa

from pavior.catalog.model import Service
from pavior.environments import store as environments
from pavior.environments.model import Change, ChangeStatus, Environment, EnvironmentStatus
from pavior.environments.tables import approvals, changes, plans
from pavior.findings import store as findings
from pavior.findings.model import Finding, FindingState
from pavior.identity.model import Permission, Role
from pavior.kernel.pages import DEFAULT_PAGE_SIZE, MAXIMUM_PAGE_SIZE, PageRequest
from pavior.reports.model import HomeView
from pavior.reports.scopes import change_scope
from pavior.reports.sight import Sight
from pavior.runs import store as runs
from pavior.runs.model import Run, RunState

RECENT_EVENTS = 20
OPEN_STATUSES = tuple(status for status in ChangeStatus if status.is_open)

# To these, every environment is their own; to the others, those of their teams.
_WATCHES_THE_FLEET = frozenset({Role.PLATFORM, Role.SECURITY, Role.ADMIN})


def read_home(sight: Sight) -> HomeView:
    """Each part is left empty where the actor may not read that kind of thing."""
    sight.require(Permission.HOME_READ)
    services = sight.services(Permission.SERVICE_READ)
    places = sight.environments(services)
    return HomeView(
        changes_to_approve=_changes_to_approve(sight, services, places),
        waivers_to_decide=_waivers_to_decide(sight, services, places),
        my_open_changes=_my_open_changes(sight),
        my_findings=_my_findings(sight),
        drifted_environments=_own_in(sight, EnvironmentStatus.DRIFTED),
        unknown_environments=_own_in(sight, EnvironmentStatus.UNKNOWN),
        running=_running(sight),
        recent_events=_recent_events(sight),
        services_total=len(services),
    )


def _changes_to_approve(
    sight: Sight, services: Mapping[str, Service], places: Mapping[str, Environment]
) -> tuple[Change, ...]:
    waiting = environments.list_changes(
        sight.tx,
        PageRequest(size=MAXIMUM_PAGE_SIZE),
        services=services,
        statuses=(ChangeStatus.AWAITING_APPROVAL,),
    ).items
    answered = _answered_by(sight, [change.id for change in waiting])
    return tuple(
        change
        for change in waiting
        if change.requester != sight.actor.id
        and change.id not in answered
        and change.environment_id in places
        and sight.may(
            Permission.CHANGE_APPROVE, change_scope(change, places[change.environment_id], services[change.service])
        )
    )


def _answered_by(sight: Sight, change_ids: list[str]) -> set[str]:
    """Those of these Changes whose latest plan the actor has answered already."""
    statement = (
        sa.select(changes.c.id)
        .join(plans, sa.and_(plans.c.change_id == changes.c.id, plans.c.number == changes.c.plan_number))
        .join(
            approvals,
            sa.and_(approvals.c.change_id == changes.c.id, approvals.c.plan_digest == plans.c.digest),
        )
        .where(changes.c.id.in_(change_ids), approvals.c.person == sight.actor.id)
    )
    return set(sight.tx.execute(statement).scalars())


def _my_open_changes(sight: Sight) -> tuple[Change, ...]:
    return environments.list_changes(
        sight.tx,
        PageRequest(size=DEFAULT_PAGE_SIZE),
        services=sight.services(Permission.CHANGE_READ),
        requester=sight.actor.id,
        statuses=OPEN_STATUSES,
    ).items


def _my_findings(sight: Sight) -> tuple[Finding, ...]:
    return findings.list_findings(
        sight.tx,
        PageRequest(size=DEFAULT_PAGE_SIZE),
        now=sight.now,
        services=sight.services(Permission.FINDING_READ),
        teams=sight.actor.teams,
        state=FindingState.OPEN.value,
    ).items


def _own_in(sight: Sight, status: EnvironmentStatus) -> tuple[Environment, ...]:
    services = sight.services(Permission.ENVIRONMENT_READ)
    watches_all = bool(sight.actor.roles & _WATCHES_THE_FLEET)
    return tuple(
        place
        for place in sight.environments(services).values()
        if place.status is status and (watches_all or services[place.service].team in sight.actor.teams)
    )


def _running(sight: Sight) -> tuple[Run, ...]:
    return runs.list_runs(
        sight.tx,
        PageRequest(size=DEFAULT_PAGE_SIZE),
        services=sight.services(Permission.RUN_READ),
        states=(RunState.QUEUED, RunState.RUNNING),
    ).items
