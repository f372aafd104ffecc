"""A Run starts, logs and ends exactly once, whatever happens on its way."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import pytest

from pavior.audit.model import Event
from pavior.audit.service import record
from pavior.kernel.errors import (
    ConflictError,
    ForbiddenError,
    InvalidError,
    MissingError,
    PaviorError,
    UnavailableError,
)
from pavior.runs import store as runs
from pavior.runs.model import RunState
from pavior.storage.database import Transaction
from pavior.testing.memory_platform import MemoryPlatform
from pavior.testing.memory_runs import Killed
from pavior.workflows.durable import Json, RunInterrupted
from pavior.workflows.running import MAXIMUM_ATTEMPTS, Body, Failed, Running, as_workflow, enqueue_run

STORAGE_BUSY = UnavailableError("storage-busy", "The database was locked by another writer for too long.", fix="Wait.")


def ask(stage: MemoryPlatform, body: Body, *, on_failure: Failed | None = None, run_id: str = "run-1") -> None:
    """Queue a run of this body."""
    stage.runs.workflows = {"work": as_workflow(stage.platform, body, total=2, on_failure=on_failure)}
    with stage.database.transaction() as transaction:
        enqueue_run(
            stage.platform,
            transaction,
            run_id=run_id,
            kind="work",
            subject="service:default/orders",
            requester="mara",
            payload={"name": "orders"},
            now=stage.clock.now(),
        )


def texts(stage: MemoryPlatform, run_id: str = "run-1") -> list[str]:
    return [line.text for line in stage.log(run_id)]


def test_a_run_shows_its_steps_and_ends_as_its_body_says(stage: MemoryPlatform) -> None:
    def body(running: Running, payload: Mapping[str, Json]) -> RunState:
        first = running.do("first", lambda: {"name": payload["name"]})
        stage.clock.pass_by(timedelta(seconds=5))
        running.do("second", lambda: running.say("second", f"Got {first}."))
        return RunState.BLOCKED

    ask(stage, body)
    assert stage.run("run-1").state is RunState.QUEUED
    stage.runs.work()

    run = stage.run("run-1")
    assert (run.state, run.step, run.progress, run.progress_total) == (RunState.BLOCKED, "second", 1, 2)
    assert run.started_at is not None
    assert run.ended_at == run.started_at + timedelta(seconds=5)
    assert texts(stage) == ["Got {'name': 'orders'}."]


def test_a_run_that_is_asked_for_twice_is_one_run(stage: MemoryPlatform) -> None:
    done: list[str] = []

    def body(running: Running, _: Mapping[str, Json]) -> RunState:
        done.append(running.run_id)
        return RunState.SUCCEEDED

    ask(stage, body)
    ask(stage, body)
    assert len(stage.runs.asked) == 1
    stage.runs.work()
    ask(stage, body)

    assert (done, stage.runs.asked) == (["run-1"], [])


def test_a_run_that_was_asked_for_in_a_transaction_that_failed_does_not_run(stage: MemoryPlatform) -> None:
    def ask_and_fail() -> None:
        with stage.database.transaction() as transaction:
            enqueue_run(
                stage.platform,
                transaction,
                run_id="run-1",
                kind="work",
                subject="x",
                requester="mara",
                payload={},
                now=stage.clock.now(),
            )
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        ask_and_fail()
    stage.runs.work()

    with pytest.raises(MissingError, match="run-missing"):
        stage.run("run-1")


@pytest.mark.parametrize("kind", [InvalidError, ForbiddenError, MissingError, ConflictError, UnavailableError])
def test_a_failure_is_an_answer_that_stays_the_same_after_a_death(
    stage: MemoryPlatform, kind: type[PaviorError]
) -> None:
    tries: list[int] = []
    seen: list[PaviorError] = []

    def fail() -> Json:
        tries.append(1)
        raise kind("no-luck", "It went wrong with password=hunter2secret.", fix="Try password=hunter2secret again.")

    def body(running: Running, _: Mapping[str, Json]) -> RunState:
        try:
            running.do("first", fail)
        except PaviorError as error:
            seen.append(error)
            running.do("second", lambda: None)
            raise
        return RunState.SUCCEEDED

    ask(stage, body)
    stage.runs.kill_before = "second"
    assert stage.runs.work_through_deaths() == 1

    assert len(tries) == 1
    assert [(type(error), error.code, error.fix) for error in seen] == [(kind, "no-luck", seen[0].fix)] * 2
    run = stage.run("run-1")
    assert (run.state, run.error_code) == (RunState.FAILED, "no-luck")
    assert texts(stage) == [f"no-luck: {run.error_message}"]
    told = repr(stage.runs.noted) + run.error_message + run.error_fix + texts(stage)[0]
    assert "hunter2secret" not in told


@pytest.mark.parametrize("place", ["inside a step", "between steps"])
def test_a_bug_ends_the_run_and_is_told_to_the_log_alone(
    stage: MemoryPlatform, caplog: pytest.LogCaptureFixture, place: str
) -> None:
    failed: list[str] = []

    def stumble() -> Json:
        raise KeyError("what only a developer understands")

    def body(running: Running, _: Mapping[str, Json]) -> RunState:
        running.do("only", stumble) if place == "inside a step" else stumble()
        return RunState.SUCCEEDED

    ask(stage, body, on_failure=lambda _, __, error: failed.append(error.code))
    stage.runs.work()

    run = stage.run("run-1")
    assert (run.state, run.error_code, failed) == (RunState.FAILED, "bug", ["bug"])
    assert "developer" not in run.error_message + run.error_fix + repr(stage.runs.noted)
    assert "what only a developer understands" in caplog.text


def test_a_run_ends_even_when_what_its_failure_means_cannot_be_written(
    stage: MemoryPlatform, caplog: pytest.LogCaptureFixture
) -> None:
    def body(_: Running, __: Mapping[str, Json]) -> RunState:
        raise ConflictError("no-luck", "It went wrong.", fix="Try again.")

    def write(_: Transaction, __: Mapping[str, Json], ___: PaviorError) -> None:
        raise KeyError("gone")

    ask(stage, body, on_failure=write)
    stage.runs.work()

    assert (stage.run("run-1").state, stage.run("run-1").error_code) == (RunState.FAILED, "bug")
    assert "its subject does not know" in caplog.text


def test_a_cancelled_run_stops_before_its_next_step_but_not_before_one_that_belongs_to_what_was_done(
    stage: MemoryPlatform,
) -> None:
    done: list[str] = []

    def cancel() -> Json:
        with stage.database.transaction() as transaction:
            runs.request_cancel(transaction, "run-1", "mara")
        return None

    def body(running: Running, _: Mapping[str, Json]) -> RunState:
        running.do("first", cancel)
        running.do("must", lambda: done.append("must"), is_cancellable=False)
        running.do("may", lambda: done.append("may"))
        return RunState.SUCCEEDED

    ask(stage, body)
    stage.runs.work()

    assert done == ["must"]
    assert (stage.run("run-1").state, stage.run("run-1").error_code) == (RunState.CANCELLED, "run-cancelled")


def test_a_repeated_step_repeats_no_line_and_loses_none_that_is_new(stage: MemoryPlatform) -> None:
    attempts: list[int] = []

    def talk(running: Running) -> Json:
        attempts.append(1)
        running.say("only", "Begin.")
        if len(attempts) == 1:
            running.say("only", "Made one.")
            raise Killed
        running.say("only", "Found one.")
        running.say("only", "Made two.")
        running.say("only", "Made two.")
        return None

    def body(running: Running, _: Mapping[str, Json]) -> RunState:
        running.do("only", lambda: talk(running))
        return RunState.SUCCEEDED

    ask(stage, body)
    assert stage.runs.work_through_deaths() == 1

    assert texts(stage) == ["Begin.", "Made one.", "Found one.", "Made two.", "Made two."]


def test_what_is_done_at_the_end_is_done_once_and_only_when_it_went_well(stage: MemoryPlatform) -> None:
    now = stage.clock.now()

    def body(running: Running, payload: Mapping[str, Json]) -> RunState:
        def tell(transaction: Transaction, at: datetime) -> None:
            record(transaction, Event("thing.done", "pavior", f"service:default/{payload['name']}", now, at), at)

        running.at_end(tell)
        running.do("only", lambda: None)
        if running.run_id == "run-2":
            raise ConflictError("no-luck", "It went wrong.", fix="Try again.")
        return RunState.SUCCEEDED

    ask(stage, body)
    stage.runs.kill_after = "only"
    stage.runs.work_through_deaths()
    ask(stage, body, run_id="run-2")
    stage.runs.work()

    assert [event.verb for event in stage.events()] == ["thing.done"]


def test_a_run_that_has_ended_does_nothing_when_only_the_note_of_its_end_was_lost(stage: MemoryPlatform) -> None:
    done: list[str] = []

    def body(running: Running, _: Mapping[str, Json]) -> RunState:
        done.append(running.run_id)
        return RunState.SUCCEEDED

    ask(stage, body)
    again = stage.runs.asked[0]
    stage.runs.work()
    stage.runs.asked.append(again)
    stage.runs.work()

    assert done == ["run-1"]
    assert stage.run("run-1").attempts == 1


def test_a_run_that_takes_its_worker_down_again_and_again_is_given_up(stage: MemoryPlatform) -> None:
    failed: list[str] = []

    def body(_: Running, __: Mapping[str, Json]) -> RunState:
        raise Killed

    ask(stage, body, on_failure=lambda _, __, error: failed.append(error.code))

    assert stage.runs.work_through_deaths() == MAXIMUM_ATTEMPTS
    run = stage.run("run-1")
    assert (run.state, run.error_code, failed) == (RunState.FAILED, "run-crashes-worker", ["run-crashes-worker"])


def test_a_busy_database_is_no_answer_so_the_step_is_tried_again(
    stage: MemoryPlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[int] = []
    pauses: list[float] = []
    monkeypatch.setattr("pavior.testing.memory_runs._MemorySteps.pause", lambda _, seconds: pauses.append(seconds))

    def be_unlucky() -> Json:
        tries.append(1)
        if len(tries) < 3:
            raise STORAGE_BUSY
        return len(tries)

    def body(running: Running, _: Mapping[str, Json]) -> RunState:
        assert running.do("only", be_unlucky) == 3
        return RunState.SUCCEEDED

    ask(stage, body)
    stage.runs.work()

    assert stage.run("run-1").state is RunState.SUCCEEDED
    assert len(pauses) == 2


def test_a_worker_that_stops_while_its_run_waits_for_the_database_leaves_the_run_as_it_is(
    stage: MemoryPlatform,
) -> None:
    def body(running: Running, _: Mapping[str, Json]) -> RunState:
        running.patiently(lambda: (_ for _ in ()).throw(STORAGE_BUSY))
        return RunState.SUCCEEDED

    ask(stage, body)
    with pytest.raises(RunInterrupted):
        stage.runs.work()

    assert stage.run("run-1").state is RunState.RUNNING
    assert stage.runs.noted == {}
