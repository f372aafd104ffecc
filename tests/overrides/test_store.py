"""Rows of overrides: what was written is read, what waits comes first, and of two answers one counts."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from pavior.kernel.errors import ConflictError, InvalidError, MissingError
from pavior.kernel.pages import PageRequest
from pavior.kernel.verdicts import Outcome
from pavior.overrides import store
from pavior.overrides.model import (
    MEANINGS,
    OverrideState,
    ReasonClass,
    ReviewOutcome,
    read_reason_class,
    require_hours,
    require_words,
)
from pavior.policy.overriding import Denied
from pavior.storage.database import Database
from pavior.testing.builders import NOON, PUBLIC_ACCESS
from pavior.testing.overrides import an_approved_override, an_override

ALL = PageRequest()
REVIEWED: dict[str, Any] = {
    "review": ReviewOutcome.JUSTIFIED,
    "reviewed_by": "ada",
    "reviewed_at": NOON + timedelta(days=1),
    "review_reason": "It was down.",
}


def test_an_override_is_read_as_it_was_written_at_each_of_its_steps(database: Database) -> None:
    two = (Denied(PUBLIC_ACCESS, "b", Outcome.FAILED), Denied("tags-owner", "a", Outcome.UNKNOWN))
    with database.transaction() as tx:
        asked = store.insert_override(tx, an_override(denied=two))
        assert store.get_override(tx, "OV-1") == asked == an_override(denied=two)
        approved = an_approved_override(denied=two, decision_reason="Yes.")
        store.decide_override(tx, approved)
        assert store.get_override(tx, "OV-1") == approved
        ended = replace(approved, state=OverrideState.REVOKED, ended_by="sam", ended_at=NOON, end_reason="Over.")
        assert store.end_override(tx, ended)
        store.review_override(tx, replace(ended, **REVIEWED))
        assert store.get_override(tx, "OV-1") == replace(ended, **REVIEWED)

        with pytest.raises(MissingError):
            store.get_override(tx, "OV-2")


def test_what_was_decided_ended_or_reviewed_is_not_so_a_second_time(database: Database) -> None:
    with database.transaction() as tx:
        store.insert_override(tx, an_override())
        store.decide_override(tx, an_approved_override())

        with pytest.raises(ConflictError, match="override-already-decided"):
            store.decide_override(tx, an_override(state=OverrideState.REJECTED, decided_by="ada"))
        ended = an_approved_override(state=OverrideState.EXPIRED)
        assert store.end_override(tx, ended)
        assert not store.end_override(tx, ended)
        store.review_override(tx, replace(ended, **REVIEWED))
        with pytest.raises(ConflictError, match="override-already-reviewed"):
            store.review_override(tx, replace(ended, **REVIEWED))


def test_what_waits_comes_first_and_lists_are_narrowed(database: Database) -> None:
    with database.transaction() as tx:
        for fields in ({}, {}, {"environment": "ledger/dev"}, {}):
            store.insert_override(tx, an_override(**fields))
        other = an_override(denied=(Denied("tags-owner", "a", Outcome.FAILED),))
        store.insert_override(tx, other)
        store.decide_override(tx, an_approved_override(id="OV-1", review_due_at=NOON + timedelta(days=9)))
        store.decide_override(tx, an_approved_override(id="OV-2"))
        store.decide_override(tx, an_override(id="OV-4", state=OverrideState.REJECTED, decided_by="sam"))
        both = {"orders", "ledger"}

        def ids(**narrowed: Any) -> list[str]:
            return [item.id for item in store.list_overrides(tx, ALL, **{"services": both, **narrowed}).items]

        assert ids() == ["OV-5", "OV-3", "OV-2", "OV-1", "OV-4"]
        assert ids(services={"ledger"}) == ["OV-3"]
        assert ids(services=set()) == []
        assert ids(control="tags-owner") == ["OV-5"]
        assert ids(state=OverrideState.REJECTED) == ["OV-4"]
        assert ids(is_to_review=True) == ["OV-2", "OV-1"]
        # What is due first, first.
        assert [item.id for item in store.list_to_review(tx, both)] == ["OV-2", "OV-1"]
        assert [item.id for item in store.list_requested(tx, both)] == ["OV-3", "OV-5"]
        assert [item.id for item in store.list_of_control(tx, "tags-owner", both)] == ["OV-5"]


def test_the_moment_of_its_end_is_the_first_at_which_it_is_over(database: Database) -> None:
    override = an_approved_override()
    end = NOON + timedelta(hours=4)
    with database.transaction() as tx:
        store.insert_override(tx, an_override())
        store.decide_override(tx, override)

        assert store.list_expired(tx, end - timedelta(microseconds=1)) == ()
        assert store.list_expired(tx, end) == (override,)
    assert override.lets_through(end - timedelta(microseconds=1))
    assert not override.lets_through(end)


def test_every_class_of_reasons_says_what_it_means_and_no_other_is_taken() -> None:
    assert set(MEANINGS) == set(ReasonClass) != set()
    for known in ReasonClass:
        assert read_reason_class(known.value) is known
    with pytest.raises(InvalidError, match="override-class-unknown"):
        read_reason_class("Incident")


@pytest.mark.parametrize("hours", [0, -1, 25])
def test_hours_are_few(hours: int) -> None:
    with pytest.raises(InvalidError, match="override-hours-invalid"):
        require_hours(hours)
    assert (require_hours(1), require_hours(24)) == (1, 24)


@pytest.mark.parametrize("text", ["", "  ", "...", "-"])
def test_a_reason_says_something(text: str) -> None:
    with pytest.raises(InvalidError, match="override-reason-missing"):
        require_words(text, what="A wish")
    assert require_words("  because ", what="A wish") == "because"
