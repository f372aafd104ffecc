"""The catalog, and one service, whole."""

from pavior.catalog import store as catalog
from pavior.catalog.model import Entity, Relation, Service
from pavior.catalog.ports import CommitCheck, Forge, Proposal
from pavior.environments import store as environments
from pavior.environments.model import Change, Environment
from pavior.findings import store as findings
from pavior.findings.model import Finding
from pavior.goldenpaths.service import GoldenPaths
from pavior.identity.model import Permission
from pavior.kernel.errors import MissingError
from pavior.kernel.pages import DEFAULT_PAGE_SIZE, MAXIMUM_PAGE_SIZE, Page, PageRequest
from pavior.kernel.refs import Ref
from pavior.policy.model import Control
from pavior.reports.documents import read_objectives, read_threat_model
from pavior.reports.model import ServiceSummary, ServiceView
from pavior.reports.scopes import service_scope
from pavior.reports.sight import Sight, missing
from pavior.reports.threats_fleet import find_model_row, list_places
from pavior.reports.waiver_page import list_ending
from pavior.threatmodels.reading import control_names


def list_services(sight: Sight, page: PageRequest, *, query: str, team: str) -> Page[ServiceSummary]:
    """By name."""
    sight.require(Permission.SERVICE_READ)
    visible = sight.services(Permission.SERVICE_READ)
    found = catalog.list_services(sight.tx, page, query=query, team=team, names=visible)
    shown = {service.name: service for service in found.items}
    places: dict[str, list[Environment]] = {}
    for place in sight.environments(shown).values():
        places.setdefault(place.service, []).append(place)
    watched = sight.services(Permission.FINDING_READ)
    counts = findings.count_open_by_service(sight.tx, [name for name in shown if name in watched], sight.now)
    return Page(
        tuple(
            ServiceSummary(
                service=service,
                environments=tuple(places.get(service.name, ())),
                open_findings=counts.get(service.name),
            )
            for service in found.items
        ),
        found.total,
        found.offset,
    )


def read_service(
    sight: Sight, name: str, *, forge: Forge, golden_paths: GoldenPaths, controls: tuple[Control, ...]
) -> ServiceView:
    """Raises MissingError `service-missing`."""
    service = catalog.find_service(sight.tx, name)
    if service is None or not sight.may(Permission.SERVICE_READ, service_scope(service)):
        raise missing("service", name, command="pavior service list")
    hidden = sight.hidden(
        service,
        environments=Permission.ENVIRONMENT_READ,
        changes=Permission.CHANGE_READ,
        findings=Permission.FINDING_READ,
        waivers=Permission.WAIVER_READ,
        threats=Permission.THREAT_READ,
    )
    control_ids = control_names(controls)
    repository = service.repository
    entities = catalog.list_repository_entities(sight.tx, repository)
    # An adopted repository stays where it is: it is no part of our forge.
    head = "" if service.is_adopted else forge.head(repository)
    return ServiceView(
        service=service,
        clone_url=forge.clone_url(repository) if head else "",
        head=head,
        environments=() if "environments" in hidden else environments.list_environments(sight.tx, name),
        relations=_relations(service, entities),
        entities=entities,
        proposals=_proposals(forge, repository) if head else (),
        changes=() if "changes" in hidden else _changes(sight, name),
        findings=() if "findings" in hidden else _findings(sight, name),
        threat_model=read_threat_model(forge, repository, head, control_ids=control_ids) if head else None,
        objectives=read_objectives(forge, repository, head) if head else None,
        day_two_schema=_day_two_schema(service, golden_paths),
        hidden=hidden,
        threats=() if "threats" in hidden else list_places(sight, name),
        recorded_model=None if "threats" in hidden else find_model_row(sight, service),
        ending_waivers=() if "waivers" in hidden else list_ending(sight, services=[name]),
    )


def _relations(service: Service, entities: tuple[Entity, ...]) -> tuple[Relation, ...]:
    """Those of the service's own component; of all components when none has its name."""
    own = [item for item in entities if item.ref.kind == "component" and item.ref.name == service.name]
    components = own or [item for item in entities if item.ref.kind == "component"]
    found: dict[tuple[str, Ref], Relation] = {}
    for entity in components:
        for relation in entity.relations:
            found.setdefault((relation.type, relation.target), relation)
    return tuple(found.values())


def _proposals(forge: Forge, repository: str) -> tuple[tuple[Proposal, tuple[CommitCheck, ...]], ...]:
    return tuple(
        (proposal, forge.list_checks(repository, proposal.commit)) for proposal in forge.list_proposals(repository)
    )


def _changes(sight: Sight, name: str) -> tuple[Change, ...]:
    return environments.list_changes(sight.tx, PageRequest(size=DEFAULT_PAGE_SIZE), service=name).items


def _findings(sight: Sight, name: str) -> tuple[Finding, ...]:
    page = PageRequest(size=MAXIMUM_PAGE_SIZE)
    return findings.list_findings(sight.tx, page, now=sight.now, services=[name]).items


def _day_two_schema(service: Service, golden_paths: GoldenPaths) -> dict[str, object] | None:
    if not service.golden_path:
        return None
    try:
        schema = golden_paths.day_two_schema(service.golden_path)
    except MissingError:
        # The installation no longer offers it; the service lives on, and nothing can be set any more.
        return None
    return None if schema is None else dict(schema)
