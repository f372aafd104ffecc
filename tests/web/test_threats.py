"""Threats over all services: each number leads to its rows, and what is not known is told as that."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from pavior.reports.threats_measures import measure
from pavior.reports.threats_model import (
    ControlInThreats,
    IssueCount,
    ModelStanding,
    PlaceThreats,
    StateCounts,
)
from pavior.testing.builders import NOON, PUBLIC_ACCESS
from pavior.testing.threat_builders import a_standing
from pavior.testing.threat_views import a_model_row, a_threat_fleet, a_threat_view, an_issue
from pavior.threatmodels.model import ThreatState


def test_each_number_of_the_fleet_leads_to_its_rows(browser: Any) -> None:
    page = browser.get("/threats").text

    for leads_to in (
        "/threats/list?state=open",
        "/threats/list?state=mitigated",
        "/threats/models?standing=unreadable",
        f"/threats/list?state=open&amp;control={PUBLIC_ACCESS}",
        "/threats/list?state=open&amp;team=payments",
        "/threats/models?standing=missing&amp;team=payments",
        "/threats/list?state=open&amp;category=information-disclosure",
        "/threats/reopened",
    ):
        assert f'href="{leads_to}"' in page, leads_to
    assert "2 services have no model that can be read: their threats are in no number here." in page
    assert '<a href="/threats/reviews?state=asked">2 security reviews wait</a> for an answer.' in page


def test_a_fleet_without_any_model_says_what_to_type(acme: Any, browser: Any) -> None:
    none = dict.fromkeys(ModelStanding, 0)
    acme.threat_fleet = a_threat_fleet(
        states=StateCounts(), services=3, models={**none, ModelStanding.MISSING: 3}, controls=(), oldest_at=None
    )
    page = browser.get("/threats").text
    assert "No service has a threat model" in page
    assert "pavior threat draft" in page

    acme.threat_fleet = a_threat_fleet(states=StateCounts(), services=0, models=none, controls=(), oldest_at=None)
    assert "There is no service yet" in browser.get("/threats").text


def test_what_has_nothing_that_stops_it_is_not_told_as_kept_open_by_a_control(acme: Any, browser: Any) -> None:
    acme.threat_fleet = a_threat_fleet(controls=(), unstopped=1)

    page = browser.get("/threats").text

    assert "No control keeps a threat open" in page
    assert "1 open threat has nothing that stops it" in page


def test_the_list_is_narrowed_and_a_word_that_means_nothing_narrows_nothing(acme: Any, browser: Any) -> None:
    browser.get("/threats/list?state=open&control=x&state=&q=bucket&team=payments")
    assert acme.said[-1][1]["state"] == "open"
    assert acme.said[-1][1]["query"] == "bucket"

    browser.get("/threats/list?state=lovely&severity=bad&category=theft")
    assert {acme.said[-1][1][name] for name in ("state", "severity", "category")} == {""}


def test_an_accepted_threat_says_until_when(acme: Any, browser: Any) -> None:
    acme.threats = (a_standing(state=ThreatState.ACCEPTED, until=NOON + timedelta(days=3)),)

    assert "2026-11-27 12:00 UTC" in browser.get("/threats/list").text


@pytest.mark.parametrize(
    ("path", "empties", "says"),
    [
        ("/threats/list", "threats", "No threat is known"),
        ("/threats/list?state=open", "threats", "No threat is like that"),
        ("/threats/models", "threat_models", "There is no service yet"),
        ("/threats/models?standing=stale", "threat_models", "No model stands so"),
        ("/threats/reopened", "reopened", "None reopened in the last 30 days"),
        ("/reports/issues", "issues", "There is no such issue"),
    ],
)
def test_an_empty_list_says_why(acme: Any, browser: Any, path: str, empties: str, says: str) -> None:
    setattr(acme, empties, ())

    assert says in browser.get(path).text


def test_a_threat_that_nothing_judged_is_told_as_not_evaluated(acme: Any, browser: Any) -> None:
    acme.threat = a_threat_view(standings=(), steps=(), findings=(), state=ThreatState.NOT_EVALUATED)

    page = browser.get("/services/orders/threats/files-read-by-anybody").text

    assert "That is no kind of mitigated." in page
    assert "It never changed" in page


def test_a_service_says_how_its_threats_stand_where_it_is_deployed(acme: Any, browser: Any) -> None:
    places = (PlaceThreats("orders/dev", StateCounts(open=2, mitigated=1), NOON),)
    acme.service = replace(acme.service, threats=places, recorded_model=a_model_row(service="orders", problem=""))

    page = browser.get("/services/orders").text

    assert 'href="/threats/list?state=open&amp;environment=orders%2Fdev"' in page
    assert 'href="/services/orders/threats"' in page


@pytest.mark.parametrize(
    ("standing", "says"),
    [
        (ModelStanding.MISSING, "No threat model"),
        (ModelStanding.UNREADABLE, "The model cannot be read"),
        (ModelStanding.UNSIGNED, "Nothing of it is deployed, or nobody has looked since."),
    ],
)
def test_a_service_without_judged_threats_says_why(acme: Any, browser: Any, standing: ModelStanding, says: str) -> None:
    acme.service = replace(acme.service, threats=(), recorded_model=a_model_row(standing=standing))

    assert says in browser.get("/services/orders").text


def test_a_control_says_which_threats_it_stops(acme: Any, browser: Any) -> None:
    acme.control_view = replace(
        acme.control_view,
        threats=ControlInThreats((("open-bucket", "Anybody reads a bucket"),), StateCounts(open=3), 2),
    )

    page = browser.get(f"/controls/{PUBLIC_ACCESS}").text

    assert f'href="/threats/list?state=open&amp;control={PUBLIC_ACCESS}"' in page
    assert "<strong>2</strong> of those that are open would be mitigated" in page
    assert 'href="/threats/library/open-bucket"' in page


@pytest.mark.parametrize(
    ("threat", "says"),
    [
        ("files-read", 'href="/services/orders/threats/files-read"'),
        ("", "No threat had predicted this"),
        (None, "there was no threat model at that time"),
    ],
)
def test_a_finding_says_whether_a_threat_had_predicted_it(
    acme: Any, browser: Any, threat: str | None, says: str
) -> None:
    acme.finding = replace(acme.finding, threat=threat)

    assert says in browser.get("/findings/F-1").text


def test_the_measures_lead_to_their_issues_and_incidents_are_not_known(acme: Any, browser: Any) -> None:
    acme.metrics = tuple(measure(IssueCount((an_issue(),), unjudged=2, set_aside=0), NOON))

    page = browser.get("/reports/metrics").text

    assert 'href="/reports/issues?phase=live"' in page
    assert 'href="/reports/issues?foresight=unmodelled"' in page
    assert "not known yet" in page
    assert "0 by design, 1 after deployment" in page
