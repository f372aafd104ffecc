"""Rows of runs and their logs. Every change is written so that a step which runs twice leaves the same rows."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from pavior.kernel.clock import format_if_any, format_instant, parse_if_any, parse_instant
from pavior.kernel.errors import MissingError
from pavior.kernel.pages import Page, PageRequest
from pavior.runs.model import LogLine, Run, RunState
from pavior.runs.tables import log_lines, runs
from pavior.storage.database import Transaction

# A person reads some hundred lines; more is a tool that went wild, and would fill the disk.
MAXIMUM_LOG_LINES = 10_000
MAXIMUM_LINE_CHARACTERS = 4_000
DEFAULT_LOG_LIMIT = 1_000

_UNDER_WAY = (RunState.QUEUED.value, RunState.RUNNING.value)

# Of the line that stands where a log was.
_REMOVED = "removed"


def insert_run(tx: Transaction, run: Run) -> bool:
    """Add it. Adding the same id again changes nothing and gives False."""
    if find_run(tx, run.id) is not None:
        return False
    tx.execute(runs.insert().values(**_row(run)))
    return True


def find_run(tx: Transaction, run_id: str) -> Run | None:
    """The run, or None."""
    row = tx.execute(runs.select().where(runs.c.id == run_id)).mappings().first()
    return None if row is None else _run(row)


def get_run(tx: Transaction, run_id: str) -> Run:
    """The run.

    Raises:
        MissingError: `run-missing`.
    """
    run = find_run(tx, run_id)
    if run is None:
        raise _missing(run_id)
    return run


def count_in(tx: Transaction, state: RunState) -> int:
    """How many there are in this state."""
    return int(tx.execute(sa.select(sa.func.count()).where(runs.c.state == state.value)).scalar_one())


def find_longest_queued(tx: Transaction) -> datetime | None:
    """Since when the run waits that has waited longest; None when none does."""
    found = tx.execute(sa.select(sa.func.min(runs.c.created_at)).where(runs.c.state == RunState.QUEUED.value)).scalar()
    return parse_if_any(found)


def list_runs(
    tx: Transaction,
    page: PageRequest,
    *,
    service: str = "",
    services: Collection[str] | None = None,
    environment: str = "",
    states: Collection[RunState] = (),
) -> Page[Run]:
    """Newest first.

    `services` narrows it when given, and nothing is found when it is empty; an empty `service`,
    `environment` (else as stored in `Run.environment`) or `states` does not narrow it.
    """
    conditions: list[sa.ColumnElement[bool]] = []
    if service:
        conditions.append(runs.c.service == service)
    if services is not None:
        conditions.append(runs.c.service.in_(sorted(services)))
    if environment:
        conditions.append(runs.c.environment == environment)
    if states:
        conditions.append(runs.c.state.in_([state.value for state in states]))
    total = tx.execute(sa.select(sa.func.count()).select_from(runs).where(*conditions)).scalar_one()
    statement = (
        runs.select()
        .where(*conditions)
        .order_by(runs.c.created_at.desc(), runs.c.id.desc())
        .offset(page.offset)
        .limit(page.size)
    )
    items = tuple(_run(row) for row in tx.execute(statement).mappings())
    return Page(items, int(total), page.offset)


def list_of_subject(tx: Transaction, subject: str) -> tuple[Run, ...]:
    """All runs about one reference, newest first."""
    statement = runs.select().where(runs.c.subject == subject).order_by(runs.c.created_at.desc(), runs.c.id.desc())
    return tuple(_run(row) for row in tx.execute(statement).mappings())


def list_unended(tx: Transaction, *, subject: str) -> tuple[Run, ...]:
    """The runs about one reference that have not ended, newest first."""
    return tuple(run for run in list_of_subject(tx, subject) if not run.state.is_ended)


def start_run(tx: Transaction, run_id: str, now: datetime) -> int:
    """Queued becomes running, with the first moment at which that happened; 0 when it has ended.

    Otherwise gives how often a worker has begun it by now: 1, or more after a crash.

    Raises:
        MissingError: `run-missing`.
    """
    result = tx.execute(
        runs.update()
        .where(runs.c.id == run_id, runs.c.state.in_(_UNDER_WAY))
        .values(
            state=RunState.RUNNING.value,
            started_at=sa.func.coalesce(runs.c.started_at, format_instant(now)),
            attempts=runs.c.attempts + 1,
        )
    )
    return get_run(tx, run_id).attempts if _has_changed(tx, run_id, result.rowcount) else 0


def set_step(  # noqa: PLR0917 - every step says all of these, in this order
    tx: Transaction, run_id: str, step: str, progress: int, total: int, now: datetime
) -> bool:
    """What it is doing now; a queued run is started by it. False, and nothing changes, when it has ended.

    Raises:
        MissingError: `run-missing`.
    """
    result = tx.execute(
        runs.update()
        .where(runs.c.id == run_id, runs.c.state.in_(_UNDER_WAY))
        .values(
            state=RunState.RUNNING.value,
            started_at=sa.func.coalesce(runs.c.started_at, format_instant(now)),
            step=step,
            progress=progress,
            progress_total=total,
        )
    )
    return _has_changed(tx, run_id, result.rowcount)


def end_run(
    tx: Transaction,
    run_id: str,
    state: RunState,
    now: datetime,
    *,
    error_code: str = "",
    error_message: str = "",
    error_fix: str = "",
) -> bool:
    """End it, once: the first end stands, a later one changes nothing and gives False. Success is all of its progress.

    Raises:
        MissingError: `run-missing`.
    """
    if not state.is_ended:
        raise ValueError(f"{state} is not an end")
    result = tx.execute(
        runs.update()
        .where(runs.c.id == run_id, runs.c.state.in_(_UNDER_WAY))
        .values(
            state=state.value,
            ended_at=format_instant(now),
            progress=runs.c.progress_total if state is RunState.SUCCEEDED else runs.c.progress,
            error_code=error_code,
            error_message=error_message,
            error_fix=error_fix,
        )
    )
    return _has_changed(tx, run_id, result.rowcount)


def request_cancel(tx: Transaction, run_id: str, actor: str) -> bool:
    """Note that `actor` wants it to stop; who asked first is kept. False when it has ended already.

    Raises:
        MissingError: `run-missing`.
    """
    result = tx.execute(
        runs.update()
        .where(runs.c.id == run_id, runs.c.state.in_(_UNDER_WAY))
        .values(
            cancel_requested_by=sa.case((runs.c.cancel_requested_by == "", actor), else_=runs.c.cancel_requested_by)
        )
    )
    return _has_changed(tx, run_id, result.rowcount)


def is_cancel_requested(tx: Transaction, run_id: str) -> bool:
    """Whether somebody wants it to stop.

    Raises:
        MissingError: `run-missing`.
    """
    return get_run(tx, run_id).cancel_requested_by != ""


def append_log(
    tx: Transaction,
    run_id: str,
    texts: Sequence[str],
    at: datetime,
    *,
    level: str = "info",
    keys: Sequence[str] = (),
) -> int:
    """Write masked lines at the end of the log, numbered on without a gap, and give the last number.

    `keys` holds one for each of `texts`, unique within the run, for steps that may run twice: a line
    whose key the log has already is passed over. It is empty when the lines have none.

    A run keeps `MAXIMUM_LOG_LINES`; then one line says that more was dropped. A line longer than
    `MAXIMUM_LINE_CHARACTERS` is cut, and says so.

    Raises:
        MissingError: `run-missing`.
    """
    # Locks the run where the database has row locks: two writers would otherwise count the same lines.
    locked = tx.execute(sa.select(runs.c.id).where(runs.c.id == run_id).with_for_update()).first()
    if locked is None:
        raise _missing(run_id)
    last = tx.execute(
        sa.select(sa.func.coalesce(sa.func.max(log_lines.c.sequence), 0)).where(log_lines.c.run_id == run_id)
    ).scalar_one()
    fresh = _without_repeats(tx, run_id, texts, keys)
    room = max(0, MAXIMUM_LOG_LINES - int(last))
    rows = [
        {
            "run_id": run_id,
            "sequence": int(last) + place,
            "line_key": key,
            "at": format_instant(at),
            "level": level,
            "text": _cut(text),
        }
        for place, (text, key) in enumerate(fresh[:room], start=1)
    ]
    if len(fresh) > room and last <= MAXIMUM_LOG_LINES:
        rows.append(
            {
                "run_id": run_id,
                "sequence": MAXIMUM_LOG_LINES + 1,
                "line_key": None,
                "at": format_instant(at),
                "level": "warning",
                "text": f"A run keeps {MAXIMUM_LOG_LINES:,} lines; what came after them was dropped.",
            }
        )
    if rows:
        tx.execute(log_lines.insert(), rows)
    return int(last) + len(rows)


def list_log(tx: Transaction, run_id: str, *, after: int = 0, limit: int = DEFAULT_LOG_LIMIT) -> tuple[LogLine, ...]:
    """The first `limit` lines whose sequence is above `after`, in order; empty also for an unknown run."""
    statement = (
        log_lines.select()
        .where(log_lines.c.run_id == run_id, log_lines.c.sequence > after)
        .order_by(log_lines.c.sequence)
        .limit(limit)
    )
    return tuple(
        LogLine(sequence=row["sequence"], at=parse_instant(row["at"]), text=row["text"], level=row["level"])
        for row in tx.execute(statement).mappings()
    )


def remove_old_logs(tx: Transaction, ended_before: datetime, now: datetime, *, limit: int) -> int:
    """Put one line that says so in place of the log of runs that ended before; of how many runs, at most `limit`."""
    is_log = sa.or_(log_lines.c.line_key.is_(None), log_lines.c.line_key != _REMOVED)
    statement = (
        sa.select(log_lines.c.run_id, sa.func.count())
        .join(runs, runs.c.id == log_lines.c.run_id)
        .where(runs.c.ended_at < format_instant(ended_before), is_log)
        .group_by(log_lines.c.run_id)
        .limit(limit)
    )
    found = tx.execute(statement).all()
    for run_id, count in found:
        tx.execute(log_lines.delete().where(log_lines.c.run_id == run_id))
        told = f"The log of this run, {count} {'line' if count == 1 else 'lines'}, was removed because of its age."
        append_log(tx, run_id, (told,), now, keys=(_REMOVED,))
    return len(found)


def _without_repeats(
    tx: Transaction, run_id: str, texts: Sequence[str], keys: Sequence[str]
) -> list[tuple[str, str | None]]:
    if not keys:
        return [(text, None) for text in texts]
    statement = sa.select(log_lines.c.line_key).where(log_lines.c.run_id == run_id, log_lines.c.line_key.in_(keys))
    seen: set[str] = set(tx.execute(statement).scalars())
    fresh: list[tuple[str, str | None]] = []
    for text, key in zip(texts, keys, strict=True):
        if key not in seen:
            seen.add(key)
            fresh.append((text, key))
    return fresh


def _cut(text: str) -> str:
    if len(text) <= MAXIMUM_LINE_CHARACTERS:
        return text
    return f"{text[:MAXIMUM_LINE_CHARACTERS]} ... ({len(text):,} characters, cut)"


def _has_changed(tx: Transaction, run_id: str, rowcount: int) -> bool:
    if rowcount == 1:
        return True
    get_run(tx, run_id)
    return False


def _missing(run_id: str) -> MissingError:
    return MissingError("run-missing", f"There is no run {run_id[:100]}.", fix="List them with: pavior run list.")


def _row(run: Run) -> dict[str, Any]:
    return {
        "id": run.id,
        "kind": run.kind,
        "subject": run.subject,
        "service": run.service,
        "environment": run.environment,
        "requester": run.requester,
        "state": run.state.value,
        "created_at": format_instant(run.created_at),
        "started_at": format_if_any(run.started_at),
        "ended_at": format_if_any(run.ended_at),
        "step": run.step,
        "progress": run.progress,
        "progress_total": run.progress_total,
        "error_code": run.error_code,
        "error_message": run.error_message,
        "error_fix": run.error_fix,
        "cancel_requested_by": run.cancel_requested_by,
        "attempts": run.attempts,
    }


def _run(row: Mapping[Any, Any]) -> Run:
    return Run(
        id=row["id"],
        kind=row["kind"],
        subject=row["subject"],
        service=row["service"],
        environment=row["environment"],
        requester=row["requester"],
        state=RunState(row["state"]),
        created_at=parse_instant(row["created_at"]),
        started_at=parse_if_any(row["started_at"]),
        ended_at=parse_if_any(row["ended_at"]),
        step=row["step"],
        progress=row["progress"],
        progress_total=row["progress_total"],
        error_code=row["error_code"],
        error_message=row["error_message"],
        error_fix=row["error_fix"],
        cancel_requested_by=row["cancel_requested_by"],
        attempts=row["attempts"],
    )
