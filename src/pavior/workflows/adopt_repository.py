"""Value before adoption: existing repositories, read only, with verdicts and coverage."""

import re
from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from msgspec import structs

from pavior.audit.model import Event
from pavior.audit.service import record
from pavior.catalog import service as catalog_service
from pavior.catalog import store as catalog
from pavior.catalog.backstage import CATALOG_FILES
from pavior.catalog.model import CatalogProblem, CatalogReading, Entity, Service
from pavior.findings import service as findings
from pavior.findings.model import FindingSource
from pavior.identity import store as identity
from pavior.identity.model import Actor, Permission, Scope
from pavior.kernel.verdicts import Outcome, Phase, Position, Verdict
from pavior.policy.evaluation import evaluate
from pavior.policy.model import Coverage, Evaluation
from pavior.resources.model import GraphFormat, ResourceGraph
from pavior.storage.database import Transaction
from pavior.threatmodels.predicting import predictions_of
from pavior.threatmodels.reading import THREAT_MODEL_FILE
from pavior.workflows.draft_threats import draft_recorded
from pavior.workflows.platform import Platform
from pavior.workflows.record_threats import read_model, record_main_model
from pavior.workflows.repository_folders import RepositoryFolder, find_repositories

MAXIMUM_NAME_CHARACTERS = 63
# What the catalog keeps of a repository's place.
MAXIMUM_PATH_CHARACTERS = 400
_UNKNOWN_LIFECYCLE = "unknown"


@dataclass(frozen=True, slots=True)
class AdoptedRepository:
    """What one repository gave.

    Args:
        service: Name in the catalog; empty when it could not be registered, and `problems` says why.
        team: Empty when its owner is no team here.
    """

    path: str
    service: str
    team: str
    entities: tuple[Entity, ...]
    problems: tuple[CatalogProblem, ...]
    verdicts: tuple[Verdict, ...]
    coverage: Coverage


@dataclass(frozen=True, slots=True)
class _Examined:
    """A repository that was read, before anything is written."""

    folder: RepositoryFolder
    started_at: datetime
    reading: CatalogReading
    component: Entity | None
    evaluation: Evaluation
    # Addresses that are there; None when not everything could be read.
    addresses: frozenset[str] | None
    graph: ResourceGraph


@dataclass(frozen=True, slots=True)
class AdoptRepository:
    """Adoption."""

    platform: Platform

    def adopt(self, actor: Actor, path: Path) -> tuple[AdoptedRepository, ...]:
        """Read every repository at or one level below `path`; nothing under `path` is written.

        Each becomes a service with the entities of its catalog files and the findings of its Terraform source; and with
        a drafted threat model, all of it inferred, where it has none.
        A second adoption brings all of that up to what is there now, and changes nothing when nothing changed.

        Raises:
            MissingError: `path-missing`; InvalidError: `nothing-to-adopt`, `too-many-repositories`.
        """
        self.platform.authoriser.authorise(actor, Permission.SERVICE_ADOPT, on=Scope())
        return tuple(self._adopt(actor, folder) for folder in find_repositories(path))

    def _adopt(self, actor: Actor, folder: RepositoryFolder) -> AdoptedRepository:
        examined = self._examine(folder)
        problems = [*examined.reading.problems, *_remarks(examined)]
        with self.platform.database.transaction() as transaction:
            team = _team(transaction, examined.component, problems)
            service = self._service(examined, team, problems)
            kept = None if service is None else catalog.find_service(transaction, service.name)
            if service is not None and kept is not None and kept.repository != service.repository:
                problems.append(_name_taken(kept, examined.component))
                service = None
            if service is not None:
                service = service if kept is None else replace(service, created_at=kept.created_at)
                self._write(transaction, actor, service, kept, examined)
        return AdoptedRepository(
            path=str(folder.path),
            service="" if service is None else service.name,
            team=team,
            entities=examined.reading.entities,
            problems=tuple(problems),
            verdicts=examined.evaluation.verdicts,
            coverage=examined.evaluation.coverage,
        )

    def _examine(self, folder: RepositoryFolder) -> _Examined:
        started_at = self.platform.clock.now()
        reading = catalog_service.read_tree(folder.find)
        terraform = folder.read_terraform()
        graph = ResourceGraph(GraphFormat.TERRAFORM_SOURCE, ())
        if terraform.files:
            graph = self.platform.read_source_tolerantly(terraform.files, {}, frozenset())
        if terraform.skipped:
            graph = structs.replace(graph, skipped=(*graph.skipped, *terraform.skipped), complete=False)
        return _Examined(
            folder=folder,
            started_at=started_at,
            reading=reading,
            component=_main_component(reading.entities),
            evaluation=evaluate(graph, self.platform.controls, Phase.CODE),
            addresses=frozenset(item.address for item in graph.resources) if graph.complete else None,
            graph=graph,
        )

    def _service(self, examined: _Examined, team: str, problems: list[CatalogProblem]) -> Service | None:
        component, path = examined.component, examined.folder.path
        name = _service_name(path.name if component is None else component.ref.name)
        if not name or len(str(path)) > MAXIMUM_PATH_CHARACTERS:
            problems.append(
                _problem(
                    "adoption-name-unusable",
                    f"{str(path)[:200]} gives no name for a service, or has over {MAXIMUM_PATH_CHARACTERS} characters.",
                    f"Name a Component in its {CATALOG_FILES[0]}, and move it to a shorter path.",
                    component,
                )
            )
            return None
        mask = self.platform.mask
        return Service(
            name=name,
            title=mask(name if component is None else component.title),
            description=mask("" if component is None else component.description),
            team=team,
            repository=str(path),
            lifecycle=_text(component, "spec", "lifecycle")[:64] or _UNKNOWN_LIFECYCLE,
            golden_path="",
            golden_path_version="",
            parameters={},
            data_class=_text(component, "metadata", "annotations", "pavior.dev/data-class")[:32],
            created_at=examined.started_at,
            is_adopted=True,
            tags=() if component is None else component.tags,
        )

    def _write(
        self,
        transaction: Transaction,
        actor: Actor,
        service: Service,
        kept: Service | None,
        examined: _Examined,
    ) -> None:
        platform = self.platform
        now = platform.clock.now()
        before = catalog.list_repository_entities(transaction, service.repository)
        if kept is None:
            catalog_service.register_service(transaction, service)
        elif kept != service:
            catalog.update_service(transaction, service)
        catalog_service.record_reading(transaction, service.repository, examined.reading)
        threat_model = read_model(
            examined.folder.find(THREAT_MODEL_FILE),
            service=service.name,
            commit="",
            controls=platform.controls,
            now=now,
        )
        find = examined.folder.find
        drafted = None if threat_model else draft_recorded(service.name, examined.graph, find, platform.library, now)
        record_main_model(transaction, service.name, threat_model or drafted)
        observed = findings.observe(
            transaction,
            service=service.name,
            environment="",
            team=service.team,
            verdicts=examined.evaluation.verdicts,
            severities={control.id: control.severity for control in platform.controls},
            source_of=lambda _: FindingSource.ADOPTION,
            waivers=(),
            now=now,
            live_resources=examined.addresses,
            # What is drafted from the same source at the same moment foresaw nothing.
            threat_of=predictions_of(threat_model.model if threat_model else None),
        )
        has_changed = kept != service or before != catalog.list_repository_entities(transaction, service.repository)
        if has_changed or observed.opened or observed.reopened or observed.fixed:
            record(transaction, _event(actor, service, examined, now), now)


