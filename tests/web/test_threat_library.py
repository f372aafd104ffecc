"""The threat library in the portal: what goes wrong, what stops it, and who writes of it."""

from typing import Any


def test_the_library_is_listed_by_category_and_leads_to_each_threat(browser: Any) -> None:
    page = browser.get("/threats/library").text

    assert "Elevation of privilege" in page
    assert 'href="/threats/library/metadata-gives-away-credentials"' in page
    assert "A machine is tricked into giving away its own credentials" in page


def test_the_library_is_narrowed_by_category_control_and_words(browser: Any) -> None:
    page = browser.get("/threats/library?category=tampering&control=image-tags-fixed&q=TAG+registry").text

    assert "1 threat of " in page
    assert 'href="/threats/library/image-replaced-under-its-name"' in page
    assert "metadata-gives-away-credentials" not in page


def test_where_no_threat_is_like_that_the_page_says_what_to_do(browser: Any) -> None:
    page = browser.get("/threats/library?q=unicorn").text

    assert "No threat of the library is like that" in page
    assert 'href="/threats/library"' in page


def test_a_category_that_there_is_not_narrows_nothing(browser: Any) -> None:
    assert "data-lost-for-good" in browser.get("/threats/library?category=theft").text


def test_one_threat_says_what_it_applies_to_what_stops_it_and_who_writes_of_it(browser: Any) -> None:
    page = browser.get("/threats/library/image-replaced-under-its-name").text

    assert "A tag is a name that can be moved." in page
    assert "aws_ecr_repository" in page
    assert "image-tags-fixed" in page
    assert "asvs-5.0.0:15.2.4" in page
    assert 'href="https://attack.mitre.org/techniques/T1195/002/"' in page


def test_a_threat_that_there_is_not_is_told_with_those_that_are_like_it(browser: Any) -> None:
    response = browser.get("/threats/library/image-replaced")

    assert response.status_code == 404
    assert "Perhaps it is image-replaced-under-its-name." in response.text
