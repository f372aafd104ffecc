"""How long an excuse may last, how far it may reach, what it must say, and which one counts. Pure."""

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import datetime, timedelta
from itertools import chain
from typing import Final

from msgspec import structs

from pavior.kernel.errors import InvalidError
from pavior.kernel.verdicts import Severity, Verdict
from pavior.policy.model import Control
from pavior.policy.waiver_model import Waiver, WaiverState

# A waiver may not outlast the time in which others must fix the same. Critical and high: CISA Binding Operational
# Directive 19-02 (2019), 15 and 30 days. Medium and low: FedRAMP Continuous Monitoring Strategy Guide 3.2 (2018),
# 90 and 180 days. Info: a year, so that nothing is excused for ever without being read again.
LONGEST_DAYS: dict[Severity, int] = {
    Severity.CRITICAL: 15,
    Severity.HIGH: 30,
    Severity.MEDIUM: 90,
    Severity.LOW: 180,
    Severity.INFO: 365,
}

# Before its end; each is told once. A week and a day are the last chances to plan and to do; a month is a renewal's.
ANNOUNCED_DAYS: Final = (30, 7, 1)

FindWaiver = Callable[[Verdict], str]

# What a glob may be made of without naming any file.
_WILD: Final = "*?/. "


def check_request(control: Control, *, reason: str, days: int) -> None:
    """Refuse a request that nobody could decide on.

    Args:
        control: What is to be excused; its severity caps the days.
        reason: At least one word.
        days: From 1 to `LONGEST_DAYS` of the severity; the last of them still counts.

    Raises:
        InvalidError: `waiver-too-long`, `waiver-days-invalid`, `waiver-reason-missing`.
    """
    longest = LONGEST_DAYS[control.severity]
    if days < 1:
        raise InvalidError(
            "waiver-days-invalid",
            f"A waiver of {control.id} cannot last {days} days.",
            fix=f"Ask for 1 to {longest} days.",
        )
    if days > longest:
        raise InvalidError(
            "waiver-too-long",
            f"{control.id} is of severity {control.severity.value}, and {days} days are too long for it.",
            fix=f"Ask for at most {longest} days, and for a new waiver if that was not enough.",
        )
    # The dots of the command that a denial shows are no reason.
    if not says_something(reason):
        raise InvalidError(
            "waiver-reason-missing",
            f"A waiver of {control.id} was asked for without a reason.",
            fix="Say in one sentence why the control cannot hold here yet, and what is done meanwhile.",
        )


def check_answer(waiver_id: str, *, was_to_be: str, reason: str) -> None:
    """Refuse to say no, or to take back a yes, without a word.

    Args:
        was_to_be: Such as `denied`.

    Raises:
        InvalidError: `waiver-reason-missing`.
    """
    if not says_something(reason):
        raise InvalidError(
            "waiver-reason-missing",
            f"{waiver_id} was to be {was_to_be} without a reason.",
            fix="Say in one sentence why, so that its requester knows what would be right.",
        )


def says_something(text: str) -> bool:
    """Whether a letter or a digit is in it."""
    return any(character.isalnum() for character in text)


def expiry(now: datetime, days: int) -> datetime:
    """The moment at which a waiver that is approved at `now` ends; that moment itself is too late."""
    return now + timedelta(days=days)


def check_scope(*, subject: str, path: str, is_whole: bool) -> None:
    """Refuse a request that says neither what it is about nor that it is about all.

    A glob of nothing but wild cards means every file, and so is no narrower than none.

    Raises:
        InvalidError: `waiver-scope-missing`, `waiver-scope-contradictory`.
    """
    is_named = is_narrow(subject=subject, path=path)
    if not is_named and not is_whole:
        raise InvalidError(
            "waiver-scope-missing",
            "A waiver was asked for that names neither a resource nor certain files.",
            fix="Name the resource (--subject) or the files (--path); for every resource there, say so "
            "(--every-resource).",
        )
    if is_named and is_whole:
        raise InvalidError(
            "waiver-scope-contradictory",
            "A waiver was asked for that is about every resource, and names some.",
            fix="Leave out one of the two.",
        )