def _main_component(entities: tuple[Entity, ...]) -> Entity | None:
    """The first Component that is a service, else the first Component."""
    components = [entity for entity in entities if entity.kind == "Component" and entity.is_known_kind]
    services = [entity for entity in components if _text(entity, "spec", "type") == "service"]
    return next(iter([*services, *components]), None)


def _service_name(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower())[:MAXIMUM_NAME_CHARACTERS].strip("-")


def _text(entity: Entity | None, *path: str) -> str:
    value: object = None if entity is None else entity.document
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, str) else ""


def _team(transaction: Transaction, component: Entity | None, problems: list[CatalogProblem]) -> str:
    """The owner, if it is a team of ours; a file cannot make one."""
    owner = None if component is None else component.owner
    if owner is None:
        if component is not None:
            problems.append(
                _problem(
                    "catalog-owner-missing",
                    f"{component.ref} says no owner, so its findings are nobody's.",
                    "Add spec.owner with the name of a team.",
                    component,
                )
            )
        return ""
    is_team = owner.kind == "group" and owner.namespace == "default"
    if is_team and identity.find_team(transaction, owner.name) is not None:
        return owner.name
    problems.append(
        _problem(
            "catalog-owner-unknown",
            f"{owner} owns {component.ref if component else owner}, and is no team here.",
            "Correct spec.owner, or create the team with: pavior team create. Then adopt again.",
            component,
        )
    )
    return ""


def _remarks(examined: _Examined) -> list[CatalogProblem]:
    reading = examined.reading
    remarks = [
        CatalogProblem(
            "catalog-kind-unknown",
            f"{entity.kind} is no kind that Backstage defines with that apiVersion; {entity.ref} is kept as it is.",
            "Correct kind and apiVersion if that is not meant; kinds are written as in Component.",
            entity.position,
        )
        for entity in reading.unknown_kinds
    ]
    if not reading.entities and not reading.problems:
        remarks.append(
            _problem(
                "catalog-file-missing",
                f"{examined.folder.path.name} has no {CATALOG_FILES[0]}, so nobody owns it.",
                f"Add a {CATALOG_FILES[0]} with a Component and its owner; see docs/guides/adopt.md.",
                None,
            )
        )
    return remarks


def _name_taken(kept: Service, component: Entity | None) -> CatalogProblem:
    return _problem(
        "service-exists",
        f"The service {kept.name} is in the catalog already, from {kept.repository}; this repository was not added.",
        f"Name the Component of one of them differently in its {CATALOG_FILES[0]}.",
        component,
    )


def _problem(code: str, message: str, fix: str, component: Entity | None) -> CatalogProblem:
    position = Position(CATALOG_FILES[0], 1, 1) if component is None else component.position
    return CatalogProblem(code, message, fix, position)


def _event(actor: Actor, service: Service, examined: _Examined, now: datetime) -> Event:
    counts = Counter(verdict.outcome for verdict in examined.evaluation.verdicts)
    coverage = examined.evaluation.coverage
    return Event(
        verb="service.adopted",
        actor=actor.id,
        surface=actor.surface.value,
        subject=f"service:default/{service.name}",
        service=service.name,
        started_at=examined.started_at,
        ended_at=now,
        details={
            "repository": service.repository,
            "team": service.team,
            "entities": len(examined.reading.entities),
            "verdicts": {outcome.value: counts[outcome] for outcome in Outcome},
            "resources_without_control": sum(coverage.uncovered_types.values()),
            "skipped": len(coverage.skipped),
        },
    )
