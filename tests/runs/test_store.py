from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pavior.kernel.errors import MissingError
from pavior.kernel.pages import PageRequest
from pavior.runs import store
from pavior.runs.model import Run, RunState
from pavior.runs.store import (
    append_log,
    end_run,
    find_run,
    get_run,
    insert_run,
    is_cancel_requested,
    list_log,
    list_of_subject,
    list_runs,
    list_unended,
    request_cancel,
    set_step,
    start_run,
)
from pavior.storage.database import Database, Transaction

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
LATER = NOON + timedelta(minutes=5)


def a_run(**changed: object) -> Run:
    run = Run(
        id="plan-C-1",
        kind="plan_change",
        subject="change:orders/C-1",
        service="orders",
        environment="orders/dev",
        requester="devi",
        state=RunState.QUEUED,
        created_at=NOON,
    )
    return replace(run, **changed)  # type: ignore[arg-type] # a builder takes any field


def texts_of(tx: Transaction, run_id: str = "plan-C-1") -> list[tuple[int, str]]:
    return [(line.sequence, line.text) for line in list_log(tx, run_id)]


def test_a_run_is_read_as_it_was_written(tx: Transaction) -> None:
    run = a_run(
        state=RunState.FAILED,
        started_at=NOON,
        ended_at=LATER,
        step="plan",
        progress=2,
        progress_total=5,
        error_code="engine-failed",
        error_message="It stopped.",
        error_fix="Start it.",
        cancel_requested_by="mara",
    )

    insert_run(tx, run)

    assert find_run(tx, run.id) == run


def test_adding_a_run_again_changes_nothing(tx: Transaction) -> None:
    assert insert_run(tx, a_run()) is True
    start_run(tx, "plan-C-1", NOON)

    assert insert_run(tx, a_run(requester="other")) is False
    assert get_run(tx, "plan-C-1").requester == "devi"
    assert get_run(tx, "plan-C-1").state is RunState.RUNNING


def test_the_first_start_is_kept(tx: Transaction) -> None:
    insert_run(tx, a_run())

    assert start_run(tx, "plan-C-1", NOON) == 1
    assert start_run(tx, "plan-C-1", LATER) == 2
    assert get_run(tx, "plan-C-1").started_at == NOON


def test_a_step_starts_a_queued_run_and_shows_progress(tx: Transaction) -> None:
    insert_run(tx, a_run())

    set_step(tx, "plan-C-1", "check out", 1, 4, NOON)

    run = get_run(tx, "plan-C-1")
    assert (run.state, run.started_at) == (RunState.RUNNING, NOON)
    assert (run.step, run.progress, run.progress_total) == ("check out", 1, 4)


def test_a_run_ends_once(tx: Transaction) -> None:
    insert_run(tx, a_run())

    assert end_run(tx, "plan-C-1", RunState.FAILED, NOON, error_code="a", error_message="b", error_fix="c") is True
    assert end_run(tx, "plan-C-1", RunState.SUCCEEDED, LATER) is False

    run = get_run(tx, "plan-C-1")
    assert (run.state, run.ended_at) == (RunState.FAILED, NOON)
    assert (run.error_code, run.error_message, run.error_fix) == ("a", "b", "c")


@pytest.mark.parametrize(("state", "progress"), [(RunState.SUCCEEDED, 5), (RunState.FAILED, 4)])
def test_a_run_that_succeeded_shows_all_of_its_progress(tx: Transaction, state: RunState, progress: int) -> None:
    insert_run(tx, a_run())
    set_step(tx, "plan-C-1", "finish", 4, 5, NOON)

    end_run(tx, "plan-C-1", state, LATER)

    run = get_run(tx, "plan-C-1")
    assert (run.progress, run.progress_total) == (progress, 5)


def test_nothing_moves_a_run_that_has_ended(tx: Transaction) -> None:
    insert_run(tx, a_run())
    end_run(tx, "plan-C-1", RunState.SUCCEEDED, NOON)

    assert start_run(tx, "plan-C-1", LATER) == 0
    assert set_step(tx, "plan-C-1", "again", 1, 1, LATER) is False
    assert request_cancel(tx, "plan-C-1", "mara") is False
    assert get_run(tx, "plan-C-1") == a_run(state=RunState.SUCCEEDED, ended_at=NOON)


@pytest.mark.parametrize("state", [RunState.QUEUED, RunState.RUNNING])
def test_a_run_cannot_end_in_a_state_that_is_no_end(tx: Transaction, state: RunState) -> None:
    insert_run(tx, a_run())

    with pytest.raises(ValueError, match="is not an end"):
        end_run(tx, "plan-C-1", state, NOON)


def test_who_asked_first_to_cancel_is_kept(tx: Transaction) -> None:
    insert_run(tx, a_run())
    assert is_cancel_requested(tx, "plan-C-1") is False

    assert request_cancel(tx, "plan-C-1", "mara") is True
    assert request_cancel(tx, "plan-C-1", "devi") is True

    assert is_cancel_requested(tx, "plan-C-1") is True
    assert get_run(tx, "plan-C-1").cancel_requested_by == "mara"


def test_a_run_that_does_not_exist_is_missing_for_every_verb(tx: Transaction) -> None:
    verbs = (
        lambda: get_run(tx, "x"),
        lambda: start_run(tx, "x", NOON),
        lambda: set_step(tx, "x", "s", 0, 1, NOON),
        lambda: end_run(tx, "x", RunState.FAILED, NOON),
        lambda: request_cancel(tx, "x", "mara"),
        lambda: is_cancel_requested(tx, "x"),
        lambda: append_log(tx, "x", ["line"], NOON),
    )
    for verb in verbs:
        with pytest.raises(MissingError) as caught:
            verb()
        assert caught.value.code == "run-missing"