def is_narrow(*, subject: str, path: str) -> bool:
    """Whether it names a resource, or certain files."""
    return bool(subject or path.strip(_WILD))


def find_in_force(
    waivers: Iterable[Waiver], environment: str, now: datetime, *, path_of: Callable[[str], str] = lambda _: ""
) -> FindWaiver:
    """Gives the id of the waiver that excuses a verdict in `environment` at `now`, or nothing.

    Of several it is the one that lasts longest, everywhere the same.

    Args:
        waivers: Of any state and place.
        path_of: Subject to the file in which it is written, for verdicts that do not know; empty when nobody knows.
    """
    # Of a hundred thousand, one or two are about this resource, or about what stands in its file.
    by_subject: dict[tuple[str, str], list[Waiver]] = {}
    for item in waivers:
        by_subject.setdefault((item.control, item.subject), []).append(item)
    of_file: dict[tuple[str, str], list[Waiver]] = {}

    def find(verdict: Verdict) -> str:
        control, path = verdict.control, _path(verdict, path_of)
        if (control, path) not in of_file:
            of_any = by_subject.get((control, ""), ())
            of_file[control, path] = [item for item in of_any if item.covers(control, environment, "", now, path)]
        named = by_subject.get((control, verdict.subject), ()) if verdict.subject else ()
        found = longest(chain(named, of_file[control, path]), verdict, environment, now, path_of)
        return found.id if found else ""

    return find


def longest(
    waivers: Iterable[Waiver],
    verdict: Verdict,
    environment: str,
    now: datetime,
    path_of: Callable[[str], str] = lambda _: "",
) -> Waiver | None:
    """Of those that excuse this verdict, the one that lasts longest."""
    path = _path(verdict, path_of)
    covering = (item for item in waivers if item.covers(verdict.control, environment, verdict.subject, now, path))
    return max(covering, key=lambda item: (item.expires_at or now, item.id), default=None)


def _path(verdict: Verdict, path_of: Callable[[str], str]) -> str:
    return verdict.position.path if verdict.position else path_of(verdict.subject)


def longest_then(waivers: Collection[Waiver], verdict: Verdict, environment: str, instant: datetime) -> Waiver | None:
    """The same for an earlier instant; what is told of it is when it did end."""
    found = longest(in_force_then(waivers, instant), verdict, environment, instant)
    ends = {item.id: item.expires_at for item in waivers if found is not None and item.id == found.id}
    return None if found is None else structs.replace(found, expires_at=ends[found.id])


def in_force_then(waivers: Iterable[Waiver], instant: datetime) -> Iterator[Waiver]:
    """Those that excused something at an earlier instant, as they stood then.

    One that was revoked or ended since was in force until then, and was to last as long as it was approved for.
    """
    for item in waivers:
        if item.decided_at is None or item.decided_at > instant or item.expires_at is None:
            continue
        if instant < item.expires_at:
            ends = expiry(item.decided_at, item.days)
            yield structs.replace(item, state=WaiverState.APPROVED, expires_at=ends)


def days_to_announce(waiver: Waiver, now: datetime) -> int | None:
    """Of 30, 7 and 1 the one that is to be announced now; None when none is due.

    After a pause only the nearest is: what is overtaken would mislead. A waiver is never announced on its first day
    to end in as many days as it was given.
    """
    if not waiver.is_in_force(now) or waiver.expires_at is None:
        return None
    left = waiver.expires_at - now
    due = [days for days in ANNOUNCED_DAYS if days < waiver.days and left <= timedelta(days=days)]
    nearest = min(due, default=None)
    is_told = nearest is not None and waiver.announced_days is not None and waiver.announced_days <= nearest
    return None if is_told else nearest
