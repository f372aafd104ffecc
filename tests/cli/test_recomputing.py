"""`pavior change recompute`: only what is whole and the same ends with 0, and everything else says what and why."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

import pytest

from pavior.cli.root import invoke
from pavior.policy.recomputed import RecomputedStatus
from pavior.reports.model import RecomputedView
from pavior.testing.recomputing import a_different_one, a_recomputed, a_recomputed_view

if TYPE_CHECKING:
    from tests.cli.conftest import FakeLauncher

    from pavior.cli.launcher import Launcher

Run = Callable[..., tuple[int, str]]


class FakePages:
    def __init__(self) -> None:
        self.asked: list[Any] = []
        self.view = a_recomputed_view()

    def recompute_decision(self, _: object, change: str, number: int | None) -> RecomputedView:
        self.asked.append((change, number))
        return self.view


@pytest.fixture
def pages() -> FakePages:
    return FakePages()


@pytest.fixture
def run(launcher: "FakeLauncher", pages: FakePages, capsys: pytest.CaptureFixture[str]) -> Run:
    launcher.services["pages"] = pages

    def act(*words: str) -> tuple[int, str]:
        status = invoke(["change", "recompute", "C-1", *words], cast("Launcher", launcher))
        printed = capsys.readouterr()
        return status, printed.out + printed.err

    return act


def test_the_latest_plan_is_asked_about_unless_another_is_named(run: Run, pages: FakePages) -> None:
    run()
    run("--plan", "2")

    assert pages.asked == [("C-1", None), ("C-1", 2)]


@pytest.mark.parametrize("status", list(RecomputedStatus))
def test_only_identical_ends_with_0(status: RecomputedStatus, run: Run, pages: FakePages) -> None:
    pages.view = a_recomputed_view(result=a_recomputed(status=status))

    ended, told = run()

    assert ended == (0 if status is RecomputedStatus.IDENTICAL else 1)
    assert status.value in told


def test_what_is_different_and_what_is_missing_is_told_with_what_is_needed(run: Run, pages: FakePages) -> None:
    pages.view = a_recomputed_view(result=a_different_one())

    _, told = run()

    assert "0 the same, 1 different, 1 not decided again, of 2" in told
    assert "failed: block" in told
    assert "failed: warn by L-3" in told
    assert "control-changed: log-retention is at version f0f0 here" in told
    assert "(1 ruling)\n  needed: Install what holds log-retention at abab" in told


def test_an_input_that_was_not_recorded_or_is_another_is_said_to_be(run: Run, pages: FakePages) -> None:
    pages.view = a_recomputed_view(input_digest="", made_by="")
    assert "not recorded with the Decision" in run()[1]

    pages.view = a_recomputed_view(stored_digest="2e" * 32)
    assert "not as the Decision was bound to" in run()[1]
