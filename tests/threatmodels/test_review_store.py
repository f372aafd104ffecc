"""Rows of security reviews: what was written is read, what waits comes first, and of two answers one counts."""

from dataclasses import replace
from datetime import timedelta

import pytest

from pavior.kernel.errors import ConflictError
from pavior.kernel.pages import PageRequest
from pavior.storage.database import Database
from pavior.testing.builders import NOON
from pavior.threatmodels import review_store as store
from pavior.threatmodels.review_model import ReviewState, ThreatLook, ThreatReview, ThreatSignOff
from pavior.threatmodels.review_rules import Reason

ASKED = ThreatReview(
    id="",
    service="orders",
    branch="queue",
    commit="a" * 40,
    digest="d" * 64,
    model_digest="m" * 64,
    state=ReviewState.ASKED,
    reasons=(Reason("entry-added", "A public queue.", ("queue",)),),
    paragraph="Adds 1 element.",
    controls=("public-access",),
    authors=("mara",),
    asked_at=NOON,
)
LATER = NOON + timedelta(hours=1)


def _signed(review: ThreatReview) -> ThreatReview:
    return replace(
        review, state=ReviewState.SIGNED_OFF, decided_by="sam", decided_at=LATER, decision_reason="Looked at it."
    )


def test_a_review_is_read_as_it_was_written_at_each_of_its_steps(database: Database) -> None:
    with database.transaction() as tx:
        asked = store.write_review(tx, ASKED)
        assert asked == replace(ASKED, id="TR-1")
        assert store.get_review(tx, "TR-1") == store.find_of_branch(tx, "orders", "queue") == asked
        renewed = store.write_review(tx, replace(asked, digest="e" * 64))
        store.decide_review(tx, _signed(renewed))
        assert store.get_review(tx, "TR-1") == _signed(renewed)
        assert _signed(renewed).waited_seconds(LATER + timedelta(days=1)) == 3600


def test_of_two_who_answer_at_once_one_is_told_so(database: Database) -> None:
    with database.transaction() as tx:
        asked = store.write_review(tx, ASKED)
        store.decide_review(tx, _signed(asked))

        with pytest.raises(ConflictError, match="threat-review-decided"):
            store.decide_review(tx, replace(_signed(asked), decided_by="kim"))


def test_an_answer_to_what_was_pushed_before_is_none(database: Database) -> None:
    with database.transaction() as tx:
        asked = store.write_review(tx, ASKED)
        store.write_review(tx, replace(asked, digest="e" * 64))

        with pytest.raises(ConflictError, match="threat-review-decided"):
            store.decide_review(tx, _signed(asked))


def test_what_waits_longest_comes_first_and_what_nobody_was_asked_is_not_listed(database: Database) -> None:
    with database.transaction() as tx:
        store.write_review(tx, replace(ASKED, branch="a", state=ReviewState.SIGNED_OFF))
        for branch in ("b", "c"):
            store.write_review(tx, replace(ASKED, branch=branch))
        store.write_review(tx, replace(ASKED, branch="d", state=ReviewState.NOT_REQUIRED))
        page = store.list_reviews(tx, PageRequest(), services=("orders",))

        assert [item.branch for item in page.items] == ["b", "c", "a"]
        assert page.total == 3
        assert store.list_reviews(tx, PageRequest(), services=()).items == ()
        assert [item.branch for item in store.list_open(tx)] == ["b", "c"]


def test_sign_offs_are_kept_for_ever_and_told_the_latest_first(database: Database) -> None:
    one = ThreatSignOff(0, "orders", "TR-1", "d" * 64, "m" * 64, False, "kim", NOON, "Encrypt it.", ("mara",))
    with database.transaction() as tx:
        store.append_sign_off(tx, one)
        store.append_sign_off(tx, replace(one, is_agreed=True, by="sam", at=LATER))
        store.append_sign_off(tx, replace(one, digest="e" * 64))

        found = store.list_sign_offs(tx, "orders", digest="d" * 64)
        assert [(item.number, item.by) for item in found] == [(2, "sam"), (1, "kim")]
        assert found[1] == replace(one, number=1)
        assert len(store.list_sign_offs(tx, "orders")) == 3
        assert store.list_sign_offs(tx, "payments") == ()


def test_a_commit_is_looked_at_anew(database: Database) -> None:
    look = ThreatLook("orders", "a" * 40, "b" * 40, "r" * 64, "d" * 64, True, NOON)
    with database.transaction() as tx:
        store.write_look(tx, look)
        store.write_look(tx, replace(look, is_required=False))

        assert store.find_look(tx, "orders", "a" * 40) == replace(look, is_required=False)
        assert store.find_look(tx, "orders", "b" * 40) is None
