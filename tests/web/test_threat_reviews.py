"""Security reviews in the portal: the queue, one of them, the answer, and where a Change waits for one."""

from typing import Any

from pavior.environments.model import ChangeStatus
from pavior.identity.model import Role
from pavior.kernel.errors import ConflictError
from pavior.testing.builders import a_change, a_plan
from pavior.testing.people import an_actor
from pavior.testing.threat_reviews import a_threat_review, a_threat_review_view
from pavior.testing.views import a_change_view
from pavior.threatmodels.review_model import ReviewState

SAM = an_actor(id="sam", roles=frozenset({Role.SECURITY}), teams=frozenset())


def test_the_queue_is_narrowed_and_says_what_to_do_when_it_is_empty(acme: Any, browser: Any) -> None:
    assert "public-queue" in browser.get("/threats/reviews").text
    browser.get("/threats/reviews?state=asked&service=orders")
    assert ("list-threat-reviews", {"service": "orders", "state": "asked"}) in acme.said

    acme.threat_reviews = ()
    page = browser.get("/threats/reviews").text
    assert "No review is asked for" in page
    assert "pavior threat diff" in page


def test_a_review_tells_what_the_branch_does_who_is_asked_and_signs_off_what_was_shown(acme: Any, browser: Any) -> None:
    page = browser.get("/threats/reviews/TR-1").text
    assert "Anybody on the internet may now reach Queue." in page
    assert "the role security" in page
    assert f'name="digest" value="{"d" * 64}"' in page

    acme.actor = SAM
    response = browser.post("/threats/reviews/TR-1/sign-off", {"digest": "d" * 64, "reason": "Only our role."})
    assert response.headers["location"] == "/threats/reviews/TR-1?done=threats-signed-off"
    said = {"words": ("TR-1",), "digest": "d" * 64, "reason": "Only our role."}
    assert acme.said[-1] == ("sign_off", said)


def test_a_refused_answer_keeps_what_was_typed(acme: Any, browser: Any) -> None:
    acme.actor = SAM
    acme.refusal = ConflictError("threat-review-outdated", "It is another one now.", fix="Look at it again.")

    page = browser.post("/threats/reviews/TR-1/ask-changes", {"digest": "d" * 64, "reason": "Close it."})

    assert page.status_code == 409
    assert "It is another one now." in page.text
    assert "Close it." in page.text


def test_who_may_not_answer_is_told_why_and_sees_no_form(acme: Any, browser: Any) -> None:
    acme.threat_review_view = a_threat_review_view(may_answer=False, may_not_answer_because="You proposed it.")

    page = browser.get("/threats/reviews/TR-1").text

    assert "You proposed it." in page
    assert "Sign exactly this off" not in page


def test_the_page_of_a_change_shows_the_review_that_it_waits_for(acme: Any, browser: Any) -> None:
    acme.change = a_change_view(
        change=a_change(status=ChangeStatus.AWAITING_APPROVAL, branch="public-queue"),
        plan=a_plan(),
        threat_review=a_threat_review(state=ReviewState.CHANGES_ASKED, decided_by="sam"),
        may_approve=False,
        may_not_approve_because="C-1 waits for a security review.",
    )

    page = browser.get("/changes/C-1").text

    assert 'href="/threats/reviews/TR-1"' in page
    assert "changes asked for" in page
    assert "Anybody on the internet may now reach Queue." in page


def test_the_picture_of_a_review_comes_behind_its_page_and_can_be_taken_along(browser: Any) -> None:
    assert 'data-hx-get="/threats/reviews/TR-1/picture"' in browser.get("/threats/reviews/TR-1").text
    assert "<svg" in browser.get("/threats/reviews/TR-1/picture").text
    assert browser.get("/threats/reviews/TR-1/picture.svg").headers["content-type"].startswith("image/svg+xml")
