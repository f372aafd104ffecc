"""The log of a run while it grows, as server-sent events that a client resumes by itself."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

import anyio
from starlette.concurrency import run_in_threadpool

from pavior.api.schemas.records import LogLineShown, RunShown
from pavior.application import Application
from pavior.identity.model import Actor
from pavior.kernel.errors import ConflictError, PaviorError
from pavior.runs.model import LogLine, Run

POLL_SECONDS = 0.5
# Proxies close what is silent for longer.
HEARTBEAT_SECONDS = 15.0
# A client comes back by itself with Last-Event-ID, and is then asked anew who it is.
LONGEST_SECONDS = 900.0
STREAMS_PER_TOKEN = 8

Sleep = Callable[[float], Awaitable[None]]


@dataclass(slots=True)
class Slots:
    """How many logs each token follows now. Used from the event loop only, so it needs no lock."""

    limit: int = STREAMS_PER_TOKEN
    _taken: dict[str, int] = field(default_factory=dict)

    def require_free(self, actor: str) -> None:
        """Raises ConflictError `streams-exhausted`."""
        if self._taken.get(actor, 0) >= self.limit:
            raise ConflictError(
                "streams-exhausted",
                f"{actor} follows {self.limit} logs already.",
                fix="Close one of them, or read the log with repeated requests.",
            )

    def take(self, actor: str) -> None:
        """One more."""
        self._taken[actor] = self._taken.get(actor, 0) + 1

    def give_back(self, actor: str) -> None:
        """One less."""
        left = self._taken.get(actor, 0) - 1
        if left > 0:
            self._taken[actor] = left
        else:
            self._taken.pop(actor, None)


@dataclass(frozen=True, slots=True)
class Follower:
    """One client that follows one run.

    Args:
        after: Sequence of the last line that it has.
        find_again: Who holds the token now; asked with every heartbeat, so that a revoked one gets no more lines.
    """

    application: Application
    actor: Actor
    run_id: str
    after: int
    find_again: Callable[[], Actor | None]
    slots: Slots
    sleep: Sleep = anyio.sleep

    async def events(self) -> AsyncIterator[str]:
        """`line` for each line, `run` when the run has moved, `end` when it has ended.

        Without an `end` the client comes back: the token was revoked, time was up, or something did not answer.
        """
        seen, told = self.after, ""
        unasked_seconds = whole_seconds = 0.0
        # Taken here: a client that leaves before the first line never starts this generator.
        self.slots.take(self.actor.id)
        try:
            while whole_seconds < LONGEST_SECONDS:
                run, lines = await run_in_threadpool(self._read, seen)
                for line in lines:
                    seen = line.sequence
                    yield _event("line", LogLineShown.of(line).model_dump_json(), number=seen)
                state = RunShown.of(run).model_dump_json()
                if state != told:
                    told = state
                    yield _event("run", state)
                if run.state.is_ended and lines:
                    continue
                if run.state.is_ended:
                    yield _event("end", json.dumps({"state": run.state.value}))
                    return
                if unasked_seconds >= HEARTBEAT_SECONDS:
                    unasked_seconds = 0.0
                    if await run_in_threadpool(self.find_again) is None:
                        return
                    yield ": still here\n\n"
                await self.sleep(POLL_SECONDS)
                unasked_seconds += POLL_SECONDS
                whole_seconds += POLL_SECONDS
        except PaviorError:
            # The headers are sent, so the stream can only end; the client is told why when it comes back.
            return
        finally:
            self.slots.give_back(self.actor.id)

    def _read(self, seen: int) -> tuple[Run, tuple[LogLine, ...]]:
        # In this order: a run that has ended writes no line afterwards, so none is missed.
        run = self.application.runs.get_run(self.actor, self.run_id)
        return run, self.application.runs.list_log(self.actor, self.run_id, after=seen)


def _event(kind: str, data: str, *, number: int | None = None) -> str:
    mark = "" if number is None else f"id: {number}\n"
    return f"{mark}event: {kind}\ndata: {data}\n\n"
