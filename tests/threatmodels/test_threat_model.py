from collections.abc import Mapping
from datetime import date

import pytest
import yaml
from jsonschema import Draft202012Validator

from pavior.kernel.verdicts import Severity
from pavior.threatmodels.model import Threat, ThreatCategory, ThreatState
from pavior.threatmodels.reading import check_threat_model, threat_model_schema

CONTROLS = frozenset({"object-storage-encrypted-with-own-key", "object-storage-tls-only"})
MODEL = """\
version: 1
service: orders
scope: The orders service and what it keeps.
assets:
  - id: files
    title: Files of customers
    data_class: confidential
boundaries:
  - id: internet
    title: Between everybody and the service
threats:
  - id: files-read-on-the-way
    title: Somebody reads files on their way
    category: information-disclosure
    assets: [files]
    boundary: internet
    severity: high
    state: mitigated
    controls: [object-storage-tls-only]
  - id: key-lost
    title: The key is deleted
    category: denial-of-service
    assets: [files]
    severity: low
    state: accepted
    reason: It can be taken back for 30 days.
    review_by: 2027-01-31
"""


def problems(text: str) -> list[str]:
    return list(check_threat_model(text.encode(), control_ids=CONTROLS).problems)


def changed(old: str, new: str) -> list[str]:
    assert MODEL.count(old) == 1
    return problems(MODEL.replace(old, new))


def test_a_valid_model_is_read_whole() -> None:
    reading = check_threat_model(MODEL.encode(), control_ids=CONTROLS)

    assert reading.problems == ()
    assert reading.content == {**yaml.safe_load(MODEL), "threats": reading.content["threats"] if reading.content else 0}
    model = reading.model
    assert model is not None
    assert (model.service, model.assets[0].data_class, model.boundaries[0].id) == ("orders", "confidential", "internet")
    assert model.threats == (
        Threat(
            id="files-read-on-the-way",
            title="Somebody reads files on their way",
            description="",
            category=ThreatCategory.INFORMATION_DISCLOSURE,
            assets=("files",),
            boundary="internet",
            severity=Severity.HIGH,
            state=ThreatState.MITIGATED,
            controls=("object-storage-tls-only",),
            mitigations=(),
            reason="",
            review_by=None,
            line=12,
        ),
        Threat(
            id="key-lost",
            title="The key is deleted",
            description="",
            category=ThreatCategory.DENIAL_OF_SERVICE,
            assets=("files",),
            boundary="",
            severity=Severity.LOW,
            state=ThreatState.ACCEPTED,
            controls=(),
            mitigations=(),
            reason="It can be taken back for 30 days.",
            review_by=date(2027, 1, 31),
            line=20,
        ),
    )


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("object-storage-tls-only", "tls", "line 19: threat files-read-on-the-way: there is no control tls."),
        ("boundary: internet", "boundary: moon", "line 16: threat files-read-on-the-way: there is no boundary moon."),
        (
            "    controls: [object-storage-tls-only]\n",
            "",
            (
                "line 18: threat files-read-on-the-way: "
                "it is called mitigated, and neither a control nor a mitigation is named."
            ),
        ),
        ("id: key-lost", "id: files-read-on-the-way", "line 20: threats has the id files-read-on-the-way twice."),
        ("2027-01-31", "2027-02-30", "line 27: threat key-lost: there is no day 2027-02-30."),
        ("    review_by: 2027-01-31\n", "", "line 20: threats/1/review_by is needed."),
        ("    reason: It can be taken back for 30 days.\n", "", "line 20: threats/1/reason is needed."),
        (
            "severity: high",
            "severity: huge",
            "line 17: threats/0/severity must be one of info, low, medium, high, critical.",
        ),
        ("version: 1", "version: 2", "line 1: version must be 1."),
        ("title: Files of customers", "title: ''", "line 6: assets/0/title must not be empty."),
        (
            "title: Files of customers",
            "titel: Files",
            "line 5: assets/0/title is needed.",
        ),
        (
            "id: internet",
            "id: The Internet",
            "line 9: boundaries/0/id has the wrong form: Lower-case words with hyphens, at most 63 characters.",
        ),
        (
            "id: internet",
            'id: "internet\\n"',
            "line 9: boundaries/0/id has the wrong form: Lower-case words with hyphens, at most 63 characters.",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_line(old: str, new: str, expected: str) -> None:
    assert expected in changed(old, new)


def test_an_unknown_field_is_told_with_those_that_there_are() -> None:
    assert changed("scope: The", "colour: red\nscope: The") == [
        "line 3: colour is not known; there are version, service, scope, assets, boundaries, threats."
    ]


def test_an_asset_that_is_not_there_is_told() -> None:
    assert problems(MODEL.replace("assets: [files]", "assets: [gold]")) == [
        "line 15: threat files-read-on-the-way: there is no asset gold.",
        "line 23: threat key-lost: there is no asset gold.",
    ]


def test_a_mitigation_in_words_is_enough() -> None:
    assert changed("controls: [object-storage-tls-only]", "mitigations: [The client pins the certificate.]") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "The file holds 0 documents; it must hold exactly one."),
        (MODEL + "---\n" + MODEL, "The file holds 2 documents; it must hold exactly one."),
        ("- a\n", "line 1: The document must be of type object."),
        ("a: [\n", "line 1: This is not YAML: did not find expected node content."),
        (MODEL + "version: 1\n", "line 28: The key 'version' stands there twice."),
    ],
)
def test_a_file_that_is_no_threat_model_is_told(text: str, expected: str) -> None:
    reading = check_threat_model(text.encode(), control_ids=CONTROLS)

    assert reading.problems == (expected,)
    assert (reading.model, reading.content) == (None, None)


def test_with_problems_there_is_content_and_no_model() -> None:
    reading = check_threat_model(MODEL.replace("high", "huge").encode(), control_ids=CONTROLS)

    assert reading.model is None
    assert isinstance(reading.content, Mapping)


def test_many_problems_are_counted() -> None:
    told = problems(MODEL.replace("threats:", "threats:\n" + "  - 1\n" * 50))

    assert (len(told), told[-1]) == (31, "And 20 more.")


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(threat_model_schema())

    assert threat_model_schema()["additionalProperties"] is False
