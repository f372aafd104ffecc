"""The log of a run while it grows, as server-sent events that a browser resumes by itself."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

import anyio
from starlette.concurrency import run_in_threadpool

from pavior.application import Application
from pavior.identity.model import Actor
from pavior.kernel.errors import ConflictError, PaviorError
from pavior.runs.model import LogLine, Run
from pavior.web import words
from pavior.web.moments import clock_time, exact

POLL_SECONDS = 0.5
# Proxies close what is silent for longer.
HEARTBEAT_SECONDS = 15.0
STREAMS_PER_PERSON = 6

Sleep = Callable[[float], Awaitable[None]]


@dataclass(slots=True)
class StreamSlots:
    """How many logs each person follows now. Used from the event loop only, so it needs no lock."""

    limit: int = STREAMS_PER_PERSON
    _taken: dict[str, int] = field(default_factory=dict)

    def require_free(self, person: str) -> None:
        """Raises ConflictError `streams-exhausted`."""
        if self._taken.get(person, 0) >= self.limit:
            raise ConflictError(
                "streams-exhausted",
                f"{person} follows {self.limit} logs already.",
                fix="Close a page that shows a live log, and reload this one.",
            )

    def take(self, person: str) -> None:
        """One log more."""
        self._taken[person] = self._taken.get(person, 0) + 1

    def give_back(self, person: str) -> None:
        """One log less."""
        left = self._taken.get(person, 0) - 1
        if left > 0:
            self._taken[person] = left
        else:
            self._taken.pop(person, None)


@dataclass(frozen=True, slots=True)
class Follower:
    """One browser that follows one run.

    Args:
        is_welcome: Asked with every heartbeat, so that a session that is over gets no more lines.
    """

    application: Application
    actor: Actor
    run_id: str
    after: int
    is_welcome: Callable[[], bool]
    slots: StreamSlots
    sleep: Sleep = anyio.sleep

    async def events(self) -> AsyncIterator[str]:
        """Lines, progress and, at the end, `end`."""
        seen, told, waited_seconds = self.after, "", 0.0
        # Taken here, not before: a browser that leaves before the first line never starts this generator.
        self.slots.take(self.actor.id)
        try:
            while True:
                run, lines = await run_in_threadpool(self._read, seen)
                for line in lines:
                    seen = line.sequence
                    yield _event("line", _line(line), number=seen)
                state = _state(run)
                if state != told:
                    told = state
                    yield _event("progress", state)
                if run.state.is_ended and not lines:
                    yield _event("end", json.dumps({"state": run.state.value}))
                    return
                if lines:
                    continue
                waited_seconds += POLL_SECONDS
                if waited_seconds >= HEARTBEAT_SECONDS:
                    waited_seconds = 0.0
                    if not await run_in_threadpool(self.is_welcome):
                        return
                    yield ": still here\n\n"
                await self.sleep(POLL_SECONDS)
        except PaviorError:
            # The headers are sent, so the stream can only end; the page itself says why when it is loaded again.
            return
        finally:
            self.slots.give_back(self.actor.id)

    def _read(self, seen: int) -> tuple[Run, tuple[LogLine, ...]]:
        # In this order: a run that has ended writes no line afterwards, so none is missed.
        run = self.application.runs.get_run(self.actor, self.run_id)
        return run, self.application.runs.list_log(self.actor, self.run_id, after=seen)


def _line(line: LogLine) -> str:
    return json.dumps({"time": clock_time(line.at), "at": exact(line.at), "level": line.level, "text": line.text})


def _state(run: Run) -> str:
    return json.dumps(
        {
            "state": run.state.value,
            "word": words.look(run.state).word,
            "step": run.step,
            "progress": run.progress,
            "total": run.progress_total,
        }
    )


def _event(name: str, body: str, *, number: int | None = None) -> str:
    identity = f"id: {number}\n" if number is not None else ""
    return f"{identity}event: {name}\ndata: {body}\n\n"
