"""Waivers in a document that a check reads without us: what the server signs, and what is still good where it is read.

This is the part about waivers alone. Whoever signs the document says until when it is good. A waiver that is revoked
meanwhile is not known where the document is read until it is fetched anew; the gate, which asks the database, knows.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Annotated, Final, TypeAlias

from msgspec import Meta, Struct

from pavior.policy.waiver_model import Waiver, WaiverState
from pavior.policy.waivers import FindWaiver, find_in_force

# How far the clock where the document is read may be behind ours. There a waiver ends this much earlier: nothing is
# excused after its true end by a clock that is slow, and one that is fast only ends it sooner still.
CLOCK_SKEW: Final = timedelta(minutes=5)
# An instant without a zone cannot be compared with a clock.
Instant: TypeAlias = Annotated[datetime, Meta(tz=True)]


class SignedWaiver(Struct, frozen=True):
    """One waiver as it is told away from us: what it reaches and its end; reasons and names of people stay with us.

    Args:
        environment: As `orders/dev`, `orders/*` or `*`.
        subject: Resource address; empty for any.
        path: Glob over files from the root of the repository; empty for any.
        expires_at: That moment itself is too late.
    """

    id: str
    control: str
    environment: str
    subject: str
    path: str
    expires_at: Instant

    def is_in_force(self, now: datetime) -> bool:
        """Whether it excuses anything for a reader whose clock may be behind by `CLOCK_SKEW`."""
        return now + CLOCK_SKEW < self.expires_at


def sign_waivers(waivers: Iterable[Waiver], now: datetime) -> tuple[SignedWaiver, ...]:
    """Those in force at `now`, by their number."""
    return tuple(
        SignedWaiver(item.id, item.control, item.environment, item.subject, item.path, item.expires_at)
        for item in sorted(waivers, key=lambda item: (len(item.id), item.id))
        if item.is_in_force(now) and item.expires_at is not None
    )


def find_signed(waivers: Iterable[SignedWaiver], environment: str, now: datetime) -> FindWaiver:
    """Gives the id of the waiver that excuses a verdict, for a reader whose clock may be behind by `CLOCK_SKEW`."""
    return find_in_force(map(_waiver, waivers), environment, now + CLOCK_SKEW)


def _waiver(item: SignedWaiver) -> Waiver:
    return Waiver(
        id=item.id,
        control=item.control,
        environment=item.environment,
        subject=item.subject,
        path=item.path,
        reason="",
        requester="",
        requested_at=item.expires_at,
        days=0,
        state=WaiverState.APPROVED,
        expires_at=item.expires_at,
    )
