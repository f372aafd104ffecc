"""The log of a run while it grows, as server-sent events that a browser resumes by itself."""

import json
from collections.abc import AsyncIterator

from pavior.runs.following import Ended, Moment, RunFollower, Silence
from pavior.runs.model import LogLine, Run
from pavior.web import words
from pavior.web.moments import clock_time, exact


async def events(follower: RunFollower) -> AsyncIterator[str]:
    """`line`, `progress` and, at the end, `end`, in the words of the pages."""
    async for moment in follower.moments():
        yield event_of(moment)


def event_of(moment: Moment) -> str:
    """One moment as a server-sent event."""
    match moment:
        case LogLine():
            return f"id: {moment.sequence}\nevent: line\ndata: {json.dumps(_line(moment))}\n\n"
        case Run():
            return f"event: progress\ndata: {json.dumps(_progress(moment))}\n\n"
        case Ended():
            return f"event: end\ndata: {json.dumps({'state': moment.state.value})}\n\n"
        case Silence():
            return ": still here\n\n"


def _line(line: LogLine) -> dict[str, str]:
    return {"time": clock_time(line.at), "at": exact(line.at), "level": line.level, "text": line.text}


def _progress(run: Run) -> dict[str, str | int]:
    return {
        "state": run.state.value,
        "word": words.look(run.state).word,
        "step": run.step,
        "progress": run.progress,
        "total": run.progress_total,
    }
