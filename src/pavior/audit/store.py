"""Rows of the audit log. There is no update and no delete."""

import json
from collections.abc import Collection, Iterator
from typing import Any

import sqlalchemy as sa

from pavior.audit.chain import COLUMNS, read_body
from pavior.audit.model import Head, RecordedEvent, StoredEvent
from pavior.audit.tables import events, heads
from pavior.kernel.pages import Page, PageRequest
from pavior.storage.database import Transaction

_ROWS_AT_ONCE = 1_000


def insert_event(tx: Transaction, row: StoredEvent) -> None:
    """Add a row."""
    tx.execute(
        events.insert().values(
            sequence=row.sequence, body=row.body, previous_hash=row.previous_hash, hash=row.hash, **row.columns
        )
    )


def find_last(tx: Transaction) -> tuple[int, str] | None:
    """Sequence and hash of the last row."""
    statement = sa.select(events.c.sequence, events.c.hash).order_by(events.c.sequence.desc()).limit(1)
    row = tx.execute(statement).first()
    return None if row is None else (int(row.sequence), str(row.hash))


def walk_rows(tx: Transaction, after: int | None = None) -> Iterator[StoredEvent]:
    """All rows in the order of their sequence, some at a time; only those after a sequence when it is given."""
    while True:
        statement = events.select().order_by(events.c.sequence).limit(_ROWS_AT_ONCE)
        if after is not None:
            statement = statement.where(events.c.sequence > after)
        rows = tx.execute(statement).mappings().all()
        if not rows:
            return
        for row in rows:
            columns = {name: str(row[name]) for name in COLUMNS}
            yield StoredEvent(int(row["sequence"]), row["body"], row["previous_hash"], row["hash"], columns)
        after = int(rows[-1]["sequence"])


def recorded_at(row: StoredEvent) -> str:
    """When it was recorded, as it is written; instants of one form sort as text."""
    return str(json.loads(row.body)["recorded_at"])


def list_events(
    tx: Transaction,
    page: PageRequest,
    *,
    service: str = "",
    services: Collection[str] | None = None,
    verb: str = "",
) -> Page[RecordedEvent]:
    """Newest first; an empty `service` or `verb` does not narrow it; no `services`, none."""
    conditions = _narrowed(service, (verb,) if verb else ())
    if services is not None:
        conditions.append(events.c.service.in_(sorted(services)))
    total = tx.execute(sa.select(sa.func.count()).select_from(events).where(*conditions)).scalar_one()
    statement = (
        events.select().where(*conditions).order_by(events.c.sequence.desc()).offset(page.offset).limit(page.size)
    )
    items = tuple(_recorded(row) for row in tx.execute(statement).mappings())
    return Page(items, int(total), page.offset)


def list_by_verb(tx: Transaction, *verbs: str, service: str = "", outcome: str = "") -> tuple[RecordedEvent, ...]:
    """All events with one of these verbs, oldest first."""
    conditions = _narrowed(service, verbs)
    if outcome:
        conditions.append(events.c.outcome == outcome)
    statement = events.select().where(*conditions).order_by(events.c.sequence)
    return tuple(_recorded(row) for row in tx.execute(statement).mappings())


def insert_head(tx: Transaction, head: Head) -> None:
    """Add a signed head."""
    tx.execute(heads.insert().values(sequence=head.sequence, hash=head.hash, signature=head.signature))


def list_heads(tx: Transaction) -> tuple[Head, ...]:
    """All signed heads, oldest first."""
    rows = tx.execute(heads.select().order_by(heads.c.sequence)).mappings()
    return tuple(Head(int(row["sequence"]), row["hash"], row["signature"]) for row in rows)


def find_last_head(tx: Transaction) -> Head | None:
    """The newest signed head."""
    row = tx.execute(heads.select().order_by(heads.c.sequence.desc()).limit(1)).mappings().first()
    return None if row is None else Head(int(row["sequence"]), row["hash"], row["signature"])


def _narrowed(service: str, verbs: tuple[str, ...]) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = []
    if service:
        conditions.append(events.c.service == service)
    if verbs:
        conditions.append(events.c.verb.in_(verbs))
    return conditions


def _recorded(row: sa.RowMapping | dict[str, Any]) -> RecordedEvent:
    return RecordedEvent(int(row["sequence"]), read_body(row["body"]), row["hash"])
