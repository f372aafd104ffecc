from datetime import date

import pytest

from pavior.kernel.errors import InvalidError
from pavior.threatmodels.editing import upgrade_text
from pavior.threatmodels.model import Acceptance
from pavior.threatmodels.reading import ThreatModelReading, check_threat_model

from .models import CONTROLS, FIRST

SECOND = """\
# Of the orders.
version: 2  # for now
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
  # The worst.
  - id: files-read-on-the-way
    title: Somebody reads files on their way
    category: information-disclosure
    severity: high
    assets: [files]
    controls: [object-storage-tls-only]

  # Lived with.
  - id: key-lost
    title: The key is deleted
    category: denial-of-service
    severity: low
    assets: [files]
    accepted:
      reason: It can be taken back for 30 days.
      until: 2027-01-31
"""


PLACES = "name the elements and flows where it could happen as its places"
DERIVED = "how a threat stands is derived from what is deployed"


def read(text: str) -> ThreatModelReading:
    return check_threat_model(text.encode(), control_ids=CONTROLS)


def test_the_first_version_is_read_with_the_lines_of_its_file() -> None:
    reading = read(FIRST)

    assert reading.problems == ()
    assert reading.model is not None
    worst, accepted = reading.model.threats
    assert (worst.controls, worst.line) == (("object-storage-tls-only",), 14)
    assert (accepted.accepted, accepted.line) == (
        Acceptance("It can be taken back for 30 days.", date(2027, 1, 31)),
        24,
    )


def test_what_the_second_version_has_no_place_for_is_told() -> None:
    assert read(FIRST).dropped == (
        f"line 18: threats files-read-on-the-way: boundary internet is not kept: {PLACES}.",
        f"line 20: threats files-read-on-the-way: state mitigated is not kept: {DERIVED}.",
    )
    assert read(SECOND).dropped is None


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("2027-01-31", "2027-02-30", "line 31: threats key-lost: there is no day 2027-02-30."),
        ("    reason: It can be taken back for 30 days.\n", "", "line 29: threats/1/accepted/reason is needed."),
        ("id: key-lost", "id: 7", "line 24: threats/1/id must be of type string."),
        ("object-storage-tls-only", "tls", "line 21: threats files-read-on-the-way: there is no control tls."),
    ],
)
def test_what_is_wrong_with_the_first_version_is_told_where_it_stands(old: str, new: str, expected: str) -> None:
    assert FIRST.count(old) == 1
    assert read(FIRST.replace(old, new)).problems == (expected,)


@pytest.mark.parametrize("threats", ["threats: 3\n", "threats: [1, null, {}]\n", ""])
def test_a_first_version_that_is_none_has_problems(threats: str) -> None:
    reading = read(FIRST.partition("threats:")[0] + threats)

    assert reading.model is None
    assert reading.problems


def test_a_file_is_upgraded_with_its_comments() -> None:
    reading = read(FIRST)
    assert reading.model is not None

    text = upgrade_text(FIRST.encode(), reading.model).decode()

    assert text == SECOND
    assert read(text).content == reading.content


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_version_in_the_first_line_is_replaced(mark: str) -> None:
    text = mark + FIRST.removeprefix("# Of the orders.\n").replace("version: 1 ", "version: 1")
    model = read(text).model
    assert model is not None

    assert upgrade_text(text.encode(), model).decode().startswith(f"{mark}version: 2 # for now\nservice: orders\n")


def test_what_cannot_be_upgraded_in_its_text_is_refused() -> None:
    text = FIRST.replace("title: The key is deleted", "title: &name The key is deleted")
    model = read(text).model
    assert model is not None

    with pytest.raises(InvalidError) as caught:
        upgrade_text(text.encode(), model)

    assert caught.value.code == "threat-model-not-editable"
