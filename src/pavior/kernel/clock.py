"""Time is an argument: only `main` and adapters hold a clock, everything below is told what time it is."""

import re
from datetime import UTC, datetime
from typing import Protocol

from pavior.kernel.errors import InvalidError

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class Clock(Protocol):
    """Says what time it is, in UTC and aware."""

    def now(self) -> datetime:
        """The present instant."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present instant in UTC."""
        return datetime.now(UTC)


def format_instant(instant: datetime) -> str:
    """RFC 3339 in UTC with microseconds, such as `2026-11-24T12:00:00.000000Z`; sorts as text."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def tell_instant(instant: datetime) -> str:
    """For a sentence that a person reads: `2026-11-24 12:00 UTC`."""
    return f"{instant.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def format_if_any(instant: datetime | None) -> str | None:
    """As `format_instant`, of an instant that may not have come."""
    return None if instant is None else format_instant(instant)


def parse_day_or_instant(text: str) -> datetime:
    """Read `2026-12-01`, which is its first moment in UTC, or RFC 3339 with a zone. Raises as `parse_instant`."""
    return parse_instant(f"{text}T00:00:00Z" if _DAY.fullmatch(text) else text)


def parse_instant(text: str) -> datetime:
    """Read RFC 3339 with a zone.

    Raises:
        InvalidError: `instant-malformed`, also when the zone is missing.
    """
    malformed = InvalidError(
        "instant-malformed",
        f"{text[:60]!r} is not a moment in time.",
        fix="Write date, time and zone, for example 2026-11-24T12:00:00Z.",
    )
    try:
        instant = datetime.fromisoformat(text)
        if instant.tzinfo is None:
            raise malformed
        return instant.astimezone(UTC)
    except (ValueError, OverflowError):
        raise malformed from None


def parse_if_any(text: str | None) -> datetime | None:
    """As `parse_instant`, of what `format_if_any` wrote."""
    return None if text is None else parse_instant(text)
