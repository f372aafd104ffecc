"""A pretend application behind a real portal: views from the builders, the real policies, nothing else."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, cast

import pytest
from starlette.testclient import TestClient

from pavior.application import Application
from pavior.audit.model import Verification
from pavior.identity.authorisation import Authoriser
from pavior.identity.model import (
    Actor,
    Invitation,
    LinkKind,
    NewToken,
    Permission,
    Role,
    Scope,
    Session,
    SignedIn,
)
from pavior.kernel.errors import ConflictError, InvalidError, MissingError, PaviorError
from pavior.kernel.pages import Page, PageRequest
from pavior.runs.model import LogLine, Run, RunState
from pavior.testing.builders import (
    DIGEST,
    NOON,
    a_change,
    a_finding,
    a_log_line,
    a_recorded_event,
    a_run,
    a_waiver,
)
from pavior.testing.people import a_person, a_team, a_token, an_actor
from pavior.testing.views import (
    a_change_view,
    a_control_summary,
    a_golden_path,
    a_home_view,
    a_metric_row,
    a_preview,
    a_service_summary,
    a_service_view,
    an_environment_view,
)
from pavior.web.app import create_portal

PUBLIC_URL = "http://portal.example"
CSRF = "csrf-of-mara"
SECRET = "session-of-mara"
SAME_ORIGIN = {"sec-fetch-site": "same-origin", "origin": PUBLIC_URL}


@dataclass
class Acme:
    """Everything the portal can show; a test changes what it is about. `said` is what services were told."""

    actor: Actor = field(default_factory=an_actor)
    now: datetime = NOON + timedelta(hours=1)
    home: Any = field(default_factory=a_home_view)
    services: tuple[Any, ...] = field(default_factory=lambda: (a_service_summary(),))
    service: Any = field(default_factory=a_service_view)
    change: Any = field(default_factory=a_change_view)
    environment: Any = field(default_factory=an_environment_view)
    finding: Any = field(default_factory=a_finding)
    waiver: Any = field(default_factory=a_waiver)
    control: Any = field(default_factory=a_control_summary)
    golden_path: Any = field(default_factory=a_golden_path)
    preview: Any = field(default_factory=a_preview)
    run: Run = field(default_factory=lambda: a_run(state=RunState.SUCCEEDED, ended_at=NOON))
    lines: tuple[LogLine, ...] = field(default_factory=lambda: (a_log_line(),))
    events: tuple[Any, ...] = field(default_factory=lambda: (a_recorded_event(),))
    metrics: tuple[Any, ...] = field(default_factory=lambda: (a_metric_row(),))
    people: tuple[Any, ...] = field(default_factory=lambda: (a_person(),))
    teams: tuple[Any, ...] = field(default_factory=lambda: (a_team(),))
    tokens: tuple[Any, ...] = field(default_factory=lambda: (a_token(),))
    verification: Verification = field(default_factory=lambda: Verification(9, signed_up_to=9))
    refusal: PaviorError | None = None
    said: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)
    links: dict[str, str] = field(default_factory=lambda: {"good-link": "mara"})
    sessions: set[str] = field(default_factory=lambda: {SECRET})
    authoriser: Authoriser = field(default_factory=Authoriser)

    def application(self) -> Application:
        """As the portal sees it."""
        return cast("Application", _Application(self))


class _Clock:
    def __init__(self, acme: Acme) -> None:
        self.acme = acme

    def now(self) -> datetime:
        return self.acme.now


class _Application:
    def __init__(self, acme: Acme) -> None:
        desk = _Services(acme)
        self.clock, self.authoriser = _Clock(acme), acme.authoriser
        self.access = self.pages = self.creation = self.changes = self.drift = desk
        self.waivers = self.triage = self.runs = self.audit = self.metrics = desk


class _Services:
    """All verbs; each authorises as the real one does, on something of team payments."""

    def __init__(self, acme: Acme) -> None:
        self.acme = acme

    def _ask(self, actor: Actor, permission: Permission, kind: str = "service", **scope: Any) -> None:
        self.acme.authoriser.authorise(actor, permission, on=Scope(kind=kind, name="orders", team="payments", **scope))

    def _do(self, actor: Actor, permission: Permission, verb: str, /, **said: Any) -> None:
        kind = "environment" if permission.value.startswith("environment") else "change"
        self._ask(actor, permission, kind)
        if self.acme.refusal is not None:
            raise self.acme.refusal
        self.acme.said.append((verb, said))

    def _page(self, items: tuple[Any, ...], page: PageRequest) -> Page[Any]:
        return Page(items[page.offset : page.offset + page.size], len(items), page.offset)

    def _same(self, kind: str, asked: str, found: str) -> None:
        if asked != found:
            raise MissingError(f"{kind}-missing", f"There is no {kind} {asked[:80]}.", fix="Look at the list.")

    # Reading

    def home(self, actor: Actor) -> Any:
        self._ask(actor, Permission.HOME_READ)
        return self.acme.home

    def list_services(self, actor: Actor, page: PageRequest, *, query: str = "", team: str = "") -> Page[Any]:
        self._ask(actor, Permission.SERVICE_READ)
        found = tuple(row for row in self.acme.services if query in row.service.name and team in row.service.team)
        return self._page(found, page)

    def get_service(self, actor: Actor, name: str) -> Any:
        self._ask(actor, Permission.SERVICE_READ)
        self._same("service", name, self.acme.service.service.name)
        return self.acme.service

    def list_changes(self, actor: Actor, page: PageRequest, **_: Any) -> Page[Any]:
        self._ask(actor, Permission.CHANGE_READ)
        return self._page((self.acme.change.change,), page)

    def get_change(self, actor: Actor, change_id: str) -> Any:
        self._ask(actor, Permission.CHANGE_READ)
        self._same("change", change_id, self.acme.change.change.id)
        return self.acme.change

    def get_environment(self, actor: Actor, environment: str) -> Any:
        self._ask(actor, Permission.ENVIRONMENT_READ)
        self._same("environment", environment, self.acme.environment.environment.id)
        return self.acme.environment

    def list_findings(self, actor: Actor, page: PageRequest, **_: Any) -> Page[Any]:
        self._ask(actor, Permission.FINDING_READ)
        return self._page((self.acme.finding,), page)

    def get_finding(self, actor: Actor, finding_id: str) -> Any:
        self._ask(actor, Permission.FINDING_READ)
        self._same("finding", finding_id, self.acme.finding.id)
        return self.acme.finding

    def list_waivers(self, actor: Actor, page: PageRequest, **_: Any) -> Page[Any]:
        self._ask(actor, Permission.WAIVER_READ)
        return self._page((self.acme.waiver,), page)

    def get_waiver(self, actor: Actor, waiver_id: str) -> Any:
        self._ask(actor, Permission.WAIVER_READ)
        self._same("waiver", waiver_id, self.acme.waiver.id)
        return self.acme.waiver

    def list_controls(self, actor: Actor) -> tuple[Any, ...]:
        self._ask(actor, Permission.CONTROL_READ)
        return (self.acme.control,)

    def get_control(self, actor: Actor, control_id: str) -> Any:
        self._ask(actor, Permission.CONTROL_READ)
        self._same("control", control_id, self.acme.control.control.id)
        return self.acme.control

    def get_run(self, actor: Actor, run_id: str) -> Run:
        self._ask(actor, Permission.RUN_READ)
        self._same("run", run_id, self.acme.run.id)
        return self.acme.run

    def list_runs(self, actor: Actor, page: PageRequest, **_: Any) -> Page[Any]:
        self._ask(actor, Permission.RUN_READ)
        return self._page((self.acme.run,), page)

    def list_log(self, actor: Actor, run_id: str, *, after: int = 0) -> tuple[LogLine, ...]:
        self._ask(actor, Permission.RUN_READ)
        return tuple(line for line in self.acme.lines if line.sequence > after)

    def list_events(self, actor: Actor, page: PageRequest, **_: Any) -> Page[Any]:
        self._ask(actor, Permission.AUDIT_READ)
        return self._page(self.acme.events, page)

    def verify(self, actor: Actor) -> Verification:
        self._ask(actor, Permission.AUDIT_VERIFY)
        return self.acme.verification

    def export(self, actor: Actor) -> Iterator[str]:
        self._ask(actor, Permission.AUDIT_READ)
        return iter(('{"sequence": 1}',))

    def show(self, actor: Actor) -> tuple[Any, ...]:
        self._ask(actor, Permission.METRICS_READ)
        return self.acme.metrics

    def list_golden_paths(self, actor: Actor) -> tuple[Any, ...]:
        self._ask(actor, Permission.SERVICE_READ)
        return (self.acme.golden_path,)

    def get_golden_path(self, actor: Actor, name: str) -> Any:
        self._ask(actor, Permission.SERVICE_READ)
        self._same("golden-path", name, self.acme.golden_path.name)
        return self.acme.golden_path

    # Doing

    def preview_service(self, actor: Actor, golden_path: str, parameters: Mapping[str, object]) -> Any:
        self._do(actor, Permission.SERVICE_CREATE, "preview", golden_path=golden_path, parameters=parameters)
        return self.acme.preview

    def create_service(self, actor: Actor, golden_path: str, parameters: Mapping[str, object]) -> Run:
        self._do(actor, Permission.SERVICE_CREATE, "create", golden_path=golden_path, parameters=parameters)
        return self.acme.run

    def approve_change(self, actor: Actor, change_id: str, plan_digest: str, *, reason: str = "") -> Any:
        if plan_digest != DIGEST:
            raise ConflictError("plan-not-latest", "There is a newer plan.", fix="Look at it first.")
        self._do(actor, Permission.CHANGE_APPROVE, "approve", change=change_id, digest=plan_digest, reason=reason)
        return a_change(id=change_id)

    def reject_change(self, actor: Actor, change_id: str, plan_digest: str, *, reason: str) -> Any:
        if not reason:
            raise InvalidError("reason-missing", "A rejection needs a reason.", fix="Say why.")
        self._do(actor, Permission.CHANGE_APPROVE, "reject", change=change_id, digest=plan_digest, reason=reason)
        return a_change(id=change_id)

    def redeem(self, token: str) -> SignedIn:
        if token not in self.acme.links:
            raise InvalidError("link-invalid", "This link lets nobody in.", fix="Ask an admin for a new one.")
        self.acme.links.pop(token)
        self.acme.sessions.add(SECRET)
        return SignedIn(a_person(), self.acme.now + timedelta(hours=12), SECRET, CSRF)

    def find_session(self, session_secret: str) -> Session | None:
        if session_secret not in self.acme.sessions:
            return None
        actor = self.acme.actor
        person = replace(a_person(), name=actor.id, roles=actor.roles, teams=actor.teams)
        return Session(actor, person, NOON, NOON + timedelta(hours=12), CSRF)

    def sign_out(self, session_secret: str) -> None:
        self.acme.sessions.discard(session_secret)

    def list_people(self, actor: Actor) -> tuple[Any, ...]:
        self._ask(actor, Permission.PERSON_READ)
        return self.acme.people

    def list_teams(self, actor: Actor) -> tuple[Any, ...]:
        self._ask(actor, Permission.PERSON_READ)
        return self.acme.teams

    def invite_person(self, actor: Actor, **said: Any) -> Invitation:
        self._do(actor, Permission.PERSON_INVITE, "invite", **said)
        return Invitation(said["name"], LinkKind.INVITATION, NOON + timedelta(hours=72), "one-time-secret")

    def create_login_link(self, actor: Actor, person: str) -> Invitation:
        self._ask(actor, Permission.SESSION_MANAGE, "session", requester=person)
        return Invitation(person, LinkKind.LOGIN, NOON + timedelta(minutes=75), "one-time-secret")

    def create_token(self, actor: Actor, **said: Any) -> NewToken:
        self._do(actor, Permission.TOKEN_MANAGE, "create-token", **said)
        return NewToken(a_token(name=said["name"]), "pavior_one-time-secret")

    def list_tokens(self, actor: Actor) -> tuple[Any, ...]:
        return self.acme.tokens

    def __getattr__(self, verb: str) -> Callable[..., Any]:
        permission, answer = _VERBS[verb]

        def act(actor: Actor, *words: Any, **said: Any) -> Any:
            self._do(actor, permission, verb, words=words, **said)
            return answer(self.acme)

        return act


def _the_change(acme: Acme) -> Any:
    return acme.change.change


# Verbs that need nothing but their permission: what they need, and what they answer.
_VERBS: dict[str, tuple[Permission, Callable[[Acme], Any]]] = {
    "open_change": (Permission.CHANGE_OPEN, _the_change),
    "plan_again": (Permission.CHANGE_OPEN, _the_change),
    "cancel_change": (Permission.CHANGE_CANCEL, _the_change),
    "resize": (Permission.CHANGE_OPEN, _the_change),
    "revert_drift": (Permission.ENVIRONMENT_REVERT_DRIFT, _the_change),
    "rebuild_environment": (Permission.ENVIRONMENT_REBUILD, _the_change),
    "destroy_environment": (Permission.ENVIRONMENT_DESTROY, _the_change),
    "check_drift": (Permission.ENVIRONMENT_CHECK_DRIFT, lambda acme: acme.run),
    "request_waiver": (Permission.WAIVER_REQUEST, lambda acme: acme.waiver),
    "approve_waiver": (Permission.WAIVER_DECIDE, lambda acme: acme.waiver),
    "deny_waiver": (Permission.WAIVER_DECIDE, lambda acme: acme.waiver),
    "revoke_waiver": (Permission.WAIVER_REVOKE, lambda acme: acme.waiver),
    "mark_false_positive": (Permission.FINDING_TRIAGE, lambda acme: acme.finding),
    "reopen": (Permission.FINDING_TRIAGE, lambda acme: acme.finding),
    "cancel_run": (Permission.RUN_CANCEL, lambda acme: acme.run),
    "set_roles": (Permission.PERSON_INVITE, lambda acme: acme.people[0]),
    "disable_person": (Permission.PERSON_INVITE, lambda acme: acme.people[0]),
    "create_team": (Permission.TEAM_MANAGE, lambda acme: acme.teams[0]),
    "set_membership": (Permission.TEAM_MANAGE, lambda acme: acme.teams[0]),
    "revoke_token": (Permission.TOKEN_MANAGE, lambda acme: acme.tokens[0]),
}


@pytest.fixture
def acme() -> Acme:
    """What the portal shows."""
    return Acme()


def _client(acme: Acme, *, is_secure_cookie: bool = False) -> TestClient:
    portal = create_portal(acme.application(), public_url=PUBLIC_URL, is_secure_cookie=is_secure_cookie)
    return TestClient(portal, base_url=PUBLIC_URL, follow_redirects=False)


@pytest.fixture
def stranger(acme: Acme) -> TestClient:
    """A browser of somebody who is not signed in."""
    return _client(acme)


@pytest.fixture
def browser(acme: Acme) -> TestClient:
    """Mara's browser, signed in; its requests come from our own pages."""
    client = _client(acme)
    client.cookies.set("pavior-session", SECRET)
    client.headers.update(SAME_ORIGIN)
    return client


@pytest.fixture
def admin(acme: Acme) -> Acme:
    """The same, for somebody who may do everything."""
    acme.actor = an_actor(id="ada", roles=frozenset({Role.ADMIN}))
    return acme
