"""Following a run while it grows: nothing missed, nothing twice, and never without end."""

import asyncio
from collections.abc import Callable

import pytest

from pavior.kernel.errors import ConflictError, UnavailableError
from pavior.runs.following import (
    FOLLOWED_AT_ONCE,
    HEARTBEAT_SECONDS,
    LONGEST_SECONDS,
    POLL_SECONDS,
    Ended,
    FollowerSlots,
    Moment,
    RunFollower,
    Silence,
)
from pavior.runs.model import LogLine, Run, RunState
from pavior.testing.builders import a_log_line, a_run

LINES_AT_ONCE = 3


class ScriptedRun:
    """Moves on by one scene each time somebody looks; the last scene stays. A scene is its state and its last line."""

    def __init__(self, *scenes: tuple[RunState, int]) -> None:
        self.scenes = list(scenes)
        self.looks = 0

    def read(self, after: int) -> tuple[Run, tuple[LogLine, ...]]:
        state, last = self.scenes[min(self.looks, len(self.scenes) - 1)]
        self.looks += 1
        lines = tuple(a_log_line(sequence=number) for number in range(after + 1, last + 1))
        return a_run(state=state), lines[:LINES_AT_ONCE]


class FailingRun(ScriptedRun):
    """The database goes away while somebody listens."""

    def read(self, after: int) -> tuple[Run, tuple[LogLine, ...]]:
        if self.looks == 2:
            raise UnavailableError("storage-busy", "The database is busy.", fix="Try again.")
        return super().read(after)


def follow(
    run: ScriptedRun,
    *,
    after: int = 0,
    is_welcome: Callable[[], bool] = lambda: True,
    slots: FollowerSlots | None = None,
) -> list[Moment]:
    """All moments, without waiting for them."""
    slots = slots or FollowerSlots()

    async def sleep(seconds: float) -> None:
        assert seconds == POLL_SECONDS
        assert slots._taken == {"mara": 1}

    follower = RunFollower(run.read, "mara", after, is_welcome, slots, sleep)

    async def collect() -> list[Moment]:
        return [moment async for moment in follower.moments()]

    moments = asyncio.run(collect())
    assert slots._taken == {}
    return moments


def short(moments: list[Moment]) -> list[str]:
    """`3` for a line, the state for the run, `end failed` for the end, `...` for silence."""
    words = []
    for moment in moments:
        match moment:
            case LogLine():
                words.append(str(moment.sequence))
            case Run():
                words.append(moment.state.value)
            case Ended():
                words.append(f"end {moment.state.value}")
            case Silence():
                words.append("...")
    return words


def test_lines_come_once_and_in_order_and_then_the_end() -> None:
    run = ScriptedRun((RunState.RUNNING, 2), (RunState.RUNNING, 2), (RunState.SUCCEEDED, 3))

    assert short(follow(run)) == ["1", "2", "running", "3", "succeeded", "end succeeded"]


def test_who_comes_back_gets_only_what_came_after() -> None:
    assert short(follow(ScriptedRun((RunState.FAILED, 3)), after=2)) == ["3", "failed", "end failed"]


def test_a_long_log_of_a_run_that_has_ended_comes_whole() -> None:
    lines = [word for word in short(follow(ScriptedRun((RunState.SUCCEEDED, 8)))) if word.isdigit()]

    assert lines == ["1", "2", "3", "4", "5", "6", "7", "8"]


def test_a_silent_run_is_heard_to_be_alive() -> None:
    polls = int(HEARTBEAT_SECONDS / POLL_SECONDS)
    quiet = [(RunState.RUNNING, 0)] * (polls * 2 + 1)

    moments = short(follow(ScriptedRun(*quiet, (RunState.SUCCEEDED, 0))))

    assert moments == ["running", "...", "...", "succeeded", "end succeeded"]


def test_who_was_signed_out_gets_no_more() -> None:
    assert short(follow(ScriptedRun((RunState.RUNNING, 1)), is_welcome=lambda: False)) == ["1", "running"]


def test_following_does_not_last_for_ever() -> None:
    run = ScriptedRun((RunState.RUNNING, 0))

    assert set(short(follow(run))) == {"running", "..."}
    assert run.looks == LONGEST_SECONDS / POLL_SECONDS


def test_an_error_ends_it_without_an_end_so_that_the_client_comes_back() -> None:
    assert short(follow(FailingRun((RunState.RUNNING, 1)))) == ["1", "running"]


def test_nobody_follows_more_logs_than_their_share() -> None:
    slots = FollowerSlots()
    for _ in range(FOLLOWED_AT_ONCE - 1):
        slots.take("mara")
    slots.require_free("mara")
    slots.take("mara")

    with pytest.raises(ConflictError, match="streams-exhausted"):
        slots.require_free("mara")
    slots.require_free("somebody-else")
    slots.give_back("mara")
    slots.require_free("mara")
