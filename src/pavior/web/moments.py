"""Dates and spans as people read them: absolute in UTC, with the distance from now beside it."""

from datetime import UTC, datetime

_MINUTE = 60
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR
# Below this, whole seconds would say "0 s" or "1 s" of quite different things.
_FINE_SECONDS = 10


def day(instant: datetime) -> str:
    """`2026-11-24`, the day in UTC."""
    return f"{instant.astimezone(UTC):%Y-%m-%d}"


def exact(instant: datetime) -> str:
    """`2026-11-24T12:00:00Z`, for machines."""
    return f"{instant.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def clock_time(instant: datetime) -> str:
    """`12:00:00`, for the lines of a log."""
    return f"{instant.astimezone(UTC):%H:%M:%S}"


def relative(instant: datetime, now: datetime) -> str:
    """`3 hours ago`, `in 6 days`, `just now`."""
    seconds = (instant - now).total_seconds()
    distance = abs(seconds)
    for size, word in ((_DAY, "day"), (_HOUR, "hour"), (_MINUTE, "minute")):
        if distance >= size:
            count = int(distance // size)
            told = f"{count} {word}{'' if count == 1 else 's'}"
            return f"in {told}" if seconds > 0 else f"{told} ago"
    return "in less than a minute" if seconds > 0 else "just now"


def span(seconds: float) -> str:
    """`4.2 s`, `41 s`, `3 min 5 s`, `2 h 10 min`, `6 d 3 h`; the two largest units."""
    if seconds < _FINE_SECONDS:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    units = ((_DAY, "d"), (_HOUR, "h"), (_MINUTE, "min"), (1, "s"))
    parts: list[str] = []
    for size, unit in units:
        count, whole = divmod(whole, size)
        if count or parts:
            parts.append(f"{count} {unit}" if count else "")
        if len(parts) == 2:  # noqa: PLR2004 - two units tell enough
            break
    return " ".join(filter(None, parts))
