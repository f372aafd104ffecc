"""What is required, and how each requirement stands over the services that the reader may see."""

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from pavior.disputes import store as disputes
from pavior.disputes.model import Dispute, DisputeCounts, DisputeState
from pavior.findings import store as findings
from pavior.identity.model import Permission
from pavior.kernel.errors import InvalidError
from pavior.kernel.pages import MAXIMUM_PAGE_SIZE, Page, PageRequest
from pavior.kernel.verdicts import Outcome, Phase, Verdict
from pavior.policy import store as policy
from pavior.policy.levels import Levels
from pavior.policy.model import Control
from pavior.policy.waiver_model import Waiver
from pavior.reports.control_history import read_history
from pavior.reports.evaluations import NEEDED, Evaluations
from pavior.reports.level_evidence import Place
from pavior.reports.level_page import find_level, read_changed_stages, read_levels_of, read_stages
from pavior.reports.override_page import count_overrides
from pavior.reports.sight import Sight, missing
from pavior.reports.standing import (
    PHASES,
    ControlSummary,
    ControlView,
    Evaluated,
    LevelView,
    PhaseStanding,
    TeamStanding,
    VerdictRow,
    count_outcomes,
)
from pavior.reports.threats_fleet import read_control_in_threats
from pavior.threatmodels.library_model import LibraryThreat

# An evaluation, and of its verdicts those of one control.
_Part: TypeAlias = tuple[Evaluated, tuple[Verdict, ...]]
# What asks for somebody first.
_ORDER = (Outcome.FAILED, Outcome.ERRORED, Outcome.UNKNOWN, Outcome.PASSED)


def read_known_controls(sight: Sight, controls: tuple[Control, ...]) -> dict[str, Control]:
    """All of them by id, without how they stand."""
    sight.require(Permission.CONTROL_READ)
    return {control.id: control for control in sorted(controls, key=lambda control: control.id)}


def read_levels(sight: Sight, controls: tuple[Control, ...], control_id: str) -> LevelView:
    """Raises MissingError `control-missing`."""
    return read_levels_of(sight, find_control(sight, controls, control_id))


def read_controls(sight: Sight, evaluations: Evaluations) -> tuple[ControlSummary, ...]:
    """By id."""
    known = read_known_controls(sight, evaluations.controls)
    found, excused = _open_findings(sight), _active_waivers(sight)
    changed = read_changed_stages(sight, known.values())
    said = {phase: _by_control(evaluations.latest(sight, phase)) for phase in _phases(sight)}
    return tuple(
        ControlSummary(
            control=control,
            open_findings=None if found is None else found.get(name, 0),
            active_waivers=None if excused is None else excused.get(name, 0),
            standings=tuple(_standing(phase, by_control.get(name, [])) for phase, by_control in said.items()),
            teams=_affected(part for by_control in said.values() for part in by_control.get(name, [])),
            changed_stages=changed.get(name, ()),
        )
        for name, control in known.items()
    )


def read_control(
    sight: Sight, evaluations: Evaluations, control_id: str, library: tuple[LibraryThreat, ...] = ()
) -> ControlView:
    """Raises MissingError `control-missing`."""
    control = find_control(sight, evaluations.controls, control_id)
    found, excused = _open_findings(sight), _active_waivers(sight)
    said = {phase: _about(evaluations.latest(sight, phase), control.id) for phase in _phases(sight)}
    overridden = count_overrides(sight, control)
    threats = read_control_in_threats(sight, control.id, library)
    return ControlView(
        control=control,
        open_findings=None if found is None else found.get(control.id, 0),
        active_waivers=None if excused is None else excused.get(control.id, 0),
        standings=tuple(_standing(phase, parts) for phase, parts in said.items()),
        teams=_by_team(part for parts in said.values() for part in parts),
        stages=read_stages(sight, control),
        waivers=_waivers_in_force(sight, control),
        history=read_history(sight, evaluations, control.id),
        disputes=_disputes(sight, control.id, [part for parts in said.values() for part in parts]),
        overrides=overridden,
        threats=threats,
        hidden=(
            *(phase.value for phase in PHASES if phase not in said),
            *(("findings",) if found is None else ()),
            *(("waivers",) if excused is None else ()),
            *(("overrides",) if overridden is None else ()),
            *(("threats",) if threats is None else ()),
        ),
    )


def list_verdicts(
    sight: Sight,
    evaluations: Evaluations,
    control_id: str,
    page: PageRequest,
    *,
    phase: str,
    outcome: str,
    team: str,
) -> Page[VerdictRow]:
    """The verdicts of one control, failed first, then errored, unknown and passed; there by environment.

    Raises:
        MissingError: `control-missing`.
        InvalidError: `verdict-filter-unknown`.
    """
    control = find_control(sight, evaluations.controls, control_id)
    _require_one_of("phase", phase, [item.value for item in PHASES])
    _require_one_of("outcome", outcome, [item.value for item in Outcome])
    found = [
        (item, verdict)
        for known in _phases(sight)
        if phase in ("", known.value)
        for item, verdicts in _about(evaluations.latest(sight, known), control.id)
        if team in ("", item.team)
        for verdict in verdicts
        if outcome in ("", verdict.outcome.value)
    ]
    found.sort(key=lambda part: _ORDER.index(part[1].outcome))
    known: dict[str, Levels] = {}
    rows = tuple(
        _row(sight, control, item, verdict, known) for item, verdict in found[page.offset : page.offset + page.size]
    )
    return Page(rows, len(found), page.offset)


