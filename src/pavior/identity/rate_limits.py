"""How often somebody may ask: those who are known by their name, those who are not by where they come from.

Each process counts for itself. The generic cell rate algorithm (GCRA) keeps one number for each key and needs no
timer; the packages for it keep time by themselves, or hold as many keys as a stranger sends.
"""

import math
import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address
from typing import Self

from pavior.kernel.clock import Clock, SystemClock
from pavior.kernel.errors import RateLimitedError

# A person has 256 random bits to guess; this keeps guessing from costing us much.
FAILURES_PER_MINUTE = 30
# The oldest is forgotten first: whoever has more addresses than this gains the few tries of each.
LARGEST_NUMBER_OF_KEYS = 10_000
# What one customer of a provider gets.
_IPV6_PREFIX_BITS = 64


@dataclass(slots=True)
class RateLimit:
    """So many at once for each key, and then one after another at that pace; shared by threads.

    Args:
        per_minute: 0 switches it off.
    """

    clock: Clock
    per_minute: int
    # When each key will have spent nothing.
    _rested_at: OrderedDict[str, datetime] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, key: str, who: str) -> None:
        """Count one.

        Args:
            key: Whose it is.
            who: As the error calls them.

        Raises:
            RateLimitedError: `rate-limited`; it is not counted then.
        """
        if not self.per_minute:
            return
        minute = timedelta(minutes=1)
        with self._lock:
            now = self.clock.now()
            # A clock that was set back must not shut anybody out for as long as it was wrong.
            rested_at = min(max(self._rested_at.get(key, now), now), now + minute)
            next_rested_at = rested_at + minute / self.per_minute
            wait = next_rested_at - now - minute
            is_let = wait <= timedelta()
            self._rested_at[key] = next_rested_at if is_let else rested_at
            self._rested_at.move_to_end(key)
            if len(self._rested_at) > LARGEST_NUMBER_OF_KEYS:
                self._rested_at.popitem(last=False)
        if is_let:
            return
        seconds = math.ceil(wait.total_seconds())
        raise RateLimitedError(
            "rate-limited",
            f"{who} asked more than {self.per_minute} times in a minute, so this was not done.",
            fix=f"Wait {seconds} s and try again.",
            retry_after_seconds=seconds,
        )

    def give_back(self, key: str) -> None:
        """Count one less."""
        with self._lock:
            if key in self._rested_at:
                self._rested_at[key] -= timedelta(minutes=1) / self.per_minute


@dataclass(frozen=True, slots=True)
class RateLimits:
    """The two kinds.

    Args:
        callers: Requests of people and tokens, by their name.
        strangers: Secrets that were wrong, by address. A right token or link is never refused for others' wrong ones;
            an answer of an identity provider is, because each try costs a call to that provider.
    """

    callers: RateLimit
    strangers: RateLimit

    @classmethod
    def of(cls, clock: Clock, requests_per_minute: int) -> Self:
        """As the operator chose; 0 switches off the limit of callers alone."""
        return cls(RateLimit(clock, requests_per_minute), RateLimit(clock, FAILURES_PER_MINUTE))

    @classmethod
    def unlimited(cls) -> Self:
        """Nothing is counted."""
        return cls(RateLimit(SystemClock(), 0), RateLimit(SystemClock(), 0))

    def count_request(self, actor_id: str) -> None:
        """Raises RateLimitedError `rate-limited`."""
        self.callers.take(actor_id, actor_id)

    def count_failure(self, address: str) -> None:
        """Somebody at this IP address brought a secret that lets nobody in.

        Raises:
            RateLimitedError: `rate-limited`.
        """
        self.strangers.take(_network(address), "Somebody at your address")

    def forgive(self, address: str) -> None:
        """What was counted as a failure before it was tried was none."""
        self.strangers.give_back(_network(address))


def _network(address: str) -> str:
    try:
        parsed = ip_address(address)
    except ValueError:
        return address[:100]
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return f"{int(parsed) >> (128 - _IPV6_PREFIX_BITS):x}/{_IPV6_PREFIX_BITS}"
    return str(parsed)
