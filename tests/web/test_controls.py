"""Controls: the list and its filters, one of them with the rows behind its numbers, and what none of them looked at."""

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape
from typing import Any

import pytest

from pavior.content.loading import load_controls
from pavior.kernel.verdicts import Outcome, Phase, Severity
from pavior.policy.model import Level, Remediation
from pavior.policy.parameters import ParameterType
from pavior.reports.standing import (
    ControlHistory,
    EnvironmentCoverage,
    Looked,
    OutcomeCounts,
    ProviderCoverage,
    TeamStanding,
    WeekStanding,
)
from pavior.testing.builders import NOON, PUBLIC_ACCESS, a_control, a_parameter, an_environment
from pavior.testing.policy_views import a_control_summary, a_coverage_view, a_phase_standing, a_verdict_row
from pavior.web.charts import HEIGHT, Segment, finding_chart, verdict_chart
from pavior.web.handlers.controls import in_words

NOTHING = (a_phase_standing(counts=OutcomeCounts(), environments=0, oldest_at=None, newest_at=None),)
WEEK = WeekStanding("2026-11-23", OutcomeCounts(), 0, 0)


@pytest.fixture
def many(acme: Any) -> Any:
    """Beside the one about public buckets, which failed in a plan and passes live."""
    unknown = a_phase_standing(phase=Phase.LIVE, counts=OutcomeCounts(unknown=2, errored=1, passed=7))
    acme.more_controls = (
        a_control_summary(
            control=a_control(
                id="key-rotation",
                title="Keys are rotated",
                view="Key",
                severity=Severity.MEDIUM,
                equivalents={},
                default_level=Level.WARN,
                levels={"prod": Level.BLOCK},
            ),
            standings=(unknown,),
            teams=("finance",),
        ),
        a_control_summary(
            control=a_control(
                id="object-storage-versioned",
                title="Old versions are kept",
                severity=Severity.CRITICAL,
                mappings={},
                default_level=Level.OBSERVE,
            ),
            standings=NOTHING,
            teams=(),
        ),
    )
    return acme


def shown(page: str) -> list[str]:
    return re.findall(r'class="cover strong" href="/controls/([^"]+)"', page)


def links(page: str) -> list[str]:
    return [unescape(found) for found in re.findall(r'href="([^"]*)"', page)]


# --- the list ---


@pytest.mark.usefixtures("many")
def test_controls_stand_under_what_they_look_at_worst_first(browser: Any) -> None:
    page = browser.get("/controls").text

    headings = re.findall(r'<h2 id="subject-\d+">(.+?) <span', page)
    assert headings == ["Key", "Object store"]
    assert shown(page) == ["key-rotation", "object-storage-versioned", "object-storage-no-public-access"]
    assert "3 controls" in page


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("ckv_aws_53", ["object-storage-no-public-access", "object-storage-versioned"]),
        ("AC-3 public", ["object-storage-no-public-access"]),
        ("rotated", ["key-rotation"]),
        ("object store critical", ["object-storage-versioned"]),
        ("  ", ["key-rotation", "object-storage-versioned", "object-storage-no-public-access"]),
    ],
)
def test_a_control_is_found_by_its_words_its_subject_and_the_ids_of_others(
    query: str, found: list[str], browser: Any
) -> None:
    assert sorted(shown(browser.get("/controls", params={"q": query}).text)) == sorted(found)


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"view": "Key"}, ["key-rotation"]),
        ({"severity": "critical"}, ["object-storage-versioned"]),
        # In production it blocks.
        ({"level": "block"}, ["key-rotation", "object-storage-no-public-access"]),
        ({"level": "warn"}, ["key-rotation"]),
        ({"outcome": "failed"}, ["object-storage-no-public-access"]),
        ({"outcome": "errored"}, ["key-rotation"]),
        ({"outcome": "none"}, ["object-storage-versioned"]),
        ({"outcome": "passed", "view": "ObjectStore"}, ["object-storage-no-public-access"]),
        ({"outcome": "fine"}, []),
    ],
)
def test_the_list_is_narrowed_by_links(asked: dict[str, str], found: list[str], browser: Any) -> None:
    assert sorted(shown(browser.get("/controls", params=asked).text)) == found


