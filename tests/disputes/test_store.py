"""Rows of disputes: what was written is read, the open ones come first, and of two answers one counts."""

from dataclasses import replace
from datetime import timedelta

import pytest

from pavior.disputes import store
from pavior.disputes.model import DisputeCounts, DisputeState, require_words
from pavior.kernel.errors import ConflictError, InvalidError, MissingError
from pavior.kernel.pages import PageRequest
from pavior.storage.database import Database
from pavior.testing.builders import NOON, PUBLIC_ACCESS
from pavior.testing.policy_views import a_dispute

ALL = PageRequest()
ANSWERED = {"answered_by": "sam", "answered_at": NOON + timedelta(hours=1), "answer": "It is public on purpose."}


def test_a_dispute_is_read_as_it_was_written(database: Database) -> None:
    with database.transaction() as tx:
        first = store.insert_dispute(tx, a_dispute())
        answered = replace(first, state=DisputeState.UPHELD, **ANSWERED)  # type: ignore[arg-type]
        store.answer_dispute(tx, answered)

        assert first == a_dispute()
        assert store.get_dispute(tx, "DP-1") == answered
        with pytest.raises(MissingError):
            store.get_dispute(tx, "DP-2")


def test_the_second_of_two_answers_is_told_of_the_first(database: Database) -> None:
    with database.transaction() as tx:
        first = store.insert_dispute(tx, a_dispute())
        store.answer_dispute(tx, replace(first, state=DisputeState.UPHELD, **ANSWERED))  # type: ignore[arg-type]

        with pytest.raises(ConflictError) as refused:
            store.answer_dispute(tx, replace(first, state=DisputeState.REJECTED, **ANSWERED))  # type: ignore[arg-type]

        assert refused.value.code == "dispute-already-answered"
        assert store.get_dispute(tx, "DP-1").state is DisputeState.UPHELD


def test_open_ones_come_first_and_lists_are_narrowed(database: Database) -> None:
    with database.transaction() as tx:
        first = store.insert_dispute(tx, a_dispute())
        store.insert_dispute(tx, a_dispute(control="tags-owner"))
        store.insert_dispute(tx, a_dispute(environment="ledger/dev"))
        store.answer_dispute(tx, replace(first, state=DisputeState.REJECTED, **ANSWERED))  # type: ignore[arg-type]
        both = {"orders", "ledger"}

        def ids(**narrowed: object) -> list[str]:
            given = {"services": both, **narrowed}
            return [item.id for item in store.list_disputes(tx, ALL, **given).items]  # type: ignore[arg-type]

        assert ids() == ["DP-2", "DP-3", "DP-1"]
        assert ids(services={"ledger"}) == ["DP-3"]
        assert ids(services=set()) == []
        assert ids(control="tags-owner") == ["DP-2"]
        assert ids(state=DisputeState.REJECTED) == ["DP-1"]
        assert store.count_by_state(tx, PUBLIC_ACCESS, both) == {DisputeState.REJECTED: 1, DisputeState.OPEN: 1}
        assert store.find_open(tx, "tags-owner", "orders/dev", first.subject) is not None
        assert store.find_open(tx, PUBLIC_ACCESS, "orders/dev", first.subject) is None


def test_what_is_open_counts_neither_for_nor_against_the_rule() -> None:
    counts = DisputeCounts(open=4, upheld=1, rejected=2, denials=9)

    assert (counts.answered, counts.total) == (3, 7)


@pytest.mark.parametrize("text", ["", "  ", "...", "-"])
def test_a_reason_says_something(text: str) -> None:
    with pytest.raises(InvalidError) as refused:
        require_words(text, what="A dispute")

    assert refused.value.code == "dispute-reason-missing"
    assert require_words("  because ", what="A dispute") == "because"
