"""What one check found: verdicts weighed with the levels of a stage, and what nobody looked at."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import ClassVar, Final

from msgspec import Struct, field

from pavior.cli.checking.aside import NOTHING_ASIDE, Aside, BaselineUse
from pavior.cli.checking.exclusions import Excluded
from pavior.cli.checking.given_levels import GivenLevels, LevelsUse
from pavior.cli.checking.recognising import Kind, find_kind
from pavior.cli.checking.settling import Settled
from pavior.cli.checking.waived import Waived, find_waiver_in, waived_of
from pavior.kernel.verdicts import Outcome, Phase, Verdict
from pavior.policy.decision import FindLevel, weigh
from pavior.policy.model import Control, Coverage, Effect, Evaluation, Level, NotLookedAt, Ruling
from pavior.policy.rendering import Denial, describe
from pavior.policy.waivers import FindWaiver
from pavior.resources.defaults import DEFAULTS_VERSION
from pavior.resources.model import GraphFormat, ResourceGraph, Skipped

# Looking a member up in its enumeration costs as much as looking at a ruling.
_PASS: Final = Effect.PASS
_UNKNOWN: Final = Outcome.UNKNOWN
# Stands where others have the folder of their stack; no folder can be called so.
MANIFESTS = "//manifests"
OTHERS = "//others"


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
        configuration: Path of the `pavior.yaml` that was read, or empty.
        is_denied: Whether the check does not end clean: something failed, or could not be evaluated.
        is_complete: False when something that may hold resources was not read.
        lacks_coverage: Whether the question could not be answered: nothing that is here could be looked at, or
            something could not and that was asked to be a no.
        counts: Each outcome to how many verdicts have it.
        denials: What stops it, worst first.
        warnings: What fails or breaks under a control that only warns, worst first.
        waived: What a waiver of the signed document excuses, whatever its level; in none of the others.
        unknown: Verdicts that are not known, whatever their level.
        unknown_blocking: How many of them are of a control that blocks.
        not_asked: Controls that were not asked, each with why; none of them counts as passed.
        excluded: What the file says is not to be looked at.
        is_known_required: Whether what is not known under a blocking control makes the answer a no.
        is_blind: Whether nothing at all could be read, so that there is nothing to say no to.
        controls: Those that were asked; no part of the document.
        graphs: What they were asked of; no part of the document.
        known_before: What would stop it or warn, and stands in the baseline; in none of those three.
        not_changed: Each outcome to how many verdicts were set aside because nothing of theirs changed; with
            `--changed-since` only, and in none of the others.
        since: The commit that changes are counted from, or empty.
        baseline: What came of the baseline, when one was given.
        levels: What came of the signed levels and waivers, when some were given.
        defaults_version: Of the table of what providers do when nothing is said, which decided where nothing was.
    """

    # What it holds for whoever tells it, and what may hold secrets.
    not_told: ClassVar = frozenset({"controls", "graphs"})

    path: str
    phase: Phase
    environment: str
    configuration: str
    is_denied: bool
    is_complete: bool
    lacks_coverage: bool
    counts: dict[Outcome, int]
    denials: tuple[Denial, ...]
    warnings: tuple[Denial, ...]
    unknown: tuple[Verdict, ...]
    unknown_blocking: int
    problems: tuple[Problem, ...]
    not_asked: tuple[Skipped, ...]
    excluded: tuple[Excluded, ...]
    is_known_required: bool
    coverage: Coverage
    verdicts: tuple[Verdict, ...]
    is_blind: bool = False
    controls: tuple[Control, ...] = ()
    graphs: tuple[ResourceGraph, ...] = ()
    known_before: tuple[Denial, ...] = ()
    not_changed: dict[Outcome, int] = field(default_factory=dict)
    since: str = ""
    baseline: BaselineUse | None = None
    levels: LevelsUse | None = None
    waived: tuple[Waived, ...] = ()
    defaults_version: str = DEFAULTS_VERSION


class Looked(Struct, frozen=True):
    """What was found in one place, before it is weighed.

    Args:
        graph: What was asked about, with positions as seen from where the person stands.
        folder: Of a stack, relative to what was looked at; `MANIFESTS` for those; empty for a plan or a state.
    """

    evaluation: Evaluation
    graph: ResourceGraph
    folder: str = ""
    problems: tuple[Problem, ...] = ()

    @property
    def is_complete(self) -> bool:
        """False when something that may hold resources was not read."""
        return self.graph.complete


