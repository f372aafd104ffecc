"""The log of a run while it grows, as server-sent events that a client resumes by itself."""

import json
from collections.abc import AsyncIterator

from pavior.api.schemas.records import LogLineShown, RunShown
from pavior.runs.following import Ended, Moment, RunFollower, Silence
from pavior.runs.model import LogLine, Run


async def events(follower: RunFollower) -> AsyncIterator[str]:
    """`line` for each line, `run` when the run has moved, `end` when it has ended; a comment while nothing is said."""
    async for moment in follower.moments():
        yield event_of(moment)


def event_of(moment: Moment) -> str:
    """One moment as a server-sent event."""
    match moment:
        case LogLine():
            return f"id: {moment.sequence}\nevent: line\ndata: {LogLineShown.of(moment).model_dump_json()}\n\n"
        case Run():
            return f"event: run\ndata: {RunShown.of(moment).model_dump_json()}\n\n"
        case Ended():
            return f"event: end\ndata: {json.dumps({'state': moment.state.value})}\n\n"
        case Silence():
            return ": still here\n\n"
