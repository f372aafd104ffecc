"""Rows of environments, Changes, plans and approvals."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from pavior.environments.model import (
    Approval,
    Change,
    ChangeKind,
    ChangeStatus,
    Environment,
    EnvironmentStatus,
    Plan,
)
from pavior.environments.tables import approvals, changes, environments, plans
from pavior.kernel.clock import format_if_any, format_instant, parse_if_any, parse_instant
from pavior.kernel.errors import MissingError
from pavior.kernel.pages import Page, PageRequest
from pavior.policy.model import Decision
from pavior.resources.codec import decode_plan_reading, encode_plan_reading
from pavior.storage.counters import next_number
from pavior.storage.database import Transaction
from pavior.storage.searching import matching


def insert_environment(transaction: Transaction, environment: Environment, position: int) -> None:
    """Add one; adding it again changes nothing."""
    if find_environment(transaction, environment.service, environment.name) is None:
        row = _environment_row(environment) | {"position": position}
        transaction.execute(environments.insert().values(**row))


def find_environment(transaction: Transaction, service: str, name: str) -> Environment | None:
    """The environment of this service and stage."""
    statement = environments.select().where(environments.c.service == service, environments.c.name == name)
    row = transaction.execute(statement).mappings().first()
    return None if row is None else _environment(row)


def get_environment(transaction: Transaction, environment_id: str) -> Environment:
    """By `orders/dev`.

    Raises:
        MissingError: `environment-missing`.
    """
    service, _, name = environment_id.partition("/")
    environment = find_environment(transaction, service, name)
    if environment is None:
        raise MissingError(
            "environment-missing",
            f"There is no environment {environment_id}.",
            fix="List a service's environments with: pavior service show SERVICE.",
        )
    return environment


def list_environments(transaction: Transaction, service: str = "") -> tuple[Environment, ...]:
    """In the order of the road, of one service or of all."""
    statement = environments.select().order_by(environments.c.service, environments.c.position)
    if service:
        statement = statement.where(environments.c.service == service)
    return tuple(_environment(row) for row in transaction.execute(statement).mappings())


def update_environment(transaction: Transaction, environment: Environment) -> None:
    """Store all fields of an existing one."""
    transaction.execute(
        environments.update()
        .where(environments.c.service == environment.service, environments.c.name == environment.name)
        .values(**_environment_row(environment))
    )


def insert_change(transaction: Transaction, change: Change) -> Change:
    """Add one, with the next id in place of `change.id`."""
    number = next_number(transaction, "change")
    numbered = replace(change, id=f"C-{number}")
    transaction.execute(changes.insert().values(**_change_row(numbered), number=number))
    return numbered


def find_change(transaction: Transaction, change_id: str) -> Change | None:
    """By id."""
    row = transaction.execute(changes.select().where(changes.c.id == change_id)).mappings().first()
    return None if row is None else _change(row)


def get_change(transaction: Transaction, change_id: str) -> Change:
    """By id.

    Raises:
        MissingError: `change-missing`.
    """
    change = find_change(transaction, change_id)
    if change is None:
        raise MissingError(
            "change-missing", f"There is no Change {change_id[:40]}.", fix="List them with: pavior change list."
        )
    return change


def lock_change(transaction: Transaction, change_id: str) -> Change:
    """By id, as it stays until the transaction ends: of two who move it at once, one sees what the other did.

    Raises:
        MissingError: `change-missing`.
    """
    # SQLite has one writer at a time anyway, and leaves the clause out.
    transaction.execute(sa.select(changes.c.id).where(changes.c.id == change_id).with_for_update())
    return get_change(transaction, change_id)


def list_changes(
    transaction: Transaction,
    page: PageRequest,
    *,
    service: str = "",
    services: Collection[str] | None = None,
    environment: str = "",
    requester: str = "",
    statuses: tuple[ChangeStatus, ...] = (),
    query: str = "",
) -> Page[Change]:
    """Newest first. `environment` is a stage such as `dev`; no `statuses` means all; no `services`, none.

    `query` matches when each of its words stands in title, branch, service, stage or requester.
    """
    searched = (changes.c.title, changes.c.branch, changes.c.service, changes.c.environment, changes.c.requester)
    conditions = matching(searched, query)
    if services is not None:
        conditions.append(changes.c.service.in_(sorted(services)))
    if requester:
        conditions.append(changes.c.requester == requester)
    if service:
        conditions.append(changes.c.service == service)
    if environment:
        conditions.append(changes.c.environment == environment)
    if statuses:
        conditions.append(changes.c.status.in_([status.value for status in statuses]))
    total = transaction.execute(sa.select(sa.func.count()).select_from(changes).where(*conditions)).scalar_one()
    statement = (
        changes.select().where(*conditions).order_by(changes.c.number.desc()).offset(page.offset).limit(page.size)
    )
    items = tuple(_change(row) for row in transaction.execute(statement).mappings())
    return Page(items, int(total), page.offset)


def move_change(
    transaction: Transaction,
    change: Change,
    status: ChangeStatus,
    now: datetime,
    *,
    detail: str = "",
    expected: tuple[ChangeStatus, ...] = (),
) -> bool:
    """Set the status if it still is one of `expected` (any, when empty); whether it was set."""
    conditions = [changes.c.id == change.id]
    if expected:
        conditions.append(changes.c.status.in_([item.value for item in expected]))
    result = transaction.execute(
        changes.update()
        .where(*conditions)
        .values(
            status=status.value,
            status_detail=detail,
            ended_at=None if status.is_open else format_instant(now),
        )
    )
    return result.rowcount == 1


def set_plan_number(transaction: Transaction, change_id: str, number: int) -> None:
    """Which plan is the latest."""
    transaction.execute(changes.update().where(changes.c.id == change_id).values(plan_number=number))


def insert_plan(transaction: Transaction, plan: Plan) -> None:
    """Add one; adding the same number again replaces it, since a repeated step plans anew."""
    transaction.execute(plans.delete().where(plans.c.change_id == plan.change_id, plans.c.number == plan.number))
    transaction.execute(
        plans.insert().values(
            change_id=plan.change_id,
            number=plan.number,
            digest=plan.digest,
            created_at=format_instant(plan.created_at),
            engine=plan.engine,
            engine_version=plan.engine_version,
            reading=encode_plan_reading(plan.reading),
            decision=msgspec.to_builtins(plan.decision),
        )
    )


def set_decision(transaction: Transaction, change_id: str, number: int, decision: Decision) -> None:
    """What the gate says of a plan now."""
    transaction.execute(
        plans.update()
        .where(plans.c.change_id == change_id, plans.c.number == number)
        .values(decision=msgspec.to_builtins(decision))
    )


def find_plan(transaction: Transaction, change_id: str, number: int) -> Plan | None:
    """One plan of a Change."""
    statement = plans.select().where(plans.c.change_id == change_id, plans.c.number == number)
    row = transaction.execute(statement).mappings().first()
    if row is None:
        return None
    return Plan(
        change_id=row["change_id"],
        number=row["number"],
        digest=row["digest"],
        created_at=parse_instant(row["created_at"]),
        engine=row["engine"],
        engine_version=row["engine_version"],
        reading=decode_plan_reading(row["reading"]),
        decision=msgspec.convert(row["decision"], Decision),
    )


def insert_approval(transaction: Transaction, approval: Approval) -> bool:
    """Add one; False when this person has answered this plan before."""
    key = (
        approvals.c.change_id == approval.change_id,
        approvals.c.plan_digest == approval.plan_digest,
        approvals.c.person == approval.person,
    )
    if transaction.execute(approvals.select().where(*key)).first() is not None:
        return False
    transaction.execute(
        approvals.insert().values(
            change_id=approval.change_id,
            plan_digest=approval.plan_digest,
            person=approval.person,
            is_approved=approval.is_approved,
            reason=approval.reason,
            at=format_instant(approval.at),
        )
    )
    return True


def list_approvals(transaction: Transaction, change_id: str) -> tuple[Approval, ...]:
    """All answers to all plans of a Change, oldest first."""
    statement = approvals.select().where(approvals.c.change_id == change_id).order_by(approvals.c.at)
    return tuple(
        Approval(
            change_id=row["change_id"],
            plan_digest=row["plan_digest"],
            person=row["person"],
            is_approved=row["is_approved"],
            reason=row["reason"],
            at=parse_instant(row["at"]),
        )
        for row in transaction.execute(statement).mappings()
    )


def _environment_row(environment: Environment) -> dict[str, Any]:
    return {
        "service": environment.service,
        "name": environment.name,
        "is_production": environment.is_production,
        "engine": environment.engine,
        "status": environment.status.value,
        "status_detail": environment.status_detail,
        "commit": environment.commit,
        "change_id": environment.change_id,
        "cloud_instance": environment.cloud_instance,
        "created_at": format_instant(environment.created_at),
        "deployed_at": format_if_any(environment.deployed_at),
        "drift_checked_at": format_if_any(environment.drift_checked_at),
    }


def _environment(row: Mapping[Any, Any]) -> Environment:
    return Environment(
        service=row["service"],
        name=row["name"],
        is_production=row["is_production"],
        engine=row["engine"],
        status=EnvironmentStatus(row["status"]),
        status_detail=row["status_detail"],
        commit=row["commit"],
        change_id=row["change_id"],
        cloud_instance=row["cloud_instance"],
        created_at=parse_instant(row["created_at"]),
        deployed_at=parse_if_any(row["deployed_at"]),
        drift_checked_at=parse_if_any(row["drift_checked_at"]),
    )


def _change_row(change: Change) -> dict[str, Any]:
    return {
        "id": change.id,
        "service": change.service,
        "environment": change.environment,
        "kind": change.kind.value,
        "title": change.title,
        "requester": change.requester,
        "branch": change.branch,
        "commit": change.commit,
        "variables": dict(change.variables),
        "status": change.status.value,
        "status_detail": change.status_detail,
        "plan_number": change.plan_number,
        "created_at": format_instant(change.created_at),
        "ended_at": format_if_any(change.ended_at),
    }


def _change(row: Mapping[Any, Any]) -> Change:
    return Change(
        id=row["id"],
        service=row["service"],
        environment=row["environment"],
        kind=ChangeKind(row["kind"]),
        title=row["title"],
        requester=row["requester"],
        branch=row["branch"],
        commit=row["commit"],
        variables=row["variables"],
        status=ChangeStatus(row["status"]),
        status_detail=row["status_detail"],
        plan_number=row["plan_number"],
        created_at=parse_instant(row["created_at"]),
        ended_at=parse_if_any(row["ended_at"]),
    )
