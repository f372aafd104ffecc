"""How frameworks stand over the services that the reader may see: now, at an earlier instant, and week by week.

What is live counts where somebody looked, else the latest plan. Of what is live only the last look is kept, so the
past, and the weeks, are told from plans; a look counts for instants after it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import sqlalchemy as sa

from pavior.catalog.model import Service
from pavior.environments.model import Environment, EnvironmentStatus
from pavior.environments.tables import changes
from pavior.identity.model import Permission
from pavior.kernel.clock import format_instant, parse_instant
from pavior.kernel.errors import InvalidError
from pavior.kernel.pages import Page, PageRequest
from pavior.kernel.verdicts import Phase, Verdict
from pavior.policy import store as policy
from pavior.policy.compliance import (
    Answered,
    Evidence,
    Framework,
    Place,
    RequirementStanding,
    RequirementState,
    StateCounts,
    count_states,
    stand,
    unlisted_ids,
)
from pavior.policy.waiver_model import Waiver
from pavior.policy.waivers import longest, longest_then
from pavior.reports.compliance_view import (
    ComplianceWeek,
    Extent,
    FrameworkSummary,
    FrameworkView,
    RequirementSummary,
)
from pavior.reports.control_history import mondays_until
from pavior.reports.evaluations import Evaluations, PlanKey, list_plan_keys
from pavior.reports.sight import Sight, missing
from pavior.reports.standing import Evaluated

# More plans are not read for the weeks of one page; weeks that would need them are left out.
MOST_PLANS = 500
_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Measured:
    """A framework with all evidence, for whoever tells it on.

    Args:
        facts_since: When the first plan of these environments was made; None when there is none.
        waivers: Those that excused something at that instant, by id.
    """

    framework: Framework
    extent: Extent
    at: datetime
    facts_since: datetime | None
    places: tuple[Place, ...]
    standings: tuple[RequirementStanding, ...]
    waivers: Mapping[str, Waiver]
    unlisted: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ComplianceReader:
    """Answers questions about frameworks for one reader.

    Args:
        permission: What the reader needs, and over which services they have it.
    """

    sight: Sight
    evaluations: Evaluations
    frameworks: tuple[Framework, ...]
    permission: Permission = Permission.COMPLIANCE_READ
    _waivers: dict[str, tuple[Waiver, ...]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def list_frameworks(self, extent: Extent, at: datetime | None) -> tuple[FrameworkSummary, ...]:
        """All of them, by id."""
        places, instant, _ = self._places(extent, at)
        find = self._finder(instant)
        return tuple(
            _summary(item, count_states(stand(item, self.evaluations.controls, places, find)))
            for item in self.frameworks
        )

    def show(self, framework_id: str, extent: Extent, at: datetime | None) -> FrameworkView:
        """One of them, with its weeks when it is asked about now."""
        found = self.measure(framework_id, extent, at)
        phases = [{item.phase for item in place.answers.values()} for place in found.places]
        current = self.evaluations.digest()
        return FrameworkView(
            framework=_summary(found.framework, count_states(found.standings)),
            source=found.framework.source,
            extent=extent,
            at=found.at,
            facts_since=found.facts_since,
            environments=len(found.places),
            never_evaluated=tuple(place.environment for place in found.places if not place.is_evaluated),
            live=sum(Phase.LIVE in known for known in phases),
            outdated=sum(
                any(item.controls_digest != current for item in place.answers.values()) for place in found.places
            ),
            requirements=tuple(_requirement(item) for item in found.standings),
            unlisted=found.unlisted,
            weeks=() if at is not None else self._weeks(found.framework, extent),
        )

    def list_evidence(
        self,
        framework_id: str,
        extent: Extent,
        at: datetime | None,
        page: PageRequest,
        *,
        requirement: str = "",
        state: str = "",
    ) -> Page[Evidence]:
        """The rows behind one requirement, or behind all of them without repeating any, worst first."""
        if state not in ("", *RequirementState):
            raise InvalidError(
                "compliance-state-unknown",
                f"{state[:40]!r} is no state of a requirement.",
                fix=f"Use one of: {', '.join(RequirementState)}.",
            )
        found = self.measure(framework_id, extent, at)
        if requirement and requirement not in {item.requirement.id for item in found.standings}:
            raise missing("requirement", requirement, command=f"pavior compliance show {framework_id}")
        rows = dict.fromkeys(
            row
            for item in found.standings
            if requirement in ("", item.requirement.id)
            for row in item.evidence
            if state in ("", row.state)
        )
        ordered = sorted(rows, key=lambda row: tuple(RequirementState).index(row.state))
        return Page(tuple(ordered[page.offset : page.offset + page.size]), len(ordered), page.offset)

    def measure(self, framework_id: str, extent: Extent, at: datetime | None) -> Measured:
        """Everything about one framework.

        Raises:
            MissingError: `framework-missing`, `service-missing`, `environment-missing`, `team-missing`.
            InvalidError: `compliance-not-yet` for an instant to come.
        """
        self.sight.require(self.permission)
        framework = next((item for item in self.frameworks if item.id == framework_id), None)
        if framework is None:
            raise missing("framework", framework_id, command="pavior compliance list")
        places, instant, since = self._places(extent, at)
        used: dict[str, Waiver] = {}
        standings = stand(framework, self.evaluations.controls, places, self._finder(instant, used))
        unlisted = unlisted_ids(framework, self.evaluations.controls)
        return Measured(framework, extent, instant, since, places, standings, dict(sorted(used.items())), unlisted)

    def _places(self, extent: Extent, at: datetime | None) -> tuple[tuple[Place, ...], datetime, datetime | None]:
        sight = self.sight
        sight.require(self.permission)
        instant = sight.now if at is None else at
        if instant > sight.now:
            raise InvalidError(
                "compliance-not-yet",
                f"{format_instant(instant)} is still to come.",
                fix="Ask about an instant that has passed, or leave it out for now.",
            )
        services = self._services(extent)
        environments = self._environments(extent, services, instant)
        keys = [key for key in list_plan_keys(sight.tx, services, instant) if key.environment in environments]
        plans = {item.environment: item for item in self._judged(_newest(keys), services)}
        looked = self.evaluations.latest(sight, Phase.LIVE, environment_ids=environments, permission=self.permission)
        # Only the last look is kept: before it nothing is known of what was live.
        live = {item.environment: item for item in looked if item.at <= instant}
        places = tuple(
            _place(name, services[name.partition("/")[0]].team, plans.get(name), live.get(name))
            for name in environments
        )
        return places, instant, parse_instant(keys[-1].created_at) if keys else None

    def _judged(self, keys: list[PlanKey], services: Mapping[str, Service]) -> list[Evaluated]:
        teams = {name: service.team for name, service in services.items()}
        return list(self.evaluations.judged(self.sight.tx, keys, teams))

    def _services(self, extent: Extent) -> Mapping[str, Service]:
        known = self.sight.services(self.permission)
        wanted = extent.service or extent.environment.partition("/")[0]
        if wanted and wanted not in known:
            raise missing("service", wanted, command="pavior service list")
        if extent.team and all(service.team != extent.team for service in known.values()):
            raise missing("team", extent.team, command="pavior team list")
        return {
            name: service
            for name, service in known.items()
            if wanted in ("", name) and extent.team in ("", service.team)
        }

    def _environments(
        self, extent: Extent, services: Mapping[str, Service], instant: datetime
    ) -> Mapping[str, Environment]:
        found = {
            name: place
            for name, place in self.sight.environments(services).items()
            if extent.environment in ("", name) and place.created_at <= instant
        }
        gone = [place.change_id for place in found.values() if place.status is EnvironmentStatus.DESTROYED]
        statement = sa.select(changes.c.id, changes.c.ended_at).where(changes.c.id.in_(gone))
        ended = {str(row.id): row.ended_at or "" for row in self.sight.tx.execute(statement)}
        standing = {
            name: place
            for name, place in found.items()
            if place.status is not EnvironmentStatus.DESTROYED
            or ended.get(place.change_id, "") > format_instant(instant)
        }
        if extent.environment and extent.environment not in standing:
            raise missing("environment", extent.environment, command="pavior environment list")
        return standing

    def _weeks(self, framework: Framework, extent: Extent) -> tuple[ComplianceWeek, ...]:
        """From plans alone, so that one week can be compared with the next; the running one last."""
        services, weeks, read = self._services(extent), [], set[PlanKey]()
        everything = list_plan_keys(self.sight.tx, services, self.sight.now)
        for monday in reversed(mondays_until(self.sight.now)):
            end = min(monday + _WEEK, self.sight.now)
            environments = {} if extent.environment else self._environments(extent, services, end)
            names = {extent.environment} if extent.environment else environments.keys()
            keys = _newest(
                [key for key in everything if key.environment in names and key.created_at <= format_instant(end)]
            )
            read.update(keys)
            if len(read) > MOST_PLANS:
                weeks.append(ComplianceWeek(f"{monday:%Y-%m-%d}", None))
                continue
            said = {item.environment: item for item in self._judged(keys, services)}
            places = tuple(_place(name, "", said.get(name), None) for name in sorted(names))
            standings = stand(framework, self.evaluations.controls, places, self._finder(end))
            weeks.append(ComplianceWeek(f"{monday:%Y-%m-%d}", count_states(standings)))
        return tuple(reversed(weeks))

    def _finder(self, instant: datetime, used: dict[str, Waiver] | None = None) -> Callable[[str, Verdict], str]:
        """The waiver that excused a verdict at that instant, as the gate chooses it: the one that lasts longest."""
        # What was seen to have ended is over now, whatever our clock shows; of the past its instants are known.
        choose = longest if instant == self.sight.now else longest_then

        def find(environment: str, verdict: Verdict) -> str:
            if environment not in self._waivers:
                self._waivers[environment] = policy.list_ever_approved(self.sight.tx, environment)
            found = choose(self._waivers[environment], verdict, environment, instant)
            if found is not None and used is not None:
                used[found.id] = found
            return found.id if found else ""

        return find


def _newest(keys: list[PlanKey]) -> list[PlanKey]:
    """Of each environment the first of these, which are newest first."""
    found: dict[str, PlanKey] = {}
    for key in keys:
        found.setdefault(key.environment, key)
    return list(found.values())


def _place(environment: str, team: str, plan: Evaluated | None, live: Evaluated | None) -> Place:
    answers: dict[str, Answered] = {}
    not_asked: dict[str, str] = {}
    # What is live wins over what was planned, control by control.
    for said in (plan, live):
        if said is not None:
            not_asked |= {item.subject: item.why for item in said.coverage.not_asked}
            answers |= {
                control: Answered(
                    said.phase, said.at, said.change_id, verdicts, said.input_digest, said.controls_digest
                )
                for control, verdicts in said.verdicts.items()
            }
    for control in answers:
        not_asked.pop(control, None)
    read = live or plan
    return Place(
        environment,
        team,
        answers,
        not_asked,
        is_evaluated=read is not None,
        passed_over=len(read.coverage.skipped) if read else 0,
    )


def _summary(framework: Framework, counts: StateCounts) -> FrameworkSummary:
    return FrameworkSummary(
        framework.id, framework.title, framework.version, framework.scope, framework.is_whole, counts
    )


def _requirement(item: RequirementStanding) -> RequirementSummary:
    known = {row.phase for row in item.evidence}
    return RequirementSummary(
        item.requirement.id,
        item.requirement.title,
        item.requirement.section,
        item.state,
        item.controls,
        item.silent,
        StateCounts.over(row.state for row in item.evidence),
        tuple(phase for phase in Phase if phase in known),
    )
