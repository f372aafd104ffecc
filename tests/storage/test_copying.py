"""A database becomes the same one of the other kind: SQLite to PostgreSQL and back."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from tests.postgresql import PostgresServer

from pavior.environments.tables import sealed_documents
from pavior.identity.tables import people, teams
from pavior.storage.copying import copy_into_file, copy_rows, is_empty
from pavior.storage.counters import counters
from pavior.storage.database import Database, open_database
from pavior.storage.engine_tables import give_runs, list_tables
from pavior.storage.migrating import migrate
from pavior.workflows.durable import Enqueuer

NOON = "2026-11-27T12:00:00.000000Z"
# As a person's editor left it: other spaces and another order than ours, and characters of four bytes.
ROLES = '[ "developer",\t"Zoë \U0001f510" ]'
BYTES = b"\x00\xff'\"\\x"
_INSERT = {
    "sqlite": "INSERT INTO people VALUES ('dana', 'Dana', :roles, :noon, :yes)",
    "postgresql": "INSERT INTO people VALUES ('dana', 'Dana', CAST(:roles AS JSON), :noon, :yes)",
}


@pytest.fixture
def make(tmp_path: Path, postgresql_server: PostgresServer) -> Iterator[Callable[[str], Database]]:
    """An empty database of a kind, with the tables of ours and of the durable engine."""
    made: list[Database] = []

    def make_one(kind: str) -> Database:
        url = postgresql_server.make() if kind == "postgresql" else f"sqlite:///{tmp_path / f'{len(made)}.db'}"
        database = open_database(url)
        made.append(database)
        migrate(database)
        Enqueuer.open(database).close()
        return database

    yield make_one
    for database in made:
        database.close()


def _fill(database: Database) -> None:
    with database.transaction() as tx:
        tx.execute(sa.insert(teams).values(name="payments", title="Payments", created_at=NOON))
        tx.execute(sa.text(_INSERT[database.kind]), {"roles": ROLES, "yes": True, "noon": NOON})
        tx.execute(sa.insert(sealed_documents).values(kind="state", owner="orders/dev", body=BYTES, written_at=NOON))
        tx.execute(sa.insert(counters).values(name="change", value=2**62))


def _told(database: Database) -> list[object]:
    with database.snapshot() as tx:
        return [
            tuple(tx.execute(sa.text("SELECT CAST(roles AS TEXT) FROM people")).one()),
            tx.execute(sa.select(people.c.is_disabled)).scalar_one(),
            bytes(tx.execute(sa.select(sealed_documents.c.body)).scalar_one()),
            tx.execute(sa.select(counters.c.value)).scalar_one(),
        ]


@pytest.mark.postgresql
@pytest.mark.parametrize(
    ("first", "second"), [("sqlite", "postgresql"), ("postgresql", "sqlite"), ("postgresql", "postgresql")]
)
def test_every_value_is_as_it_was_written(first: str, second: str, make: Callable[[str], Database]) -> None:
    source, target = make(first), make(second)
    _fill(source)

    copy_rows(source, target)

    assert _told(target) == [(ROLES,), True, BYTES, 2**62] == _told(source)


@pytest.mark.postgresql
def test_a_file_of_a_server_is_a_database_of_its_own(tmp_path: Path, make: Callable[[str], Database]) -> None:
    source = make("postgresql")
    _fill(source)

    copy_into_file(source, tmp_path / "copy.db", prepare=lambda database: Enqueuer.open(database).close())

    copy = open_database(f"sqlite:///{tmp_path / 'copy.db'}")
    assert _told(copy) == _told(source)
    copy.close()


@pytest.mark.postgresql
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_database_is_empty_until_something_is_written(kind: str, make: Callable[[str], Database]) -> None:
    database = make(kind)
    before = is_empty(database)
    _fill(database)

    assert (before, is_empty(database)) == (True, False)


@pytest.mark.postgresql
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_database_with_runs_of_somebody_is_not_empty(kind: str, make: Callable[[str], Database]) -> None:
    database = make(kind)
    with database.transaction() as tx:
        runs = next(table for table in list_tables(tx) if table.name == "workflow_status")
        tx.execute(sa.insert(runs).values(workflow_uuid="run", status="PENDING", name="plan", executor_id="left"))

    assert not is_empty(database)


@pytest.mark.postgresql
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_runs_under_way_change_hands_and_others_do_not(kind: str, make: Callable[[str], Database]) -> None:
    database = make(kind)
    with database.transaction() as tx:
        runs = next(table for table in list_tables(tx) if table.name == "workflow_status")
        for number, status in enumerate(["PENDING", "SUCCESS"]):
            tx.execute(
                sa.insert(runs).values(workflow_uuid=f"run-{number}", status=status, name="plan", executor_id="left")
            )

    with database.transaction() as tx:
        give_runs(tx, status="PENDING", executor="right")

    with database.snapshot() as tx:
        found = tx.execute(sa.select(runs.c.status, runs.c.executor_id).order_by(runs.c.workflow_uuid)).all()
    assert [tuple(row) for row in found] == [("PENDING", "right"), ("SUCCESS", "left")]
