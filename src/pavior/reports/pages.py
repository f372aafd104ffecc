"""Everything that is only read."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from types import MappingProxyType

import pavior
from pavior.catalog.ports import Forge
from pavior.disputes.model import Dispute
from pavior.environments.model import Change
from pavior.environments.ports import Engine
from pavior.environments.vault import Vault
from pavior.findings.model import Finding
from pavior.goldenpaths.service import GoldenPaths
from pavior.identity.authorisation import Authoriser
from pavior.identity.model import Actor, Permission
from pavior.kernel.bulkhead import Bulkhead
from pavior.kernel.clock import Clock
from pavior.kernel.pages import Page, PageRequest
from pavior.overrides.model import Override
from pavior.policy import level_store
from pavior.policy.compliance import Evidence, Framework, describe_mappings
from pavior.policy.levels import LevelChange, LevelScope
from pavior.policy.model import Control, Level
from pavior.policy.recomputing import FindEarlier
from pavior.policy.waiver_model import Waiver
from pavior.reports import queues
from pavior.reports.change_page import read_change
from pavior.reports.compliance import ComplianceReader
from pavior.reports.compliance_view import Extent, FrameworkSummary, FrameworkView
from pavior.reports.control_page import (
    find_control,
    list_disputes,
    list_verdicts,
    read_control,
    read_controls,
    read_known_controls,
    read_levels,
)
from pavior.reports.coverage_page import read_coverage
from pavior.reports.environment_page import read_environment
from pavior.reports.evaluations import Evaluations, Memory
from pavior.reports.home_page import read_home
from pavior.reports.model import (
    ChangeView,
    EnvironmentView,
    HomeView,
    RecomputedView,
    SearchView,
    ServiceSummary,
    ServiceView,
)
from pavior.reports.override_page import OverrideView, list_overrides, read_override
from pavior.reports.recomputed import read_recomputed
from pavior.reports.replay import read_replay, replay_bulkhead, replay_busy
from pavior.reports.replay_view import ReplayView
from pavior.reports.search_page import search
from pavior.reports.service_page import list_services, read_service
from pavior.reports.sight import Sight, missing
from pavior.reports.standing import ControlSummary, ControlView, CoverageView, LevelView, VerdictRow
from pavior.reports.threat_page import ThreatPage, draw_threat_page, no_model, read_threat_page
from pavior.reports.threat_paper import print_threat_page
from pavior.reports.tried_control import try_control
from pavior.reports.waiver_page import WaiverView, read_waiver_view
from pavior.reports.waiver_replay import read_waiver_replay
from pavior.storage.database import Database
from pavior.threatmodels.library_model import LibraryThreat
from pavior.threatmodels.otm_writing import write_otm


@dataclass(frozen=True, slots=True)
class Pages:
    """Reads for the surfaces; each authorises and hides what the actor may not know of.

    Args:
        replays: How many replays over the fleet go on at once.
        find_earlier: Controls as they were, where that is kept.
    """

    database: Database
    clock: Clock
    authoriser: Authoriser
    forge: Forge
    engines: Mapping[str, Engine]
    vault: Vault
    controls: tuple[Control, ...]
    golden_paths: GoldenPaths
    frameworks: tuple[Framework, ...] = ()
    library: tuple[LibraryThreat, ...] = ()
    replays: Bulkhead = field(default_factory=replay_bulkhead, repr=False, compare=False)
    find_earlier: FindEarlier = lambda *_: None
    _memory: Memory = field(default_factory=Memory, init=False, repr=False, compare=False)

    def home(self, actor: Actor) -> HomeView:
        """What waits for the actor."""
        with self._sight(actor) as sight:
            return read_home(sight, self.controls)

    def search(self, actor: Actor, query: str) -> SearchView:
        """What has all the words of `query`, of every kind that the actor may read."""
        with self._sight(actor) as sight:
            return search(sight, query, controls=self.controls)

    def list_services(
        self, actor: Actor, page: PageRequest, *, query: str = "", team: str = ""
    ) -> Page[ServiceSummary]:
        """By name; `query` matches name, title, description, tags, owner."""
        with self._sight(actor) as sight:
            return list_services(sight, page, query=query, team=team)

    def get_service(self, actor: Actor, name: str) -> ServiceView:
        """Raises MissingError `service-missing`."""
        with self._sight(actor) as sight:
            return read_service(sight, name, forge=self.forge, golden_paths=self.golden_paths, controls=self.controls)

    def get_threat_page(self, actor: Actor, service: str) -> ThreatPage:
        """The threat model of a service, and how its threats stand. Raises MissingError `service-missing`."""
        with self._sight(actor) as sight:
            return read_threat_page(sight, service, forge=self.forge, controls=self.controls)

    def draw_threats(self, actor: Actor, service: str, *, is_standalone: bool = True) -> str:
        """The picture of that model as SVG.

        Raises MissingError `service-missing`, `threat-model-missing`; UnavailableError `layout-too-long`.
        """
        # Placing everything may take seconds, for which nothing is held.
        return draw_threat_page(self.get_threat_page(actor, service), is_standalone=is_standalone)

    def print_threats(self, actor: Actor, service: str) -> bytes:
        """That model on paper, as PDF.

        Raises MissingError `service-missing`, `threat-model-missing`; UnavailableError `pdf-not-installed`,
        `layout-too-long`.
        """
        return print_threat_page(self.get_threat_page(actor, service), self.clock.now())

    def export_threats(self, actor: Actor, service: str) -> str:
        """That model as an Open Threat Model, in JSON.

        Raises MissingError `service-missing`, `threat-model-missing`.
        """
        model = self.get_threat_page(actor, service).model
        if model is None:
            raise no_model(service)
        return write_otm(model)

    def list_changes(
        self, actor: Actor, page: PageRequest, *, service: str = "", environment: str = "", is_open: bool | None = None
    ) -> Page[Change]:
        """Newest first."""
        with self._sight(actor) as sight:
            return queues.list_changes(sight, page, service=service, environment=environment, is_open=is_open)

    def get_change(self, actor: Actor, change_id: str) -> ChangeView:
        """Raises MissingError `change-missing`."""
        with self._sight(actor) as sight:
            return read_change(sight, change_id, forge=self.forge, controls=self.controls)

    def recompute_decision(self, actor: Actor, change_id: str, number: int | None = None) -> RecomputedView:
        """Make a past Decision again from what is stored, and compare; of the latest plan when `number` is None.

        Raises MissingError `change-missing`, `plan-missing`; UnavailableError `replay-busy`.
        """
        # A large plan takes as long as a fleet of small ones.
        with self.replays.enter(full=replay_busy()), self._sight(actor) as sight:
            return read_recomputed(
                sight,
                change_id,
                number,
                controls=self.controls,
                find_earlier=self.find_earlier,
                program=f"pavior {pavior.__version__}",
            )

    def get_environment(self, actor: Actor, environment: str) -> EnvironmentView:
        """`orders/dev`. Raises MissingError `environment-missing`."""
        with self._sight(actor) as sight:
            return read_environment(sight, environment, controls=self.controls, engines=self.engines, vault=self.vault)

    def list_findings(
        self,
        actor: Actor,
        page: PageRequest,
        *,
        service: str = "",
        control: str = "",
        state: str = "",
    ) -> Page[Finding]:
        """Worst and oldest first. `state` is a FindingState, `waived`, or empty for all that is not fixed."""
        with self._sight(actor) as sight:
            return queues.list_findings(sight, page, service=service, control=control, state=state)

    def get_finding(self, actor: Actor, finding_id: str) -> Finding:
        """Raises MissingError `finding-missing`."""
        with self._sight(actor) as sight:
            return queues.read_finding(sight, finding_id)

    def list_waivers(self, actor: Actor, page: PageRequest, *, service: str = "") -> Page[Waiver]:
        """Undecided first, then by expiry."""
        with self._sight(actor) as sight:
            return queues.list_waivers(sight, page, service=service)

    def get_waiver(self, actor: Actor, waiver_id: str) -> Waiver:
        """Raises MissingError `waiver-missing`."""
        with self._sight(actor) as sight:
            return queues.read_waiver(sight, waiver_id)

    def get_waiver_view(self, actor: Actor, waiver_id: str) -> WaiverView:
        """The same with its history and what it reaches. Raises MissingError `waiver-missing`."""
        with self._sight(actor) as sight:
            return read_waiver_view(sight, waiver_id, controls=self.controls, said=self._evaluations())

    def replay_waiver(self, actor: Actor, waiver_id: str) -> ReplayView:
        """Who would be let go if it were approved now; of one in force, who would be stopped if it ended now.

        Raises:
            MissingError: `waiver-missing`, `control-missing`.
            UnavailableError: `replay-busy`.
        """
        with self._sight(actor) as sight:
            waiver = queues.read_waiver(sight, waiver_id)
        control = next((item for item in self.controls if item.id == waiver.control), None)
        if control is None:
            raise missing("control", waiver.control, command="pavior control list")
        with self.replays.enter(full=replay_busy()), self._sight(actor) as sight:
            return read_waiver_replay(sight, control, waiver)

    def controls_by_id(self, actor: Actor) -> Mapping[str, Control]:
        """What is required, without how it stands."""
        with self._sight(actor) as sight:
            return read_known_controls(sight, self.controls)

    def list_controls(self, actor: Actor) -> tuple[ControlSummary, ...]:
        """By id, each with how it stands over the services that the actor may see."""
        with self._sight(actor) as sight:
            return read_controls(sight, self._evaluations())

    def get_control(self, actor: Actor, control_id: str) -> ControlView:
        """Raises MissingError `control-missing`."""
        with self._sight(actor) as sight:
            view = read_control(sight, self._evaluations(), control_id, self.library)
            return replace(view, asked_for_by=describe_mappings(view.control, self.frameworks))

    def get_levels(self, actor: Actor, control_id: str) -> LevelView:
        """Its ladder, and every change of it. Raises MissingError `control-missing`."""
        with self._sight(actor) as sight:
            return read_levels(sight, self.controls, control_id)

    def list_level_changes(self, actor: Actor, page: PageRequest, *, is_open: bool | None = None) -> Page[LevelChange]:
        """Of all controls, newest first; only open ones, or only decided ones, where asked for."""
        with self._sight(actor) as sight:
            sight.require(Permission.CONTROL_READ)
            return level_store.page_level_changes(sight.tx, page, is_open=is_open)

    def get_level_change(self, actor: Actor, change_id: str) -> LevelChange:
        """With its latest plan and who approved that. Raises MissingError `level-change-missing`."""
        with self._sight(actor) as sight:
            sight.require(Permission.CONTROL_READ)
            return level_store.get_level_change(sight.tx, change_id)

    def replay_control(
        self,
        actor: Actor,
        control_id: str,
        *,
        level: Level | None = None,
        environment: str = "",
        team: str = "",
        is_new_only: bool = False,
        parameters: Mapping[str, str] = MappingProxyType({}),
        control_folder: Path | None = None,
    ) -> ReplayView:
        """Who would be stopped with another level, value or rule, over what is stored. Nothing is changed.

        Args:
            level: None for the levels that hold.
            parameters: Name to value, as typed.
            control_folder: With an edited copy of the control, whose rule is run; at the command line alone.

        Raises:
            MissingError: `control-missing`.
            InvalidError: `level-new-only-invalid`, `level-scope-invalid`, `replay-nothing-tried`,
                `configuration-invalid`, `control-invalid`, `control-folder-of-another`.
            ForbiddenError: `control-folder-elsewhere`.
            UnavailableError: `replay-busy`.
        """
        with self._sight(actor) as sight:
            control = find_control(sight, self.controls, control_id)
        tried = try_control(actor, control, parameters, control_folder)
        # A snapshot is taken once there is a place: nothing is held while one waits.
        with self.replays.enter(full=replay_busy()), self._sight(actor) as sight:
            scope = LevelScope(environment, team)
            return read_replay(sight, control, scope, level, is_new_only=is_new_only, tried=tried)

    def list_verdicts(
        self,
        actor: Actor,
        control_id: str,
        page: PageRequest,
        *,
        phase: str = "",
        outcome: str = "",
        team: str = "",
    ) -> Page[VerdictRow]:
        """The verdicts of one control, of the latest plans and of what was last seen, what asks for somebody first.

        Raises MissingError `control-missing`, InvalidError `verdict-filter-unknown`.
        """
        with self._sight(actor) as sight:
            return list_verdicts(sight, self._evaluations(), control_id, page, phase=phase, outcome=outcome, team=team)

    def list_disputes(self, actor: Actor, page: PageRequest, *, control: str = "", state: str = "") -> Page[Dispute]:
        """Open ones first. Raises MissingError `control-missing`, InvalidError `verdict-filter-unknown`."""
        with self._sight(actor) as sight:
            return list_disputes(sight, self.controls, page, control=control, state=state)

    def list_overrides(
        self, actor: Actor, page: PageRequest, *, control: str = "", state: str = "", is_to_review: bool = False
    ) -> Page[Override]:
        """What waits for an answer first, then for a review. Raises InvalidError `override-filter-unknown`."""
        with self._sight(actor) as sight:
            return list_overrides(sight, page, control=control, state=state, is_to_review=is_to_review)

    def get_override(self, actor: Actor, override_id: str) -> OverrideView:
        """Raises MissingError `override-missing`."""
        with self._sight(actor) as sight:
            return read_override(sight, override_id, self.controls)

    def show_coverage(
        self, actor: Actor, *, team: str = "", service: str = "", provider: str = "", resource_type: str = ""
    ) -> CoverageView:
        """What no control looked at, in the latest plans and in what was last seen."""
        with self._sight(actor) as sight:
            return read_coverage(
                sight,
                self._evaluations(),
                team=team,
                service=service,
                provider=provider,
                resource_type=resource_type,
            )

    def list_frameworks(
        self, actor: Actor, extent: Extent, *, at: datetime | None = None
    ) -> tuple[FrameworkSummary, ...]:
        """How each framework stands, by id; `at` for an instant that has passed."""
        with self._sight(actor) as sight:
            return self._compliance(sight).list_frameworks(extent, at)

    def get_framework(
        self, actor: Actor, framework: str, extent: Extent, *, at: datetime | None = None
    ) -> FrameworkView:
        """Raises MissingError `framework-missing`, InvalidError `compliance-not-yet`."""
        with self._sight(actor) as sight:
            return self._compliance(sight).show(framework, extent, at)

    def list_evidence(
        self,
        actor: Actor,
        framework: str,
        extent: Extent,
        page: PageRequest,
        *,
        at: datetime | None = None,
        requirement: str = "",
        state: str = "",
    ) -> Page[Evidence]:
        """The rows behind a framework's numbers, worst first.

        Raises MissingError `framework-missing`, `requirement-missing`, InvalidError `compliance-state-unknown`.
        """
        with self._sight(actor) as sight:
            reader = self._compliance(sight)
            return reader.list_evidence(framework, extent, at, page, requirement=requirement, state=state)

    def _compliance(self, sight: Sight) -> ComplianceReader:
        return ComplianceReader(sight, self._evaluations(), self.frameworks)

    def _evaluations(self) -> Evaluations:
        return Evaluations(self.controls, self._memory)

    @contextmanager
    def _sight(self, actor: Actor) -> Iterator[Sight]:
        with self.database.snapshot() as transaction:
            yield Sight(transaction, self.authoriser, actor, self.clock.now())
