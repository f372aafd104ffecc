"""What no control looked at: types, places, and what was never evaluated at all."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from pavior.catalog.model import Service
from pavior.environments.model import Environment
from pavior.identity.model import Permission
from pavior.kernel.verdicts import Phase
from pavior.reports.evaluations import NEEDED, Evaluations, standing_environments
from pavior.reports.sight import Sight
from pavior.reports.standing import (
    PHASES,
    CoverageView,
    EnvironmentCoverage,
    Evaluated,
    Looked,
    NotAskedControl,
    ProviderCoverage,
    SkippedPart,
    TeamCoverage,
    TypeCoverage,
    UnplacedService,
    provider_of,
)


@dataclass
class _TypeCount:
    """While it is counted."""

    by_phase: dict[Phase, int] = field(default_factory=lambda: dict.fromkeys(PHASES, 0))
    environments: set[str] = field(default_factory=set)


def read_coverage(
    sight: Sight, evaluations: Evaluations, *, team: str, service: str, provider: str, resource_type: str
) -> CoverageView:
    """Of everything that the reader may see; each word narrows it when it is not empty.

    With `provider` or `resource_type`, only the environments that have such a resource which no control looked at;
    the numbers of environments and teams stay those of all types.
    """
    sight.require(Permission.CONTROL_READ)
    owned = {
        name: item
        for name, item in sight.services(Permission.SERVICE_READ).items()
        if team in ("", item.team) and service in ("", name)
    }
    readable = [phase for phase in PHASES if sight.may_somewhere(NEEDED[phase])]
    visible = sight.services(Permission.ENVIRONMENT_READ)
    places = standing_environments(sight, {name: item for name, item in owned.items() if name in visible})
    latest = {
        phase: {item.environment: item for item in evaluations.latest(sight, phase, environment_ids=places)}
        for phase in readable
    }
    types = _types(latest.values(), provider, resource_type)
    is_narrowed = bool(provider or resource_type)
    if is_narrowed:
        holding = {name for row in types for name in row.environments}
        places = {name: place for name, place in places.items() if name in holding}
    rows = tuple(_environment(place, owned[place.service], latest) for place in places.values())
    unplaced = () if is_narrowed else _unplaced(sight, owned, visible)
    return CoverageView(
        types=types,
        providers=() if is_narrowed else _providers(latest.values()),
        not_asked=tuple(_not_asked(latest.values(), places)),
        environments=tuple(sorted(rows, key=_is_known)),
        teams=_teams(rows, unplaced),
        skipped=tuple(_skipped(latest.values(), places)),
        unplaced_services=unplaced,
        outdated_plans=sum(not item.is_current for item in latest.get(Phase.PLAN, {}).values()),
        measured_at=sight.now,
        hidden=(
            *(phase.value for phase in PHASES if phase not in readable),
            *(() if sight.may_somewhere(Permission.ENVIRONMENT_READ) else ("environments",)),
            *(() if sight.may_somewhere(Permission.SERVICE_READ) else ("services",)),
        ),
    )


def _types(latest: Iterable[dict[str, Evaluated]], provider: str, resource_type: str) -> tuple[TypeCoverage, ...]:
    """Most first."""
    found: dict[str, _TypeCount] = {}
    for by_place in latest:
        for item in by_place.values():
            for name, count in item.coverage.uncovered_types.items():
                if resource_type in ("", name) and provider in ("", provider_of(name)):
                    counted = found.setdefault(name, _TypeCount())
                    counted.by_phase[item.phase] += count
                    counted.environments.add(item.environment)
    rows = (
        TypeCoverage(
            provider=provider_of(name),
            type=name,
            plan=counted.by_phase[Phase.PLAN],
            live=counted.by_phase[Phase.LIVE],
            environments=tuple(sorted(counted.environments)),
        )
        for name, counted in found.items()
    )
    return tuple(sorted(rows, key=lambda row: (-max(row.plan, row.live), row.type)))


def _providers(latest: Iterable[dict[str, Evaluated]]) -> tuple[ProviderCoverage, ...]:
    """Most first. What is told of no provider stands for itself, so that the sums are those of the types."""
    found = {phase: Counter[str]() for phase in PHASES}
    for by_place in latest:
        for item in by_place.values():
            coverage, counted = item.coverage, found[item.phase]
            counted.update(coverage.uncovered_providers)
            counted[""] += sum(coverage.uncovered_types.values()) - sum(coverage.uncovered_providers.values())
    rows = (
        ProviderCoverage(name, plan=found[Phase.PLAN][name], live=found[Phase.LIVE][name])
        for name in set().union(*found.values())
    )
    shown = (row for row in rows if row.plan or row.live)
    return tuple(sorted(shown, key=lambda row: (-max(row.plan, row.live), row.provider)))


def _not_asked(latest: Iterable[dict[str, Evaluated]], places: dict[str, Environment]) -> Iterable[NotAskedControl]:
    """By control."""
    found: dict[tuple[str, str], set[str]] = {}
    for by_place in latest:
        for item in by_place.values():
            if item.environment in places:
                for part in item.coverage.not_asked:
                    found.setdefault((part.subject, part.why), set()).add(item.environment)
    for (control, why), names in sorted(found.items()):
        yield NotAskedControl(control, why, tuple(sorted(names)))


def _environment(
    place: Environment, service: Service, latest: dict[Phase, dict[str, Evaluated]]
) -> EnvironmentCoverage:
    looked = {phase: _looked(by_place.get(place.id)) for phase, by_place in latest.items()}
    return EnvironmentCoverage(
        environment=place.id,
        team=service.team,
        status=place.status,
        plan=looked.get(Phase.PLAN),
        live=looked.get(Phase.LIVE),
    )


def _looked(item: Evaluated | None) -> Looked | None:
    if item is None:
        return None
    return Looked(
        at=item.at,
        change_id=item.change_id,
        evaluated=sum(item.coverage.evaluated_types.values()),
        uncovered=sum(item.coverage.uncovered_types.values()),
        skipped=len(item.coverage.skipped),
    )


def _is_known(row: EnvironmentCoverage) -> bool:
    """What was never evaluated comes first."""
    return row.plan is not None or row.live is not None


def _unplaced(sight: Sight, owned: dict[str, Service], visible: Iterable[str]) -> tuple[UnplacedService, ...]:
    """By name. Of a service whose environments the reader may not read it is not known whether it has one."""
    having = {place.service for place in sight.environments(owned).values()}
    return tuple(
        UnplacedService(name, owned[name].team) for name in sorted(owned) if name in visible and name not in having
    )


def _skipped(latest: Iterable[dict[str, Evaluated]], places: dict[str, Environment]) -> Iterable[SkippedPart]:
    for by_place in latest:
        for item in by_place.values():
            if item.environment in places:
                for part in item.coverage.skipped:
                    yield SkippedPart(item.environment, item.phase, part.subject, part.why)


def _teams(rows: tuple[EnvironmentCoverage, ...], unplaced: tuple[UnplacedService, ...]) -> tuple[TeamCoverage, ...]:
    names = sorted({row.team for row in rows} | {item.team for item in unplaced})
    return tuple(_team(name, [row for row in rows if row.team == name], unplaced) for name in names)


def _team(name: str, rows: list[EnvironmentCoverage], unplaced: tuple[UnplacedService, ...]) -> TeamCoverage:
    return TeamCoverage(
        team=name,
        environments=len(rows),
        never_evaluated=sum(not _is_known(row) for row in rows),
        plan_uncovered=sum(row.plan.uncovered for row in rows if row.plan),
        live_uncovered=sum(row.live.uncovered for row in rows if row.live),
        unplaced_services=sum(item.team == name for item in unplaced),
    )
