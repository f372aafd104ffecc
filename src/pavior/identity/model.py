"""People, teams, and the one list of permissions."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """What a person is for. Roles are global; what belongs to a team is governed by membership."""

    VIEWER = "viewer"
    DEVELOPER = "developer"
    PLATFORM = "platform"
    SECURITY = "security"
    ADMIN = "admin"


class Permission(StrEnum):
    """Everything that can be done. The same verb stands in CLI, API, portal and audit log."""

    HOME_READ = "home:read"
    SERVICE_READ = "service:read"
    SERVICE_CREATE = "service:create"
    SERVICE_ADOPT = "service:adopt"
    CHANGE_READ = "change:read"
    CHANGE_OPEN = "change:open"
    CHANGE_APPROVE = "change:approve"
    CHANGE_CANCEL = "change:cancel"
    ENVIRONMENT_READ = "environment:read"
    ENVIRONMENT_CHECK_DRIFT = "environment:check-drift"
    ENVIRONMENT_REVERT_DRIFT = "environment:revert-drift"
    ENVIRONMENT_REBUILD = "environment:rebuild"
    ENVIRONMENT_DESTROY = "environment:destroy"
    CONTROL_READ = "control:read"
    FINDING_READ = "finding:read"
    FINDING_TRIAGE = "finding:triage"
    WAIVER_READ = "waiver:read"
    WAIVER_REQUEST = "waiver:request"
    WAIVER_DECIDE = "waiver:decide"
    WAIVER_REVOKE = "waiver:revoke"
    RUN_READ = "run:read"
    RUN_CANCEL = "run:cancel"
    AUDIT_READ = "audit:read"
    AUDIT_VERIFY = "audit:verify"
    METRICS_READ = "metrics:read"
    PERSON_READ = "person:read"
    PERSON_INVITE = "person:invite"
    TEAM_MANAGE = "team:manage"
    TOKEN_MANAGE = "token:manage"  # noqa: S105 - a permission's name
    SESSION_MANAGE = "session:manage"


class Surface(StrEnum):
    """Through which door a request came."""

    CLI = "cli"
    API = "api"
    PORTAL = "portal"
    WORKER = "worker"
    DEMO = "demo"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks: a person, or a service token acting within its scope.

    Args:
        id: `mara`, or `token:ci-orders` for a token.
        roles: Global roles.
        teams: Names of the teams of which the actor is a member.
        token_permissions: For a service token, all it may do; None for a person.
        surface: Through which door.
    """

    id: str
    roles: frozenset[Role]
    teams: frozenset[str]
    surface: Surface
    token_permissions: frozenset[Permission] | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """On what. Empty fields mean that the thing has no such side.

    Args:
        kind: `platform`, `service`, `environment`, `change`, `waiver`, `finding`, `run`.
        name: Id or name of the thing.
        team: Owning team.
        environment: Environment name, such as `prod`.
        is_production: Whether the environment is one of production.
        requester: Who asked for it; the four-eyes rules look at this.
    """

    kind: str = "platform"
    name: str = "pavior"
    team: str = ""
    environment: str = ""
    is_production: bool = False
    requester: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who can sign in."""

    name: str
    display_name: str
    roles: frozenset[Role]
    teams: frozenset[str]
    created_at: datetime
    is_disabled: bool = False
