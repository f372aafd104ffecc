import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from pavior.audit import store
from pavior.audit.chain import GENESIS, chain_hash, sign_head, verify_chain, write_body
from pavior.audit.model import Event, Problem, StoredEvent
from pavior.audit.service import HeadSigner, export, find_head, record, verify, verify_export
from pavior.kernel.errors import InvalidError
from pavior.kernel.pages import PageRequest
from pavior.kernel.verdicts import Outcome
from pavior.storage.database import Database

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)


def an_event(verb: str = "change.opened", **fields: object) -> Event:
    return Event(verb=verb, actor="dana", subject="change:orders/C-1", started_at=NOON, ended_at=NOON, **fields)  # type: ignore[arg-type]


def fill(database: Database, count: int = 6) -> None:
    for number in range(count):
        with database.transaction() as tx:
            record(tx, an_event(service="orders", details={"number": number}), NOON)


def tamper(database: Database, *statements: str) -> None:
    """As somebody who may alter the schema."""
    with database.transaction() as tx:
        for table in ("audit_events", "audit_heads"):
            for verb in ("update", "delete"):
                where = f" ON {table}" if tx.dialect.name == "postgresql" else ""
                tx.exec_driver_sql(f"DROP TRIGGER {table}_no_{verb}{where}")
        for statement in statements:
            tx.exec_driver_sql(statement)


def found_in(database: Database) -> tuple[int | None, Problem | None]:
    with database.snapshot() as tx:
        found = verify(tx, KEY.public_key())
    assert not found.is_intact
    return found.first_wrong, found.problem


def test_an_untouched_log_verifies_and_says_how_many_rows_were_checked(database: Database) -> None:
    fill(database)

    with database.snapshot() as tx:
        found = verify(tx, KEY.public_key())

    assert (found.is_intact, found.checked, found.first_wrong) == (True, 6, None)


def test_an_empty_log_does_not_pass(database: Database) -> None:
    with database.snapshot() as tx:
        found = verify(tx, KEY.public_key())

    assert (found.outcome, found.checked, found.is_intact) == (Outcome.UNKNOWN, 0, False)


def test_an_event_of_a_transaction_that_failed_is_not_in_the_log(database: Database) -> None:
    fill(database, 1)

    def fail_after_recording() -> None:
        with database.transaction() as tx:
            record(tx, an_event(), NOON)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_after_recording()
    fill(database, 1)

    with database.snapshot() as tx:
        assert verify(tx, KEY.public_key()).checked == 2
        assert verify(tx, KEY.public_key()).is_intact


