"""What waits for one person, and what happened last."""

from collections.abc import Mapping
from dataclasses import replace

import sqlalchemy as sa

from pavior.audit import store as audit
from pavior.audit.model import RecordedEvent
from pavior.catalog.model import Service
from pavior.disputes import store as disputes
from pavior.disputes.model import Dispute, DisputeState
from pavior.environments import store as environments
from pavior.environments.model import Change, ChangeStatus, Environment, EnvironmentStatus
from pavior.environments.tables import approvals, changes, plans
from pavior.findings import store as findings
from pavior.findings.model import Finding, FindingState
from pavior.identity.model import Permission, Role
from pavior.kernel.pages import DEFAULT_PAGE_SIZE, MAXIMUM_PAGE_SIZE, PageRequest
from pavior.policy import store as policy
from pavior.policy.model import Control
from pavior.policy.reaching import is_wide
from pavior.policy.waiver_model import Waiver, WaiverState
from pavior.reports.level_page import list_levels_to_decide
from pavior.reports.model import HomeView
from pavior.reports.override_page import list_overrides_to_decide, list_overrides_to_review
from pavior.reports.queues import OPEN_STATUSES, find_waiver_scope
from pavior.reports.scopes import change_scope, environment_scope
from pavior.reports.sight import Sight
from pavior.reports.threat_reviews import list_reviews_to_answer
from pavior.reports.waiver_page import list_ending
from pavior.runs import store as runs
from pavior.runs.model import Run, RunState
from pavior.threatmodels import store as threats
from pavior.threatmodels.standing_model import ThreatStanding

RECENT_EVENTS = 20

# To these, every environment is their own; to the others, those of their teams.
_WATCHES_THE_FLEET = frozenset({Role.PLATFORM, Role.SECURITY, Role.ADMIN})

# What a part is made of; a part whose kind the actor may not read is left empty, and named as hidden.
_NEEDED = {
    "changes_to_approve": Permission.CHANGE_READ,
    "waivers_to_decide": Permission.WAIVER_READ,
    "overrides_to_decide": Permission.OVERRIDE_READ,
    "overrides_to_review": Permission.OVERRIDE_READ,
    "threat_reviews_to_answer": Permission.THREAT_READ,
    "disputes_to_answer": Permission.CONTROL_READ,
    "my_open_changes": Permission.CHANGE_READ,
    "my_findings": Permission.FINDING_READ,
    "drifted_environments": Permission.ENVIRONMENT_READ,
    "unknown_environments": Permission.ENVIRONMENT_READ,
    "running": Permission.RUN_READ,
    "reopened_threats": Permission.THREAT_READ,
    "services_total": Permission.SERVICE_READ,
}
# Who may read all of these of a service may also be told what happened to it last.
_TELLING = (
    Permission.SERVICE_READ,
    Permission.ENVIRONMENT_READ,
    Permission.CHANGE_READ,
    Permission.FINDING_READ,
    Permission.WAIVER_READ,
)


def read_home(sight: Sight, controls: tuple[Control, ...]) -> HomeView:
    """Each part is left empty where the actor may not read that kind of thing."""
    sight.require(Permission.HOME_READ)
    services = sight.services(Permission.SERVICE_READ)
    return HomeView(
        changes_to_approve=_changes_to_approve(sight),
        waivers_to_decide=_waivers_to_decide(sight, controls),
        levels_to_decide=list_levels_to_decide(sight, controls),
        overrides_to_decide=list_overrides_to_decide(sight, controls),
        overrides_to_review=list_overrides_to_review(sight, controls),
        threat_reviews_to_answer=list_reviews_to_answer(sight, controls),
        disputes_to_answer=_disputes_to_answer(sight),
        my_open_changes=_my_open_changes(sight),
        my_findings=_my_findings(sight),
        drifted_environments=_own_in(sight, EnvironmentStatus.DRIFTED),
        unknown_environments=_own_in(sight, EnvironmentStatus.UNKNOWN),
        running=_running(sight),
        recent_events=_recent_events(sight),
        services_total=len(services),
        ending_waivers=list_ending(sight) if sight.may_somewhere(Permission.WAIVER_READ) else (),
        reopened_threats=_reopened_threats(sight),
        hidden=tuple(name for name, permission in _NEEDED.items() if not sight.may_somewhere(permission)),
    )


def _changes_to_approve(sight: Sight) -> tuple[Change, ...]:
    services = sight.services(Permission.CHANGE_READ)
    places = sight.environments(services)
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
        if change.id not in answered
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


def _waivers_to_decide(sight: Sight, controls: tuple[Control, ...]) -> tuple[Waiver, ...]:
    owners = {control.id: control.owner for control in controls}
    waiting = policy.list_waivers(
        sight.tx,
        PageRequest(size=MAXIMUM_PAGE_SIZE),
        now=sight.now,
        services=sight.services(Permission.WAIVER_READ),
        state=WaiverState.REQUESTED,
    ).items
    return tuple(waiver for waiver in waiting if _may_decide(sight, waiver, owners.get(waiver.control, "")))


def _may_decide(sight: Sight, waiver: Waiver, owner: str) -> bool:
    scope = find_waiver_scope(sight, waiver, control_owner=owner)
    permission = Permission.WAIVER_DECIDE_WIDE if is_wide(waiver.environment) else Permission.WAIVER_DECIDE
    return scope is not None and sight.may(permission, scope)


def _disputes_to_answer(sight: Sight) -> tuple[Dispute, ...]:
    services = sight.services(Permission.CONTROL_READ)
    places = sight.environments(services)
    waiting = disputes.list_disputes(
        sight.tx, PageRequest(size=MAXIMUM_PAGE_SIZE), services=services, state=DisputeState.OPEN
    ).items
    return tuple(
        item
        for item in waiting
        if item.environment in places and _may_answer(sight, item, places[item.environment], services)
    )


def _may_answer(sight: Sight, dispute: Dispute, place: Environment, services: Mapping[str, Service]) -> bool:
    scope = replace(environment_scope(place, services[place.service]), requester=dispute.requester)
    return sight.may(Permission.CONTROL_ANSWER_DISPUTE, scope)


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


def _reopened_threats(sight: Sight) -> tuple[ThreatStanding, ...]:
    services = sight.services(Permission.THREAT_READ)
    own = [name for name, service in services.items() if service.team in sight.actor.teams]
    return threats.list_reopened(sight.tx, own, sight.now, limit=DEFAULT_PAGE_SIZE)


def _running(sight: Sight) -> tuple[Run, ...]:
    return runs.list_runs(
        sight.tx,
        PageRequest(size=DEFAULT_PAGE_SIZE),
        services=sight.services(Permission.RUN_READ),
        states=(RunState.QUEUED, RunState.RUNNING),
    ).items


def _recent_events(sight: Sight) -> tuple[RecordedEvent, ...]:
    """Everything, to who may read the audit log; to others, what happened to the services of their teams."""
    page = PageRequest(size=RECENT_EVENTS)
    if sight.may_somewhere(Permission.AUDIT_READ):
        return audit.list_events(sight.tx, page).items
    names = set(sight.services(Permission.HOME_READ))
    for permission in _TELLING:
        names &= sight.services(permission).keys()
    own = [name for name in names if sight.services(Permission.SERVICE_READ)[name].team in sight.actor.teams]
    return audit.list_events(sight.tx, page, services=own).items