def test_a_long_list_is_shown_in_parts_that_keep_what_was_asked_for(acme: Any, browser: Any) -> None:
    acme.more_controls = tuple(
        a_control_summary(control=a_control(id=f"key-{number:02}", view="Key", severity=Severity.LOW))
        for number in range(40)
    )

    page = browser.get("/controls", params={"severity": "low"}).text
    (following,) = [link for link in links(page) if "offset=" in link]
    rest = browser.get(following).text

    assert following == "/controls?severity=low&offset=30"
    assert [shown(page)[0], *shown(rest)] == ["key-00", *(f"key-{number}" for number in range(30, 40))]
    assert "30 of 40" in page
    assert "/controls?severity=low" in links(rest)
    # How many there are, not how many of them are in this part.
    assert 'Key <span class="count">40</span>' in rest
    assert "40 controls of 41" in rest
    # Another filter begins at the beginning.
    assert not [link for link in links(rest) if "offset=" in link]


def test_the_list_of_all_controls_is_no_heavy_page(acme: Any, browser: Any) -> None:
    counts = OutcomeCounts(failed=1_200, errored=1_200, unknown=1_200, passed=1_200)
    standings = tuple(a_phase_standing(phase=phase, counts=counts) for phase in (Phase.PLAN, Phase.LIVE))
    acme.more_controls = tuple(
        a_control_summary(
            control=control,
            standings=standings,
            teams=("payments", "finance", "logistics", "risk"),
            open_findings=1_200,
        )
        for control in load_controls()
    )

    page = browser.get("/controls").text

    assert len(shown(page)) == 30
    assert len(page.encode()) < 150_000


@pytest.mark.usefixtures("many")
def test_a_filter_keeps_the_others_and_counts_what_it_would_show(browser: Any) -> None:
    page = browser.get("/controls", params={"level": "block", "q": "a"}).text

    assert "/controls?q=a&level=block&outcome=unknown" in links(page)
    assert "/controls?q=a" in links(page)
    # No control that blocks is critical, so that is not offered.
    assert not [link for link in links(page) if "severity=critical" in link]
    assert '<input type="hidden" name="level" value="block">' in page
    unknown = re.search(r'outcome=unknown".*?<span class="number">(\d+)</span>', page)
    assert unknown is not None
    assert unknown[1] == "1"


@pytest.mark.usefixtures("many")
def test_unknown_and_errored_stand_beside_what_passed_and_each_number_leads_to_its_rows(browser: Any) -> None:
    page = browser.get("/controls", params={"view": "Key"}).text

    for outcome, count in (("unknown", 2), ("errored", 1), ("passed", 7)):
        cell = re.search(rf'href="/controls/key-rotation\?phase=live&amp;outcome={outcome}#verdicts">(.+?)</a>', page)
        assert cell is not None
        assert f"</svg>{count}<span" in cell[1]
    assert "/controls/key-rotation?team=finance#verdicts" in links(page)
    # The reader may not read plans.
    assert '<td data-label="Latest plans"><span class="muted">not shown</span>' in " ".join(page.split())


@pytest.mark.usefixtures("many")
def test_a_control_without_a_verdict_is_not_said_to_affect_nobody(browser: Any) -> None:
    page = " ".join(browser.get("/controls", params={"outcome": "none"}).text.split())

    assert "no verdict</span>" in page
    assert '<span class="muted">not known</span>' in page


def test_the_list_says_how_fresh_it_is(browser: Any) -> None:
    text = re.sub(r"<[^>]+>", "", browser.get("/controls").text)

    assert "plans judged 1 hour ago" in text
    assert "clouds looked at 1 hour ago" in text


def test_each_control_says_how_old_its_oldest_verdict_is(acme: Any, browser: Any) -> None:
    old = a_phase_standing(oldest_at=NOON - timedelta(days=3))
    acme.control = a_control_summary(standings=(old, a_phase_standing(phase=Phase.LIVE)))

    cells = re.findall(r'<div class="muted small">(.*?)</div>', browser.get("/controls").text, re.DOTALL)

    assert [re.sub(r"<[^>]+>", "", cell).strip() for cell in cells] == ["up to 3 days ago", "1 hour ago"]


def test_where_nothing_was_judged_that_is_said_and_what_to_do(acme: Any, browser: Any) -> None:
    acme.control = a_control_summary(standings=NOTHING, teams=())

    page = browser.get("/controls").text

    assert "No control has a verdict yet, and that is no pass." in page
    assert "pavior check" in page


@pytest.mark.usefixtures("many")
def test_a_search_that_finds_nothing_says_what_to_try(browser: Any) -> None:
    page = browser.get("/controls", params={"q": "<b>nothing"}).text

    assert shown(page) == []
    assert "No control is called that" in page
    assert 'value="&lt;b&gt;nothing"' in page
    assert "Show all 3" in page


# --- one control ---


