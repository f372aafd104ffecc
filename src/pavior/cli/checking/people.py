"""How a check is told to people: what stops it first and whole, then what warns, what is not known, and the sum."""

from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from msgspec import structs

from pavior.cli.answer import Facts, Part, Table, Text
from pavior.cli.checking.given_levels import first_names, levels_text
from pavior.cli.checking.narrowing import told_aside, told_free
from pavior.cli.checking.recognising import find_kind
from pavior.cli.checking.report import CheckReport
from pavior.cli.printing import one_line
from pavior.kernel.clock import format_instant
from pavior.kernel.verdicts import Outcome, Phase, Position
from pavior.policy.model import NotLookedAt, provider_prefix
from pavior.policy.rendering import Denial, denial_text
from pavior.resources.model import READ_AS_MEANT, Skipped

MaskLines = Callable[[Iterable[str], Container[int]], Iterable[str]]

_SHOWN_SKIPPED = 10
_SHOWN_KNOWN = 20
_SHOWN_SUBJECTS = 3
_ASKED_AGAIN = {
    Phase.CODE: "the gate asks again of Terraform with the plan",
    Phase.LIVE: "what a state does not say, only the cloud knows",
    Phase.PLAN: "--source tells what the plan hides, and the rest is asked again after the apply",
}
# Nobody looked at the cloud itself.
_WORDS = {Phase.CODE: "code", Phase.PLAN: "plan", Phase.LIVE: "state"}
_ORDER = (Outcome.FAILED, Outcome.ERRORED, Outcome.UNKNOWN, Outcome.PASSED)


def told_to_people(report: CheckReport, mask_lines: MaskLines) -> list[Part]:
    """The parts of the answer, in order.

    Args:
        mask_lines: See `CheckTools.mask_lines`.
    """
    parts: list[Part] = [
        Text(f"{problem.code}: {one_line(problem.summary)}\n  fix: {problem.fix}\n") for problem in report.problems
    ]
    if report.denials:
        parts.extend(_denials(report, mask_lines))
    if report.warnings:
        rows = tuple(_row(denial) for denial in report.warnings)
        parts.append(Table(("warned of", "severity", "resource", "where", "what"), rows, ""))
    if report.waived:
        rows = tuple((*_row(item.denial), item.waiver, format_instant(item.until)) for item in report.waived)
        parts.append(Table(("waived", "severity", "resource", "where", "what", "by", "until"), rows, ""))
    if report.unknown:
        rows = tuple(
            (item.control, item.subject, str(item.position or ""), item.message or str(item.reason or ""))
            for item in report.unknown
        )
        parts.append(Table(("not known", "resource", "where", "why"), rows, ""))
    if report.coverage.not_looked_at:
        rows = tuple((_told_kind(item), _told_subjects(item), item.why) for item in report.coverage.not_looked_at)
        parts.append(Table(("not looked at", "where", "why"), rows, ""))
    if report.known_before:
        rows = tuple(_row(denial) for denial in report.known_before[:_SHOWN_KNOWN])
        parts.append(Table(("known before", "severity", "resource", "where", "what"), rows, ""))
        if len(report.known_before) > _SHOWN_KNOWN:
            parts.append(Text(f"and {len(report.known_before) - _SHOWN_KNOWN} more, see --json"))
    parts.extend((_facts(report), Text(sentence_of(report))))
    return parts


def _denials(report: CheckReport, mask_lines: MaskLines) -> list[Part]:
    """See `denials_to_people`, with the lines of the source."""
    firsts = (group[0].position for group in _groups(report.denials))
    places = [place for place in firsts if place is not None]
    if not places:
        return denials_to_people(report.denials, {})
    # Of a plan nobody knows any place, and what cuts the lines out is not loaded.
    from pavior.cli.checking.excerpts import excerpts

    return denials_to_people(report.denials, excerpts(places, report.graphs, mask_lines))


def denials_to_people(denials: tuple[Denial, ...], excerpts: Mapping[Position, tuple[str, ...]]) -> list[Part]:
    """The first of each control whole; risk and fix of the others are the same, so only their places follow.

    In another cloud the fix is another one, so there the first is told whole again.
    """
    parts: list[Part] = []
    for group in _groups(denials):
        first, *others = group
        lines = excerpts.get(first.position, ()) if first.position is not None else ()
        parts.append(Text(denial_text(_on_lines(first), lines) + "\n"))
        if others:
            rows = tuple((item.subject, str(item.position or ""), item.message) for item in others)
            parts.extend((Table(("the same denies", "where", "what"), rows, ""), Text("")))
    return parts


def _groups(denials: tuple[Denial, ...]) -> Iterator[list[Denial]]:
    for _, of_control in groupby(denials, key=lambda denial: denial.control):
        by_prefix: dict[str, list[Denial]] = {}
        for denial in of_control:
            by_prefix.setdefault(provider_prefix(denial.subject), []).append(denial)
        yield from by_prefix.values()


def _on_lines(denial: Denial) -> Denial:
    """With names from a repository on the lines where they belong: no name makes a line of its own."""
    place = denial.position
    return structs.replace(
        denial,
        subject=one_line(denial.subject),
        message=one_line(denial.message),
        attribute=one_line(denial.attribute),
        position=structs.replace(place, path=one_line(place.path)) if place else None,
        waiver_command=one_line(denial.waiver_command),
        dispute_command=one_line(denial.dispute_command),
    )