def weigh_all(settled: Settled, phase: Phase, looked: Sequence[Looked], aside: Aside = NOTHING_ASIDE) -> CheckReport:
    """All that was found, weighed as was asked, but for what is set aside."""
    request, controls = settled.request, settled.own.controls
    environment, is_known_required = request.environment or "", bool(request.is_known_required)
    verdicts = tuple(verdict for item in looked for verdict in item.evaluation.verdicts)
    given = settled.given_levels
    weighed = weigh(
        verdicts,
        environment=environment,
        controls=controls,
        find_waiver=find_waiver_of(settled),
        find_level=find_level_of(settled),
    )
    known_before = aside.known_before - aside.not_changed
    # Somebody decided about it, and it has an end: that is told before that it is known or did not change.
    set_aside = {
        place for place in aside.known_before | aside.not_changed if weighed[place].effect is not Effect.WAIVED
    }
    unchanged = [weighed[place] for place in sorted(aside.not_changed & set_aside)]
    known = [weighed[place] for place in sorted(known_before)]
    # What passes stops nothing and is told of nowhere, and it is nearly all there is.
    rulings = [ruling for place, ruling in enumerate(weighed) if ruling.effect is not _PASS and place not in set_aside]
    denials = _told(rulings, Effect.BLOCK, environment, controls)
    unknown = [
        ruling for ruling in rulings if ruling.verdict.outcome is _UNKNOWN and ruling.effect is not Effect.WAIVED
    ]
    unknown_blocking = sum(ruling.level is Level.BLOCK for ruling in unknown)
    problems = (*_of_levels(given), *(problem for item in looked for problem in item.problems))
    # What somebody's own rules would have said, nobody knows.
    is_complete = all(item.is_complete for item in looked) and not settled.own.not_asked
    lacks_knowledge = is_known_required and (unknown_blocking > 0 or not is_complete)
    outcomes = [verdict.outcome for verdict in verdicts]
    coverage = _coverage(item.evaluation.coverage for item in looked)
    is_blind = not is_complete and not coverage.evaluated_types and not coverage.uncovered_types and request.is_folder
    lacks_coverage = _lacks_coverage(coverage, is_required=bool(request.is_coverage_required), is_complete=is_complete)
    return CheckReport(
        path=str(request.path),
        phase=phase,
        environment=environment,
        configuration=settled.configuration,
        is_denied=bool(denials or problems) or lacks_knowledge or is_blind or lacks_coverage,
        is_complete=is_complete,
        lacks_coverage=lacks_coverage,
        counts={outcome: outcomes.count(outcome) for outcome in Outcome},
        denials=denials,
        warnings=_told(
            (item for item in rulings if item.verdict.outcome is not _UNKNOWN),
            Effect.WARN,
            environment,
            controls,
        ),
        unknown=tuple(ruling.verdict for ruling in unknown),
        unknown_blocking=unknown_blocking,
        problems=problems,
        not_asked=(*settled.own.not_asked, *coverage.not_asked),
        excluded=settled.exclusions.told(),
        is_known_required=is_known_required,
        coverage=coverage,
        verdicts=verdicts,
        is_blind=is_blind,
        controls=controls,
        graphs=tuple(item.graph for item in looked),
        known_before=describe(
            (ruling for ruling in known if ruling.effect in {Effect.BLOCK, Effect.WARN}),
            environment=environment,
            controls=controls,
        ),
        not_changed=dict(Counter(ruling.verdict.outcome for ruling in unchanged)),
        since=aside.since,
        baseline=aside.baseline,
        levels=None if given is None else given.use,
        waived=waived_of(rulings, given, environment=environment, controls=controls),
    )


def find_level_of(settled: Settled) -> FindLevel | None:
    """The level of each subject by the levels that were given; None where none are, or none is known."""
    return None if settled.given_levels is None else settled.given_levels.find_level()


def find_waiver_of(settled: Settled) -> FindWaiver:
    """The waiver that excuses a verdict by the document that was given; none excuses anything where none is."""
    return find_waiver_in(settled.given_levels, settled.request.source or settled.request.path)


def _of_levels(given: GivenLevels | None) -> Iterator[Problem]:
    if given is not None and not given.use.is_known:
        yield Problem(given.use.code, f"Neither levels nor waivers are known: {given.use.why_unknown}", given.use.fix)


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
    nothing = ResourceGraph(GraphFormat.TERRAFORM_SOURCE, (), complete=not may_hold_more)
    return Looked(Evaluation((), Coverage({}, {}, not_looked_at=found)), nothing, OTHERS)


def _coverage(parts: Iterable[Coverage]) -> Coverage:
    evaluated: Counter[str] = Counter()
    uncovered: Counter[str] = Counter()
    providers: Counter[str] = Counter()
    skipped: list[Skipped] = []
    not_asked: list[Skipped] = []
    others: list[NotLookedAt] = []
    for part in parts:
        evaluated.update(part.evaluated_types)
        uncovered.update(part.uncovered_types)
        providers.update(part.uncovered_providers)
        skipped.extend(part.skipped)
        not_asked.extend(part.not_asked)
        others.extend(part.not_looked_at)
    told = tuple(dict.fromkeys(skipped))
    return Coverage(
        evaluated_types=dict(sorted(evaluated.items())),
        uncovered_types=dict(sorted(uncovered.items())),
        skipped=told,
        not_asked=tuple(dict.fromkeys(not_asked)),
        uncovered_providers=dict(sorted(providers.items())),
        not_looked_at=_by_kind((*others, *_of_readers(told))),
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
