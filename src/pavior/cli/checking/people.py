"""How a check is told to people: what stops it first and whole, then what warns, what is not known, and the sum."""

from collections.abc import Mapping
from itertools import groupby

from pavior.cli.answer import Facts, Part, Table, Text
from pavior.cli.checking.recognising import find_kind
from pavior.cli.checking.report import CheckReport
from pavior.kernel.verdicts import Outcome, Phase
from pavior.policy.model import NotLookedAt
from pavior.policy.rendering import Denial, denial_text

_SHOWN_SKIPPED = 10
_SHOWN_SUBJECTS = 3
_ASKED_AGAIN = {
    Phase.CODE: "the gate asks again of Terraform with the plan",
    Phase.LIVE: "what a state does not say, only the cloud knows",
    Phase.PLAN: "--source tells what the plan hides, and the rest is asked again after the apply",
}
# Nobody looked at the cloud itself.
_WORDS = {Phase.CODE: "code", Phase.PLAN: "plan", Phase.LIVE: "state"}
_ORDER = (Outcome.FAILED, Outcome.ERRORED, Outcome.UNKNOWN, Outcome.PASSED)


def told_to_people(report: CheckReport, is_known_required: bool) -> list[Part]:
    """The parts of the answer, in order."""
    parts: list[Part] = [
        Text(f"{problem.code}: {problem.summary}\n  fix: {problem.fix}\n") for problem in report.problems
    ]
    parts.extend(_denials(report.denials))
    if report.warnings:
        rows = tuple(_row(denial) for denial in report.warnings)
        parts.append(Table(("warned of", "severity", "resource", "where", "what"), rows, ""))
    if report.unknown:
        rows = tuple(
            (item.control, item.subject, str(item.position or ""), item.message or str(item.reason or ""))
            for item in report.unknown
        )
        parts.append(Table(("not known", "resource", "where", "why"), rows, ""))
    if report.coverage.not_looked_at:
        rows = tuple((_told_kind(item), _told_subjects(item), item.why) for item in report.coverage.not_looked_at)
        parts.append(Table(("not looked at", "where", "why"), rows, ""))
    parts.extend((_facts(report), Text(_verdict(report, is_known_required))))
    return parts


def _denials(denials: tuple[Denial, ...]) -> list[Part]:
    """The first of each control whole; risk and fix of the others are the same, so only their places follow."""
    parts: list[Part] = []
    for _, group in groupby(denials, key=lambda denial: denial.control):
        first, *others = group
        parts.append(Text(denial_text(first) + "\n"))
        if others:
            rows = tuple((item.subject, str(item.position or ""), item.message) for item in others)
            parts.extend((Table(("the same denies", "where", "what"), rows, ""), Text("")))
    return parts


def _row(denial: Denial) -> tuple[str, ...]:
    return (denial.control, denial.severity.value, denial.subject, str(denial.position or ""), denial.message)


def _facts(report: CheckReport) -> Facts:
    skipped = report.coverage.skipped
    shown = [f"{item.subject}: {item.why}" for item in skipped[:_SHOWN_SKIPPED]]
    if len(skipped) > _SHOWN_SKIPPED:
        shown.append(f"and {len(skipped) - _SHOWN_SKIPPED} more, see --json")
    return Facts(
        (
            ("checked", f"{report.path} ({_WORDS[report.phase]})"),
            ("levels", report.environment or "default"),
            ("verdicts", ", ".join(f"{report.counts[outcome]} {outcome.value}" for outcome in _ORDER)),
            ("looked at", _counted(report.coverage.evaluated_types)),
            ("no control looks at", _counted(report.coverage.uncovered_types)),
            ("of providers", _counted(report.coverage.uncovered_providers)),
            ("passed over", "; ".join(shown)),
        )
    )


def _told_kind(item: NotLookedAt) -> str:
    kind = find_kind(item.kind)
    return kind.counted(item.count) if kind else f"{item.count} {item.kind}"


def _told_subjects(item: NotLookedAt) -> str:
    more = item.count - _SHOWN_SUBJECTS
    return ", ".join(item.subjects[:_SHOWN_SUBJECTS]) + (f" and {more} more" if more > 0 else "")


def _counted(types: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {kind}" for kind, count in types.items())


def _verdict(report: CheckReport, is_known_required: bool) -> str:
    """One sentence; what is not known is never called good."""
    if report.is_denied:
        causes = [
            (len(report.denials), "denied"),
            (len(report.problems), "not readable"),
            (report.unknown_blocking if is_known_required else 0, "not known"),
        ]
        told = ", ".join(f"{count} {word}" for count, word in causes if count)
        return f"No: {told or 'not everything could be read'}."
    if report.lacks_coverage:
        return f"Not evaluated: {_gaps(report)}."
    if not report.verdicts:
        return "No control looked at anything here, so nothing is known of it."
    told = "Nothing here stops a Change."
    if report.coverage.not_looked_at:
        told += f" Not looked at: {', '.join(_told_kind(item) for item in report.coverage.not_looked_at)}."
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
