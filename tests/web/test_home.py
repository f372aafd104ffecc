from dataclasses import replace
from typing import Any

from pavior.testing.builders import NOON, a_recorded_event, an_event
from pavior.testing.threat_builders import a_standing
from pavior.threatmodels.model import ThreatState


def test_a_threat_that_is_open_again_is_on_the_home_page_with_the_way_to_its_model(browser: Any, acme: Any) -> None:
    reopened = a_standing(state=ThreatState.OPEN, reopened_at=NOON, because="The control fails on the bucket.")
    acme.home = replace(acme.home, reopened_threats=(reopened,))

    page = browser.get("/").text

    assert "Threats that are open again" in page
    assert 'href="/services/orders/threats/files-read-by-anybody"' in page
    assert "The control fails on the bucket." in page


def test_without_one_nothing_is_said_of_threats(browser: Any) -> None:
    assert "open again" not in browser.get("/").text


def test_what_happened_many_times_in_a_row_is_told_once_with_its_number(browser: Any, acme: Any) -> None:
    verbs = ("threat.gone", "threat.gone", "threat.gone", "change.applied", "threat.gone")
    acme.home = replace(acme.home, recent_events=tuple(a_recorded_event(event=an_event(verb=verb)) for verb in verbs))

    page = browser.get("/").text

    assert page.count("threat.gone") == 2
    assert page.count("change.applied") == 1
    assert '>threat.gone</span> <span class="count">3</span>' in page


def test_the_same_elsewhere_is_another_line(browser: Any, acme: Any) -> None:
    places = ("orders/dev", "orders/prod")
    acme.home = replace(
        acme.home, recent_events=tuple(a_recorded_event(event=an_event(environment=place)) for place in places)
    )

    page = browser.get("/").text

    assert page.count("change.opened") == 2