def test_one_control_shows_every_outcome_of_both_phases_and_says_that_code_is_not_kept(acme: Any, browser: Any) -> None:
    acme.control_view = replace(
        acme.control_view,
        standings=(
            a_phase_standing(counts=OutcomeCounts(failed=1, errored=2, unknown=3, passed=4), outdated=1),
            *(replace(item, phase=Phase.LIVE) for item in NOTHING),
        ),
    )

    page = browser.get(f"/controls/{PUBLIC_ACCESS}").text

    for outcome, count in zip(("failed", "errored", "unknown", "passed"), range(1, 5), strict=True):
        assert f"/controls/{PUBLIC_ACCESS}?phase=plan&outcome={outcome}#verdicts" in links(page)
        assert re.search(rf"outcome={outcome}#verdicts\">\s*<svg.*?</svg>{count}</a>", page, re.DOTALL)
    assert "Nothing that was seen is what it looks at." in page
    assert "judged by an earlier set of controls" in page
    assert "not kept: checks of a pushed branch stand beside its commit" in page
    assert "What nobody changed comes with the control" in page


def test_the_rows_behind_a_number_lead_to_where_they_come_from(acme: Any, browser: Any) -> None:
    acme.verdicts = (a_verdict_row(), a_verdict_row(change_id="", environment="orders/prod"))

    page = browser.get(f"/controls/{PUBLIC_ACCESS}?phase=plan&outcome=failed&team=payments").text

    assert {"/changes/C-1", "/environments/orders/dev", "/environments/orders/prod"} <= set(links(page))
    assert "latest plans, failed, payments" in page
    asked = {"control": PUBLIC_ACCESS, "phase": "plan", "outcome": "failed", "team": "payments"}
    assert acme.said[-1] == ("list-verdicts", asked)


def test_words_that_mean_no_phase_and_no_outcome_narrow_nothing(acme: Any, browser: Any) -> None:
    assert browser.get(f"/controls/{PUBLIC_ACCESS}?phase=code&outcome=fine").status_code == 200
    assert acme.said[-1][1] == {"control": PUBLIC_ACCESS, "phase": "", "outcome": "", "team": ""}


def test_behind_the_last_verdict_it_is_not_said_that_there_is_none(browser: Any) -> None:
    page = browser.get(f"/controls/{PUBLIC_ACCESS}?offset=40&outcome=failed").text

    assert "No verdict this far down" in page
    assert "No verdict, and that is no pass" not in page
    assert "No such verdict" not in page
    assert f"/controls/{PUBLIC_ACCESS}?outcome=failed#verdicts" in links(page)


def test_no_verdict_is_said_to_be_no_pass(acme: Any, browser: Any) -> None:
    acme.verdicts = ()

    assert "No verdict, and that is no pass" in browser.get(f"/controls/{PUBLIC_ACCESS}").text
    assert "No such verdict" in browser.get(f"/controls/{PUBLIC_ACCESS}?outcome=errored").text


def test_teams_have_their_numbers_and_what_is_hidden_is_named(acme: Any, browser: Any) -> None:
    acme.control_view = replace(
        acme.control_view,
        teams=(TeamStanding("finance", Phase.LIVE, OutcomeCounts(unknown=2)),),
        hidden=("plan", "findings", "waivers"),
        waivers=(),
        active_waivers=None,
        open_findings=None,
    )

    page = browser.get(f"/controls/{PUBLIC_ACCESS}").text

    assert f"/controls/{PUBLIC_ACCESS}?phase=live&outcome=unknown&team=finance#verdicts" in links(page)
    assert "What the gate said is not shown to you." in page
    assert "Findings are not shown to you." in page
    assert page.count("not shown to you") >= 4


@pytest.mark.parametrize(
    ("weeks", "told"),
    [
        ((WEEK,), "there is none."),
        ((WEEK, replace(WEEK, counts=OutcomeCounts(failed=1), plans=1)), "there is one."),
    ],
)
def test_one_point_is_no_trend(weeks: tuple[WeekStanding, ...], told: str, acme: Any, browser: Any) -> None:
    acme.control_view = replace(acme.control_view, history=ControlHistory(weeks, 1, is_cut=False))

    page = browser.get(f"/controls/{PUBLIC_ACCESS}").text

    assert "Not enough for a trend" in page
    assert told in page
    assert 'class="weeks"' not in page


