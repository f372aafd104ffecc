"""PostgreSQL: the same tables, the same turns of writers, and what is told when it is not there."""

import threading
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from tests.postgresql import PostgresServer, postgresql

from pavior.kernel.errors import UnavailableError
from pavior.storage import migrating
from pavior.storage.counters import last_number, next_number
from pavior.storage.database import Database, open_database
from pavior.testing.databases import import_all_tables

pytestmark = pytest.mark.postgresql


@pytest.fixture
def database(postgresql_server: PostgresServer) -> Iterator[Database]:
    database = postgresql_server.make_with_tables()
    yield database
    database.close()


def count_up(database: Database) -> None:
    with database.transaction() as tx:
        next_number(tx, "change")


def last(database: Database) -> int:
    with database.snapshot() as tx:
        return last_number(tx, "change")


def test_the_released_migrations_make_what_the_tables_say(postgresql_server: PostgresServer) -> None:
    import_all_tables()
    database = open_database(postgresql_server.make())

    migrating.migrate(database)
    migrating.migrate(database)

    assert migrating.list_differences(database) == []
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), database.transaction() as tx:
        tx.exec_driver_sql("DELETE FROM audit_events")
    database.close()


def test_of_many_that_count_at_once_no_number_is_given_twice(database: Database) -> None:
    numbers: list[int] = []

    def count() -> None:
        for _ in range(10):
            with database.transaction() as tx:
                numbers.append(next_number(tx, "change"))

    threads = [threading.Thread(target=count) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(numbers) == list(range(1, 61))


def test_a_reader_sees_one_state_throughout_and_does_not_wait(database: Database) -> None:
    with database.snapshot() as reading:
        before = last_number(reading, "change")
        count_up(database)
        after = last_number(reading, "change")

    assert (before, after, last(database)) == (0, 0, 1)


def test_a_reader_cannot_write(database: Database) -> None:
    with pytest.raises(sa.exc.DBAPIError, match="read-only"), database.snapshot() as tx:
        next_number(tx, "change")

    assert last(database) == 0


def test_a_writer_that_waits_too_long_is_told(database: Database) -> None:
    impatient = open_database(database.url, busy_timeout_seconds=0.1)

    with database.transaction(), pytest.raises(UnavailableError) as caught:
        count_up(impatient)

    impatient.close()
    assert caught.value.code == "storage-busy"


def test_a_server_that_was_never_there_is_told_and_its_password_is_not(postgresql_server: PostgresServer) -> None:
    url = f"postgresql+psycopg://somebody:s3cret-canary@/none?host={postgresql_server.folder / 'nowhere'}"

    with pytest.raises(UnavailableError) as caught:
        open_database(url)

    assert caught.value.code == "storage-unreachable"
    assert "s3cret-canary" not in f"{caught.value} {caught.value.fix} {caught.value.context}"


def test_a_database_that_the_server_does_not_have_is_told(postgresql_server: PostgresServer) -> None:
    with pytest.raises(UnavailableError) as caught:
        open_database(postgresql_server.url("no_such_database"))

    assert caught.value.code == "storage-unreachable"


@pytest.fixture
def own_server() -> Iterator[PostgresServer]:
    """One that a test may stop."""
    with postgresql() as server:
        yield server


def test_a_server_that_goes_away_and_comes_back_is_used_again(own_server: PostgresServer) -> None:
    database = own_server.make_with_tables()
    count_up(database)

    def hit() -> None:
        with database.transaction() as tx:
            next_number(tx, "change")
            own_server.stop(mode="fast")
            next_number(tx, "change")

    with pytest.raises(UnavailableError) as in_the_middle:
        hit()
    with pytest.raises(UnavailableError) as afterwards:
        count_up(database)
    own_server.start()
    count_up(database)

    assert (in_the_middle.value.code, afterwards.value.code) == ("storage-unreachable", "storage-unreachable")
    assert last(database) == 2
    database.close()