def _row(denial: Denial) -> tuple[str, ...]:
    return (denial.control, denial.severity.value, denial.subject, str(denial.position or ""), denial.message)


def _facts(report: CheckReport) -> Facts:
    meant = [item for item in report.coverage.skipped if item.kind == READ_AS_MEANT]
    unread = [item for item in report.coverage.skipped if item.kind != READ_AS_MEANT]
    return Facts(
        (
            ("checked", f"{report.path} ({_WORDS[report.phase]})"),
            ("levels", _levels(report)),
            ("verdicts", ", ".join(f"{report.counts[outcome]} {outcome.value}" for outcome in _ORDER)),
            ("waived", _waived(report)),
            *told_aside(report),
            ("looked at", _counted(report.coverage.evaluated_types)),
            ("no control looks at", _counted(report.coverage.uncovered_types)),
            ("of providers", _counted(report.coverage.uncovered_providers)),
            ("read as meant", _first(meant)),
            ("passed over", _first(unread)),
            ("excluded", "; ".join(f"{item.glob} ({item.origin}): {item.files} files" for item in report.excluded)),
            ("not asked", _not_asked(report)),
            ("chosen in", report.configuration),
        )
    )


def _levels(report: CheckReport) -> str:
    use = report.levels
    return report.environment or "default" if use is None else levels_text(use)


def _waived(report: CheckReport) -> str:
    """How many of the verdicts; a waiver changes nothing about what was found."""
    counts = Counter(item.denial.outcome for item in report.waived)
    names = dict.fromkeys(item.waiver for item in report.waived)
    told = ", ".join(f"{counts[outcome]} {outcome.value}" for outcome in _ORDER if counts[outcome])
    return f"{told}, by {first_names(list(names))}" if told else ""


def _first(skipped: Sequence[Skipped]) -> str:
    shown = [f"{item.subject}: {item.why}" for item in skipped[:_SHOWN_SKIPPED]]
    if len(skipped) > _SHOWN_SKIPPED:
        shown.append(f"and {len(skipped) - _SHOWN_SKIPPED} more, see --json")
    return "; ".join(shown)


def _not_asked(report: CheckReport) -> str:
    """How many controls, then why of each, where several have one reason once."""
    by_reason: dict[str, list[str]] = {}
    for item in report.not_asked:
        by_reason.setdefault(item.why, []).append(item.subject)
    told = "; ".join(f"{', '.join(subjects)}: {why}" for why, subjects in by_reason.items())
    return f"{len(report.not_asked)}: {told}" if told else ""


def _told_kind(item: NotLookedAt) -> str:
    kind = find_kind(item.kind)
    return kind.counted(item.count) if kind else f"{item.count} {item.kind}"


def told_kind(identity: str) -> str:
    """What people call one of it."""
    kind = find_kind(identity)
    return kind.one if kind else identity


def _told_subjects(item: NotLookedAt) -> str:
    more = item.count - _SHOWN_SUBJECTS
    return ", ".join(item.subjects[:_SHOWN_SUBJECTS]) + (f" and {more} more" if more > 0 else "")


def _counted(types: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {kind}" for kind, count in types.items())


def sentence_of(report: CheckReport) -> str:
    """One sentence; what is not known is never called good."""
    if report.is_denied:
        outcomes = Counter(denial.outcome for denial in report.denials)
        if report.levels is not None and not report.levels.is_known:
            failing = f", and {outcomes[Outcome.FAILED]} fail" if outcomes[Outcome.FAILED] else ""
            return f"Could not be evaluated: neither levels nor waivers are known{failing}."
        unknown = report.unknown_blocking if report.is_known_required else outcomes[Outcome.UNKNOWN]
        causes = (
            (outcomes[Outcome.FAILED], "denied"),
            (outcomes[Outcome.ERRORED], "broken"),
            (len(report.problems), "not readable"),
            (unknown, "not known"),
        )
        told = ", ".join(f"{count} {word}" for count, word in causes if count)
        unread = "nothing could be read" if report.is_blind else "not everything could be read or asked"
        if not told and report.lacks_coverage:
            return f"Not evaluated: {_gaps(report)}."
        begin = "No" if outcomes[Outcome.FAILED] else "Could not be evaluated"
        return f"{begin}: {told or unread}."
    if not report.verdicts:
        return "No control looked at anything here, so nothing is known of it."
    told = told_free(report)
    if report.waived:
        first = min(item.until for item in report.waived)
        told += f" Waived: {len(report.waived)}, the first until {format_instant(first)}."
    if report.coverage.not_looked_at:
        told += f" Not looked at: {', '.join(_told_kind(item) for item in report.coverage.not_looked_at)}."
    excluded = sum(item.files for item in report.excluded)
    if excluded:
        told += f" Excluded: {excluded} {'file' if excluded == 1 else 'files'}."
    if report.unknown or not report.is_complete:
        told += f" Not everything is known; {_ASKED_AGAIN[report.phase]}."
    return told


def _gaps(report: CheckReport) -> str:
    """What nobody looked at; never empty of a report that lacks coverage."""
    gaps = [_told_kind(item) for item in report.coverage.not_looked_at]
    uncovered = sum(report.coverage.uncovered_types.values())
    if uncovered:
        gaps.append(f"{uncovered} {'resource' if uncovered == 1 else 'resources'} that no control looks at")
    if not report.is_complete:
        gaps.append("what could not be read")
    return ", ".join(gaps)
