"""Overrides: asked for on the page of a blocked Change, seen by everybody, decided and reviewed by others."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from pavior.environments.model import ChangeStatus
from pavior.identity.model import Role
from pavior.kernel.errors import ConflictError
from pavior.overrides.model import OverrideCounts, ReviewOutcome
from pavior.policy.model import Effect
from pavior.policy.rendering import denials
from pavior.testing.builders import (
    NOON,
    PUBLIC_ACCESS,
    a_blocked_decision,
    a_change,
    a_control,
    a_decision,
    a_plan,
    a_ruling,
)
from pavior.testing.overrides import an_approved_override, an_override, an_override_view
from pavior.testing.people import an_actor
from pavior.testing.policy_views import a_control_view, a_dispute
from pavior.testing.views import a_change_view

SCRIPT = "<script>alert(1)</script>"


def a_blocked_view(**fields: Any) -> Any:
    decision = a_blocked_decision()
    given = {
        "change": a_change(status=ChangeStatus.BLOCKED),
        "plan": a_plan(decision=decision),
        "denials": denials(decision, (a_control(),)),
    }
    return a_change_view(**{**given, **fields})


def test_the_page_of_a_blocked_change_offers_an_override_and_says_what_each_class_means(
    acme: Any, browser: Any
) -> None:
    acme.change = a_blocked_view()

    page = browser.get("/changes/C-1").text
    assert "ask to override this Decision once" in page
    assert "the control is wrong here, and its rule is corrected afterwards" in page
    given = {"reason_class": "incident", "reason": "Checkout is down.", "hours": "4"}
    response = browser.post("/changes/C-1/overrides", given)

    assert response.headers["location"] == "/overrides/OV-1?done=override-requested"
    said = {"words": ("C-1",), "reason_class": "incident", "reason": "Checkout is down.", "hours": 4}
    assert acme.said[-1] == ("request_override", said)


def test_a_refused_request_keeps_what_was_typed(acme: Any, browser: Any) -> None:
    acme.change = a_blocked_view()
    acme.refusal = ConflictError("override-open", "OV-1 asks for the same already.", fix="Look where it stands.")

    page = browser.post("/changes/C-1/overrides", {"reason_class": "incident", "reason": "It is down.", "hours": "4"})

    assert page.status_code == 409
    assert "OV-1 asks for the same already." in page.text
    assert "It is down." in page.text


def test_while_one_is_asked_for_the_page_tells_of_it_and_offers_no_other(acme: Any, browser: Any) -> None:
    acme.change = a_blocked_view(overrides=(an_override(),))

    page = browser.get("/changes/C-1").text

    assert "Override OV-1" in page
    assert "ask to override this Decision once" not in page


def test_what_was_overridden_is_told_as_that_and_never_as_passed(acme: Any, browser: Any) -> None:
    overridden = a_ruling(effect=Effect.OVERRIDDEN)
    basis = replace(an_approved_override(), reason=SCRIPT).basis()
    decision = a_decision(rulings=(overridden,), override=basis, approvals_required=1)
    acme.change = a_change_view(change=a_change(status=ChangeStatus.AWAITING_APPROVAL), plan=a_plan(decision=decision))

    page = " ".join(browser.get("/changes/C-1").text.split())

    assert "1 overridden" in page
    assert "mara asked, sam approved" in page
    assert "fails, and was let through this once" in page
    assert ": passed</span>" not in page


def test_everybody_sees_what_was_overridden_and_how_its_review_stands(acme: Any, browser: Any) -> None:
    acme.actor = an_actor(id="vic", roles=frozenset({Role.VIEWER}), teams=frozenset())
    acme.now = NOON + timedelta(days=8)
    reviewed = an_approved_override(id="OV-2", review=ReviewOutcome.NOT_JUSTIFIED, reviewed_by="ada")
    acme.overrides = (an_approved_override(reason=SCRIPT), reviewed)

    page = browser.get("/overrides").text

    assert "review overdue" in page
    assert "not justified" in page
    assert SCRIPT not in page
    assert "&lt;script&gt;" in page


def test_the_list_is_narrowed_and_says_what_to_do_when_it_is_empty(acme: Any, browser: Any) -> None:
    browser.get(f"/overrides?control={PUBLIC_ACCESS}&state=approved&to_review=1")
    narrowed = {"control": PUBLIC_ACCESS, "state": "approved", "is_to_review": True}
    assert ("list-overrides", narrowed) in acme.said

    acme.overrides = ()
    page = browser.get("/overrides").text
    assert "Nothing was overridden" in page
    assert "pavior override request CHANGE" in page
    assert "No override is like that" in browser.get("/overrides?state=revoked").text


def test_only_who_may_decide_is_offered_a_decision(acme: Any, browser: Any) -> None:
    page = browser.get("/overrides/OV-1").text
    assert "Somebody decides who owns every control here" in page
    assert "Let plan 1 through" not in page

    acme.actor = an_actor(id="sam", roles=frozenset({Role.SECURITY}))
    acme.override_view = an_override_view(may_decide=True)
    assert "Let plan 1 through for 4 hours" in browser.get("/overrides/OV-1").text
    for verb, done in (("approve", "approved"), ("reject", "rejected")):
        response = browser.post(f"/overrides/OV-1/{verb}", {"reason": "It is down."})
        assert response.headers["location"] == f"/overrides/OV-1?done=override-{done}"
        assert acme.said[-1] == (f"{verb}_override", {"words": ("OV-1",), "reason": "It is down."})


def test_a_third_person_records_a_review_and_is_led_to_a_dispute(acme: Any, browser: Any) -> None:
    acme.actor = an_actor(id="ada", roles=frozenset({Role.ADMIN}))
    acme.override_view = an_override_view(override=an_approved_override(), may_review=True, is_review_overdue=True)
    page = browser.get("/overrides/OV-1").text
    assert "Its review is overdue" in page
    assert "the control is wrong" in page
    response = browser.post("/overrides/OV-1/review", {"outcome": "control-is-wrong", "reason": "It is a price list."})
    assert response.headers["location"] == "/overrides/OV-1?done=override-reviewed"

    wrong = an_approved_override(
        review=ReviewOutcome.CONTROL_WRONG, reviewed_by="ada", reviewed_at=NOON, review_reason="A price list."
    )
    acme.override_view = an_override_view(override=wrong)
    assert f"pavior control dispute {PUBLIC_ACCESS} --environment orders/dev" in browser.get("/overrides/OV-1").text


def test_who_may_decide_rejects_and_is_not_offered_to_withdraw_as_well(acme: Any, browser: Any) -> None:
    acme.override_view = an_override_view(may_decide=True, may_revoke=True)

    page = browser.get("/overrides/OV-1").text

    assert 'formaction="/overrides/OV-1/reject"' in page
    assert "Withdraw it" not in page


def test_what_may_be_ended_is_ended_with_a_reason(acme: Any, browser: Any) -> None:
    acme.actor = an_actor(id="sam", roles=frozenset({Role.SECURITY}))
    acme.override_view = an_override_view(may_revoke=True)

    assert "Withdraw it" in browser.get("/overrides/OV-1").text
    response = browser.post("/overrides/OV-1/revoke", {"reason": "It is over."})

    assert response.headers["location"] == "/overrides/OV-1?done=override-revoked"


def test_a_request_whose_change_moved_on_says_so(acme: Any, browser: Any) -> None:
    acme.override_view = an_override_view(is_answerable=False, may_decide=True)

    page = browser.get("/overrides/OV-1").text

    assert "has moved on" in page
    assert "Let plan 1 through" not in page


def test_a_control_tells_its_overrides_as_parts_of_what_it_blocked_and_overdue_reviews_loudly(
    acme: Any, browser: Any
) -> None:
    acme.control_view = a_control_view(
        overrides=OverrideCounts(
            asked=3, approved=2, blocked_plans=9, to_review=1, overdue=1, not_justified=1, control_wrong=0
        )
    )

    page = " ".join(browser.get(f"/controls/{PUBLIC_ACCESS}").text.split())

    assert ">2</a> of 9 plans that it blocked, 3 asked for; 1 to review" in page
    assert "1 review of an override is overdue." in page


def test_home_tells_what_waits_and_what_is_overdue(acme: Any, browser: Any) -> None:
    acme.now = NOON + timedelta(days=8)
    acme.home = replace(
        acme.home,
        overrides_to_decide=(an_override(),),
        overrides_to_review=(an_approved_override(id="OV-2"),),
        disputes_to_answer=(a_dispute(reason=SCRIPT),),
    )

    page = " ".join(browser.get("/").text.split())

    assert "3 decisions wait for you" in page
    assert "1 review of an override is overdue." in page
    assert "Overrides to decide" in page
    assert "Overrides to review" in page
    assert "Disputes to answer" in page
    assert SCRIPT not in page


@pytest.mark.parametrize("word", ["OV-1", "ov-1"])
def test_its_number_leads_to_it(browser: Any, word: str) -> None:
    assert browser.get(f"/search?q={word}").headers["location"] == "/overrides/OV-1"
