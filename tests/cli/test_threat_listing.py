"""`pavior threat list` and its sisters: what people see, and what to type where there is nothing."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

import pytest

from pavior.cli.root import invoke
from pavior.kernel.pages import Page
from pavior.reports.threats_model import ModelStanding, StateCounts
from pavior.testing.builders import NOON
from pavior.testing.threat_builders import a_standing, a_step, an_open_standing
from pavior.testing.threat_views import a_model_row, a_threat_fleet, a_threat_view, an_issue
from pavior.threatmodels.model import Acceptance, ThreatState

if TYPE_CHECKING:
    from tests.cli.conftest import FakeLauncher

    from pavior.cli.launcher import Launcher

Run = Callable[..., str]


class FakeThreats:
    """Shows one of each, and remembers how it was narrowed."""

    def __init__(self) -> None:
        self.narrowed: dict[str, str] = {}
        self.rows: tuple[Any, ...] = ()
        self.fleet = a_threat_fleet()
        self.view = a_threat_view()

    def _page(self, narrowed: dict[str, str]) -> Page[Any]:
        self.narrowed = {name: word for name, word in narrowed.items() if word}
        return Page(self.rows, len(self.rows))

    def list_threats(self, _: object, __: object, **narrowed: str) -> Page[Any]:
        return self._page(narrowed)

    def list_models(self, _: object, __: object, **narrowed: str) -> Page[Any]:
        return self._page(narrowed)

    def list_issues(self, _: object, __: object, **narrowed: str) -> Page[Any]:
        return self._page(narrowed)

    def list_reopened(self, _: object, __: object) -> Page[Any]:
        return self._page({})

    def list_history(self, _: object, __: object, service: str, threat: str, **narrowed: str) -> Page[Any]:
        return self._page({"service": service, "threat": threat, **narrowed})

    def get_threat(self, *_: object) -> object:
        return self.view

    def show_fleet(self, _: object) -> object:
        return self.fleet


@pytest.fixture
def threats() -> FakeThreats:
    return FakeThreats()


@pytest.fixture
def run(launcher: "FakeLauncher", threats: FakeThreats, capsys: pytest.CaptureFixture[str]) -> Run:
    launcher.services["threats"] = threats

    def act(*words: str) -> str:
        assert invoke(list(words), cast("Launcher", launcher)) == 0
        return capsys.readouterr().out

    return act


def test_threats_are_listed_with_why_they_stand_so(run: Run, threats: FakeThreats) -> None:
    threats.rows = (an_open_standing(),)

    head, row = run("threat", "list", "--state", "open", "--team", "payments", "--search", "files").splitlines()

    assert head.split() == ["STATE", "SEVERITY", "ENVIRONMENT", "THREAT", "CATEGORY", "WHY"]
    assert row.split()[:4] == ["open", "high", "orders/dev", "files-read-by-anybody"]
    assert threats.narrowed == {"state": "open", "team": "payments", "query": "files"}


def test_an_empty_list_says_what_to_type(run: Run) -> None:
    assert "pavior threat draft" in run("threat", "list")
    assert "pavior threat list" in run("threat", "list", "--state", "open")
    assert "pavior service create" in run("threat", "models")
    assert "No model stands so." in run("threat", "models", "--standing", "stale")
    assert "None reopened within 30 days." in run("threat", "reopened")
    assert "It never changed" in run("threat", "history", "orders", "x")
    assert "There is no such issue." in run("metrics", "issues")


def test_one_threat_is_shown_with_its_evidence_and_what_it_predicted(run: Run, threats: FakeThreats) -> None:
    accepted = a_standing(environment="orders/prod", state=ThreatState.ACCEPTED, until=NOON + timedelta(days=3))
    threats.view = a_threat_view(standings=(an_open_standing(), accepted))

    told = run("threat", "show", "orders", "files-read-by-anybody")

    assert "Whoever knows its name reads the bucket." in told
    assert "2026-11-27T12:00:00.000000Z" in told
    assert "fails" in told
    assert "F-1" in told
    assert "pavior threat history orders files-read-by-anybody" in told


def test_a_threat_that_nothing_deployed_has_is_told_so_and_its_end_is_a_day_in_json(
    run: Run, threats: FakeThreats
) -> None:
    view = a_threat_view(standings=(), findings=(), state=ThreatState.NOT_EVALUATED)
    assert view.modelled is not None
    accepted = replace(view.modelled, inferred=True, accepted=Acceptance("It is small.", (NOON).date()))
    threats.view = replace(view, modelled=accepted)

    assert "nobody evaluated it" in run("threat", "show", "orders", "x")
    assert "no: a draft wrote it" in run("threat", "show", "orders", "x")
    document = json.loads(run("threat", "show", "orders", "x", "--json"))
    assert document["modelled"]["accepted"] == {"reason": "It is small.", "until": "2026-11-24"}


def test_history_models_and_issues_are_rows(run: Run, threats: FakeThreats) -> None:
    threats.rows = (a_step(), a_step(state=None, commit=""))
    assert [line.split()[3] for line in run("threat", "history", "orders", "x").splitlines()[1:]] == [
        "mitigated",
        "gone",
    ]
    threats.rows = (a_model_row(),)
    assert "unreadable" in run("threat", "models")
    threats.rows = (an_issue(subject=""),)
    assert "the whole service" in run("metrics", "issues", "--phase", "live", "--foresight", "unmodelled")
    assert threats.narrowed == {"phase": "live", "foresight": "unmodelled"}


def test_the_fleet_is_told_with_what_it_does_not_know(run: Run, threats: FakeThreats) -> None:
    told = run("threat", "fleet")

    assert "1 missing, 1 unreadable, 1 unsigned" in told
    assert "1 open, 0 not-evaluated, 0 accepted, 2 mitigated" in told
    assert "WOULD BE MITIGATED" in told
    missing = {**dict.fromkeys(ModelStanding, 0), ModelStanding.MISSING: 3}
    threats.fleet = a_threat_fleet(states=StateCounts(), models=missing)
    assert "pavior threat draft" in run("threat", "fleet")
