"""People, teams, and the one list of permissions."""

from dataclasses import dataclass, field
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
    ENVIRONMENT_GATE = "environment:gate"
    ENVIRONMENT_CHECK_DRIFT = "environment:check-drift"
    ENVIRONMENT_REVERT_DRIFT = "environment:revert-drift"
    ENVIRONMENT_ADOPT_DRIFT = "environment:adopt-drift"
    ENVIRONMENT_REBUILD = "environment:rebuild"
    ENVIRONMENT_DESTROY = "environment:destroy"
    CONTROL_READ = "control:read"
    CONTROL_SET_LEVEL = "control:set-level"
    CONTROL_DECIDE_LEVEL = "control:decide-level"
    CONTROL_DISPUTE = "control:dispute"
    CONTROL_ANSWER_DISPUTE = "control:answer-dispute"
    COMPLIANCE_READ = "compliance:read"
    COMPLIANCE_EXPORT = "compliance:export"
    STATE_READ = "state:read"
    STATE_WRITE = "state:write"
    STATE_UNLOCK = "state:unlock"
    FINDING_READ = "finding:read"
    FINDING_TRIAGE = "finding:triage"
    THREAT_READ = "threat:read"
    THREAT_SIGN_OFF = "threat:sign-off"
    THREAT_REPORT_TESTS = "threat:report-tests"
    WAIVER_READ = "waiver:read"
    WAIVER_REQUEST = "waiver:request"
    WAIVER_DECIDE = "waiver:decide"
    WAIVER_DECIDE_WIDE = "waiver:decide-wide"
    WAIVER_REVOKE = "waiver:revoke"
    WAIVER_TRANSFER = "waiver:transfer"
    OVERRIDE_READ = "override:read"
    OVERRIDE_REQUEST = "override:request"
    OVERRIDE_DECIDE = "override:decide"
    OVERRIDE_REVOKE = "override:revoke"
    OVERRIDE_REVIEW = "override:review"
    RUN_READ = "run:read"
    RUN_CANCEL = "run:cancel"
    AUDIT_READ = "audit:read"
    AUDIT_VERIFY = "audit:verify"
    METRICS_READ = "metrics:read"
    INSTALLATION_READ = "installation:read"
    PERSON_READ = "person:read"
    PERSON_INVITE = "person:invite"
    TEAM_MANAGE = "team:manage"
    TOKEN_MANAGE = "token:manage"  # noqa: S105 - a permission's name
    SESSION_MANAGE = "session:manage"


