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
from pavior.workflows.platform import Platform

# Written by the golden path, with the answers that the repository was made from.
ANSWERS_FILE = "pavior.yaml"


def refresh_catalog(platform: Platform, service: Service) -> None:
    """Let the catalog hold what main says, now that it has moved. Repeating it changes nothing."""
    head = platform.forge.head(service.repository)
    reading = catalog_service.read_tree(lambda path: platform.forge.read_file(service.repository, head, path))
    parameters = current_parameters(platform, service, head)
    with platform.database.transaction() as transaction:
        catalog_service.record_reading(transaction, service.repository, reading)
        catalog.update_service(
            transaction, replace(catalog.get_service(transaction, service.name), parameters=parameters)
        )


def current_parameters(platform: Platform, service: Service, commit: str) -> Mapping[str, object]:
    """The golden path's parameters as `commit` says them; as the catalog does, when it says nothing readable."""
    body = platform.forge.read_file(service.repository, commit, ANSWERS_FILE) or b""
    for document in read_documents(body).documents:
        if isinstance(document.value, dict) and isinstance(document.value.get("parameters"), dict):
            return dict(document.value["parameters"])
    return service.parameters


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
    store.update_environment(
        transaction,
        replace(
            environment,
            status=EnvironmentStatus.DESTROYED,
            status_detail="",
            commit="",
            change_id=change.id,
            cloud_instance="",
        ),
    )
