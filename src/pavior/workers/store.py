"""Reading and writing workers. Each write names the epoch that it knows, and does nothing under another."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from pavior.kernel.clock import format_instant, parse_instant
from pavior.storage.database import Transaction
from pavior.workers.model import WorkerRecord
from pavior.workers.tables import workers


def find_worker(tx: Transaction, worker_id: str) -> WorkerRecord | None:
    """Or None when it was never there."""
    row = tx.execute(sa.select(workers).where(workers.c.id == worker_id)).mappings().one_or_none()
    return None if row is None else _record(row)


def list_workers(tx: Transaction) -> tuple[WorkerRecord, ...]:
    """All that there ever were, by id."""
    return tuple(_record(row) for row in tx.execute(sa.select(workers).order_by(workers.c.id)).mappings())


def take_worker(tx: Transaction, worker_id: str, *, place: str, now: datetime) -> int:
    """Become this worker; its new epoch. The caller knows that nobody else is it now."""
    known = find_worker(tx, worker_id)
    values = {"place": place, "is_present": True, "started_at": format_instant(now), "beat_at": format_instant(now)}
    if known is None:
        tx.execute(sa.insert(workers).values(id=worker_id, epoch=1, beats=0, **values))
        return 1
    tx.execute(sa.update(workers).where(workers.c.id == worker_id).values(epoch=known.epoch + 1, **values))
    return known.epoch + 1


def beat(tx: Transaction, worker_id: str, epoch: int, now: datetime) -> bool:
    """Say that it lives; whether it still is this worker."""
    return _update(tx, worker_id, epoch, {"beats": workers.c.beats + 1, "beat_at": format_instant(now)})


def is_current(tx: Transaction, worker_id: str, epoch: int) -> bool:
    """Whether what is done under this epoch may still be written."""
    known = find_worker(tx, worker_id)
    return known is not None and known.epoch == epoch and known.is_present


def release_worker(tx: Transaction, worker_id: str, epoch: int) -> bool:
    """Say that it is gone, in order."""
    return _update(tx, worker_id, epoch, {"is_present": False})


def declare_dead(tx: Transaction, dead: WorkerRecord) -> bool:
    """Fence it: whether it was still exactly as it was seen."""
    fenced = {"epoch": dead.epoch + 1, "is_present": False}
    return _update(tx, dead.id, dead.epoch, fenced, workers.c.beats == dead.beats)


def retire_all(tx: Transaction) -> None:
    """Say of every worker that it is gone."""
    tx.execute(sa.update(workers).values(is_present=False, epoch=workers.c.epoch + 1))


def add_gone(tx: Transaction, worker_id: str, now: datetime) -> None:
    """Say of a worker that may never have been here that it is gone, so that others take up its runs."""
    if find_worker(tx, worker_id) is None:
        release_worker(tx, worker_id, take_worker(tx, worker_id, place="", now=now))


def _update(
    tx: Transaction, worker_id: str, epoch: int, values: Mapping[str, object], *conditions: sa.ColumnElement[bool]
) -> bool:
    statement = sa.update(workers).where(
        workers.c.id == worker_id, workers.c.epoch == epoch, workers.c.is_present, *conditions
    )
    return tx.execute(statement.values(values)).rowcount == 1


def _record(row: Any) -> WorkerRecord:
    return WorkerRecord(
        id=row["id"],
        epoch=row["epoch"],
        beats=row["beats"],
        place=row["place"],
        is_present=row["is_present"],
        started_at=parse_instant(row["started_at"]),
        beat_at=parse_instant(row["beat_at"]),
    )
