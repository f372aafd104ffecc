"""The log of a run while it grows: nothing missed, nothing twice, and never without end."""

import asyncio
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

import pytest

from pavior.api.following import HEARTBEAT_SECONDS, LONGEST_SECONDS, POLL_SECONDS, STREAMS_PER_TOKEN, Follower, Slots
from pavior.identity.model import Actor, Permission
from pavior.kernel.errors import ConflictError, UnavailableError
from pavior.runs.model import LogLine, Run, RunState
from pavior.testing.builders import a_log_line, a_run
from pavior.testing.people import an_actor

if TYPE_CHECKING:
    from tests.api.conftest import Site

    from pavior.application import Application


class ScriptedRuns:
    """A run that moves on by one scene each time somebody looks; the last scene stays."""

    def __init__(self, *scenes: tuple[RunState, int]) -> None:
        self.scenes = list(scenes)
        self.looks = 0
        self.scene = scenes[0]

    def get_run(self, _: Actor, run_id: str) -> Run:
        self.scene = self.scenes[min(self.looks, len(self.scenes) - 1)]
        self.looks += 1
        return a_run(id=run_id, state=self.scene[0])

    def list_log(self, _: Actor, __: str, *, after: int) -> tuple[LogLine, ...]:
        return tuple(a_log_line(sequence=number) for number in range(after + 1, self.scene[1] + 1))


class FakeApplication:
    """As much of it as a follower needs."""

    def __init__(self, runs: object) -> None:
        self.runs = runs


async def _no_sleep(_: float) -> None:
    return


def follow(
    runs: object, *, after: int = 0, find_again: Callable[[], Actor | None] = an_actor, slots: Slots | None = None
) -> list[str]:
    """Everything that a client gets, as it comes."""
    follower = Follower(
        application=cast("Application", FakeApplication(runs)),
        actor=an_actor(),
        run_id="plan-C-1-1",
        after=after,
        find_again=find_again,
        slots=slots or Slots(),
        sleep=_no_sleep,
    )

    async def collect() -> list[str]:
        return [event async for event in follower.events()]

    return asyncio.run(collect())


def parsed(events: list[str]) -> list[tuple[str, Any]]:
    """(kind, data) of all that is no comment."""
    found = []
    for event in events:
        fields = dict(line.split(": ", 1) for line in event.strip().splitlines())
        if "event" in fields:
            found.append((fields["event"], json.loads(fields["data"])))
    return found


def test_lines_come_once_and_in_order_and_then_the_end() -> None:
    events = follow(ScriptedRuns((RunState.RUNNING, 2), (RunState.RUNNING, 2), (RunState.SUCCEEDED, 3)))

    assert [(kind, data.get("sequence") or data["state"]) for kind, data in parsed(events)] == [
        ("line", 1),
        ("line", 2),
        ("run", "running"),
        ("line", 3),
        ("run", "succeeded"),
        ("end", "succeeded"),
    ]


def test_each_line_carries_its_number_so_that_a_client_can_come_back() -> None:
    assert follow(ScriptedRuns((RunState.FAILED, 1)))[0].startswith("id: 1\nevent: line\ndata: {")


def test_who_comes_back_gets_only_what_came_after() -> None:
    events = parsed(follow(ScriptedRuns((RunState.SUCCEEDED, 3)), after=2))

    assert [data["sequence"] for kind, data in events if kind == "line"] == [3]


def test_a_silent_run_is_heard_to_be_alive() -> None:
    polls = int(HEARTBEAT_SECONDS / POLL_SECONDS)
    quiet = [(RunState.RUNNING, 0)] * (polls * 2 + 1)

    events = follow(ScriptedRuns(*quiet, (RunState.SUCCEEDED, 0)))

    assert events.count(": still here\n\n") == 2


def test_a_token_that_was_revoked_gets_no_more() -> None:
    def is_gone() -> None:
        return None

    events = follow(ScriptedRuns((RunState.RUNNING, 1)), find_again=is_gone)

    assert [kind for kind, _ in parsed(events)] == ["line", "run"]


def test_a_stream_does_not_last_for_ever() -> None:
    runs = ScriptedRuns((RunState.RUNNING, 0))

    events = follow(runs)

    assert [kind for kind, _ in parsed(events)] == ["run"]
    assert runs.looks == LONGEST_SECONDS / POLL_SECONDS


class FailingRuns(ScriptedRuns):
    """The database goes away while somebody listens."""

    def get_run(self, actor: Actor, run_id: str) -> Run:
        if self.looks == 2:
            raise UnavailableError("storage-busy", "The database is busy.", fix="Try again.")
        return super().get_run(actor, run_id)


def test_an_error_ends_the_stream_without_an_end_so_that_the_client_comes_back() -> None:
    slots = Slots()

    events = follow(FailingRuns((RunState.RUNNING, 1)), slots=slots)

    assert [kind for kind, _ in parsed(events)] == ["line", "run"]
    slots.require_free("mara")


def test_a_token_follows_only_so_many_logs_at_once() -> None:
    slots = Slots()
    for _ in range(STREAMS_PER_TOKEN - 1):
        slots.take("mara")
    slots.require_free("mara")
    slots.take("mara")

    with pytest.raises(ConflictError, match="streams-exhausted"):
        slots.require_free("mara")
    slots.require_free("somebody-else")
    slots.give_back("mara")
    slots.require_free("mara")


# --- through the door ---


def test_a_stream_is_served_as_events(site: "Site") -> None:
    response = site.client().get("/runs/plan-C-2-1/log/stream")

    assert response.headers["content-type"].startswith("text/event-stream")
    assert response.headers["cache-control"] == "no-store"
    assert [kind for kind, _ in parsed([f"{part}\n" for part in response.text.split("\n\n") if part])] == [
        "line",
        "line",
        "run",
        "end",
    ]


@pytest.mark.parametrize(
    ("last", "first"), [("1", 2), ("2", None), ("", 1), ("garbled", 1), ("\u00b2", 1), ("99999999999999999999", None)]
)
def test_the_header_of_a_client_that_comes_back_says_where_it_was(
    shared_site: "Site", last: str, first: int | None
) -> None:
    headers = {"Last-Event-ID": last.encode("latin-1")}

    response = shared_site.client().get("/runs/plan-C-2-1/log/stream", headers=headers)

    numbers: list[int | None] = [int(line[4:]) for line in response.text.splitlines() if line.startswith("id: ")]
    assert response.status_code == 200
    assert (numbers or [None])[0] == first


def test_a_run_that_there_is_not_gives_a_problem_and_no_stream(shared_site: "Site") -> None:
    response = shared_site.client().get("/runs/nothing/log/stream")

    assert (response.status_code, response.json()["code"]) == (404, "run-missing")


def test_who_may_not_see_the_run_gets_no_stream(shared_site: "Site") -> None:
    client = shared_site.client(shared_site.token(Permission.HOME_READ))

    assert client.get("/runs/plan-C-2-1/log/stream").status_code == 404
