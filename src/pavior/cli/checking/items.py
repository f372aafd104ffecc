"""What a check has to tell, one entry for each thing that is not passed: the same for every format."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum

from msgspec import Struct

from pavior.cli.checking.report import CheckReport
from pavior.cli.checking.waived import Key, Waived, key_of
from pavior.kernel.verdicts import Outcome, Verdict
from pavior.policy.levels import level_of
from pavior.policy.model import Effect, Level, Ruling
from pavior.policy.rendering import Denial, describe


class Standing(StrEnum):
    """What one entry does to the check."""

    STOPS = "stops"
    WARNED_OF = "warned-of"
    OBSERVED = "observed"
    # A waiver excuses it for a time.
    WAIVED = "waived"
    # It would stop or warn, but stands in the baseline, or belongs to nothing that changed.
    SET_ASIDE = "set-aside"
    NOT_KNOWN = "not-known"


class Item(Struct, frozen=True):
    """One entry.

    Args:
        fingerprint: 64 hexadecimal digits of control, subject and path, and a count where these say the same twice: no
            line is in it, so it stays when lines move.
        waived: By which waiver, and until when; None for what none excuses.
    """

    denial: Denial
    standing: Standing
    fingerprint: str
    waived: Waived | None = None

    @property
    def is_failure(self) -> bool:
        """Whether the control failed; else nobody knows."""
        return self.denial.outcome is Outcome.FAILED

    @property
    def is_to_be_decided(self) -> bool:
        """Whether it is of use to say whom to ask; not of what nobody knows, and not of what is waived already."""
        return self.standing is not Standing.NOT_KNOWN and self.waived is None


def items_of(report: CheckReport) -> tuple[Item, ...]:
    """What stops, is warned of, waived, set aside or only observed, and what is not known; each worst first."""
    waived = {key_of(item.denial): item for item in report.waived}
    seen = Counter(map(key_of, (*report.denials, *report.warnings, *(item.denial for item in report.waived))))
    unknown = list(_beside(seen, report.unknown))
    seen.update(map(key_of, unknown))
    # Nothing that is not passed may be missing from a report. What is not known at any level is in `unknown` already.
    others = _beside(seen, (item for item in report.verdicts if item.outcome is not Outcome.PASSED))
    levels = {control.id: level_of(control, report.environment) for control in report.controls}
    observed: list[Verdict] = []
    aside: list[Verdict] = []
    for verdict in others:
        is_observed = levels.get(verdict.control) is Level.OBSERVE and verdict.outcome is not Outcome.UNKNOWN
        (observed if is_observed else aside).append(verdict)
    told = (
        (Standing.STOPS, report.denials),
        (Standing.WARNED_OF, report.warnings),
        (Standing.WAIVED, tuple(item.denial for item in report.waived)),
        (Standing.SET_ASIDE, _described(aside, report)),
        (Standing.OBSERVED, _described(observed, report)),
        (Standing.NOT_KNOWN, _described(unknown, report)),
    )
    pairs = ((denial, standing) for standing, denials in told for denial in denials)
    return tuple(_with_fingerprints(pairs, waived))


def _beside(seen: "Counter[Key]", verdicts: Iterable[Verdict]) -> Iterator[Verdict]:
    """Those that are not told yet. What two stacks have from one module is there twice, and may be told once so far."""
    left = seen.copy()
    for verdict in verdicts:
        key = key_of(verdict)
        if left[key] > 0:
            left[key] -= 1
        else:
            yield verdict


def _described(verdicts: Iterable[Verdict], report: CheckReport) -> tuple[Denial, ...]:
    rulings = [Ruling(verdict, Level.OBSERVE, Effect.OBSERVE) for verdict in verdicts]
    return describe(rulings, environment=report.environment, controls=report.controls)


def _with_fingerprints(told: Iterable[tuple[Denial, Standing]], waived: Mapping[Key, Waived]) -> Iterator[Item]:
    counts: Counter[tuple[str, ...]] = Counter()
    for denial, standing in told:
        parts = (denial.control, denial.subject, denial.position.path if denial.position else "")
        counts[parts] += 1
        fingerprint = fingerprint_of(*parts, str(counts[parts]))
        yield Item(denial, standing, fingerprint, waived.get(key_of(denial)))


def fingerprint_of(*parts: str) -> str:
    """64 hexadecimal digits that say the same for the same parts."""
    # A null stands in no name, so two lists of parts never run into one text.
    return hashlib.sha256("\0".join(parts).encode("utf-8", errors="surrogatepass")).hexdigest()
