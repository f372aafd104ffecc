"""Following the log of a run while it grows. Surfaces turn each moment into what their clients read."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

import anyio
import anyio.to_thread

from pavior.kernel.errors import ConflictError, PaviorError
from pavior.runs.model import LogLine, Run, RunState

POLL_SECONDS = 0.5
# Proxies close what is silent for longer.
HEARTBEAT_SECONDS = 15.0
# A client comes back by itself with the number of its last line, and is then asked anew who it is.
LONGEST_SECONDS = 900.0
FOLLOWED_AT_ONCE = 8

Sleep = Callable[[float], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Silence:
    """Nothing was said for a while; the run is still there."""


@dataclass(frozen=True, slots=True)
class Ended:
    """The run has ended and its whole log was told."""

    state: RunState


# A Run is told at first, and whenever it has moved.
Moment = LogLine | Run | Silence | Ended


@dataclass(slots=True)
class FollowerSlots:
    """How many logs each actor follows now. Used from the event loop only, so it needs no lock."""

    limit: int = FOLLOWED_AT_ONCE
    _taken: dict[str, int] = field(default_factory=dict)

    def require_free(self, actor: str) -> None:
        """Raises ConflictError `streams-exhausted`."""
        if self._taken.get(actor, 0) >= self.limit:
            raise ConflictError(
                "streams-exhausted",
                f"{actor} follows {self.limit} logs already.",
                fix="Close one of them (a page with a live log is one), and ask again.",
            )

    def take(self, actor: str) -> None:
        """One log more."""
        self._taken[actor] = self._taken.get(actor, 0) + 1

    def give_back(self, actor: str) -> None:
        """One log less."""
        left = self._taken.get(actor, 0) - 1
        if left > 0:
            self._taken[actor] = left
        else:
            self._taken.pop(actor, None)


@dataclass(frozen=True, slots=True)
class RunFollower:
    """One client that follows one run.

    Args:
        read: The run, and some of the lines after a sequence; the run must not be read after its lines, for then a
            line could be missed at the end.
        follower: Who follows, as counted by `slots`.
        after: Sequence of the last line that the client has.
        is_welcome: Asked with every heartbeat, so that who is signed out meanwhile gets no more lines.
    """

    read: Callable[[int], tuple[Run, tuple[LogLine, ...]]]
    follower: str
    after: int
    is_welcome: Callable[[], bool]
    slots: FollowerSlots
    sleep: Sleep = anyio.sleep

    async def moments(self) -> AsyncIterator[Moment]:
        """Each line once and in order, the run whenever it has moved, and `Ended` last.

        Without `Ended` the client is to come back: it was signed out, time was up, or something did not answer.
        """
        seen, told = self.after, None
        silent_seconds = whole_seconds = 0.0
        # Taken here: a client that leaves before the first line never starts this generator.
        self.slots.take(self.follower)
        try:
            while whole_seconds < LONGEST_SECONDS:
                run, lines = await anyio.to_thread.run_sync(self.read, seen)
                for line in lines:
                    seen = line.sequence
                    yield line
                if run != told:
                    told = run
                    yield run
                if run.state.is_ended and not lines:
                    yield Ended(run.state)
                    return
                if run.state.is_ended:
                    continue
                if silent_seconds >= HEARTBEAT_SECONDS:
                    silent_seconds = 0.0
                    if not await anyio.to_thread.run_sync(self.is_welcome):
                        return
                    yield Silence()
                await self.sleep(POLL_SECONDS)
                silent_seconds += POLL_SECONDS
                whole_seconds += POLL_SECONDS
        except PaviorError:
            # The headers are sent, so the stream can only end; the client is told why when it comes back.
            return
        finally:
            self.slots.give_back(self.follower)
