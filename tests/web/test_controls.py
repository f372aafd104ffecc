"""The list of controls: by what they look at, and found by the words that somebody comes with."""

import re
from typing import Any

import pytest

from pavior.kernel.verdicts import Severity
from pavior.testing.builders import a_control, a_parameter
from pavior.testing.views import a_control_summary


@pytest.fixture
def many(acme: Any) -> Any:
    """Beside the one about public buckets."""
    made = (
        a_control(id="key-rotation", title="Keys are rotated", view="Key", severity=Severity.MEDIUM, equivalents={}),
        a_control(
            id="object-storage-versioned", title="Old versions are kept", severity=Severity.CRITICAL, mappings={}
        ),
    )
    acme.more_controls = tuple(a_control_summary(control=control) for control in made)
    return acme


def shown(page: str) -> list[str]:
    return re.findall(r'class="cover strong" href="/controls/([^"]+)"', page)


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
def test_a_search_that_finds_nothing_says_what_to_try(browser: Any) -> None:
    page = browser.get("/controls", params={"q": "<b>nothing"}).text

    assert shown(page) == []
    assert "No control is called that" in page
    assert 'value="&lt;b&gt;nothing"' in page


def test_a_control_shows_what_may_be_chosen_and_what_was(acme: Any, browser: Any) -> None:
    regions = a_parameter(name="regions", description="Regions that are allowed.", value=None, origin="")
    tags = a_parameter(name="tags", value=("owner", "team"), origin="")
    control = a_control(id="log-retention", parameters=(a_parameter(), regions, tags))
    acme.control = a_control_summary(control=control)

    page = browser.get("/controls/log-retention").text

    told = re.findall(r'<dt class="mono">(\w+)</dt><dd>(.*?)<br>', page)
    assert told == [
        ("retention_days", '90 <span class="muted small">chosen</span>'),
        ("regions", "not set, so it is not asked"),
        ("tags", "owner, team"),
    ]
