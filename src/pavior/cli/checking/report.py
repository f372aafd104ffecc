"""What one check found: verdicts weighed with the levels of a stage, and what nobody looked at."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from pavior.cli.checking.recognising import Kind, find_kind
from pavior.cli.checking.request import CheckRequest
from pavior.kernel.verdicts import Outcome, Phase, Verdict
from pavior.policy.decision import weigh
from pavior.policy.model import Control, Coverage, Effect, Evaluation, Level, NotLookedAt, Ruling
from pavior.policy.rendering import Denial, describe
from pavior.resources.model import Skipped


class Problem(Struct, frozen=True):
    """Something that could not be read whole, so that nobody knows what is in it."""

    code: str
    summary: str
    fix: str


class CheckReport(Struct, frozen=True):
    """What one check found.

    Args:
        phase: `code` for source, `plan` for a plan.
        environment: Whose levels were used, or empty for the default levels.
        is_denied: Whether the answer is no.
        is_complete: False when something that may hold resources was not read.
        lacks_coverage: Whether the question could not be answered: nothing that is here could be looked at, or
            something could not and that was asked to be a no.
        counts: Each outcome to how many verdicts have it.
        denials: What stops it, worst first.
        warnings: What fails or breaks under a control that only warns, worst first.
        unknown: Verdicts that are not known, whatever their level.
        unknown_blocking: How many of them are of a control that blocks.
    """

    path: str
    phase: Phase
    environment: str
    is_denied: bool
    is_complete: bool
    lacks_coverage: bool
    counts: dict[Outcome, int]
    denials: tuple[Denial, ...]
    warnings: tuple[Denial, ...]
    unknown: tuple[Verdict, ...]
    unknown_blocking: int
    problems: tuple[Problem, ...]
    coverage: Coverage
    verdicts: tuple[Verdict, ...]


class Looked(Struct, frozen=True):
    """What was found in one place, before it is weighed."""

    evaluation: Evaluation
    is_complete: bool
    problems: tuple[Problem, ...] = ()


def weigh_all(
    request: CheckRequest, phase: Phase, looked: Sequence[Looked], controls: tuple[Control, ...]
) -> CheckReport:
    """All that was found, weighed as `request` asks."""
    environment, is_known_required = request.environment, request.is_known_required
    verdicts = tuple(verdict for item in looked for verdict in item.evaluation.verdicts)
    rulings = weigh(verdicts, environment=environment, controls=controls)
    denials = _told(rulings, Effect.BLOCK, environment, controls)
    unknown = tuple(ruling for ruling in rulings if ruling.verdict.outcome is Outcome.UNKNOWN)
    unknown_blocking = sum(ruling.level is Level.BLOCK for ruling in unknown)
    problems = tuple(problem for item in looked for problem in item.problems)
    is_complete = all(item.is_complete for item in looked)
    lacks_knowledge = is_known_required and (unknown_blocking > 0 or not is_complete)
    counts = Counter(verdict.outcome for verdict in verdicts)
    coverage = _coverage(item.evaluation.coverage for item in looked)
    return CheckReport(
        path=str(request.path),
        phase=phase,
        environment=environment,
        is_denied=bool(denials or problems) or lacks_knowledge,
        is_complete=is_complete,
        lacks_coverage=_lacks_coverage(coverage, is_required=request.is_coverage_required, is_complete=is_complete),
        counts={outcome: counts[outcome] for outcome in Outcome},
        denials=denials,
        warnings=_told(
            (item for item in rulings if item.verdict.outcome is not Outcome.UNKNOWN),
            Effect.WARN,
            environment,
            controls,
        ),
        unknown=tuple(ruling.verdict for ruling in unknown),
        unknown_blocking=unknown_blocking,
        problems=problems,
        coverage=coverage,
        verdicts=verdicts,
    )


def _told(
    rulings: Iterable[Ruling], effect: Effect, environment: str, controls: tuple[Control, ...]
) -> tuple[Denial, ...]:
    chosen = [ruling for ruling in rulings if ruling.effect is effect]
    return describe(chosen, environment=environment, controls=controls)


def _lacks_coverage(coverage: Coverage, *, is_required: bool, is_complete: bool) -> bool:
    is_nothing_read = not (coverage.evaluated_types or coverage.uncovered_types)
    has_gaps = bool(coverage.not_looked_at or coverage.uncovered_types) or not is_complete
    return (is_nothing_read and bool(coverage.not_looked_at)) or (is_required and has_gaps)


def found_others(others: Iterable[tuple[str, Kind]], *, may_hold_more: bool = False) -> Looked:
    """What is of a kind that nobody looks at.

    Args:
        others: Each by its path, with its kind.
        may_hold_more: Whether something among it belongs to what was looked at, so that absence there proves nothing.
    """
    subjects: dict[Kind, list[str]] = {}
    for path, kind in others:
        subjects.setdefault(kind, []).append(path)
    found = tuple(NotLookedAt(kind.id, len(paths), kind.why, tuple(paths)) for kind, paths in subjects.items())
    return Looked(Evaluation((), Coverage({}, {}, not_looked_at=found)), is_complete=not may_hold_more)


def _coverage(parts: Iterable[Coverage]) -> Coverage:
    evaluated: Counter[str] = Counter()
    uncovered: Counter[str] = Counter()
    providers: Counter[str] = Counter()
    skipped: list[Skipped] = []
    others: list[NotLookedAt] = []
    for part in parts:
        evaluated.update(part.evaluated_types)
        uncovered.update(part.uncovered_types)
        providers.update(part.uncovered_providers)
        skipped.extend(part.skipped)
        others.extend(part.not_looked_at)
    told = tuple(dict.fromkeys(skipped))
    return Coverage(
        dict(sorted(evaluated.items())),
        dict(sorted(uncovered.items())),
        told,
        dict(sorted(providers.items())),
        _by_kind((*others, *_of_readers(told))),
    )


def _of_readers(skipped: Iterable[Skipped]) -> Iterator[NotLookedAt]:
    for item in skipped:
        kind = find_kind(item.kind)
        if kind is not None:
            yield NotLookedAt(kind.id, 1, kind.why, (item.subject,))


def _by_kind(others: Iterable[NotLookedAt]) -> tuple[NotLookedAt, ...]:
    """One for each kind and reason, the most numerous first."""
    found: dict[tuple[str, str], dict[str, None]] = {}
    for item in others:
        found.setdefault((item.kind, item.why), {}).update(dict.fromkeys(item.subjects))
    merged = [NotLookedAt(kind, len(subjects), why, tuple(sorted(subjects))) for (kind, why), subjects in found.items()]
    return tuple(sorted(merged, key=lambda item: (-item.count, item.kind, item.why)))
