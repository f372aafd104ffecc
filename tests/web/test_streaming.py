"""A live log: every line once, from where the browser was, until the run or the session ends."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import Any

import pytest

from pavior.kernel.errors import ConflictError
from pavior.runs.model import RunState
from pavior.testing.builders import NOON, a_log_line, a_run
from pavior.web.streaming import HEARTBEAT_SECONDS, POLL_SECONDS, Follower, StreamSlots

RUNNING = a_run(state=RunState.RUNNING)
ENDED = replace(RUNNING, state=RunState.SUCCEEDED, ended_at=NOON, progress=4)


async def _collect(events: AsyncIterator[str]) -> list[str]:
    return [event async for event in events]


def follow(acme: Any, after: int = 0, *, meanwhile: Callable[[int], None], is_welcome: bool = True) -> list[str]:
    """All events; `meanwhile` is told how often it was waited, instead of waiting."""
    waits = 0

    async def sleep(seconds: float) -> None:
        nonlocal waits
        assert seconds == POLL_SECONDS
        waits += 1
        meanwhile(waits)

    slots = StreamSlots()
    follower = Follower(acme.application(), acme.actor, RUNNING.id, after, lambda: is_welcome, slots, sleep)
    collected = asyncio.run(_collect(follower.events()))
    slots.require_free(acme.actor.id)
    assert slots._taken == {}
    return collected


def told(events: list[str], kind: str) -> list[dict[str, Any]]:
    return [json.loads(event.split("data: ", 1)[1]) for event in events if f"event: {kind}\n" in event]


def test_lines_come_once_and_in_order_and_then_the_end(acme: Any) -> None:
    acme.run, acme.lines = RUNNING, (a_log_line(sequence=1, text="one"),)

    def meanwhile(waits: int) -> None:
        if waits == 1:
            acme.lines += (a_log_line(sequence=2, text="two\nevent: end"),)
        if waits == 2:
            acme.run, acme.lines = ENDED, (*acme.lines, a_log_line(sequence=3, text="three"))

    events = follow(acme, meanwhile=meanwhile)

    assert [line["text"] for line in told(events, "line")] == ["one", "two\nevent: end", "three"]
    assert [event.split("\n")[0] for event in events if "event: line" in event] == ["id: 1", "id: 2", "id: 3"]
    assert told(events, "end") == [{"state": "succeeded"}]
    assert events[-1].startswith("event: end\n")


def test_a_browser_that_comes_back_gets_what_it_has_not_seen(acme: Any) -> None:
    acme.run, acme.lines = ENDED, tuple(a_log_line(sequence=number, text=f"line {number}") for number in range(1, 6))

    events = follow(acme, 3, meanwhile=lambda _: None)

    assert [line["text"] for line in told(events, "line")] == ["line 4", "line 5"]


def test_a_long_log_of_a_run_that_has_ended_comes_whole(acme: Any) -> None:
    acme.run, acme.lines = ENDED, tuple(a_log_line(sequence=number) for number in range(1, 8))
    acme.lines_at_once = 3

    assert len(told(follow(acme, meanwhile=lambda _: None), "line")) == 7


def test_progress_is_told_when_it_changes(acme: Any) -> None:
    acme.run, acme.lines = RUNNING, ()

    def meanwhile(waits: int) -> None:
        if waits == 2:
            acme.run = replace(RUNNING, step="apply", progress=3)
        if waits == 4:
            acme.run = ENDED

    steps = [
        (state["step"], state["progress"], state["total"])
        for state in told(follow(acme, meanwhile=meanwhile), "progress")
    ]

    assert steps == [("plan", 1, 4), ("apply", 3, 4), ("plan", 4, 4)]


def test_a_silent_log_is_kept_open_by_a_heartbeat(acme: Any) -> None:
    acme.run, acme.lines = RUNNING, ()
    until_heartbeat = int(HEARTBEAT_SECONDS / POLL_SECONDS)

    def meanwhile(waits: int) -> None:
        if waits == 2 * until_heartbeat:
            acme.run = ENDED

    events = follow(acme, meanwhile=meanwhile)

    assert events.count(": still here\n\n") == 2


def test_a_session_that_is_over_gets_no_more_lines(acme: Any) -> None:
    acme.run, acme.lines = RUNNING, ()

    events = follow(acme, meanwhile=lambda _: None, is_welcome=False)

    assert told(events, "end") == []


def test_a_run_that_may_no_longer_be_read_ends_the_log(acme: Any) -> None:
    acme.run, acme.lines = RUNNING, ()

    def meanwhile(_: int) -> None:
        acme.run = replace(RUNNING, id="another")

    assert told(follow(acme, meanwhile=meanwhile), "end") == []


def test_nobody_follows_more_logs_than_their_share() -> None:
    slots = StreamSlots(limit=2)
    slots.take("mara")
    slots.take("mara")

    with pytest.raises(ConflictError) as refused:
        slots.require_free("mara")
    slots.require_free("sam")
    slots.give_back("mara")
    slots.require_free("mara")

    assert refused.value.code == "streams-exhausted"


def test_the_address_of_a_log_resumes_by_header_or_by_what_the_page_shows(acme: Any, browser: Any) -> None:
    acme.run, acme.lines = ENDED, tuple(a_log_line(sequence=number, text=f"line {number}") for number in range(1, 4))

    plain = browser.get("/runs/plan-C-1-1/log")
    resumed = browser.get("/runs/plan-C-1-1/log?after=1", headers={"last-event-id": "2"})
    nonsense = browser.get("/runs/plan-C-1-1/log?after=-1", headers={"last-event-id": "'; --"})

    assert plain.headers["content-type"].startswith("text/event-stream")
    assert plain.headers["cache-control"] == "no-store"
    assert [line["text"] for line in told(plain.text.split("\n\n"), "line")] == ["line 1", "line 2", "line 3"]
    assert [line["text"] for line in told(resumed.text.split("\n\n"), "line")] == ["line 3"]
    assert nonsense.text == plain.text
    assert browser.get("/runs/nothing/log").status_code == 404
