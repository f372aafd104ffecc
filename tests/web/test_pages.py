"""What pages say: the whole denial, honest outcomes, ways on, and a structure that everybody can read."""

import re
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import pytest

from pavior.audit.model import Problem, Verification
from pavior.catalog.model import Service
from pavior.environments.model import ChangeStatus, EnvironmentStatus
from pavior.identity.model import Role
from pavior.inventory.model import Drift
from pavior.kernel.verdicts import Outcome, Severity, UnknownReason
from pavior.policy.model import DecisionOutcome, Effect
from pavior.policy.rendering import denials
from pavior.reports.model import DayCount, Document, SearchView
from pavior.resources.drift import PropertyDrift
from pavior.runs.model import RunState
from pavior.testing.builders import (
    BUCKET,
    NOON,
    PUBLIC_ACCESS,
    a_blocked_decision,
    a_change,
    a_control,
    a_decision,
    a_drift,
    a_finding,
    a_plan,
    a_recorded_event,
    a_ruling,
    a_run,
    a_verdict,
    an_approved_waiver,
    an_environment,
)
from pavior.testing.views import a_change_view, a_home_view, a_metric_row, a_service_level, an_environment_view

OTHER = "e" * 40


class Structure(HTMLParser):
    """The parts of a page that assistive technology goes by."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.ids: Counter[str] = Counter()
        self.labelled: set[str] = set()
        self.fields: list[dict[str, str]] = []
        self.bare: list[str] = []
        self._inside_label = 0
        self._inside_picture = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        # A title inside of a picture is that of its part.
        self.tags["part-title" if tag == "title" and self._inside_picture else tag] += 1
        self._inside_picture += tag == "svg"
        self.ids.update([given["id"]] if "id" in given else [])
        if tag == "label":
            self._inside_label += 1
            self.labelled.add(given.get("for", ""))
        if tag in ("input", "select", "textarea") and given.get("type") != "hidden" and not self._inside_label:
            self.fields.append(given)
        if (tag == "th" and "scope" not in given) or (tag == "img" and "alt" not in given):
            self.bare.append(tag)

    def handle_endtag(self, tag: str) -> None:
        self._inside_label -= tag == "label"
        self._inside_picture -= tag == "svg"

    def nameless_fields(self) -> list[dict[str, str]]:
        return [item for item in self.fields if item.get("id") not in self.labelled and "aria-label" not in item]


@pytest.mark.usefixtures("admin")
def test_every_page_has_one_heading_landmarks_and_named_fields(browser: Any, addresses: Any) -> None:
    checked = 0
    for method, address, _ in addresses():
        if method == "GET" and not address.endswith(("/log", "/export", ".csv", "/picture", ".svg", ".pdf", ".json")):
            page = Structure()
            page.feed(browser.get(address).text)
            assert (page.tags["h1"], page.tags["main"], page.tags["title"]) == (1, 1, 1), address
            assert page.tags["nav"] >= 1, address
            assert page.nameless_fields() == [], address
            assert page.bare == [], address
            assert [name for name, count in page.ids.items() if count > 1] == [], address
            checked += 1
    assert checked > 20


def test_a_page_can_be_skipped_to_and_names_where_one_is(browser: Any) -> None:
    page = browser.get("/changes").text

    assert '<a class="skip" href="#main">' in page
    assert 'href="/changes" aria-current="page"' in page
    assert '<html lang="en">' in page


def test_a_denial_says_all_that_is_needed_to_go_on(acme: Any, browser: Any) -> None:
    decision = a_blocked_decision()
    acme.change = a_change_view(
        change=a_change(status=ChangeStatus.BLOCKED),
        plan=a_plan(decision=decision),
        denials=denials(decision, (a_control(),)),
    )

    page = browser.get("/changes/C-1").text

    for told in (
        "Object storage is not public",
        BUCKET,
        "infra/main.tf:14",
        "block_public_acls",
        "Everybody can read the bucket.",
        "Anybody on the internet can read what the service keeps.",
        "block_public_acls = true",
        f'href="/controls/{PUBLIC_ACCESS}"',
        "Ask for a waiver instead",
        f"pavior waiver request {PUBLIC_ACCESS} orders/dev",
        "Plan again",
        "blocked by 1 control",
    ):
        assert told in page, told


def test_somebody_of_another_team_sees_the_denial_and_no_verbs(acme: Any, browser: Any) -> None:
    acme.actor = replace(acme.actor, teams=frozenset({"search"}))
    acme.change = a_change_view(change=a_change(status=ChangeStatus.BLOCKED))

    page = browser.get("/changes/C-1").text

    assert "Plan again" not in page
    assert "Withdraw" not in page


@pytest.mark.parametrize(
    ("outcome", "reason"),
    [
        (Outcome.UNKNOWN, UnknownReason.NOT_EVALUATED),
        (Outcome.UNKNOWN, UnknownReason.KNOWN_AFTER_APPLY),
        (Outcome.ERRORED, None),
    ],
)
def test_what_is_not_known_is_never_shown_as_passed(
    outcome: Outcome, reason: UnknownReason | None, acme: Any, browser: Any
) -> None:
    verdict = a_verdict(outcome=outcome, reason=reason, message="")
    ruling = a_ruling(verdict=verdict, effect=Effect.OBLIGATION)
    acme.change = a_change_view(plan=a_plan(decision=a_decision(rulings=(ruling,))))
    acme.environment = an_environment_view(resources=((acme.environment.resources[0][0], (verdict,)),), changes=())

    # The Change itself is verified, and has the mark of it.
    change = browser.get("/changes/C-1").text.split(">judged ")[1].split('id="plan"')[0]
    environment = browser.get("/environments/orders/dev").text.split('id="resources"')[1]

    for page in (change, environment):
        assert outcome.value in page
        assert ">passed<" not in page
        assert "icon-passed" not in page


def test_the_four_outcomes_have_four_shapes_and_words(acme: Any, browser: Any) -> None:
    verdicts = tuple(a_verdict(outcome=outcome) for outcome in Outcome)
    acme.environment = an_environment_view(resources=((acme.environment.resources[0][0], verdicts),))

    page = browser.get("/environments/orders/dev").text

    for outcome in Outcome:
        assert f"icon-{outcome.value}" in page
        assert f'1<span class="unseen"> {outcome.value}</span>' in page


def test_a_plan_that_nothing_looked_at_is_no_pass(acme: Any, browser: Any) -> None:
    acme.change = a_change_view(plan=a_plan(decision=a_decision(rulings=())))

    assert "Nothing was evaluated" in browser.get("/changes/C-1").text


def test_drift_is_told_property_by_property_worst_first(acme: Any, browser: Any) -> None:
    mild = a_drift(id="D-2", address="aws_s3_bucket.data", controls=(), severity=Severity.INFO, properties=_tags())
    acme.environment = an_environment_view(
        environment=an_environment(status=EnvironmentStatus.DRIFTED), drifts=(mild, a_drift())
    )

    page = browser.get("/environments/orders/dev").text

    assert page.index("aws_s3_bucket_public_access_block.data") < page.index("tags.owner")
    for told in ("Object storage is not public", "block_public_acls", "true", "false", "payments", "(absent)"):
        assert told in page
    assert "Revert the drift" in page
    assert isinstance(mild, Drift)


def _tags() -> tuple[PropertyDrift, ...]:
    return (PropertyDrift("tags.owner", "payments", None),)


def test_an_environment_that_is_unknown_says_why_and_offers_to_rebuild(acme: Any, browser: Any) -> None:
    place = an_environment(status=EnvironmentStatus.UNKNOWN, status_detail="The sandbox restarted.")
    acme.environment = an_environment_view(environment=place)

    page = browser.get("/environments/orders/dev").text

    assert "We do not know what is there." in page
    assert "The sandbox restarted." in page
    assert "/environments/orders/dev/rebuild" in page


def test_a_finding_is_waived_until_an_instant_and_open_from_then(acme: Any, browser: Any) -> None:
    acme.finding = a_finding(waived_until=NOON + timedelta(days=7), waiver_id="W-1")

    acme.now = NOON + timedelta(days=7) - timedelta(seconds=1)
    before = browser.get("/findings/F-1").text
    acme.now = NOON + timedelta(days=7)
    after = browser.get("/findings/F-1").text

    assert "Waived until" in before
    assert "Waived until" not in after


def test_a_waiver_is_active_until_its_end_and_expired_from_then(acme: Any, browser: Any) -> None:
    acme.waiver = an_approved_waiver()

    acme.now = NOON + timedelta(days=7) - timedelta(seconds=1)
    assert "active" in browser.get("/waivers").text
    acme.now = NOON + timedelta(days=7)
    assert "expired" in browser.get("/waivers").text


def test_a_broken_audit_log_is_told_with_the_first_wrong_row(admin: Any, browser: Any) -> None:
    admin.verification = Verification(9, 4, Problem.EDITED, "Row 4 does not have its hash.", 9)
    broken = browser.get("/audit/verify").text
    admin.verification = Verification(0)
    empty = browser.get("/audit/verify").text

    assert "The log is not intact." in broken
    assert "/audit?sequence=4" in broken
    assert "The log is intact." not in broken + empty
    assert "There was nothing to verify." in empty


def test_a_row_of_the_audit_log_is_found_by_its_number(admin: Any, browser: Any) -> None:
    admin.events = tuple(a_recorded_event(sequence=number) for number in range(130, 0, -1))

    page = browser.get("/audit?sequence=7").text

    assert '<tr id="event-7" class="marked">' in page
    assert "event-130" not in page


def test_a_number_tells_what_it_rests_on_and_what_is_not_known(acme: Any, browser: Any) -> None:
    acme.metrics = (a_metric_row(), a_metric_row(value=None, sample_size=0, rows=(), labels={"service": "cart"}))

    page = browser.get("/reports/metrics").text

    assert "41 s" in page
    assert "1 fact" in page
    assert "not known yet" in page
    assert "measured" in page


def test_lists_are_shown_in_parts_that_keep_their_filter(acme: Any, browser: Any) -> None:
    acme.services = tuple(
        replace(acme.services[0], service=_named(acme.services[0].service, number)) for number in range(120)
    )

    page = browser.get("/services?q=cart&team=payments&offset=50").text

    assert "51\u2013100 of 120" in page
    assert 'href="/services?q=cart&amp;team=payments&amp;offset=100"' in page
    assert 'href="/services?q=cart&amp;team=payments"' in page
    assert browser.get("/services?offset=99999999999999999999").status_code == 200


def _named(service: Service, number: int) -> Service:
    return replace(service, name=f"cart-{number:03}")


def test_home_of_an_empty_platform_says_what_to_do(browser: Any) -> None:
    page = browser.get("/").text

    assert "Nothing is on the road yet" in page
    assert "pavior adopt ~/src" in page
    assert 'href="/create"' in page


def test_home_leads_with_what_waits(acme: Any, browser: Any) -> None:
    acme.home = a_home_view(changes_to_approve=(a_change(),), services_total=1, hidden=("my_findings",))

    page = browser.get("/").text

    assert "1 decision waits for you" in page
    assert "Not shown to you" in page
    assert "No open finding" not in page


@pytest.mark.parametrize(
    ("query", "leads_to"),
    [
        ("C-12", "/changes/C-12"),
        ("f-3", "/findings/F-3"),
        ("W-4", "/waivers/W-4"),
        ("orders/dev", "/environments/orders/dev"),
    ],
)
def test_search_leads_straight_to_what_has_an_id(query: str, leads_to: str, browser: Any) -> None:
    answer = browser.get("/search", params={"q": query})

    assert (answer.status_code, answer.headers["location"]) == (303, leads_to)


def test_search_shows_each_kind_that_was_found_and_says_when_there_is_nothing(browser: Any, acme: Any) -> None:
    page = browser.get("/search?q=mara").text
    for kind in ("Services", "Changes", "Findings", "Waivers", "Controls", "People"):
        assert f"<h2>{kind} <span" in page
    assert 'href="/changes/C-1"' in page

    acme.found = SearchView()
    page = browser.get("/search?q=nothing+of+that").text
    assert "Nothing that you may see has all of these words" in page
    assert "section-head" not in page


def test_people_are_found_by_those_who_may_know_them(browser: Any, acme: Any) -> None:
    acme.found = SearchView()
    assert "Mara Lind" in browser.get("/search?q=LIND").text

    acme.actor = replace(acme.actor, roles=frozenset({Role.VIEWER}))
    assert "<h2>People" not in browser.get("/search?q=LIND").text


def test_a_promotion_is_offered_only_forward_and_only_for_another_commit(acme: Any, browser: Any) -> None:
    dev, prod = acme.service.environments
    assert "Promote" not in browser.get("/services/orders").text

    acme.service = replace(acme.service, environments=(replace(dev, commit=OTHER), prod))
    page = browser.get("/services/orders").text

    assert f'value="{OTHER}"' in page
    assert 'action="/environments/orders/prod/changes"' in page
    assert page.count("Promote ") == 1


def test_a_document_that_breaks_its_schema_says_so_and_is_still_shown(acme: Any, browser: Any) -> None:
    broken = Document("threatmodel.yaml", {"threats": "none"}, ("line 3: threats is no list",))
    acme.service = replace(acme.service, threat_model=broken)

    page = browser.get("/services/orders").text

    assert "It does not follow its schema" in page
    assert "line 3: threats is no list" in page


def test_a_run_that_goes_on_is_followed_and_one_that_ended_is_not(acme: Any, browser: Any) -> None:
    ended = browser.get("/runs/plan-C-1-1").text
    acme.run = a_run(state=RunState.RUNNING)
    running = browser.get("/runs/plan-C-1-1").text

    assert 'data-follow="/runs/plan-C-1-1/log?after=1"' in running
    assert "data-follow" not in ended
    # Who runs no scripts gets the page again by itself.
    assert '<noscript><meta http-equiv="refresh"' in running
    assert '<noscript><meta http-equiv="refresh"' not in ended


@pytest.mark.parametrize("status", list(ChangeStatus))
@pytest.mark.parametrize("outcome", list(DecisionOutcome))
def test_every_state_of_a_change_has_a_road_and_a_next_step(
    status: ChangeStatus, outcome: DecisionOutcome, acme: Any, browser: Any
) -> None:
    acme.change = a_change_view(change=a_change(status=status), plan=a_plan(decision=a_decision(outcome=outcome)))
    with_plan = browser.get("/changes/C-1")
    acme.change = a_change_view(change=a_change(status=status, plan_number=0), plan=None, runs=())
    without_plan = browser.get("/changes/C-1")

    for answer in (with_plan, without_plan):
        assert answer.status_code == 200
        assert answer.text.count('class="stone"') == 5
        assert re.search(r'<div class="next">\s*<p><strong>[A-Z]', answer.text)


def test_a_service_level_says_whether_it_is_kept_and_never_rounds_a_failure_away(browser: Any, acme: Any) -> None:
    acme.levels = (
        a_service_level(good=9_999_999, total=10_000_000, ratio=0.9999999, budget_left=0.9999),
        a_service_level(id="b", title="Second", good=1, total=2, ratio=0.5, budget_left=-499.0),
        a_service_level(
            id="c", title="Third", good=0, total=0, ratio=None, budget_left=None, days=(DayCount("x", 0, 0),)
        ),
    )

    page = browser.get("/reports/service-levels").text

    assert "99.9999 %" in page
    assert ">100 %<" not in page
    for word in ("kept", "not kept", "not known"):
        assert page.count(f"</svg>{word}</span>") == 1
    assert page.count("overspent") == 1
    assert "x: no events" in page
    assert "2026-11-28: 2,999 of 3,000 good" in page
