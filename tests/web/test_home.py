from dataclasses import replace
from typing import Any

from pavior.testing.builders import NOON
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
