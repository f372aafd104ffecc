"""Runs: what is happening."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from pavior.api.calling import Caller, Filter, Paging, PathName, verb
from pavior.api.following import events
from pavior.api.schemas.form import PageOf
from pavior.api.schemas.records import LogLineShown, RunShown
from pavior.identity.model import Permission
from pavior.runs.following import RunFollower

router = APIRouter(tags=["runs"])

_LARGEST_SEQUENCE = 1_000_000_000
EVENT_STREAM = "text/event-stream"

After = Annotated[int, Query(ge=0, le=_LARGEST_SEQUENCE, description="Only lines after this number.")]


@verb(router, "GET", "/runs", permission=Permission.RUN_READ, shows=PageOf[RunShown])
def list_runs(call: Caller, page: Paging, service: Filter = "", environment: Filter = "") -> PageOf[RunShown]:
    """Newest first. `environment` is as `orders/dev`."""
    found = call.application.runs.list_runs(call.actor, page, service=service, environment=environment)
    return PageOf[RunShown].of(found, RunShown)


@verb(router, "GET", "/runs/{run_id}", permission=Permission.RUN_READ, shows=RunShown)
def show_run(call: Caller, run_id: PathName) -> RunShown:
    """One run: how far it is, and how it ended."""
    return RunShown.of(call.application.runs.get_run(call.actor, run_id))


@verb(router, "GET", "/runs/{run_id}/log", permission=Permission.RUN_READ, shows=list[LogLineShown])
def show_log(call: Caller, run_id: PathName, after: After = 0) -> list[LogLineShown]:
    """Lines in order, at most 1,000; ask for the next ones with `after`, until there are none."""
    return [LogLineShown.of(line) for line in call.application.runs.list_log(call.actor, run_id, after=after)]


@verb(
    router,
    "GET",
    "/runs/{run_id}/log/stream",
    permission=Permission.RUN_READ,
    shows=None,
    media_types=(EVENT_STREAM,),
)
async def follow_log(
    call: Caller,
    run_id: PathName,
    request: Request,
    after: After = 0,
    last_event_id: Annotated[str, Header(max_length=20, description="Sent by a client that comes back.")] = "",
) -> StreamingResponse:
    """The log while it grows, as server-sent events: `line`, `run` when it has moved, and `end`.

    A stream without `end` is to be taken up again with `Last-Event-ID`; it lasts at most 15 minutes, and ends when
    the token stops working.
    """
    # Asked here, so that who may not see the run gets a problem and not an empty stream.
    await run_in_threadpool(call.application.runs.get_run, call.actor, run_id)
    slots = request.app.state.slots
    slots.require_free(call.actor.id)
    follower = RunFollower(
        read=partial(call.application.runs.read_on, call.actor, run_id),
        follower=call.actor.id,
        after=int(last_event_id) if last_event_id.isascii() and last_event_id.isdecimal() else after,
        is_welcome=lambda: request.state.find_again() is not None,
        slots=slots,
    )
    # Some proxies would keep lines back until they have enough of them.
    return StreamingResponse(events(follower), media_type=EVENT_STREAM, headers={"X-Accel-Buffering": "no"})


@verb(router, "POST", "/runs/{run_id}/cancel", permission=Permission.RUN_CANCEL, shows=RunShown)
def cancel_run(call: Caller, run_id: PathName) -> RunShown:
    """Ask it to stop, between two steps or after the resource that it is at."""
    return RunShown.of(call.application.runs.cancel_run(call.actor, run_id))
