"""The page of one threat model."""

from dataclasses import replace
from typing import Any
from xml.etree import ElementTree as ET

from tests.threatmodels.diagrams import a_shop

from pavior.identity.model import Role
from pavior.testing.builders import NOON
from pavior.testing.people import an_actor
from pavior.testing.threat_builders import a_standing, a_threat, a_threat_model, a_threat_page
from pavior.threatmodels.model import ThreatState
from pavior.threatmodels.standing_model import Evidence, EvidenceKind, Holding, ThreatStep

PAGE, PARTS = "/services/orders/threats", "/services/orders/threat-model"


def test_it_tells_how_each_threat_stands_and_why(acme: Any, browser: Any) -> None:
    failing = Evidence(EvidenceKind.CONTROL, "object-storage-versioned", Holding.FAILS, "It fails on one bucket.")
    standing = a_standing(state=ThreatState.OPEN, because="A control does not hold.", evidence=(failing,))
    step = ThreatStep("orders", "orders/dev", standing.threat, ThreatState.OPEN, NOON, "Somebody opened it.", "abc")
    acme.threat_page = replace(a_threat_page(None, standing), steps=(step,))

    page = browser.get(PAGE).text

    for text in (
        "1 open",
        "A control does not hold.",
        "It fails on one bucket.",
        "Somebody opened it.",
        "does not hold",
    ):
        assert text in page
    assert 'href="/controls/object-storage-versioned"' in page
    assert 'href="/environments/orders/dev"' in page


def test_the_tables_say_what_the_picture_shows(browser: Any) -> None:
    page = browser.get(PAGE).text

    assert 'id="element-files"' in page
    assert 'id="flow-writes"' in page
    assert "Web process → Files" in page
    assert 'href="#threat-files-read-by-anybody"' in page
    assert "2 elements in 0 boundaries, 1 flow." in page


def test_what_nobody_judged_is_said_and_counted_as_not_evaluated(acme: Any, browser: Any) -> None:
    acme.threat_page = a_threat_page(a_threat_model(a_threat(id="another")), a_standing())

    page = browser.get(PAGE).text

    assert "1 not evaluated" in page
    assert "Nothing is deployed with this model" in page
    assert "this model does not have it any more" in page


def test_a_service_without_a_model_is_told_what_to_type(acme: Any, browser: Any) -> None:
    acme.threat_page = replace(a_threat_page(), model=None)

    assert "pavior threat draft --write" in browser.get(PAGE).text
    assert browser.get(f"{PARTS}/picture.svg").status_code == 404


def test_a_model_that_cannot_be_read_shows_its_problems(acme: Any, browser: Any) -> None:
    acme.threat_page = replace(a_threat_page(), model=None, problems=("line 7: there is no element till.",))

    page = browser.get(PAGE).text

    assert "line 7: there is no element till." in page
    assert "pavior threat lint" in page


def test_the_picture_within_the_page_leads_to_its_rows_and_brings_no_style(browser: Any) -> None:
    picture = browser.get(f"{PARTS}/picture").text

    assert 'href="#element-files"' in picture
    assert "<style" not in picture
    assert "<html" not in picture


def test_the_picture_can_be_taken_along(browser: Any) -> None:
    answer = browser.get(f"{PARTS}/picture.svg")

    assert answer.headers["content-disposition"] == 'attachment; filename="orders-threats.svg"'
    assert answer.headers["content-type"] == "image/svg+xml"
    assert ET.fromstring(answer.text).tag.endswith("svg")  # noqa: S314 - our own


def test_the_paper_can_be_taken_along(browser: Any) -> None:
    answer = browser.get(f"{PARTS}/paper.pdf")

    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"] == 'attachment; filename="orders-threats.pdf"'


def test_the_model_can_be_taken_to_other_tools(browser: Any) -> None:
    answer = browser.get(f"{PARTS}/otm.json")

    assert answer.headers["content-disposition"] == 'attachment; filename="orders-threats.otm.json"'
    assert answer.json()["otmVersion"] == "0.2.0"


def test_a_model_of_hundreds_says_that_its_picture_is_by_boundaries(acme: Any, browser: Any) -> None:
    acme.threat_page = a_threat_page(a_shop(60))

    page = browser.get(PAGE).text

    assert "186 elements are too many for one picture" in page
    assert page.count('id="element-') == 186


def test_somebody_of_another_team_may_look_as_at_everything_else(acme: Any, browser: Any) -> None:
    acme.actor = an_actor(id="vic", roles=frozenset({Role.VIEWER}), teams=frozenset())

    assert browser.get(PAGE).status_code == 200


def test_the_page_of_the_service_leads_here(browser: Any) -> None:
    assert f'href="{PAGE}"' in browser.get("/services/orders").text
