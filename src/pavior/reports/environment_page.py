"""One environment, whole: what is there, what the controls say of it, what drifted, what waits."""

from collections.abc import Mapping

from pavior.catalog import store as catalog
from pavior.environments import store as environments
from pavior.environments.model import Change, Environment
from pavior.environments.ports import Engine
from pavior.environments.vault import SealedKind, Vault
from pavior.findings import store as findings
from pavior.findings.model import Finding
from pavior.identity.model import Permission
from pavior.inventory import store as inventory
from pavior.kernel.pages import DEFAULT_PAGE_SIZE, MAXIMUM_PAGE_SIZE, PageRequest
from pavior.kernel.verdicts import Phase, Verdict
from pavior.policy import store as policy
from pavior.policy.evaluation import evaluate
from pavior.policy.model import Control
from pavior.policy.waiver_model import Waiver
from pavior.reports.model import EnvironmentView
from pavior.reports.scopes import environment_scope
from pavior.reports.sight import Sight, missing
from pavior.reports.threats_fleet import list_places
from pavior.reports.threats_model import PlaceThreats
from pavior.resources.model import Resource
from pavior.runs import store as runs
from pavior.runs.model import Run, RunState
from pavior.storage.database import Transaction


def read_environment(
    sight: Sight,
    environment_id: str,
    *,
    controls: tuple[Control, ...],
    engines: Mapping[str, Engine],
    vault: Vault,
) -> EnvironmentView:
    """Resources are as last observed; none when nobody has looked yet. Raises MissingError `environment-missing`."""
    name, _, stage = environment_id.partition("/")
    place = environments.find_environment(sight.tx, name, stage)
    service = catalog.find_service(sight.tx, name)
    if (
        place is None
        or service is None
        or not sight.may(Permission.ENVIRONMENT_READ, environment_scope(place, service))
    ):
        raise missing("environment", environment_id, command="pavior service show SERVICE")
    hidden = sight.hidden(
        service,
        changes=Permission.CHANGE_READ,
        findings=Permission.FINDING_READ,
        waivers=Permission.WAIVER_READ,
        running=Permission.RUN_READ,
        threats=Permission.THREAT_READ,
    )
    resources, uncovered_types = _resources(sight.tx, place, controls)
    return EnvironmentView(
        environment=place,
        service=service,
        resources=resources,
        uncovered_types=uncovered_types,
        outputs=_outputs(sight.tx, place, engines, vault),
        drifts=inventory.list_open_drifts(sight.tx, [place.id]),
        changes=() if "changes" in hidden else _changes(sight.tx, place),
        findings=() if "findings" in hidden else _findings(sight, place),
        waivers=() if "waivers" in hidden else _waivers(sight, place),
        running=() if "running" in hidden else _running(sight.tx, place),
        hidden=hidden,
        threats=None if "threats" in hidden else _threats(sight, place),
    )


def _threats(sight: Sight, place: Environment) -> PlaceThreats | None:
    return next((row for row in list_places(sight, place.service) if row.environment == place.id), None)


def _changes(tx: Transaction, place: Environment) -> tuple[Change, ...]:
    page = PageRequest(size=DEFAULT_PAGE_SIZE)
    return environments.list_changes(tx, page, service=place.service, environment=place.name).items


def _findings(sight: Sight, place: Environment) -> tuple[Finding, ...]:
    page = PageRequest(size=MAXIMUM_PAGE_SIZE)
    return findings.list_findings(sight.tx, page, now=sight.now, services=[place.service], environment=place.id).items


def _waivers(sight: Sight, place: Environment) -> tuple[Waiver, ...]:
    """All that are in force, and the latest of the others, oldest first."""
    latest = policy.list_waivers_of(sight.tx, place.id, limit=MAXIMUM_PAGE_SIZE)
    known = {waiver.id: waiver for waiver in (*policy.list_in_force(sight.tx, place.id, sight.now), *latest)}
    return tuple(sorted(known.values(), key=lambda waiver: int(waiver.id.removeprefix("W-"))))


def _running(tx: Transaction, place: Environment) -> tuple[Run, ...]:
    page = PageRequest(size=DEFAULT_PAGE_SIZE)
    return runs.list_runs(tx, page, environment=place.id, states=(RunState.QUEUED, RunState.RUNNING)).items


def _resources(
    tx: Transaction, place: Environment, controls: tuple[Control, ...]
) -> tuple[tuple[tuple[Resource, tuple[Verdict, ...]], ...], tuple[str, ...]]:
    observation = inventory.find_observation(tx, place.id)
    if observation is None:
        return (), ()
    evaluation = evaluate(observation.graph, controls, Phase.LIVE)
    about: dict[str, list[Verdict]] = {}
    for verdict in evaluation.verdicts:
        about.setdefault(verdict.subject, []).append(verdict)
    resources = tuple((item, tuple(about.get(item.address, ()))) for item in observation.graph.resources)
    return resources, tuple(sorted(evaluation.coverage.uncovered_types))


def _outputs(tx: Transaction, place: Environment, engines: Mapping[str, Engine], vault: Vault) -> Mapping[str, object]:
    engine = engines.get(place.engine)
    state = vault.find(tx, SealedKind.STATE, place.id)
    return {} if engine is None or state is None else engine.outputs(state)