@pytest.mark.parametrize("table", ["audit_events", "audit_heads"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET hash = 'x'", "DELETE FROM {}"])
def test_the_database_refuses_to_change_the_log(database: Database, table: str, statement: str) -> None:
    fill(database)
    with database.transaction() as tx:
        HeadSigner(KEY).sign_now(tx)

    with pytest.raises(sa.exc.DBAPIError, match="append-only"), database.transaction() as tx:
        tx.exec_driver_sql(statement.format(table))


@pytest.mark.parametrize(
    ("statement", "row", "problem"),
    [
        ("UPDATE audit_events SET body = replace(body, 'dana', 'eve') WHERE sequence = 3", 3, Problem.EDITED),
        ("UPDATE audit_events SET body = 'nonsense' WHERE sequence = 3", 3, Problem.EDITED),
        ("UPDATE audit_events SET verb = 'x' WHERE sequence = 3", 3, Problem.EDITED),
        ("UPDATE audit_events SET service = 'x' WHERE sequence = 3", 3, Problem.EDITED),
        ("UPDATE audit_events SET outcome = 'x' WHERE sequence = 3", 3, Problem.EDITED),
        ("UPDATE audit_events SET hash = previous_hash WHERE sequence = 3", 3, Problem.EDITED),
        ("UPDATE audit_events SET previous_hash = hash WHERE sequence = 3", 3, Problem.EDITED),
        ("UPDATE audit_events SET sequence = 99 WHERE sequence = 3", 3, Problem.MISSING),
        ("UPDATE audit_events SET sequence = -3 WHERE sequence = 3", -3, Problem.REORDERED),
        ("DELETE FROM audit_events WHERE sequence = 3", 3, Problem.MISSING),
        ("DELETE FROM audit_events WHERE sequence = 1", 1, Problem.MISSING),
        ("DELETE FROM audit_events WHERE sequence > 4", 5, Problem.TRUNCATED),
        ("DELETE FROM audit_events", 1, Problem.TRUNCATED),
    ],
)
def test_a_row_written_with_raw_sql_is_named(database: Database, statement: str, row: int, problem: Problem) -> None:
    fill(database)
    tamper(database, statement)

    assert found_in(database) == (row, problem)


def test_two_rows_that_changed_places_are_told_from_edited_ones(database: Database) -> None:
    fill(database)
    tamper(
        database,
        "UPDATE audit_events SET sequence = -1 WHERE sequence = 2",
        "UPDATE audit_events SET sequence = 2 WHERE sequence = 4",
        "UPDATE audit_events SET sequence = 4 WHERE sequence = -1",
    )

    assert found_in(database) == (2, Problem.REORDERED)


def _rows(database: Database) -> list[StoredEvent]:
    with database.snapshot() as tx:
        return list(store.walk_rows(tx))


def _forge(database: Database, first: int, last: int) -> None:
    """Rewrite rows with hashes that fit."""
    rows = _rows(database)
    previous = rows[first - 2].hash if first > 1 else GENESIS
    statements = []
    for row in rows[first - 1 : last]:
        body = row.body.replace("dana", "eve")
        hash_ = chain_hash(previous, row.sequence, body)
        values = f"body = '{body}', previous_hash = '{previous}', hash = '{hash_}'"
        statements.append(f"UPDATE audit_events SET {values} WHERE sequence = {row.sequence}")  # noqa: S608 - it tampers
        previous = hash_
    tamper(database, *statements)


def test_a_row_rewritten_with_its_hash_is_found_by_the_row_after_it(database: Database) -> None:
    fill(database)
    _forge(database, 3, 3)

    assert found_in(database) == (3, Problem.EDITED)


def test_a_tail_rewritten_with_all_its_hashes_is_found_by_the_signed_head(database: Database) -> None:
    fill(database)
    with database.transaction() as tx:
        HeadSigner(KEY).sign_now(tx)
    _forge(database, 3, 6)

    assert found_in(database) == (1, Problem.REWRITTEN)


def test_rows_cut_off_below_a_signed_head_are_missed_even_when_the_counter_is_set_back(database: Database) -> None:
    fill(database)
    with database.transaction() as tx:
        HeadSigner(KEY).sign_now(tx)
    tamper(database, "DELETE FROM audit_events WHERE sequence > 4", "UPDATE counters SET value = 4")

    assert found_in(database) == (5, Problem.TRUNCATED)


def test_a_head_kept_elsewhere_finds_what_was_cut_off_with_all_its_heads(database: Database) -> None:
    fill(database)
    with database.transaction() as tx:
        kept = HeadSigner(KEY).sign_now(tx)
    assert kept is not None
    tamper(
        database,
        "DELETE FROM audit_events WHERE sequence > 4",
        "UPDATE counters SET value = 4",
        "DELETE FROM audit_heads",
    )

    with database.snapshot() as tx:
        assert verify(tx, KEY.public_key()).is_intact
        found = verify(tx, KEY.public_key(), kept_heads=(kept,))

    assert (found.first_wrong, found.problem) == (5, Problem.TRUNCATED)


def test_a_head_signed_by_somebody_else_is_named(database: Database) -> None:
    fill(database)
    with database.transaction() as tx:
        HeadSigner(Ed25519PrivateKey.generate()).sign_now(tx)

    assert found_in(database) == (6, Problem.BAD_SIGNATURE)


def test_a_head_is_signed_when_enough_events_came(database: Database) -> None:
    signing = database.with_before_commit(HeadSigner(KEY, events_per_head=3).sign_if_due)

    fill(signing, 7)

    with database.snapshot() as tx:
        assert [head.sequence for head in store.list_heads(tx)] == [3, 6]
        assert verify(tx, KEY.public_key()).signed_up_to == 6


def test_secrets_in_details_are_masked(database: Database) -> None:
    with database.transaction() as tx:
        record(tx, an_event(details={"password": "hunter2hunter2", "text": "AKIAIOSFODNN7EXAMPLE"}), NOON)

    with database.snapshot() as tx:
        (recorded,) = store.list_events(tx, PageRequest()).items

    assert recorded.event.details == {"password": "***", "text": "***"}


def test_what_json_cannot_say_is_refused(database: Database) -> None:
    with pytest.raises(TypeError), database.transaction() as tx:
        record(tx, an_event(details={"moment": NOON}), NOON)


def test_an_export_verifies_offline_and_ends_with_the_signed_head(database: Database) -> None:
    fill(database)
    with database.transaction() as tx:
        head = HeadSigner(KEY).sign_now(tx)
    with database.snapshot() as tx:
        lines = list(export(tx))

    found = verify_export(lines, KEY.public_key())

    assert (found.is_intact, found.checked, found.signed_up_to) == (True, 6, 6)
    assert find_head(lines) == head
    assert json.loads(lines[-1])["head"]["sequence"] == 6


@pytest.mark.parametrize(
    ("edit", "row", "problem"),
    [
        (lambda lines: lines[:-1], 7, Problem.TRUNCATED),
        (lambda lines: lines[:4] + lines[-1:], 5, Problem.TRUNCATED),
        (lambda lines: lines[:2] + lines[3:], 3, Problem.MISSING),
        (lambda lines: [line.replace("dana", "eve") for line in lines], 1, Problem.EDITED),
        (lambda lines: lines[-1:], 1, Problem.TRUNCATED),
    ],
)
def test_an_edited_export_does_not_verify(
    database: Database, edit: Callable[[list[str]], list[str]], row: int, problem: Problem
) -> None:
    fill(database)
    with database.transaction() as tx:
        HeadSigner(KEY).sign_now(tx)
    with database.snapshot() as tx:
        lines = edit(list(export(tx)))

    found = verify_export(lines, KEY.public_key())

    assert (found.first_wrong, found.problem) == (row, problem)


@pytest.mark.parametrize("line", ["", "[]", "{}", '{"format":"other","head":null}', '{"sequence":"1"}'])
def test_a_line_that_is_none_of_an_export_is_refused(line: str) -> None:
    with pytest.raises(InvalidError, match="export-malformed"):
        verify_export([line], KEY.public_key())


def _a_chain(length: int) -> list[StoredEvent]:
    rows, previous = [], GENESIS
    for sequence in range(1, length + 1):
        body = write_body(an_event(service="orders", details={"number": sequence}), sequence, NOON)
        row = StoredEvent(
            sequence,
            body,
            previous,
            chain_hash(previous, sequence, body),
            {"verb": "change.opened", "service": "orders", "outcome": "succeeded"},
        )
        rows.append(row)
        previous = row.hash
    return rows


CHAIN = _a_chain(5)
HEAD = sign_head(5, CHAIN[-1].hash, KEY)
TEXT = st.text(max_size=70)


def _changed(row: StoredEvent, name: str, value: str | int) -> StoredEvent:
    fields = {
        "sequence": row.sequence,
        "body": row.body,
        "previous_hash": row.previous_hash,
        "hash": row.hash,
        "columns": dict(row.columns),
    }
    if name in row.columns:
        fields["columns"] = {**row.columns, name: value}
    else:
        fields[name] = value
    return StoredEvent(**fields)  # type: ignore[arg-type]


@given(
    index=st.integers(0, 4),
    name=st.sampled_from(["sequence", "body", "previous_hash", "hash", "verb", "service", "outcome"]),
    text=TEXT,
    number=st.integers(-(2**40), 2**40),
)
def test_any_change_of_any_stored_field_is_found(index: int, name: str, text: str, number: int) -> None:
    changed = _changed(CHAIN[index], name, number if name == "sequence" else text)
    rows = sorted((*CHAIN[:index], changed, *CHAIN[index + 1 :]), key=lambda row: row.sequence)

    found = verify_chain(rows, (HEAD,), KEY.public_key())

    assert found.is_intact == (changed == CHAIN[index])


@given(index=st.integers(0, 4), offset=st.integers(0, 4000), character=st.characters())
def test_any_changed_character_of_a_body_is_found(index: int, offset: int, character: str) -> None:
    body = CHAIN[index].body
    place = offset % len(body)
    edited = body[:place] + character + body[place + 1 :]
    rows = [*CHAIN]
    rows[index] = _changed(CHAIN[index], "body", edited)

    assert verify_chain(rows, (HEAD,), KEY.public_key()).is_intact == (edited == body)


@given(kept=st.lists(st.sampled_from(CHAIN), max_size=6))
def test_any_deletion_repetition_or_exchange_is_found(kept: list[StoredEvent]) -> None:
    assert verify_chain(kept, (HEAD,), KEY.public_key()).is_intact == (kept == CHAIN)
