from collections.abc import Mapping

import pytest
import yaml
from jsonschema import Draft202012Validator

from pavior.threatmodels.reading import check_threat_model, threat_model_schema

from .models import CONTROLS, MODEL, TEXT


def problems(text: str) -> list[str]:
    return list(check_threat_model(text.encode(), control_ids=CONTROLS).problems)


def changed(old: str, new: str) -> list[str]:
    assert TEXT.count(old) == 1
    return problems(TEXT.replace(old, new))


def test_a_valid_model_is_read_whole_with_its_lines() -> None:
    reading = check_threat_model(TEXT.encode(), control_ids=CONTROLS)

    assert reading.problems == ()
    assert reading.model == MODEL
    assert reading.model.sign_off == MODEL.sign_off
    assert reading.content is not None
    assert set(reading.content) == set(yaml.safe_load(TEXT))


def test_the_least_that_is_a_model_is_read() -> None:
    reading = check_threat_model(
        b"{version: 2, service: orders, scope: Orders., assets: [], threats: []}", control_ids=CONTROLS
    )

    assert reading.problems == ()
    assert reading.model is not None
    assert (reading.model.elements, reading.model.sign_off) == ((), None)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("[object-storage-tls-only]", "[tls]", "line 58: threats files-read-on-the-way: there is no control tls."),
        (
            "[uploads, bucket]",
            "[uploads, moon]",
            "line 56: threats files-read-on-the-way: there is no element or flow moon.",
        ),
        ("boundary: account", "boundary: moon", "line 29: elements bucket: there is no boundary moon."),
        ("to: bucket", "to: moon", "line 37: flows uploads: there is no element moon."),
        ("within: internet", "within: moon", "line 16: boundaries account: there is no boundary moon."),
        (
            "within: internet",
            "within: account",
            "line 16: boundaries account: it is within itself: account within account.",
        ),
        ("id: key-lost", "id: files-read-on-the-way", "line 63: threats has the id files-read-on-the-way twice."),
        (
            "id: uploads",
            "id: bucket",
            "line 34: flows bucket: an element has this id too, so that a place of it would mean both.",
        ),
        ("2027-01-31", "2027-02-30", "line 69: threats key-lost: there is no day 2027-02-30."),
        ("12:00:00Z", "25:00:00Z", "line 78: sign_off: there is no instant 2026-11-24T25:00:00Z."),
        ("      until: 2027-01-31\n", "", "line 68: threats/1/accepted/until is needed."),
        (
            "severity: high",
            "severity: huge",
            "line 54: threats/0/severity must be one of info, low, medium, high, critical.",
        ),
        ("version: 2", "version: 3", "line 1: version must be 2."),
        ("title: Files of customers", "title: ''", "line 7: assets/0/title must not be empty."),
        ("title: Files of customers", "titel: Files", "line 6: assets/0/title is needed."),
        (
            "id: customers",
            "id: The Customers",
            "line 20: elements/0/id has the wrong form: Lower-case words with hyphens, at most 63 characters.",
        ),
        (
            "id: customers",
            'id: "customers\\n"',
            "line 20: elements/0/id has the wrong form: Lower-case words with hyphens, at most 63 characters.",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_line(old: str, new: str, expected: str) -> None:
    assert expected in changed(old, new)


def test_boundaries_that_are_within_each_other_are_told_once() -> None:
    assert changed("    kind: internet\n", "    kind: internet\n    within: account\n") == [
        "line 14: boundaries internet: it is within itself: internet within account within internet."
    ]


@pytest.mark.parametrize(
    "text",
    [
        "two\\nlines",
        "tab\\there",
        "\\e[31mred",
        "bell\\a",
        "\\u202eturned",
        "\\u200bnobody sees",
        "\\U000E0041",
        " begins",
        "ends ",
    ],
)
def test_a_title_is_one_line_that_everybody_sees(text: str) -> None:
    (problem,) = changed("title: Customers", f'title: "{text}"')

    assert problem.startswith("line 21: elements/0/title has the wrong form: One line that neither begins nor ends")


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "{{ 7 * 7 }}", "Übergröße 👩", "a\\u00a0b", "日本"])
def test_a_title_may_hold_every_letter_that_is_seen(text: str) -> None:
    assert changed("title: Customers", f'title: "{text}"') == []


def test_a_description_may_have_several_lines_and_no_other_control_characters() -> None:
    lines = "description: |\n      First.\n\n      Second.\n"

    assert changed("description: Also when a proxy stands between.\n", lines) == []
    assert changed("description: Also when a proxy stands between.", 'description: "a\\e[0m"') == [
        "line 52: threats/0/description has the wrong form: Text without control characters and invisible ones."
    ]


def test_an_unknown_field_is_told_with_those_that_there_are() -> None:
    (problem,) = changed("scope: The", "colour: red\nscope: The")

    assert problem.startswith("line 3: colour is not known; there are version, service, scope, assets, boundaries, ele")


def test_a_state_is_not_written_in_a_model() -> None:
    (problem,) = changed("severity: low", "severity: low\n    state: mitigated")

    assert problem.startswith("line 67: threats/1/state is not known; there are id, title,")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "The file holds 0 documents; it must hold exactly one."),
        (TEXT + "---\n" + TEXT, "The file holds 2 documents; it must hold exactly one."),
        ("- a\n", "line 1: The document must be of type object."),
        ("a: [\n", "line 1: This is not YAML: did not find expected node content."),
        (TEXT + "version: 2\n", "line 79: The key 'version' stands there twice."),
    ],
)
def test_a_file_that_is_no_threat_model_is_told(text: str, expected: str) -> None:
    reading = check_threat_model(text.encode(), control_ids=CONTROLS)

    assert reading.problems == (expected,)
    assert (reading.model, reading.content) == (None, None)


def test_with_problems_there_is_content_and_no_model() -> None:
    reading = check_threat_model(TEXT.replace("high", "huge").encode(), control_ids=CONTROLS)

    assert reading.model is None
    assert isinstance(reading.content, Mapping)


def test_many_problems_are_counted() -> None:
    told = problems(TEXT.replace("threats:", "threats:\n" + "  - 1\n" * 50))

    assert (len(told), told[-1]) == (31, "And 20 more.")


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(threat_model_schema())

    assert threat_model_schema()["additionalProperties"] is False
