"""Disputes: said beside a denial, listed open ones first, and answered by who owns controls."""

from datetime import timedelta
from typing import Any

import pytest

from pavior.disputes.model import DisputeCounts, DisputeState
from pavior.environments.model import ChangeStatus
from pavior.identity.model import Role
from pavior.kernel.errors import ConflictError
from pavior.policy.rendering import denials
from pavior.testing.builders import BUCKET, NOON, PUBLIC_ACCESS, a_blocked_decision, a_change, a_control, a_plan
from pavior.testing.people import an_actor
from pavior.testing.policy_views import a_control_view, a_dispute
from pavior.testing.views import a_change_view


@pytest.fixture
def blocked(acme: Any) -> Any:
    """A Change that one denial stops."""
    decision = a_blocked_decision()
    acme.change = a_change_view(
        change=a_change(status=ChangeStatus.BLOCKED),
        plan=a_plan(decision=decision),
        denials=denials(decision, (a_control(),)),
    )
    return acme


def test_a_denial_tells_its_owner_and_can_be_disputed(blocked: Any, browser: Any) -> None:
    page = browser.get("/changes/C-1").text

    assert "owned by the role security" in page
    assert f"pavior control dispute {PUBLIC_ACCESS} --environment orders/dev --subject {BUCKET}" in page
    response = browser.post(
        "/changes/C-1/disputes", {"control": PUBLIC_ACCESS, "subject": BUCKET, "reason": "It is a price list."}
    )
    assert response.headers["location"] == "/changes/C-1?done=control-disputed"
    said = {"words": (), "control": PUBLIC_ACCESS, "environment": "orders/dev", "subject": BUCKET}
    assert blocked.said[-1] == ("dispute", {**said, "reason": "It is a price list."})


def test_a_refused_dispute_keeps_what_was_typed(blocked: Any, browser: Any) -> None:
    blocked.refusal = ConflictError("dispute-open", "DP-1 says the same.", fix="Wait for its answer.")

    page = browser.post(
        "/changes/C-1/disputes", {"control": PUBLIC_ACCESS, "subject": BUCKET, "reason": "It is a price list."}
    )

    assert page.status_code == 409
    assert "DP-1 says the same." in page.text
    assert "It is a price list." in page.text


def test_only_who_owns_controls_is_offered_an_answer(acme: Any, browser: Any) -> None:
    page = browser.get("/disputes").text
    assert "It holds the public price list." in page
    assert "Answer it" not in page

    acme.actor = an_actor(id="sam", roles=frozenset({Role.SECURITY}))
    assert "Answer it" in browser.get("/disputes").text
    response = browser.post("/disputes/DP-1/answer", {"answer": "upheld", "reason": "Price lists are public."})
    assert response.headers["location"] == "/disputes?done=dispute-answered"
    said = {"words": ("DP-1",), "is_upheld": True, "reason": "Price lists are public."}
    assert acme.said[-1] == ("answer", said)


def test_an_answer_is_told_with_its_reason_and_the_lesson(acme: Any, browser: Any) -> None:
    acme.disputes = (
        a_dispute(
            state=DisputeState.REJECTED,
            answered_by="sam",
            answered_at=NOON + timedelta(minutes=1),
            answer="It is not public.",
        ),
    )

    page = browser.get("/disputes").text

    assert "It is not public." in page
    assert f"/controls/{PUBLIC_ACCESS}#lesson" in page


def test_the_list_is_narrowed_and_says_when_nothing_is_disputed(acme: Any, browser: Any) -> None:
    browser.get(f"/disputes?control={PUBLIC_ACCESS}&state=open")
    assert ("list-disputes", {"control": PUBLIC_ACCESS, "state": "open"}) in acme.said

    acme.disputes = ()
    assert "Nobody disputes anything" in browser.get("/disputes").text
    assert "No dispute is like that" in browser.get("/disputes?state=upheld").text


def test_a_control_tells_its_disputes_with_what_they_are_parts_of(acme: Any, browser: Any) -> None:
    acme.control_view = a_control_view(disputes=DisputeCounts(open=1, upheld=1, rejected=2, denials=3))

    page = " ".join(browser.get(f"/controls/{PUBLIC_ACCESS}").text.split())

    assert ">4</a>, 1 open; 1 of 3 answered upheld" in page
    assert "3 things that it does not pass now" in page
