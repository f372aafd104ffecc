import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from pavior.testing.builders import a_control
from pavior.threatmodels.digest import digest_of
from pavior.threatmodels.reading import BOUNDS, check_threat_model, control_names, threat_model_schema
from pavior.threatmodels.writing import render_model

from .models import CONTROLS, FIRST, MODEL, TEXT


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


@pytest.mark.generated
def test_the_published_schema_is_fresh(reference_page: Callable[[str, str], None]) -> None:
    reference_page("threatmodel.schema.json", json.dumps(threat_model_schema(), indent=2) + "\n")


def test_the_reference_names_every_field_with_its_choices(root: Path) -> None:
    page = (root / "docs" / "reference" / "threat-model.md").read_text("utf-8")
    schema = threat_model_schema()
    fields = {
        name: item for part in (schema, *schema["$defs"].values()) for name, item in part.get("properties", {}).items()
    }

    assert len(fields) > 30
    assert [name for name in fields if f"`{name}`" not in page] == []
    chosen = {choice for item in fields.values() for choice in item.get("enum", ())}
    assert [choice for choice in sorted(chosen) if f"`{choice}`" not in page] == []
    for section in ("elements", "flows", "threats"):
        assert f"{schema['properties'][section]['maxItems']:,} {section}" in page


def a_large_model(elements: int) -> bytes:
    head = "version: 2\nservice: orders\nscope: Orders.\nassets: []\nthreats: []\nelements:\n"
    return (head + "".join(f"  - {{id: e{n}, title: E, kind: process}}\n" for n in range(elements))).encode()


def test_ten_thousand_elements_are_read_and_one_more_is_refused() -> None:
    most = check_threat_model(a_large_model(10_000), control_ids=CONTROLS)
    more = check_threat_model(a_large_model(10_001), control_ids=CONTROLS)

    assert most.problems == ()
    assert most.model is not None
    assert len(most.model.elements) == 10_000
    assert more.problems == ("line 7: elements must have at most 10000 items.",)


def test_a_bomb_of_aliases_is_refused_where_it_grows_too_large() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]

    assert problems("\n".join(lines)) == [
        f"line 6: It has more than {BOUNDS.nodes} values, counting what each alias stands for."
    ]


def test_a_circle_of_many_boundaries_is_told_in_short() -> None:
    circle = "".join(f"  - {{id: b{n}, title: B, within: b{(n + 1) % 900}}}\n" for n in range(900))

    assert problems(a_large_model(0).decode().replace("elements:\n", f"boundaries:\n{circle}")) == [
        (
            "line 7: boundaries b0: it is within itself: "
            "b0 within b1 within b2 within b3 within b4 within b5 within ... within b0."
        )
    ]


def test_the_model_must_be_of_one_of_the_services_that_are_known() -> None:
    def found(*services: str) -> tuple[str, ...]:
        return check_threat_model(TEXT.encode(), control_ids=CONTROLS, services=frozenset(services)).problems

    assert found() == found("orders") == found("ledger", "orders") == ()
    assert found("ledger", "cart") == ("line 2: service: this is the model of orders, and not of cart, ledger.",)


def test_a_control_is_known_by_its_former_ids_too() -> None:
    controls = (a_control(id="doors-closed", formerly=("gates-closed",)), a_control(id="lights-off"))

    assert control_names(controls) == {"doors-closed", "gates-closed", "lights-off"}


@given(st.sampled_from([TEXT, FIRST]), st.data())
@settings(deadline=None, max_examples=60)
def test_a_file_with_lines_lost_and_moved_is_read_or_told_and_never_raises(text: str, data: st.DataObject) -> None:
    lines = text.splitlines(keepends=True)
    for _ in range(data.draw(st.integers(1, 4))):
        line = lines.pop(data.draw(st.integers(0, len(lines) - 1)))
        if data.draw(st.booleans()):
            lines.insert(
                data.draw(st.integers(0, len(lines))),
                line.replace(": ", data.draw(st.sampled_from([": ", ": - ", ": {"]))),
            )

    reading = check_threat_model("".join(lines).encode(), control_ids=CONTROLS)

    assert (reading.model is None) == bool(reading.problems)
    if reading.model is not None:
        again = check_threat_model(render_model(reading.model).encode(), control_ids=CONTROLS)
        assert again.problems == ()
        assert again.model is not None
        assert digest_of(again.model) == digest_of(reading.model)