def test_a_trend_is_drawn_and_told_in_words_and_says_what_was_left_out(acme: Any, browser: Any) -> None:
    acme.control_view = replace(acme.control_view, history=replace(acme.control_view.history, is_cut=True))

    page = browser.get(f"/controls/{PUBLIC_ACCESS}").text

    assert "<title>week of 2026-11-23: 1 failed, 1 errored, 1 unknown, 1 passed</title>" in page
    assert page.count('class="weeks"') == 2
    assert "older ones are left out" in page
    assert "As a table" in page


def test_bars_are_stacked_from_the_ground_and_as_high_as_their_share_of_the_largest() -> None:
    weeks = (
        replace(WEEK, counts=OutcomeCounts(failed=1, passed=3), plans=1, open_findings=2),
        replace(WEEK, counts=OutcomeCounts(unknown=2), plans=1, open_findings=1),
        WEEK,
    )

    chart = verdict_chart(weeks)

    assert (chart.largest, chart.width, HEIGHT) == (4, 30, 60)
    assert chart.bars[0].segments == (Segment("passed", 15.0, 45.0), Segment("failed", 0.0, 15.0))
    assert chart.bars[1].segments == (Segment("unknown", 30.0, 30.0),)
    assert (chart.bars[2].segments, chart.bars[2].told) == ((), "week of 2026-11-23: no verdict")
    assert [bar.segments for bar in finding_chart(weeks).bars] == [
        (Segment("open", 0.0, 60.0),),
        (Segment("open", 30.0, 30.0),),
        (),
    ]


# --- coverage ---


def test_coverage_leads_to_types_places_and_teams(browser: Any) -> None:
    page = browser.get("/controls/coverage").text

    assert {
        "/controls/coverage?type=aws_sqs_queue",
        "/controls/coverage?provider=aws",
        "/controls/coverage?team=payments",
        "/environments/orders/dev",
        "/environments/orders/prod",
        "/changes/C-1",
        "/services/legacy",
    } <= set(links(page))
    text = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    assert "1 of 4 resources no control looked at" in text
    assert "1 plan was judged by an earlier set of controls" in text
    assert "not known: nothing was looked at" in text
    assert "1 never evaluated" in text
    assert "infra/other.tf" in text


def test_coverage_of_nothing_is_not_said_to_be_complete(acme: Any, browser: Any) -> None:
    acme.coverage = a_coverage_view(types=(), environments=(), teams=(), skipped=(), unplaced_services=())

    page = browser.get("/controls/coverage").text

    assert "Nothing was evaluated, so nothing is known" in page
    assert "Some control looked at every resource" not in page
    assert "There is no environment" in page
    assert "No environment is like that" in browser.get("/controls/coverage?team=nobody").text


def test_where_all_was_looked_at_that_is_said_of_what_was_evaluated(acme: Any, browser: Any) -> None:
    looked = Looked(NOON, "", evaluated=3, uncovered=0, skipped=0)
    row = EnvironmentCoverage("orders/dev", "payments", an_environment().status, None, looked)
    acme.coverage = a_coverage_view(types=(), environments=(row,))

    assert "Some control looked at every resource" in browser.get("/controls/coverage").text


def test_an_environment_without_resources_is_no_evidence(acme: Any, browser: Any) -> None:
    looked = Looked(NOON, "", evaluated=0, uncovered=0, skipped=0)
    row = EnvironmentCoverage("orders/dev", "payments", an_environment().status, None, looked)
    acme.coverage = a_coverage_view(types=(), environments=(row,))

    page = browser.get("/controls/coverage").text

    assert "Nothing was evaluated, so nothing is known" in page
    assert "Some control looked at every resource" not in page


def test_what_a_control_looks_at_is_told_in_words() -> None:
    assert [in_words(view) for view in ("ObjectStoreAcl", "ApiServer", "TlsEndpoint", "Key")] == [
        "Object store ACL",
        "API server",
        "TLS endpoint",
        "Key",
    ]


def test_coverage_names_what_is_hidden_and_does_not_count_it_as_nothing(acme: Any, browser: Any) -> None:
    acme.coverage = a_coverage_view(hidden=("live",))

    page = browser.get("/controls/coverage").text

    assert "Not shown to you, so not counted here: live." in page
    assert "In what was last seen live" not in page
    assert '<td data-label="Live" class="end number"><span class="muted">not shown</span>' in page


def test_every_outcome_has_a_bar_of_its_own(browser: Any) -> None:
    page = browser.get(f"/controls/{PUBLIC_ACCESS}").text

    assert {outcome.value for outcome in Outcome} <= set(re.findall(r'<rect class="(\w+)"', page))


