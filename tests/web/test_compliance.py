"""Compliance: every number stands beside what it is a part of, and leads to its rows."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from typing import Any

from pavior.identity.model import Role
from pavior.policy.compliance import RequirementState, StateCounts
from pavior.reports.compliance_view import ComplianceWeek, Extent
from pavior.testing.builders import PUBLIC_ACCESS
from pavior.testing.people import an_actor
from pavior.testing.policy_views import a_framework_view
from pavior.web.charts import HEIGHT, Piece, Segment, compliance_chart, state_bar

NIST = "/compliance/nist-800-53"


def links(page: str) -> list[str]:
    return [unescape(found) for found in re.findall(r'href="([^"]*)"', page)]


def words(page: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page)))


def test_the_list_tells_how_many_stand_how_and_of_how_many(browser: Any) -> None:
    page = browser.get("/compliance").text

    assert 'aria-label="0 of 2 requirements met, 1 not met, 0 waived, 0 unknown, 1 not covered"' in page
    assert f"{NIST}?state=not-met" in links(page)
    # A list that is not whole says so beside its numbers.
    assert "Two of them." in page
    assert "percent" not in page
    assert "%" not in words(page)


def test_a_framework_tells_its_denominator_its_age_and_what_it_does_not_know(browser: Any) -> None:
    page = browser.get(NIST).text
    told = words(page)

    assert "0 of 2 requirements met" in told
    assert "2 environments, 1 of them looked at live, the others by their latest plan" in told
    assert "from facts since 2026-11-04" in told
    assert "orders/prod : what is covered is unknown there" in told
    assert "AC-99: controls name them, and this list does not" in told
    assert "1 environment by another set of controls" in told
    assert f"{NIST}?requirement=AC-3#evidence" in links(page)


def test_a_state_narrows_the_requirements_and_keeps_all_counts(browser: Any) -> None:
    page = browser.get(f"{NIST}?state=not-covered").text

    assert ">PE-3</a>" in page
    assert ">AC-3</a>" not in page
    assert "0 of 2 requirements met" in words(page)
    assert "No requirement stands so" in browser.get(f"{NIST}?state=waived").text


def test_a_requirement_says_what_counts_for_it_and_which_controls_said_nothing(acme: Any, browser: Any) -> None:
    view = a_framework_view()
    narrowed = replace(view.requirements[0], types=("aws_db_instance", "aws_rds_cluster"), silent=(PUBLIC_ACCESS,))
    acme.framework = replace(view, requirements=(narrowed, *view.requirements[1:]))

    told = words(browser.get(f"{NIST}?requirement=AC-3").text)

    assert "Counts only aws_db_instance, aws_rds_cluster" in told
    assert f"Said nothing {PUBLIC_ACCESS}" in told
    assert "Asked " not in told.split("AC-3: ", 1)[1].split("Counts only")[0]


def test_a_requirement_leads_to_its_controls_and_rows(browser: Any) -> None:
    page = browser.get(f"{NIST}?requirement=AC-3").text

    assert f"/controls/{PUBLIC_ACCESS}" in links(page)
    assert "/changes/C-1" in links(page)
    assert "Everybody can read the bucket." in page


def test_nothing_known_and_nothing_covered_are_told_apart(acme: Any, browser: Any) -> None:
    acme.evidence = ()

    assert "Nothing is known of it, and that is no pass" in browser.get(f"{NIST}?requirement=AC-3").text
    assert "No control is about it, so Pavior says nothing" in browser.get(f"{NIST}?requirement=PE-3").text


def test_what_narrows_it_is_passed_on_and_an_hour_without_a_zone_is_in_utc(acme: Any, browser: Any) -> None:
    asked = "team=payments&service=orders&at=2026-11-01T00:00"
    page = browser.get(f"{NIST}?{asked}").text

    instant = datetime(2026, 11, 1, tzinfo=UTC)
    assert ("get-framework", {"extent": Extent("payments", "orders"), "at": instant}) in acme.said
    assert f"{NIST}?team=payments&service=orders&at=2026-11-01T00%3A00&state=not-met" in links(page)
    assert browser.get(f"{NIST}?at=yesterday").status_code == 422
    assert browser.get(f"{NIST}?at=2026-11-01").status_code == 422


def test_the_table_can_be_downloaded(browser: Any) -> None:
    response = browser.get(f"{NIST}/requirements.csv")

    assert response.headers["content-type"].startswith("text/csv")
    assert response.headers["content-disposition"] == 'attachment; filename="nist-800-53.csv"'
    assert response.text.splitlines()[2].startswith("nist-800-53,PE-3,Physical Access Control,")


def test_signed_evidence_is_offered_to_who_may_export_it_and_comes_as_a_file(acme: Any, browser: Any) -> None:
    assert "Export signed evidence" not in browser.get(NIST).text
    assert browser.post(f"{NIST}/export").status_code == 403

    acme.actor = an_actor(roles=frozenset({Role.SECURITY}))
    assert "Export signed evidence" in browser.get(f"{NIST}?team=payments").text
    response = browser.post(f"{NIST}/export", {"team": "payments", "at": "2026-11-01T00:00"})
    assert (response.headers["content-type"], response.content) == ("application/zip", b"PK")
    extent = Extent("payments")
    assert acme.said[-1][1]["words"] == ("nist-800-53", extent)
    assert acme.said[-1][1]["at"] == datetime(2026, 11, 1, tzinfo=UTC)


def test_weeks_are_drawn_when_there_are_two_and_named_when_left_out(acme: Any, browser: Any) -> None:
    one = browser.get(NIST).text
    assert "Not enough for a trend" in one

    known = StateCounts(1, 0, 0, 0, 1, 2)
    acme.framework = a_framework_view(
        weeks=(
            ComplianceWeek("2026-11-09", None),
            ComplianceWeek("2026-11-16", known),
            ComplianceWeek("2026-11-23", known),
        )
    )
    two = browser.get(NIST).text
    assert "left out: too many plans" in two
    assert "week of 2026-11-16: 1 of 2 requirements met" in two


def test_a_bar_is_as_long_as_its_parts() -> None:
    assert state_bar(StateCounts(met=1, not_met=1, waived=0, unknown=0, not_covered=2, total=4)) == (
        Piece("failed", 0.0, 25.0),
        Piece("passed", 25.0, 25.0),
        Piece("uncovered", 50.0, 50.0),
    )
    assert state_bar(StateCounts(0, 0, 0, 0, 0, 0)) == ()


def test_a_week_is_stacked_from_what_is_not_covered_up_to_what_is_not_met() -> None:
    chart = compliance_chart((ComplianceWeek("2026-11-16", StateCounts(1, 1, 0, 0, 2, 4)),))

    assert chart.bars[0].segments == (
        Segment("uncovered", HEIGHT / 2, HEIGHT / 2),
        Segment("passed", HEIGHT / 4, HEIGHT / 4),
        Segment("failed", 0.0, HEIGHT / 4),
    )
    assert chart.largest == 4


def test_each_state_has_a_look_of_its_own(browser: Any) -> None:
    page = browser.get("/compliance").text

    assert [
        state for state in RequirementState if f">{state.value.replace('-', ' ').capitalize()}</th>" not in page
    ] == []


def test_what_no_control_is_about_is_folded_until_it_is_asked_for(browser: Any) -> None:
    folded = browser.get(NIST).text.partition('<details class="fold"><summary>')[2].partition("</details>")[0]
    assert ">PE-3</a>" in folded
    assert ">AC-3</a>" not in folded

    assert '<details class="fold"><summary>' not in browser.get(f"{NIST}?state=not-covered").text
