"""A live log in the portal: what a page is told, and from where it goes on."""

import json
from dataclasses import replace
from typing import Any

from pavior.runs.following import Ended, Silence
from pavior.runs.model import RunState
from pavior.testing.builders import NOON, a_log_line, a_run
from pavior.web.streaming import event_of

RUNNING = a_run(state=RunState.RUNNING)
ENDED = replace(RUNNING, state=RunState.SUCCEEDED, ended_at=NOON, progress=4)


def told(events: list[str], kind: str) -> list[dict[str, Any]]:
    return [json.loads(event.split("data: ", 1)[1]) for event in events if f"event: {kind}\n" in event]


def test_what_a_line_says_cannot_forge_an_event() -> None:
    event = event_of(a_log_line(sequence=2, text="two\n\nevent: end"))

    assert event.startswith("id: 2\nevent: line\ndata: {")
    assert event.count("\n") == 4
    assert told([event], "line")[0]["text"] == "two\n\nevent: end"


def test_progress_comes_in_the_words_of_the_pages() -> None:
    [progress] = told([event_of(replace(RUNNING, step="apply", progress=3))], "progress")

    assert progress == {"state": "running", "word": "running", "step": "apply", "progress": 3, "total": 4}


def test_the_end_is_told_and_silence_is_a_comment() -> None:
    assert told([event_of(Ended(RunState.SUCCEEDED))], "end") == [{"state": "succeeded"}]
    assert event_of(Silence()) == ": still here\n\n"


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
