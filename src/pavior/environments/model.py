"""Environments, Changes and Plans. Pure values and the transitions a Change may make."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pavior.policy.model import Decision
from pavior.resources.model import PlanReading


class EnvironmentStatus(StrEnum):
    """What we know of an environment. `unknown` says why in `status_detail`."""

    PLANNED = "planned"
    DEPLOYED = "deployed"
    DRIFTED = "drifted"
    UNKNOWN = "unknown"
    DESTROYED = "destroyed"


@dataclass(frozen=True, slots=True)
class Environment:
    """One place where one service runs.

    Args:
        name: Stage, such as `dev` or `prod`.
        commit: What is deployed, or empty.
        change_id: The Change that was applied last, also when it destroyed the environment; or empty.
        cloud_instance: Identity of the cloud that holds it; a sandbox gets a new one when it restarts.
    """

    service: str
    name: str
    is_production: bool
    engine: str
    status: EnvironmentStatus
    created_at: datetime
    status_detail: str = ""
    commit: str = ""
    change_id: str = ""
    cloud_instance: str = ""
    deployed_at: datetime | None = None
    drift_checked_at: datetime | None = None

    @property
    def id(self) -> str:
        """`orders/dev`."""
        return f"{self.service}/{self.name}"


class ChangeKind(StrEnum):
    """Why a Change was opened."""

    DEPLOY = "deploy"
    PROMOTE = "promote"
    RESIZE = "resize"
    REVERT_DRIFT = "revert-drift"
    ADOPT_DRIFT = "adopt-drift"
    REBUILD = "rebuild"
    DESTROY = "destroy"


class ChangeStatus(StrEnum):
    """Where a Change stands."""

    PLANNING = "planning"
    BLOCKED = "blocked"
    AWAITING_APPROVAL = "awaiting-approval"
    APPLYING = "applying"
    VERIFIED = "verified"
    APPLIED_UNVERIFIED = "applied-unverified"
    NOTHING_TO_DO = "nothing-to-do"
    FAILED = "failed"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    SUPERSEDED = "superseded"

    @property
    def is_open(self) -> bool:
        """Whether something can still happen to it."""
        return self in (
            ChangeStatus.PLANNING,
            ChangeStatus.BLOCKED,
            ChangeStatus.AWAITING_APPROVAL,
            ChangeStatus.APPLYING,
        )


@dataclass(frozen=True, slots=True)
class Change:
    """A wish to bring one environment to one commit.

    Args:
        id: `C-` and a number.
        branch: The proposal it came from, or empty for a promotion.
        commit: Full hash of what is to be deployed.
        variables: Plain run variables, by Terraform variable name.
        plan_number: Number of its latest plan, from 1; 0 before the first.
    """

    id: str
    service: str
    environment: str
    kind: ChangeKind
    title: str
    requester: str
    branch: str
    commit: str
    status: ChangeStatus
    created_at: datetime
    variables: Mapping[str, str]
    plan_number: int = 0
    status_detail: str = ""
    ended_at: datetime | None = None

    @property
    def environment_id(self) -> str:
        """`orders/dev`."""
        return f"{self.service}/{self.environment}"


@dataclass(frozen=True, slots=True)
class Plan:
    """One plan of a Change, as stored: masked, with the Decision it got.

    Args:
        digest: SHA-256 in hex over the masked plan JSON: what an approval is bound to.
        reading: The plan joined with its source.
    """

    change_id: str
    number: int
    digest: str
    created_at: datetime
    engine: str
    engine_version: str
    reading: PlanReading
    decision: Decision


@dataclass(frozen=True, slots=True)
class Approval:
    """One person's answer to one plan."""

    change_id: str
    plan_digest: str
    person: str
    is_approved: bool
    reason: str
    at: datetime
