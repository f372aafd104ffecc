"""Verdicts that are set aside: told and counted, and not held against what is checked. Never called passed."""

from msgspec import Struct


class BaselineUse(Struct, frozen=True):
    """What came of a baseline.

    Args:
        file: As it was named.
        entries: How many failures it knows.
        gone: How many of them, of what was looked at, occur no more; what was taken out as waived is among them.
        is_written: Whether it was written just now.
        kept: How many entries were kept because this check did not look there.
    """

    file: str
    entries: int
    gone: int = 0
    is_written: bool = False
    kept: int = 0


class Aside(Struct, frozen=True):
    """Which verdicts are set aside, by their place among all verdicts of a check.

    Args:
        known_before: Failures that the baseline knows.
        not_changed: Whatever is no pass, and neither on changed lines nor different since.
        since: The commit that changes are counted from, or empty.
    """

    known_before: frozenset[int] = frozenset()
    not_changed: frozenset[int] = frozenset()
    baseline: BaselineUse | None = None
    since: str = ""


NOTHING_ASIDE = Aside()