def test_sums_over_whole_environments_are_not_told_of_one_type(browser: Any) -> None:
    page = browser.get("/controls/coverage?type=aws_sqs_queue").text

    assert "type: aws_sqs_queue" in page
    assert "resources no control looked at" not in page
    assert "with all their types" in page
    assert '<h2 id="teams">' not in page


def test_a_control_shows_what_may_be_chosen_and_what_was(acme: Any, browser: Any) -> None:
    regions = a_parameter(name="regions", description="Regions that are allowed.", value=None, origin="")
    tags = a_parameter(name="tags", value=("owner", "team"), origin="")
    control = a_control(id="log-retention", parameters=(a_parameter(), regions, tags))
    acme.control_view = replace(acme.control_view, control=control)

    page = browser.get("/controls/log-retention").text

    text = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    assert "retention_days 90 controls.yaml:3 For how many days logs are kept at least." in text
    assert "Takes a whole number of at least 1." in text
    assert "regions not set nobody has chosen one, so the control is not asked Regions that are allowed." in text
    assert "tags owner, team the control's default" in unescape(text)
    assert "It is not asked, and that is no pass." in text
    assert text.count("Nobody has set regions .") == 1


def test_a_control_that_is_not_asked_does_not_say_that_there_was_nothing_to_look_at(acme: Any, browser: Any) -> None:
    control = a_control(parameters=(a_parameter(value=None, origin=""),))
    acme.control_view = replace(acme.control_view, control=control, standings=NOTHING)
    acme.verdicts = ()

    page = browser.get(f"/controls/{PUBLIC_ACCESS}").text

    assert "It is not asked before its parameters are set." in page
    assert "No latest plan has what it looks at." not in page
    assert "Nothing that this control looks at" not in page
    assert "verdicts below" not in page


def test_a_value_of_each_type_is_told_in_words(acme: Any, browser: Any) -> None:
    values = {"integer": 0, "boolean": False, "text": "<b>", "texts": (), "integers": (22, 3389)}
    told = {"integer": "0", "boolean": "false", "text": "&lt;b&gt;", "texts": "none", "integers": "22, 3389"}
    for kind in ParameterType:
        control = a_control(parameters=(a_parameter(type=kind, value=values[kind.value], origin=""),))
        acme.control_view = replace(acme.control_view, control=control)

        page = browser.get(f"/controls/{PUBLIC_ACCESS}").text

        assert f"<strong>{told[kind.value]}</strong>" in page
        assert "It is not asked" not in page


def test_a_control_that_is_not_asked_is_said_to_be_so_in_the_list(acme: Any, browser: Any) -> None:
    assert "not asked" not in browser.get("/controls").text
    control = a_control(parameters=(a_parameter(), a_parameter(name="regions", value=None, origin="")))
    acme.control = a_control_summary(control=control)

    text = " ".join(re.sub(r"<[^>]+>", " ", browser.get("/controls").text).split())

    assert "not asked regions is not set" in text


def test_each_fix_says_for_which_cloud_it_is(acme: Any, browser: Any) -> None:
    fixes = (
        Remediation("terraform", 'resource "aws_s3_bucket" "this" {}'),
        Remediation("terraform", 'resource "azurerm_storage_account" "this" {}'),
        Remediation("terraform", 'resource "google_storage_bucket" "this" {}'),
        Remediation("terraform", "default_tags { }"),
        Remediation("cloudformation", "Type: AWS::S3::Bucket"),
        Remediation("kubernetes", "kind: Pod"),
        Remediation("cli", "aws s3api put-bucket-acl\naz storage account update\n# gsutil is not enough"),
    )
    acme.control_view = replace(acme.control_view, control=a_control(remediations=fixes))

    found = re.findall(r'<h3 class="label">(.+?)</h3>', browser.get(f"/controls/{PUBLIC_ACCESS}").text)

    assert found == [
        "Terraform for AWS",
        "Terraform for Azure",
        "Terraform for Google Cloud",
        "Terraform",
        "CloudFormation",
        "Kubernetes manifest",
        "Command line for AWS, Azure",
    ]


def test_coverage_names_providers_and_controls_that_were_not_asked(acme: Any, browser: Any) -> None:
    acme.coverage = a_coverage_view(
        providers=(ProviderCoverage("hashicorp/random", 2, 0), ProviderCoverage("", 1, 3)), hidden=("live",)
    )

    page = browser.get("/controls/coverage").text

    text = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    assert "hashicorp/random 2 not shown not recorded 1 not shown" in text
    assert "allowed-regions orders/dev nobody has set its parameter regions" in text
    assert "/controls/allowed-regions" in links(page)
