"""What Pavior promises about itself is counted, and what nobody counted is not known."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from pavior.identity.authorisation import Authoriser
from pavior.identity.model import Role
from pavior.kernel.errors import UnavailableError
from pavior.observability import store
from pavior.observability.model import Count
from pavior.observability.service_levels import Tally
from pavior.reports.model import ServiceLevel
from pavior.reports.service_levels import ServiceLevels
from pavior.runs import store as runs
from pavior.runs.model import RunState
from pavior.storage.database import Database
from pavior.telemetry.meters import Answered
from pavior.testing.builders import a_run
from pavior.testing.people import an_actor

NOW = datetime(2026, 11, 27, 12, 30, tzinfo=UTC)
VIEWER = an_actor(roles=frozenset({Role.VIEWER}))


@dataclass
class HandClock:
    at: datetime = NOW

    def now(self) -> datetime:
        return self.at


def _levels(database: Database) -> dict[str, ServiceLevel]:
    return {item.id: item for item in ServiceLevels(database, Authoriser(), HandClock()).list_service_levels(VIEWER)}


def _answered(status: int = 200, seconds: float = 0.01) -> Answered:
    return Answered("portal", "/", "GET", status, seconds)


def test_what_did_not_happen_is_not_known_and_not_kept(database: Database) -> None:
    found = _levels(database)

    assert list(found) == ["requests-answered", "requests-fast", "runs-start", "runs-end"]
    for level in found.values():
        assert (level.ratio, level.budget_left, level.is_kept, level.total) == (None, None, None, 0)
        assert len(level.days) == 28


def test_requests_count_as_answered_and_as_fast(database: Database) -> None:
    tally = Tally(HandClock())
    for answered in (_answered(), _answered(404), _answered(429, 0.5), _answered(seconds=0.51), _answered(500)):
        tally.count_request(answered)
    tally.write(database)
    tally.write(database)

    found = _levels(database)

    assert (found["requests-answered"].good, found["requests-answered"].total) == (4, 5)
    # What was not answered is no answer that was slow.
    assert (found["requests-fast"].good, found["requests-fast"].total) == (3, 4)
    assert found["requests-answered"].is_kept is False


def test_the_budget_is_what_may_still_go_wrong(database: Database) -> None:
    with database.transaction() as tx:
        store.add(tx, "requests-answered", NOW.replace(minute=0), Count(3999, 4000))

    level = _levels(database)["requests-answered"]

    # Of 4,000 with a target of 99.9 % four may fail; one did.
    assert level.budget_left == pytest.approx(0.75)
    assert (level.ratio, level.is_kept) == (0.99975, True)
    assert level.days[-1].day == "2026-11-27"
    assert (level.days[-1].good, level.days[-1].total) == (3999, 4000)


def test_several_processes_add_to_the_same_hour(database: Database) -> None:
    for _ in range(2):
        tally = Tally(HandClock())
        tally.count_request(_answered())
        tally.write(database)

    assert _levels(database)["requests-answered"].total == 2


def test_only_the_last_28_days_count_and_what_no_window_needs_is_forgotten(database: Database) -> None:
    with database.transaction() as tx:
        for days in (0, 27, 28, 56, 57):
            store.add(tx, "requests-answered", NOW - timedelta(days=days), Count(1, 1))
    tally = Tally(HandClock())
    tally.count_request(_answered())
    tally.write(database)

    assert _levels(database)["requests-answered"].total == 3
    with database.snapshot() as tx:
        kept = [at for name, at, _ in store.list_hours(tx, NOW - timedelta(days=365)) if name == "requests-answered"]
    assert min(kept) == NOW - timedelta(days=56)


def test_counts_that_cannot_be_written_stay_counted(database: Database) -> None:
    tally = Tally(HandClock())
    tally.count_request(_answered())

    def refuse(_: object) -> None:
        raise UnavailableError("storage-busy", "Busy.", fix="Wait.")

    with pytest.raises(UnavailableError):
        tally.write(database.with_before_commit(refuse))
    tally.count_request(_answered())
    tally.write(database)

    assert _levels(database)["requests-answered"].total == 2


def test_runs_count_by_how_long_they_waited_and_how_they_ended(database: Database) -> None:
    began = NOW - timedelta(hours=1)
    run = a_run(created_at=began, started_at=began + timedelta(seconds=60), ended_at=NOW, state=RunState.FAILED)
    with database.transaction() as tx:
        for number, (wait, code) in enumerate(
            ((60, "plan-stale"), (61, ""), (1, "bug"), (1, "run-crashes-worker"), (1, "bug-report-missing"))
        ):
            started = began + timedelta(seconds=wait)
            runs.insert_run(tx, replace(run, id=f"run-{number}", started_at=started, error_code=code))
        runs.insert_run(tx, replace(run, id="waiting", started_at=None, ended_at=None, state=RunState.QUEUED))

    found = _levels(database)

    assert (found["runs-start"].good, found["runs-start"].total) == (4, 5)
    assert (found["runs-end"].good, found["runs-end"].total) == (3, 5)


def test_a_run_that_was_asked_for_before_the_window_counts_on_the_day_on_which_it_began_and_ended(
    database: Database,
) -> None:
    asked = NOW - timedelta(days=30)
    with database.transaction() as tx:
        run = a_run(created_at=asked, started_at=NOW, ended_at=NOW, state=RunState.SUCCEEDED)
        runs.insert_run(tx, replace(run, id="late"))
        runs.insert_run(tx, replace(run, id="before", started_at=asked, ended_at=asked))

    found = _levels(database)

    assert (found["runs-start"].good, found["runs-start"].total) == (0, 1)
    assert (found["runs-end"].good, found["runs-end"].total) == (1, 1)
