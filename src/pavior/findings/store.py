"""Rows of findings."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from pavior.findings.model import Finding, FindingSource, FindingState
from pavior.findings.tables import findings
from pavior.kernel.clock import format_if_any, format_instant, parse_if_any, parse_instant
from pavior.kernel.errors import InvalidError, MissingError
from pavior.kernel.pages import Page, PageRequest
from pavior.kernel.verdicts import Phase, Severity
from pavior.policy.reaching import EVERYWHERE, is_wide, service_of
from pavior.resources.codec import decode_position, encode_position
from pavior.storage.counters import next_number
from pavior.storage.database import Transaction
from pavior.storage.searching import matching

# A filter beside the states: open, and excused at the moment of asking.
WAIVED = "waived"
# SQLite takes 32,766 variables in one statement; older ones 999.
_IDS_AT_ONCE = 500


def insert_finding(tx: Transaction, finding: Finding) -> Finding:
    """Add it, with the next id in place of `finding.id`."""
    number = next_number(tx, "finding")
    numbered = replace(finding, id=f"F-{number}")
    tx.execute(findings.insert().values(**_row(numbered), number=number))
    return numbered


def update_finding(tx: Transaction, finding: Finding) -> None:
    """Store all fields of an existing one."""
    tx.execute(findings.update().where(findings.c.id == finding.id).values(**_row(finding)))


def find_finding(tx: Transaction, finding_id: str) -> Finding | None:
    """By id."""
    row = tx.execute(findings.select().where(findings.c.id == finding_id)).mappings().first()
    return None if row is None else _finding(row)


def get_finding(tx: Transaction, finding_id: str) -> Finding:
    """By id.

    Raises:
        MissingError: `finding-missing`.
    """
    finding = find_finding(tx, finding_id)
    if finding is None:
        raise MissingError(
            "finding-missing", f"There is no finding {finding_id[:40]}.", fix="List them with: pavior finding list."
        )
    return finding


def list_in_place(tx: Transaction, service: str, environment: str) -> tuple[Finding, ...]:
    """Every finding of one service in one environment, whatever its state, oldest first."""
    statement = (
        findings.select()
        .where(findings.c.service == service, findings.c.environment == environment)
        .order_by(findings.c.number)
    )
    return tuple(_finding(row) for row in tx.execute(statement).mappings())


def list_findings(
    tx: Transaction,
    page: PageRequest,
    *,
    now: datetime,
    services: Collection[str] | None = None,
    environment: str = "",
    control: str = "",
    teams: Collection[str] | None = None,
    state: str = "",
    threat: str = "",
    query: str = "",
) -> Page[Finding]:
    """Worst severity first, then oldest.

    `services` and `teams` narrow it when given, and nothing is found when they are empty. `state` is
    a FindingState, `waived`, or empty for all that is not fixed; `open` is without the waived ones.
    `query` matches when each of its words stands in message, subject, control or environment.

    Raises:
        InvalidError: `finding-filter-unknown`.
    """
    searched = (findings.c.message, findings.c.subject, findings.c.control, findings.c.environment)
    conditions = [_in_state(state, now), *matching(searched, query)]
    if services is not None:
        conditions.append(findings.c.service.in_(sorted(services)))
    if teams is not None:
        conditions.append(findings.c.team.in_(sorted(teams)))
    if environment:
        conditions.append(findings.c.environment == environment)
    if control:
        conditions.append(findings.c.control == control)
    if threat:
        conditions.append(findings.c.threat == threat)
    total = tx.execute(sa.select(sa.func.count()).select_from(findings).where(*conditions)).scalar_one()
    statement = (
        findings.select()
        .where(*conditions)
        .order_by(findings.c.severity_rank.desc(), findings.c.first_seen_at, findings.c.number)
        .offset(page.offset)
        .limit(page.size)
    )
    items = tuple(_finding(row) for row in tx.execute(statement).mappings())
    return Page(items, int(total), page.offset)


def count_open_by_service(tx: Transaction, services: Collection[str], now: datetime) -> dict[str, int]:
    """Service to how many findings are open and not waived; each of `services` is there, also with 0."""
    counted = _count_open(tx, findings.c.service, services, now)
    return {name: counted.get(name, 0) for name in services}


def count_open_by_control(tx: Transaction, services: Collection[str], now: datetime) -> dict[str, int]:
    """Control to how many findings of these services are open and not waived; a control without any is absent."""
    return _count_open(tx, findings.c.control, services, now)


def list_of_control(tx: Transaction, control: str) -> tuple[Finding, ...]:
    """All of one control, whatever their state, oldest first."""
    statement = findings.select().where(findings.c.control == control).order_by(findings.c.number)
    return tuple(_finding(row) for row in tx.execute(statement).mappings())


def find_by_fingerprint(tx: Transaction, mark: str) -> Finding | None:
    """By what it is about."""
    row = tx.execute(findings.select().where(findings.c.fingerprint == mark)).mappings().first()
    return None if row is None else _finding(row)


def list_excusable(tx: Transaction, *, control: str, place: str, subject: str, until: datetime) -> tuple[Finding, ...]:
    """The findings of this control that are not fixed and that nothing excuses for as long.

    Args:
        place: `orders/dev`, `orders/*` for every environment of a service, or `*`.
        subject: Empty for every one there.
    """
    conditions = [
        findings.c.control == control,
        findings.c.state != FindingState.FIXED.value,
        sa.or_(findings.c.waived_until.is_(None), findings.c.waived_until < format_instant(until)),
    ]
    if not is_wide(place):
        conditions.append(findings.c.environment == place)
    elif place != EVERYWHERE:
        conditions.append(findings.c.service == service_of(place))
    if subject:
        conditions.append(findings.c.subject == subject)
    return tuple(_finding(row) for row in tx.execute(findings.select().where(*conditions)).mappings())


def set_waiver(tx: Transaction, finding_ids: Collection[str], *, waived_until: datetime, waiver_id: str) -> None:
    """Excuse these findings until an instant."""
    ids = list(finding_ids)
    for start in range(0, len(ids), _IDS_AT_ONCE):
        tx.execute(
            findings.update()
            .where(findings.c.id.in_(ids[start : start + _IDS_AT_ONCE]))
            .values(waived_until=format_instant(waived_until), waiver_id=waiver_id)
        )


def clear_waiver(tx: Transaction, waiver_id: str) -> int:
    """End what this waiver excuses, and give how many findings that were.

    A finding that another waiver covers too is excused again by that one.
    """
    result = tx.execute(
        findings.update().where(findings.c.waiver_id == waiver_id).values(waived_until=None, waiver_id="")
    )
    return result.rowcount


def judge_finding(tx: Transaction, finding: Finding, *, expected: Collection[FindingState]) -> bool:
    """Set state, reason and due date if the state still is one of `expected`; whether they were set."""
    result = tx.execute(
        findings.update()
        .where(findings.c.id == finding.id, findings.c.state.in_([item.value for item in expected]))
        .values(state=finding.state.value, triage_reason=finding.triage_reason, due_at=format_instant(finding.due_at))
    )
    return result.rowcount == 1


def _in_state(state: str, now: datetime) -> sa.ColumnElement[bool]:
    if state == "":
        return findings.c.state != FindingState.FIXED.value
    # Instants of one form sort as text; the expiry moment itself is too late.
    is_waived = sa.and_(findings.c.waived_until.is_not(None), findings.c.waived_until > format_instant(now))
    is_open = findings.c.state == FindingState.OPEN.value
    if state == WAIVED:
        return sa.and_(is_open, is_waived)
    if state == FindingState.OPEN.value:
        return sa.and_(is_open, sa.not_(is_waived))
    if state in {item.value for item in FindingState}:
        return findings.c.state == state
    states = ", ".join([*(item.value for item in FindingState), WAIVED])
    raise InvalidError(
        "finding-filter-unknown", f"{state[:40]!r} is not a state of a finding.", fix=f"Use one of: {states}."
    )


def _count_open(
    tx: Transaction, column: sa.ColumnElement[str], services: Collection[str], now: datetime
) -> dict[str, int]:
    statement = (
        sa.select(column, sa.func.count())
        .where(findings.c.service.in_(sorted(services)), _in_state(FindingState.OPEN.value, now))
        .group_by(column)
    )
    return {str(name): int(count) for name, count in tx.execute(statement)}


def _row(finding: Finding) -> dict[str, Any]:
    return {
        "id": finding.id,
        "fingerprint": finding.fingerprint,
        "control": finding.control,
        "service": finding.service,
        "environment": finding.environment,
        "subject": finding.subject,
        "phase": finding.phase.value,
        "found_in": finding.found_in.value,
        "source": finding.source.value,
        "severity": finding.severity.value,
        "severity_rank": finding.severity.rank,
        "message": finding.message,
        "position": encode_position(finding.position),
        "team": finding.team,
        "state": finding.state.value,
        "first_seen_at": format_instant(finding.first_seen_at),
        "last_seen_at": format_instant(finding.last_seen_at),
        "due_at": format_instant(finding.due_at),
        "waived_until": format_if_any(finding.waived_until),
        "waiver_id": finding.waiver_id,
        "fixed_at": format_if_any(finding.fixed_at),
        "change_id": finding.change_id,
        "triage_reason": finding.triage_reason,
        "threat": finding.threat,
    }


def _finding(row: Mapping[Any, Any]) -> Finding:
    return Finding(
        id=row["id"],
        fingerprint=row["fingerprint"],
        control=row["control"],
        service=row["service"],
        environment=row["environment"],
        subject=row["subject"],
        phase=Phase(row["phase"]),
        found_in=Phase(row["found_in"]),
        source=FindingSource(row["source"]),
        severity=Severity(row["severity"]),
        message=row["message"],
        position=decode_position(row["position"]),
        team=row["team"],
        state=FindingState(row["state"]),
        first_seen_at=parse_instant(row["first_seen_at"]),
        last_seen_at=parse_instant(row["last_seen_at"]),
        due_at=parse_instant(row["due_at"]),
        waived_until=parse_if_any(row["waived_until"]),
        waiver_id=row["waiver_id"],
        fixed_at=parse_if_any(row["fixed_at"]),
        change_id=row["change_id"],
        triage_reason=row["triage_reason"],
        threat=row["threat"],
    )