def test_runs_are_listed_newest_first_in_pages_with_their_total(tx: Transaction) -> None:
    for number in range(5):
        insert_run(tx, a_run(id=f"r{number}", created_at=NOON + timedelta(seconds=number)))

    page = list_runs(tx, PageRequest(offset=1, size=2))

    assert [run.id for run in page.items] == ["r3", "r2"]
    assert (page.total, page.offset) == (5, 1)


def test_a_list_of_runs_is_narrowed_by_each_filter(tx: Transaction) -> None:
    insert_run(tx, a_run(id="a"))
    insert_run(tx, a_run(id="b", service="books", environment="books/dev", subject="change:books/C-2"))
    insert_run(tx, a_run(id="c", environment="orders/prod", state=RunState.RUNNING))

    def found(**filters: object) -> set[str]:
        return {run.id for run in list_runs(tx, PageRequest(), **filters).items}  # type: ignore[arg-type] # any filter

    assert found() == {"a", "b", "c"}
    assert found(services=["orders"]) == {"a", "c"}
    assert found(services=[]) == set()
    assert found(environment="orders/prod") == {"c"}
    assert found(service="books") == {"b"}
    assert found(states=[RunState.QUEUED]) == {"a", "b"}


def test_the_runs_about_one_thing_are_found_with_and_without_those_that_ended(tx: Transaction) -> None:
    insert_run(tx, a_run(id="plan-C-1-1"))
    insert_run(tx, a_run(id="plan-C-1-2", created_at=LATER))
    insert_run(tx, a_run(id="plan-C-2-1", subject="change:orders/C-2"))
    end_run(tx, "plan-C-1-1", RunState.SUCCEEDED, LATER)

    assert [run.id for run in list_of_subject(tx, "change:orders/C-1")] == ["plan-C-1-2", "plan-C-1-1"]
    assert [run.id for run in list_unended(tx, subject="change:orders/C-1")] == ["plan-C-1-2"]


def test_log_lines_are_numbered_from_one_without_a_gap(tx: Transaction) -> None:
    insert_run(tx, a_run())
    insert_run(tx, a_run(id="other"))

    assert append_log(tx, "plan-C-1", ["one", "two"], NOON) == 2
    assert append_log(tx, "other", ["elsewhere"], NOON) == 1
    assert append_log(tx, "plan-C-1", ["three"], LATER, level="error") == 3

    assert texts_of(tx) == [(1, "one"), (2, "two"), (3, "three")]
    last = list_log(tx, "plan-C-1", after=2)[0]
    assert (last.at, last.level) == (LATER, "error")


def test_a_repeated_key_is_one_line(tx: Transaction) -> None:
    insert_run(tx, a_run())

    append_log(tx, "plan-C-1", ["one", "two"], NOON, keys=["plan:1", "plan:2"])
    append_log(tx, "plan-C-1", ["one again", "two again", "three"], LATER, keys=["plan:1", "plan:2", "plan:3"])

    assert texts_of(tx) == [(1, "one"), (2, "two"), (3, "three")]


def test_the_same_key_in_two_runs_is_two_lines(tx: Transaction) -> None:
    insert_run(tx, a_run())
    insert_run(tx, a_run(id="other"))

    append_log(tx, "plan-C-1", ["one"], NOON, keys=["k"])
    append_log(tx, "other", ["one"], NOON, keys=["k"])

    assert texts_of(tx) == texts_of(tx, "other") == [(1, "one")]


def test_a_log_is_read_after_a_sequence_up_to_a_limit(tx: Transaction) -> None:
    insert_run(tx, a_run())
    append_log(tx, "plan-C-1", [str(number) for number in range(1, 8)], NOON)

    assert [line.sequence for line in list_log(tx, "plan-C-1", after=2, limit=3)] == [3, 4, 5]


def test_a_log_that_is_full_says_once_that_more_was_dropped(tx: Transaction, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "MAXIMUM_LOG_LINES", 3)
    insert_run(tx, a_run())

    append_log(tx, "plan-C-1", ["1", "2", "3", "4", "5"], NOON)
    append_log(tx, "plan-C-1", ["6"], NOON)
    append_log(tx, "plan-C-1", ["7"], NOON, keys=["k"])

    assert texts_of(tx) == [(1, "1"), (2, "2"), (3, "3"), (4, "A run keeps 3 lines; what came after them was dropped.")]


def test_a_log_that_is_exactly_full_drops_nothing(tx: Transaction, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "MAXIMUM_LOG_LINES", 2)
    insert_run(tx, a_run())

    append_log(tx, "plan-C-1", ["1", "2"], NOON)

    assert texts_of(tx) == [(1, "1"), (2, "2")]


def test_a_line_that_is_too_long_is_cut_and_says_so(tx: Transaction) -> None:
    insert_run(tx, a_run())

    append_log(tx, "plan-C-1", ["x" * 4_000, "y" * 4_001], NOON)

    kept, cut = list_log(tx, "plan-C-1")
    assert kept.text == "x" * 4_000
    assert cut.text == "y" * 4_000 + " ... (4,001 characters, cut)"


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=st.lists(st.lists(st.sampled_from("abcdef"), max_size=4), max_size=6))
def test_however_steps_repeat_each_key_is_one_line_and_no_number_is_left_out(
    database: Database, batches: list[list[str]]
) -> None:
    with database.engine.connect() as connection, connection.begin() as attempt:
        insert_run(connection, a_run())
        for keys in batches:
            append_log(connection, "plan-C-1", keys, NOON, keys=keys)

        lines = texts_of(connection)
        attempt.rollback()

    first_seen = list(dict.fromkeys(key for keys in batches for key in keys))
    assert lines == list(enumerate(first_seen, start=1))
