"""The log of a run as server-sent events, through the door of the API."""

import json
from typing import TYPE_CHECKING, Any

import pytest

from pavior.api.following import event_of
from pavior.identity.model import Permission
from pavior.runs.following import Ended, Silence
from pavior.runs.model import RunState
from pavior.testing.builders import a_log_line, a_run

if TYPE_CHECKING:
    from tests.api.conftest import Site


def parsed(events: list[str]) -> list[tuple[str, Any]]:
    """(kind, data) of all that is no comment."""
    found = []
    for event in events:
        fields = dict(line.split(": ", 1) for line in event.strip().splitlines())
        if "event" in fields:
            found.append((fields["event"], json.loads(fields["data"])))
    return found


def test_each_line_carries_its_number_so_that_a_client_can_come_back() -> None:
    assert event_of(a_log_line(sequence=7, text="a\nevent: end")).startswith("id: 7\nevent: line\ndata: {")


def test_what_a_line_says_cannot_forge_an_event() -> None:
    event = event_of(a_log_line(sequence=7, text="a\n\nevent: end\r\ndata: {}"))

    assert (event.count("\n"), event.count("\r"), event[-2:]) == (4, 0, "\n\n")


def test_the_run_and_its_end_are_events_of_their_own_and_silence_is_a_comment() -> None:
    events = [event_of(a_run(state=RunState.FAILED)), event_of(Ended(RunState.FAILED)), event_of(Silence())]

    assert [(kind, data["state"]) for kind, data in parsed(events[:2])] == [("run", "failed"), ("end", "failed")]
    assert events[2] == ": still here\n\n"


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
