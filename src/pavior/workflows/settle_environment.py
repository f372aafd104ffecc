"""What follows when an environment's Change is done: the catalog says what main says, and what is gone is forgotten."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from pavior.catalog import service as catalog_service
from pavior.catalog import store as catalog
from pavior.catalog.documents import read_documents
from pavior.catalog.model import Service
from pavior.environments import store
from pavior.environments.model import Change, Environment, EnvironmentStatus
from pavior.environments.vault import SealedKind
from pavior.findings import service as findings
from pavior.findings.model import FindingSource
from pavior.inventory import store as inventory
from pavior.policy import level_store
from pavior.states import store as states
from pavior.storage.database import Transaction
from pavior.threatmodels import evidence_store
from pavior.workflows.judge_threats import judge_threats
from pavior.workflows.platform import Platform
from pavior.workflows.record_threats import read_model_of_commit, record_main_model

# Written by the golden path, with the answers that the repository was made from.
ANSWERS_FILE = ".pavior/golden-path.yaml"
# Where repositories have them that were made before; that name is also the one of the settings of checks.
FORMER_ANSWERS_FILE = "pavior.yaml"


def refresh_catalog(platform: Platform, service: Service) -> None:
    """Let the catalog hold what main says, now that it has moved. Repeating it changes nothing."""
    head = platform.forge.head(service.repository)
    reading = catalog_service.read_tree(lambda path: platform.forge.read_file(service.repository, head, path))
    parameters = current_parameters(platform, service, head)
    threat_model = read_model_of_commit(platform, service, head)
    with platform.database.transaction() as transaction:
        catalog_service.record_reading(transaction, service.repository, reading)
        record_main_model(transaction, service.name, threat_model)
        catalog.update_service(
            transaction, replace(catalog.get_service(transaction, service.name), parameters=parameters)
        )


def current_parameters(platform: Platform, service: Service, commit: str) -> Mapping[str, object]:
    """The golden path's parameters as `commit` says them; as the catalog does, when it says nothing readable."""
    for path in (ANSWERS_FILE, FORMER_ANSWERS_FILE):
        answers = _read_answers(platform, service, commit, path)
        if answers is not None:
            return answers
    return service.parameters


def without_former_answers(platform: Platform, service: Service, commit: str) -> Mapping[str, None]:
    """What a proposal that writes the answers anew takes away, so that they stand in one place."""
    is_there = _read_answers(platform, service, commit, FORMER_ANSWERS_FILE) is not None
    return {FORMER_ANSWERS_FILE: None} if is_there else {}


def _read_answers(platform: Platform, service: Service, commit: str, path: str) -> Mapping[str, object] | None:
    body = platform.forge.read_file(service.repository, commit, path) or b""
    for document in read_documents(body).documents:
        value = document.value
        # Settings of checks have parameters too, those of controls.
        if isinstance(value, dict) and "golden_path" in value and isinstance(value.get("parameters"), dict):
            return dict(value["parameters"])
    return None


def settle_destroyed(
    platform: Platform,
    transaction: Transaction,
    environment: Environment,
    service: Service,
    *,
    change: Change,
    now: datetime,
) -> None:
    """Nothing is left there: no state, no secrets, no drift, and nothing to find fault with."""
    for kind in (SealedKind.STATE, SealedKind.VARIABLES):
        platform.vault.erase(transaction, kind, environment.id)
    states.delete_versions(transaction, environment.id)
    inventory.forget_observation(transaction, environment.id)
    level_store.forget_sightings(transaction, environment.id)
    inventory.record_drift(transaction, environment.id, (), now, broken_controls={}, severities={})
    findings.observe(
        transaction,
        service=service.name,
        environment=environment.id,
        team=service.team,
        verdicts=(),
        severities={},
        source_of=lambda _: FindingSource.VERDICT,
        waivers=(),
        live_resources=frozenset(),
        change_id=change.id,
        now=now,
    )
    destroyed = replace(
        environment,
        status=EnvironmentStatus.DESTROYED,
        status_detail="",
        commit="",
        change_id=change.id,
        cloud_instance="",
    )
    store.update_environment(transaction, destroyed)
    evidence_store.forget_verdicts(transaction, environment.id)
    judge_threats(transaction, destroyed, service, now)
