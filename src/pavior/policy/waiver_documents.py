"""Waivers in a document that a check reads without us: what the server signs, and what is still good where it is read.

This is the part about waivers alone. Whoever signs the document says until when it is good. A waiver that is revoked
meanwhile is not known where the document is read until it is fetched anew; the gate, which asks the database, knows.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from pavior.kernel.clock import format_instant, parse_instant
from pavior.kernel.errors import InvalidError
from pavior.policy.waiver_model import Waiver, WaiverState
from pavior.policy.waivers import FindWaiver, find_in_force

# How far the clock where the document is read may be behind ours. There a waiver ends this much earlier: nothing is
# excused after its true end by a clock that is slow, and one that is fast only ends it sooner still.
CLOCK_SKEW: Final = timedelta(minutes=5)
_TEXTS = ("id", "control", "environment", "subject", "path")


def waivers_part(waivers: Iterable[Waiver], now: datetime) -> list[dict[str, str]]:
    """Those in force at `now`, each with what it reaches and its end; reasons and names of people stay with us."""
    return [
        {
            "id": item.id,
            "control": item.control,
            "environment": item.environment,
            "subject": item.subject,
            "path": item.path,
            "expiresAt": format_instant(item.expires_at),
        }
        for item in sorted(waivers, key=lambda item: item.id)
        if item.is_in_force(now) and item.expires_at is not None
    ]


def read_waivers_part(part: object) -> tuple[Waiver, ...]:
    """What `waivers_part` gave.

    Raises:
        ValueError: It is of another form. Nothing is excused by what cannot be read whole.
    """
    if not isinstance(part, list):
        raise ValueError("waivers are a list")  # noqa: TRY004 - a document of another form is no mistake of a caller
    return tuple(_waiver(item) for item in part)


def find_in_part(waivers: Iterable[Waiver], environment: str, now: datetime) -> FindWaiver:
    """Gives the id of the waiver that excuses a verdict, for a reader whose clock may be behind by `CLOCK_SKEW`."""
    return find_in_force(waivers, environment, now + CLOCK_SKEW)


def _waiver(item: Mapping[str, Any] | object) -> Waiver:
    if not isinstance(item, Mapping) or not all(isinstance(item.get(name), str) for name in (*_TEXTS, "expiresAt")):
        raise ValueError("a waiver names its id, control, environment, subject, path and end")
    try:
        ends = parse_instant(item["expiresAt"])
    except InvalidError as error:
        raise ValueError(error.summary) from None
    return Waiver(
        **{name: item[name] for name in _TEXTS},
        reason="",
        requester="",
        requested_at=ends,
        days=0,
        state=WaiverState.APPROVED,
        expires_at=ends,
    )
