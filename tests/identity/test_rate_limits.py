"""How often somebody may ask. The numbers come from what a limit of so many a minute means."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pavior.identity.rate_limits import LARGEST_NUMBER_OF_KEYS, RateLimit, RateLimits
from pavior.kernel.errors import RateLimitedError

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)


@dataclass
class HandClock:
    at: datetime = NOON

    def now(self) -> datetime:
        return self.at


def _is_let(limit: RateLimit, key: str) -> bool:
    try:
        limit.take(key, key)
    except RateLimitedError:
        return False
    return True


def test_a_whole_minutes_worth_may_be_asked_at_once_and_then_one_after_another() -> None:
    clock = HandClock()
    limit = RateLimit(clock, 6)

    assert [_is_let(limit, "mara") for _ in range(7)] == [True] * 6 + [False]
    with pytest.raises(RateLimitedError, match="mara asked more than 6 times in a minute") as caught:
        limit.take("mara", "mara")
    assert (caught.value.code, caught.value.http_status, caught.value.retry_after_seconds) == ("rate-limited", 429, 10)

    clock.at += timedelta(seconds=10)
    assert [_is_let(limit, "mara") for _ in range(2)] == [True, False]
    clock.at += timedelta(minutes=1)
    assert [_is_let(limit, "mara") for _ in range(7)] == [True] * 6 + [False]


def test_one_who_asks_too_often_does_not_keep_others_out() -> None:
    limit = RateLimit(HandClock(), 1)

    assert [_is_let(limit, key) for key in ("mara", "mara", "sam")] == [True, False, True]


def test_zero_switches_it_off() -> None:
    limit = RateLimit(HandClock(), 0)

    assert all(_is_let(limit, "mara") for _ in range(5000))


def test_a_clock_that_is_set_back_shuts_nobody_out_for_longer_than_a_minute() -> None:
    clock = HandClock(NOON + timedelta(days=300))
    limit = RateLimit(clock, 2)
    assert [_is_let(limit, "mara") for _ in range(2)] == [True, True]

    clock.at = NOON
    assert not _is_let(limit, "mara")
    clock.at += timedelta(minutes=1)
    assert _is_let(limit, "mara")


@given(st.lists(st.integers(0, 40_000), max_size=60), st.integers(1, 20))
def test_never_is_more_let_than_twice_the_limit_in_any_minute(waits_ms: list[int], per_minute: int) -> None:
    # A burst of a whole minute's worth, and what comes back while the same minute goes by.
    clock = HandClock()
    limit = RateLimit(clock, per_minute)
    let: list[datetime] = []
    for wait in waits_ms:
        clock.at += timedelta(milliseconds=wait)
        if _is_let(limit, "mara"):
            let.append(clock.at)

    assert all(
        later - earlier >= timedelta(minutes=1) for earlier, later in zip(let, let[2 * per_minute :], strict=False)
    )


def test_as_many_keys_as_a_stranger_sends_are_not_kept() -> None:
    limit = RateLimit(HandClock(), 1)

    for number in range(LARGEST_NUMBER_OF_KEYS + 5):
        limit.take(f"key-{number}", "somebody")

    assert len(limit._rested_at) == LARGEST_NUMBER_OF_KEYS
    assert not _is_let(limit, f"key-{LARGEST_NUMBER_OF_KEYS + 4}")
    assert _is_let(limit, "key-0")


@pytest.mark.parametrize(
    ("first", "second", "is_same"),
    [
        ("192.0.2.1", "192.0.2.2", False),
        ("192.0.2.1", "::ffff:192.0.2.1", True),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("testclient", "testclient", True),
        ("", "", True),
    ],
)
def test_an_address_counts_with_those_of_its_network(first: str, second: str, *, is_same: bool) -> None:
    limits = RateLimits(RateLimit(HandClock(), 0), RateLimit(HandClock(), 1))
    limits.count_failure(first)

    def is_let() -> bool:
        try:
            limits.count_failure(second)
        except RateLimitedError:
            return False
        return True

    assert is_let() is not is_same
