"""What the waivers of a signed document excuse here: told as waived, counted as that, and never as passed."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import TypeAlias

from msgspec import Struct, structs

from pavior.cli.checking.given_levels import GivenLevels
from pavior.cli.checking.repository_root import find_root, way_from
from pavior.kernel.clock import format_instant
from pavior.kernel.verdicts import Outcome, Position, Verdict
from pavior.policy.model import Control, Effect, Ruling
from pavior.policy.rendering import Denial, describe
from pavior.policy.waivers import FindWaiver

Key: TypeAlias = tuple[str, str, Outcome, str, Position | None]


class Waived(Struct, frozen=True):
    """One thing that is not as demanded, or not known, and excused for a time.

    Args:
        denial: What it would be told as, whatever its level.
        waiver: Such as `W-4`.
        until: The waiver's end; five minutes before that it excuses nothing here.
    """

    denial: Denial
    waiver: str
    until: datetime

    @property
    def told(self) -> str:
        """By which waiver and until when, for any sentence."""
        return f"waived by {self.waiver} until {format_instant(self.until)}"


def find_waiver_in(given: GivenLevels | None, checked: Path) -> FindWaiver:
    """Gives the id of the waiver that excuses a verdict, or nothing; nothing at all where no document is given.

    Args:
        checked: What is looked at. Waivers of files are meant from the root of the repository that it lies in; outside
            of any that is the folder that the check was started in.
    """
    if given is None or given.now is None or not given.waivers:
        return lambda _: ""
    from pavior.policy.waiver_documents import find_signed

    find = find_signed(given.waivers, given.use.environment, given.now)
    root = find_root(checked)

    def find_here(verdict: Verdict) -> str:
        place = verdict.position
        if place is None:
            return find(verdict)
        return find(structs.replace(verdict, position=structs.replace(place, path=way_from(root, place.path))))

    return find_here


def waived_of(
    rulings: Iterable[Ruling], given: GivenLevels | None, *, environment: str, controls: tuple[Control, ...]
) -> tuple[Waived, ...]:
    """Those of the rulings that a waiver excuses, worst first."""
    excused = [ruling for ruling in rulings if ruling.effect is Effect.WAIVED]
    if given is None or not excused:
        return ()
    waivers = {key_of(ruling.verdict): ruling.waiver_id for ruling in excused}
    ends = {item.id: item.expires_at for item in given.waivers}
    told = describe(excused, environment=environment, controls=controls)
    return tuple(Waived(denial, name := waivers[key_of(denial)], ends[name]) for denial in told)


def key_of(item: Denial | Verdict) -> Key:
    """What tells one entry of a report from the others."""
    return item.control, item.subject, item.outcome, item.attribute, item.position
