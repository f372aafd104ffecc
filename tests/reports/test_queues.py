"""Findings, waivers and controls, as each person may see them."""

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from pavior.findings.model import FindingState
from pavior.identity.model import Actor, Permission, Role, Surface
from pavior.kernel.errors import InvalidError, MissingError
from pavior.kernel.pages import PageRequest
from pavior.policy.waiver_model import WaiverState
from pavior.testing.builders import NOON, PUBLIC_ACCESS
from pavior.testing.company import somebody

if TYPE_CHECKING:
    from tests.reports.conftest import Company

ALL = PageRequest()
VIC = somebody("vic")
CONTROLS_ONLY = Actor(
    "token:mara/ci",
    frozenset({Role.DEVELOPER}),
    frozenset({"payments"}),
    Surface.API,
    frozenset({Permission.CONTROL_READ}),
)


@pytest.mark.parametrize(
    ("narrowed", "ids"),
    [
        ({}, ["F-1", "F-2"]),
        ({"service": "ledger"}, ["F-2"]),
        ({"control": "tags-owner"}, []),
        ({"control": "tags-owner", "state": FindingState.FIXED.value}, ["F-3"]),
        ({"service": "nothing"}, []),
    ],
)
def test_findings_are_listed_worst_first(company: "Company", narrowed: dict[str, str], ids: list[str]) -> None:
    assert [finding.id for finding in company.pages.list_findings(VIC, ALL, **narrowed).items] == ids


def test_a_state_that_no_finding_has_is_refused(company: "Company") -> None:
    with pytest.raises(InvalidError, match="finding-filter-unknown"):
        company.pages.list_findings(VIC, ALL, state="sleeping")


def test_waivers_are_listed_undecided_first(company: "Company") -> None:
    page = company.pages.list_waivers(VIC, ALL)

    assert [waiver.id for waiver in page.items] == ["W-1", "W-3", "W-2"]
    assert [waiver.id for waiver in company.pages.list_waivers(VIC, ALL, service="ledger").items] == ["W-3"]
    assert company.pages.get_waiver(VIC, "W-2").state is WaiverState.APPROVED


# --- controls ---


def test_controls_are_counted_over_what_is_open_and_active(company: "Company") -> None:
    rows = company.pages.list_controls(VIC)

    assert [(row.control.id, row.open_findings, row.active_waivers) for row in rows] == [
        (PUBLIC_ACCESS, 2, 0),
        ("tags-owner", 0, 1),
    ]


def test_a_waiver_counts_until_its_expiry_moment_which_is_too_late(company: "Company") -> None:
    def active() -> int | None:
        return company.pages.get_control(VIC, "tags-owner").active_waivers

    company.clock.at = NOON + timedelta(days=7) - timedelta(seconds=1)
    assert active() == 1
    company.clock.at = NOON + timedelta(days=7)
    assert active() == 0


def test_a_control_does_not_count_what_a_token_may_not_read(company: "Company") -> None:
    row = company.pages.get_control(CONTROLS_ONLY, PUBLIC_ACCESS)

    assert (row.open_findings, row.active_waivers) == (None, None)


def test_a_control_that_there_is_not_is_missing(company: "Company") -> None:
    with pytest.raises(MissingError, match="control-missing"):
        company.pages.get_control(VIC, "nothing")


# --- search ---


@pytest.mark.parametrize(
    ("query", "services", "changes", "findings", "waivers"),
    [
        ("ledger", {"ledger"}, {"ledger"}, {"F-2"}, {"W-3"}),
        ("OPEN bucket", set(), {"orders"}, set(), set()),
        ("finn", set(), {"ledger"}, set(), {"W-3"}),
        ("ledger finn nobody", set(), set(), set(), set()),
        ("100%", set(), set(), set(), set()),
        ("_", set(), set(), {"F-1", "F-2"}, {"W-1", "W-2", "W-3"}),
    ],
)
def test_each_word_has_to_stand_somewhere_in_what_is_found(
    company: "Company", query: str, services: set[str], changes: set[str], findings: set[str], waivers: set[str]
) -> None:
    view = company.pages.search(VIC, query)

    assert view.services is not None
    assert view.changes is not None
    assert view.findings is not None
    assert view.waivers is not None
    assert {row.service.name for row in view.services.items} == services
    assert {change.service for change in view.changes.items} == changes
    assert {finding.id for finding in view.findings.items} == findings
    assert {waiver.id for waiver in view.waivers.items} == waivers


def test_no_words_find_nothing(company: "Company") -> None:
    view = company.pages.search(VIC, "  ")

    assert (view.services, view.changes, view.findings, view.waivers, view.controls) == (None, None, None, None, ())


def test_what_a_token_may_not_read_it_does_not_find(company: "Company") -> None:
    view = company.pages.search(CONTROLS_ONLY, "orders")

    assert view.services is None
    assert view.changes is not None
    assert view.findings is not None
    assert view.waivers is not None
    assert (view.changes.total, view.findings.total, view.waivers.total) == (0, 0, 0)
    assert company.pages.search(CONTROLS_ONLY, "public").controls
