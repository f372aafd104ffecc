"""A stack has the same verdict wherever it is read from, or it is not known there, which is said and counted."""

import hashlib

import pytest
from tests.conftest import Compare
from tests.verdicts.groups import group_stacks
from tests.verdicts.matrix import NOT_RECORDED, REFUSED, Row, controls, kubernetes_rows, terraform_rows
from tests.verdicts.report import as_page, as_text, count
from tests.verdicts.stacks import KINDS, Stack, list_stacks, read_recording

MOST_UNKNOWN_PERCENT = 10


@pytest.fixture(scope="module")
def terraform() -> list[Row]:
    return terraform_rows()


@pytest.fixture(scope="module")
def kubernetes() -> list[Row]:
    return kubernetes_rows()


@pytest.fixture(scope="module")
def rows(terraform: list[Row], kubernetes: list[Row]) -> list[Row]:
    return [*terraform, *kubernetes]


def test_no_place_contradicts_another(rows: list[Row]) -> None:
    expected = ({"passed", NOT_RECORDED, REFUSED}, {"failed", NOT_RECORDED, REFUSED})
    contrary = [
        f"{row.control}, {column}: {found}"
        for row in rows
        for column, cell in row.cells.items()
        for found, allowed in zip(cell, expected, strict=True)
        if found not in allowed and not found.startswith("unknown")
    ]

    assert contrary == []


def test_source_and_manifest_are_always_known(rows: list[Row]) -> None:
    first = {row.control: next(iter(row.cells.values())) for row in rows}

    assert {control: cell for control, cell in first.items() if cell != ("passed", "failed")} == {}


@pytest.mark.parametrize("column", ["source", "plan alone", "plan and source", "state"])
def test_little_is_unknown_outside_of_the_live_cloud(terraform: list[Row], column: str) -> None:
    found = count(terraform, column)

    assert found.asked
    assert found.unknown_percent <= MOST_UNKNOWN_PERCENT


@pytest.mark.parametrize("column", ["manifest", "JSON list", "as returned"])
def test_a_manifest_is_known_in_every_form(kubernetes: list[Row], column: str) -> None:
    assert count(kubernetes, column).unknown == 0


def test_every_control_has_a_row(rows: list[Row]) -> None:
    assert {row.control for row in rows} == set(controls())


def test_what_was_recorded_of_a_stack_is_of_the_stack_as_it_stands_there() -> None:
    stacks = list(list_stacks())
    recordings = {item: found for item in stacks if (found := read_recording(item))}

    # A new stack may wait for its recording; it is counted as not recorded.
    assert len(recordings) > len(stacks) / 2
    assert [item.module for item, found in recordings.items() if found["source_sha256"] != _digest(item)] == [], (
        "a stack changed after it was recorded; where Terraform is installed: make record-verdicts"
    )
    plans = {item.module: found["plan"] for item, found in recordings.items() if found["plan"]}
    assert [name for name, plan in plans.items() if not plan["complete"]] == []
    # The provider takes no algorithm that there is not, so that this control never fails in a plan.
    assert [item.module for item, found in recordings.items() if "refused" in found] == [
        "object_storage_encrypted-fails"
    ]
    # Their control is about requests of the provider `http`, and the recordings are made with that of AWS.
    assert [item.module for item, found in recordings.items() if "not_planned" in found] == [
        "secrets_not_sent_in_addresses-fails",
        "secrets_not_sent_in_addresses-passes",
    ]
    reasons = {"refused", "not_planned"}
    assert {item.module for item, found in recordings.items() if reasons.isdisjoint(found)} == set(plans)


def test_every_control_with_stacks_has_one_that_passes_and_one_that_fails() -> None:
    found: dict[str, set[str]] = {}
    for stack in list_stacks():
        found.setdefault(stack.control, set()).add(stack.kind)

    assert [control for control, kinds in found.items() if kinds != set(KINDS)] == []


def test_stacks_that_use_one_name_are_not_recorded_in_one_sandbox() -> None:
    queue, again, other = (
        Stack(control, "passes", b'resource "aws_sqs_queue" "a" {\n  name = "%s"\n}\n' % name)
        for control, name in (("a", b"orders"), ("b", b"orders"), ("c", b"papers"))
    )
    # What there is once for the account, both stacks of a control set.
    opposite = Stack("c", "fails", b'resource "aws_iam_account_password_policy" "a" {}\n')

    assert group_stacks([queue, again, other, opposite]) == [[queue, other], [again, opposite]]


def _digest(stack: Stack) -> str:
    return hashlib.sha256(stack.body).hexdigest()


@pytest.mark.golden
def test_the_matrix_is_as_it_was(terraform: list[Row], kubernetes: list[Row], golden: Compare) -> None:
    golden("verdict_matrix.txt", as_text(terraform, kubernetes))


@pytest.mark.generated
def test_the_page_shows_the_matrix(terraform: list[Row], kubernetes: list[Row], reference_page: Compare) -> None:
    reference_page("equal-verdicts.md", as_page(terraform, kubernetes))
