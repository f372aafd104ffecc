"""An invented company's fleet, with a stored plan for each environment: something to try changes of policy on.

Nothing is applied anywhere, and every plan is judged by the controls of this installation. Which service has which
flaw follows from its number.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from pavior.adapters.readers.terraform_plan import read_plan
from pavior.catalog import store as catalog
from pavior.catalog.model import Service
from pavior.environments import store as environments
from pavior.environments.model import Change, ChangeKind, ChangeStatus, Environment, EnvironmentStatus, Plan
from pavior.identity import store as identity
from pavior.identity.model import Team
from pavior.storage.database import Transaction
from pavior.workflows.gate import judge
from pavior.workflows.platform import Platform

STAGES: Final = ("dev", "prod")
_TEAMS: Final = ("finance", "identity", "logistics", "search")
_KINDS: Final = ("accounts", "billing", "catalogue", "invoices", "ledger", "parcels", "prices", "returns", "stock")
_PROVIDER: Final = "registry.terraform.io/hashicorp/aws"
_COMMIT: Final = "0" * 40
# One service in so many has the flaw; these have no common divisor, so that flaws meet in all ways.
_WITHOUT_VERSIONS, _OPEN, _NOT_KNOWN, _WITHOUT_PLAN = 3, 5, 7, 11
_BACKUP_DAYS: Final = (7, 14, 30)
_REQUESTER: Final = "dana"


@dataclass(frozen=True, slots=True)
class Estate:
    """What was made; `without_plan` of the environments have none, so that nothing is known of them."""

    teams: int
    services: int
    environments: int
    without_plan: int


def fill_estate(platform: Platform, services: int) -> Estate:
    """Add teams, services, their environments and plans; for a data folder of its own."""
    now = platform.clock.now()
    with platform.database.transaction() as transaction:
        for name in _TEAMS:
            identity.insert_team(transaction, Team(name, name.capitalize(), frozenset(), now))
        without_plan = sum(_add_service(platform, transaction, number, now) for number in range(services))
    return Estate(len(_TEAMS), services, services * len(STAGES), without_plan)


def _add_service(platform: Platform, transaction: Transaction, number: int, now: datetime) -> int:
    kind, round_ = _KINDS[number % len(_KINDS)], number // len(_KINDS)
    name = f"{kind}-{round_ + 1}" if round_ else kind
    made_at = now - timedelta(days=number % 30, hours=1)
    service = Service(
        name=name,
        title=name.capitalize(),
        description="Of the invented company that changes of policy are tried on.",
        team=_TEAMS[number % len(_TEAMS)],
        repository=name,
        lifecycle="production",
        golden_path="",
        golden_path_version="",
        parameters={},
        data_class="internal",
        created_at=made_at,
    )
    catalog.insert_service(transaction, service)
    without_plan = 0
    for position, stage in enumerate(STAGES):
        environment = Environment(
            service=name,
            name=stage,
            is_production=stage == "prod",
            engine=platform.default_engine,
            status=EnvironmentStatus.UNKNOWN,
            status_detail="Invented; nothing was ever applied.",
            created_at=made_at,
        )
        environments.insert_environment(transaction, environment, position)
        if environment.is_production and (number + 1) % _WITHOUT_PLAN == 0:
            without_plan += 1
        else:
            _add_plan(platform, transaction, environment, number, made_at)
    return without_plan


def _add_plan(
    platform: Platform, transaction: Transaction, environment: Environment, number: int, now: datetime
) -> None:
    change = environments.insert_change(
        transaction,
        Change(
            id="",
            service=environment.service,
            environment=environment.name,
            kind=ChangeKind.DEPLOY,
            title="Invented",
            requester=_REQUESTER,
            branch="",
            commit=_COMMIT,
            status=ChangeStatus.CANCELLED,
            status_detail="Invented; it was never to be applied.",
            created_at=now,
            ended_at=now,
            variables={},
            plan_number=1,
        ),
    )
    document = _plan_json(environment.service, number)
    digest = hashlib.sha256(document).hexdigest()
    reading = read_plan(document)
    decision = judge(
        platform,
        transaction,
        environment=environment,
        kind=ChangeKind.DEPLOY,
        reading=reading,
        plan_digest=digest,
        now=now,
    )
    environments.insert_plan(
        transaction,
        Plan(
            change_id=change.id,
            number=1,
            digest=digest,
            created_at=now,
            engine=environment.engine,
            engine_version="",
            reading=reading,
            decision=decision,
        ),
    )


def _plan_json(service: str, number: int) -> bytes:
    resources = list(_resources(service, number))
    return json.dumps(
        {
            "format_version": "1.2",
            "terraform_version": "1.11.4",
            "planned_values": {"root_module": {"resources": [_planned(*item) for item in resources]}},
            "resource_changes": [_created(*item) for item in resources],
        }
    ).encode()


def _resources(service: str, number: int) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Type, values, and what is known only after the apply, of each."""
    bucket = f"acme-{service}-files"
    yield "aws_s3_bucket", {"bucket": bucket}, {}
    if number % _WITHOUT_VERSIONS:
        is_known = (number + 2) % _NOT_KNOWN != 0
        status: dict[str, Any] = {"mfa_delete": None, **({"status": "Enabled"} if is_known else {})}
        unknown = {} if is_known else {"versioning_configuration": [{"status": True}]}
        yield "aws_s3_bucket_versioning", {"bucket": bucket, "versioning_configuration": [status]}, unknown
    closed = (number + 1) % _OPEN != 0
    names = ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets")
    yield "aws_s3_bucket_public_access_block", {"bucket": bucket, **dict.fromkeys(names, closed)}, {}
    if number % 2:
        days = _BACKUP_DAYS[number % len(_BACKUP_DAYS)]
        yield "aws_db_instance", {"identifier": service, "engine": "postgres", "backup_retention_period": days}, {}


def _planned(kind: str, values: dict[str, Any], _: dict[str, Any]) -> dict[str, Any]:
    return {**_head(kind), "values": values, "sensitive_values": {}}


def _created(kind: str, values: dict[str, Any], unknown: dict[str, Any]) -> dict[str, Any]:
    change = {"actions": ["create"], "before": None, "after": values, "after_unknown": unknown}
    return {**_head(kind), "change": {**change, "before_sensitive": False, "after_sensitive": {}}}


def _head(kind: str) -> dict[str, Any]:
    return {"address": f"{kind}.files", "mode": "managed", "type": kind, "name": "files", "provider_name": _PROVIDER}