def _row(sight: Sight, control: Control, item: Evaluated, verdict: Verdict, known: dict[str, Levels]) -> VerdictRow:
    met = find_level(sight, control, known, Place(item.environment, item.team), verdict.subject)
    return VerdictRow(
        verdict=verdict,
        environment=item.environment,
        team=item.team,
        at=item.at,
        change_id=item.change_id,
        level=met.level,
        level_change="" if met.change is None else met.change.id,
        is_spared=met.is_spared,
    )


def list_disputes(
    sight: Sight, controls: tuple[Control, ...], page: PageRequest, *, control: str, state: str
) -> Page[Dispute]:
    """Open ones first, oldest first; then the answered ones, latest first.

    Raises:
        MissingError: `control-missing`.
        InvalidError: `verdict-filter-unknown`.
    """
    sight.require(Permission.CONTROL_READ)
    if control:
        find_control(sight, controls, control)
    _require_one_of("state", state, [item.value for item in DisputeState])
    services = sight.services(Permission.CONTROL_READ)
    chosen = DisputeState(state) if state else None
    return disputes.list_disputes(sight.tx, page, services=services, control=control, state=chosen)


def find_control(sight: Sight, controls: tuple[Control, ...], control_id: str) -> Control:
    """Raises MissingError `control-missing`."""
    found = read_known_controls(sight, controls).get(control_id)
    if found is None:
        raise missing("control", control_id, command="pavior control list")
    return found


def _require_one_of(what: str, word: str, words: list[str]) -> None:
    if word not in ("", *words):
        raise InvalidError(
            "verdict-filter-unknown",
            f"{word[:40]!r} is no {what} in which these are kept.",
            fix=f"Use one of: {', '.join(words)}.",
        )


def _phases(sight: Sight) -> tuple[Phase, ...]:
    return tuple(phase for phase in PHASES if sight.may_somewhere(NEEDED[phase]))


def _by_control(evaluated: Iterable[Evaluated]) -> dict[str, list[_Part]]:
    found: dict[str, list[_Part]] = {}
    for item in evaluated:
        for control, verdicts in item.verdicts.items():
            found.setdefault(control, []).append((item, verdicts))
    return found


def _about(evaluated: Iterable[Evaluated], control: str) -> list[_Part]:
    return [(item, item.verdicts[control]) for item in evaluated if control in item.verdicts]


def _standing(phase: Phase, parts: list[_Part]) -> PhaseStanding:
    return PhaseStanding(
        phase=phase,
        counts=count_outcomes(verdict for _, verdicts in parts for verdict in verdicts),
        environments=len(parts),
        outdated=sum(not item.is_current for item, _ in parts),
        oldest_at=min((item.at for item, _ in parts), default=None),
        newest_at=max((item.at for item, _ in parts), default=None),
    )


def _affected(parts: Iterable[_Part]) -> tuple[str, ...]:
    """Teams with a verdict that is not passed."""
    asked = (
        item.team for item, verdicts in parts if any(verdict.outcome is not Outcome.PASSED for verdict in verdicts)
    )
    return tuple(sorted(set(asked)))


def _by_team(parts: Iterable[_Part]) -> tuple[TeamStanding, ...]:
    found: dict[tuple[str, int], list[Verdict]] = {}
    for item, verdicts in parts:
        found.setdefault((item.team, PHASES.index(item.phase)), []).extend(verdicts)
    return tuple(
        TeamStanding(team, PHASES[position], count_outcomes(verdicts))
        for (team, position), verdicts in sorted(found.items())
    )


def _waivers_in_force(sight: Sight, control: Control) -> tuple[Waiver, ...]:
    services = sight.services(Permission.WAIVER_READ)
    return policy.list_active_waivers(sight.tx, control.id, services, sight.now, limit=MAXIMUM_PAGE_SIZE)


def _disputes(sight: Sight, control: str, parts: list[_Part]) -> DisputeCounts:
    found = disputes.count_by_state(sight.tx, control, sight.services(Permission.CONTROL_READ))
    # One thing that is denied in a plan and live is denied once.
    denied = {
        (item.environment, verdict.subject)
        for item, verdicts in parts
        for verdict in verdicts
        if verdict.outcome is not Outcome.PASSED
    }
    return DisputeCounts(**{state.value: found.get(state, 0) for state in DisputeState}, denials=len(denied))


def _open_findings(sight: Sight) -> Mapping[str, int] | None:
    if not sight.may_somewhere(Permission.FINDING_READ):
        return None
    return findings.count_open_by_control(sight.tx, sight.services(Permission.FINDING_READ), sight.now)


def _active_waivers(sight: Sight) -> Mapping[str, int] | None:
    if not sight.may_somewhere(Permission.WAIVER_READ):
        return None
    return policy.count_active_by_control(sight.tx, sight.services(Permission.WAIVER_READ), sight.now)
