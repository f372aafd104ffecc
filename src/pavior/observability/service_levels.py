"""Pavior's own objectives, and how what happens is counted towards them.

Requests are counted in memory by each server and written down every half minute: a server that is killed loses the
counts of that half minute, and none of its requests. Runs are not counted here: they are rows already.
"""

import threading
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pavior.kernel.clock import Clock
from pavior.observability import store
from pavior.observability.model import Count, OwnObjective
from pavior.storage.database import Database
from pavior.telemetry.meters import Answered

WINDOW = timedelta(days=28)
FAST_SECONDS = 0.5
PROMPT = timedelta(seconds=60)
_OUR_FAULT = 500
# One window more, to look back from an old report.
_KEPT = 2 * WINDOW

ANSWERED = OwnObjective(
    "requests-answered",
    "Requests are answered",
    "Every request to portal and API; good unless the answer is our fault (a status of 500 or more).",
    0.999,
)
FAST = OwnObjective(
    "requests-fast",
    "Answers come at once",
    f"Every request that was answered; good when the answer began within {FAST_SECONDS * 1000:.0f} ms.",
    0.99,
)
STARTED = OwnObjective(
    "runs-start",
    "Runs begin soon",
    f"Every run that began; good when it had waited at most {PROMPT.seconds} s, for whatever reason.",
    0.95,
)
ENDED = OwnObjective(
    "runs-end",
    "Runs end with an answer",
    "Every run that ended; good unless a bug of ours, or a worker that ended again and again, ended it.",
    0.995,
)
OWN_OBJECTIVES = (ANSWERED, FAST, STARTED, ENDED)
BUG_CODES = frozenset({"bug", "run-crashes-worker"})


@dataclass(slots=True)
class Tally:
    """Counts requests; shared by threads."""

    clock: Clock
    _counts: dict[tuple[str, datetime], Count] = field(default_factory=lambda: defaultdict(Count))
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def count_request(self, answered: Answered) -> None:
        """Towards both objectives of requests."""
        hour = self.clock.now().replace(minute=0, second=0, microsecond=0)
        is_answered = answered.status < _OUR_FAULT
        with self._lock:
            self._counts[ANSWERED.id, hour] += Count(int(is_answered), 1)
            if is_answered:
                self._counts[FAST.id, hour] += Count(int(answered.seconds <= FAST_SECONDS), 1)

    def write(self, database: Database) -> None:
        """Write down what was counted since the last time; when that fails it stays counted.

        Raises:
            UnavailableError: As any transaction does.
        """
        with self._lock:
            counts, self._counts = self._counts, defaultdict(Count)
        if not counts:
            return
        try:
            with database.transaction() as tx:
                for (objective, hour), count in counts.items():
                    store.add(tx, objective, hour, count)
                store.forget_before(tx, self.clock.now() - _KEPT)
        except BaseException:
            with self._lock:
                for key, count in counts.items():
                    self._counts[key] += count
            raise
