"""The page of a Decision that was made again: what is the same, what is not, and what nobody could compare."""

from typing import Any

from pavior.policy.recomputed import RecomputedStatus
from pavior.testing.recomputing import a_different_one, a_recomputed, a_recomputed_view

PAGE = "/changes/C-1/plans/1/recomputed"


def test_the_page_of_a_change_leads_to_its_decision_made_again(browser: Any) -> None:
    assert f'href="{PAGE}"' in browser.get("/changes/C-1").text


def test_an_identical_one_says_so_and_how_to_ask_at_the_command_line(browser: Any) -> None:
    page = browser.get(PAGE).text

    assert "4 the same, 0 different, 0 not decided again, of 4" in page
    assert "as the Decision was bound to" in page
    assert "pavior change recompute C-1 --plan 1" in page
    assert "could not be had" not in page


def test_what_is_different_and_what_is_missing_is_told_with_why(browser: Any, acme: Any) -> None:
    acme.recomputed = a_recomputed_view(result=a_different_one())

    page = browser.get(PAGE).text

    assert "0 the same, 1 different, 1 not decided again, of 2" in page
    assert "The records of levels say otherwise for that instant." in page
    assert "<code>control-changed</code>" in page
    assert "Install what holds log-retention at abab" in page


def test_a_reading_that_is_not_proven_is_never_shown_as_such(browser: Any, acme: Any) -> None:
    acme.recomputed = a_recomputed_view(input_digest="", made_by="")
    assert "no digest was recorded with the Decision" in browser.get(PAGE).text

    acme.recomputed = a_recomputed_view(stored_digest="2e" * 32)
    page = browser.get(PAGE).text
    assert "the Decision was bound to <code" in page
    assert "as the Decision was bound to" not in page


def test_a_change_of_several_plans_leads_to_each(browser: Any, acme: Any) -> None:
    acme.recomputed = a_recomputed_view(numbers=(1, 2), result=a_recomputed(status=RecomputedStatus.PARTIAL))

    assert 'href="/changes/C-1/plans/2/recomputed"' in browser.get(PAGE).text


def test_what_is_no_number_is_no_plan(browser: Any) -> None:
    for number in ("x", "-1", "%C2%B2", "99999999999999999999"):
        assert browser.get(f"/changes/C-1/plans/{number}/recomputed").status_code == 404