# The policies forbid them to tokens (`only-in-person`); refused here, so that nobody makes one in vain.
ONLY_IN_PERSON = frozenset(
    {
        Permission.CHANGE_APPROVE,
        Permission.CONTROL_SET_LEVEL,
        Permission.CONTROL_DECIDE_LEVEL,
        Permission.CONTROL_ANSWER_DISPUTE,
        Permission.THREAT_SIGN_OFF,
        Permission.WAIVER_DECIDE,
        Permission.WAIVER_DECIDE_WIDE,
        Permission.WAIVER_REVOKE,
        Permission.WAIVER_TRANSFER,
        Permission.OVERRIDE_DECIDE,
        Permission.OVERRIDE_REVOKE,
        Permission.OVERRIDE_REVIEW,
        Permission.PERSON_INVITE,
        Permission.TEAM_MANAGE,
        Permission.TOKEN_MANAGE,
        Permission.SESSION_MANAGE,
    }
)


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
        id: `mara`, or `token:mara/ci-orders` for a token that she made, and answers for.
        roles: Global roles.
        teams: Names of the teams of which the actor is a member.
        token_permissions: For a service token, all it may do; None for a person.
        token_environment: For a token of one environment, its id; it may do nothing elsewhere.
        surface: Through which door.
    """

    id: str
    roles: frozenset[Role]
    teams: frozenset[str]
    surface: Surface
    token_permissions: frozenset[Permission] | None = None
    token_environment: str = ""


@dataclass(frozen=True, slots=True)
class Scope:
    """On what. Empty fields mean that the thing has no such side.

    Args:
        kind: `platform`, `service`, `environment`, `change`, `waiver`, `finding`, `run`.
        name: Id or name of the thing.
        team: Owning team.
        environment: Environment name, such as `prod`.
        place: Id of the environment that it is in, such as `orders/prod`.
        is_production: Whether the environment is one of production.
        requester: Who asked for it; the four-eyes rules look at this.
        control_owner: The team that owns the control which it is about; empty where that is the role security.
        decider: Who decided about it; whoever looks at it afterwards is somebody else.
    """

    kind: str = "platform"
    name: str = "pavior"
    team: str = ""
    environment: str = ""
    place: str = ""
    is_production: bool = False
    requester: str = ""
    control_owner: str = ""
    decider: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who can sign in.

    Args:
        subject: Who they are at the identity provider; empty for somebody who signs in by links alone.
    """

    name: str
    display_name: str
    roles: frozenset[Role]
    teams: frozenset[str]
    created_at: datetime
    is_disabled: bool = False
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Team:
    """People who own services together."""

    name: str
    title: str
    members: frozenset[str]
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ServiceToken:
    """A token without its secret.

    Args:
        permissions: All it may do.
        team: The only team of whose things it may change something; empty for none.
        environment: Id of the only environment with which it may do anything; empty for all.
        creator: Its roles are theirs, at the moment of use.
    """

    name: str
    permissions: frozenset[Permission]
    team: str
    creator: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None
    environment: str = ""

    @property
    def actor_id(self) -> str:
        """As it stands in the audit log."""
        return f"token:{self.creator}/{self.name}"

    def is_valid(self, now: datetime) -> bool:
        """Whether it works; the expiry moment itself is too late."""
        return self.revoked_at is None and now < self.expires_at


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token with its secret, which is shown this one time."""

    token: ServiceToken
    secret: str = field(repr=False)


class LinkKind(StrEnum):
    """What a one-time link is for."""

    INVITATION = "invitation"
    LOGIN = "login"


@dataclass(frozen=True, slots=True)
class Invitation:
    """A link that signs one person in, once. `token` is the secret part of its address."""

    person: str
    kind: LinkKind
    expires_at: datetime
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session that has just begun; its secret is in no other place."""

    person: Person
    expires_at: datetime
    session_secret: str = field(repr=False)
    csrf_token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SignInAttempt:
    """One way through an identity provider and back.

    Args:
        state: Comes back with the answer.
        nonce: Comes back inside the ID token.
        verifier: Proves to the provider that who fetches the token is who began (PKCE, RFC 7636).
        redirect_uri: Where the provider sends the browser back to.
    """

    state: str
    nonce: str
    verifier: str = field(repr=False)
    redirect_uri: str


@dataclass(frozen=True, slots=True)
class ProviderAnswer:
    """What a browser brings back from the provider; anybody may have written it."""

    state: str = ""
    code: str = field(default="", repr=False)
    issuer: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class ProviderIdentity:
    """Somebody as an identity provider knows them.

    Args:
        subject: Never given to anybody else at this issuer.
        name: What they would be called here.
        groups: None when the provider did not say.
    """

    issuer: str
    subject: str
    name: str
    display_name: str
    groups: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody signed in, with the roles and teams of this moment."""

    actor: Actor
    person: Person
    started_at: datetime
    expires_at: datetime
    csrf_token: str = field(repr=False)
    id: str = ""


@dataclass(frozen=True, slots=True)
class OpenSession:
    """One place where somebody is signed in.

    Args:
        id: Tells it from the person's others, and lets nobody in.
        ends_at: When it ends by itself: at its expiry, or two hours after its last use.
    """

    id: str
    person: str
    started_at: datetime
    last_seen_at: datetime
    ends_at: datetime


# Acts on the machine itself; whoever can read the data folder and the keys is this one.
OPERATOR_ID = "operator"
# What happens because a rule of the operator says so, and nobody asked.
PLATFORM_ID = "pavior"


def local_operator(surface: Surface) -> Actor:
    """Whoever sits at the machine: they could change every file anyway."""
    return Actor(OPERATOR_ID, frozenset({Role.ADMIN}), frozenset(), surface)


def the_platform(surface: Surface) -> Actor:
    """Pavior itself, for the audit log; it may do nothing that is asked for."""
    return Actor(PLATFORM_ID, frozenset(), frozenset(), surface)


def person_behind(actor_id: str) -> str:
    """The person who answers for an actor: `mara` for `mara` and for `token:mara/ci-orders`."""
    if actor_id.startswith("token:"):
        return actor_id.removeprefix("token:").partition("/")[0]
    return actor_id
