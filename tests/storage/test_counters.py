from concurrent.futures import ThreadPoolExecutor

import pytest

from pavior.storage.counters import next_number
from pavior.storage.database import Database


def test_a_counter_counts_from_one_and_apart_from_the_others(database: Database) -> None:
    with database.transaction() as tx:
        assert [next_number(tx, "change") for _ in range(3)] == [1, 2, 3]
        assert next_number(tx, "waiver") == 1


def test_a_number_of_a_transaction_that_failed_is_given_again(database: Database) -> None:
    def fail_after_taking_a_number() -> None:
        with database.transaction() as tx:
            assert next_number(tx, "change") == 1
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_after_taking_a_number()

    with database.transaction() as tx:
        assert next_number(tx, "change") == 1


def test_numbers_taken_at_the_same_time_are_each_given_once(database: Database) -> None:
    def take(_: int) -> int:
        with database.transaction() as tx:
            return next_number(tx, "change")

    with ThreadPoolExecutor(max_workers=4) as pool:
        taken = list(pool.map(take, range(40)))

    assert sorted(taken) == list(range(1, 41))
