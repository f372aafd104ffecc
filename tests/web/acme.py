"""A pretend application: views from the builders, the real policies, nothing else."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, cast

from pavior.application import Application
from pavior.audit.model import Verification
from pavior.identity.authorisation import Authoriser
from pavior.identity.model import (
    Actor,
    Invitation,
    LinkKind,
    NewToken,
    OpenSession,
    Permission,
    Scope,
    Session,
    SignedIn,
)
from pavior.identity.single_sign_on import SingleSignOn
from pavior.kernel.errors import ConflictError, InvalidError, MissingError, PaviorError
from pavior.kernel.pages import Page, PageRequest
from pavior.observability.model import InstallationView
from pavior.reports.threat_library import ThreatLibrary
from pavior.reports.threat_page import draw_threat_page
from pavior.runs.model import LogLine, Run, RunState
from pavior.states.model import StateHistory
from pavior.storage.sealing import Sealer
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
from pavior.testing.overrides import an_override, an_override_view
from pavior.testing.people import a_person, a_team, a_token, an_actor
from pavior.testing.policy_views import (
    a_control_summary,
    a_control_view,
    a_coverage_view,
    a_dispute,
    a_framework_view,
    a_level_view,
    a_verdict_row,
    a_waiver_view,
    an_evidence,
    some_matches,
)
from pavior.testing.recomputing import a_recomputed_view
from pavior.testing.replay_views import a_replay_view
from pavior.testing.threat_builders import a_step, a_threat_page, an_open_standing
from pavior.testing.threat_reviews import a_threat_review, a_threat_review_view
from pavior.testing.threat_views import a_model_row, a_threat_fleet, a_threat_view, an_issue
from pavior.testing.views import (
    a_change_view,
    a_golden_path,
    a_home_view,
    a_metric_row,
    a_preview,
    a_search_view,
    a_service_level,
    a_service_summary,
    a_service_view,
    a_state_lock,
    a_state_version,
    an_environment_view,
    an_installation,
)
from pavior.threatmodels.library import load_library
from pavior.threatmodels.model import ThreatState
from pavior.threatmodels.otm_writing import write_otm
from pavior.workflows.export_evidence import ExportedEvidence

CSRF = "csrf-of-mara"
SECRET = "session-of-mara"


@dataclass
class Acme:
    """Everything the portal can show; a test changes what it is about. `said` is what services were told."""

    actor: Actor = field(default_factory=an_actor)
    now: datetime = NOON + timedelta(hours=1)
    home: Any = field(default_factory=a_home_view)
    services: tuple[Any, ...] = field(default_factory=lambda: (a_service_summary(),))
    service: Any = field(default_factory=a_service_view)
    change: Any = field(default_factory=a_change_view)
    recomputed: Any = field(default_factory=a_recomputed_view)
    environment: Any = field(default_factory=an_environment_view)
    finding: Any = field(default_factory=a_finding)
    waiver: Any = field(default_factory=a_waiver)
    matches: Any = field(default_factory=some_matches)
    earlier_waivers: tuple[Any, ...] = ()
    threat: Any = field(default_factory=a_threat_view)
    threat_fleet: Any = field(default_factory=a_threat_fleet)
    threats: tuple[Any, ...] = field(default_factory=lambda: (an_open_standing(),))
    threat_models: tuple[Any, ...] = field(default_factory=lambda: (a_model_row(),))
    reopened: tuple[Any, ...] = field(default_factory=lambda: (a_step(state=ThreatState.OPEN),))
    issues: tuple[Any, ...] = field(default_factory=lambda: (an_issue(),))
    control: Any = field(default_factory=a_control_summary)
    more_controls: tuple[Any, ...] = ()
    disputes: tuple[Any, ...] = field(default_factory=lambda: (a_dispute(),))
    overrides: tuple[Any, ...] = field(default_factory=lambda: (an_override(),))
    override_view: Any = field(default_factory=an_override_view)
    threat_reviews: tuple[Any, ...] = field(default_factory=lambda: (a_threat_review(),))
    threat_review_view: Any = field(default_factory=a_threat_review_view)
    framework: Any = field(default_factory=a_framework_view)
    evidence: tuple[Any, ...] = field(default_factory=lambda: (an_evidence(),))
    control_view: Any = field(default_factory=a_control_view)
    verdicts: tuple[Any, ...] = field(default_factory=lambda: (a_verdict_row(),))
    coverage: Any = field(default_factory=a_coverage_view)
    library: tuple[Any, ...] = field(default_factory=load_library)
    golden_path: Any = field(default_factory=a_golden_path)
    preview: Any = field(default_factory=a_preview)
    run: Run = field(default_factory=lambda: a_run(state=RunState.SUCCEEDED, ended_at=NOON))
    lines: tuple[LogLine, ...] = field(default_factory=lambda: (a_log_line(),))
    events: tuple[Any, ...] = field(default_factory=lambda: (a_recorded_event(),))
    metrics: tuple[Any, ...] = field(default_factory=lambda: (a_metric_row(),))
    found: Any = field(default_factory=a_search_view)
    levels: tuple[Any, ...] = field(default_factory=lambda: (a_service_level(),))
    level_view: Any = field(default_factory=a_level_view)
    replay: Any = field(default_factory=a_replay_view)
    people: tuple[Any, ...] = field(default_factory=lambda: (a_person(),))
    teams: tuple[Any, ...] = field(default_factory=lambda: (a_team(),))
    installation: InstallationView = field(default_factory=an_installation)
    threat_page: Any = field(default_factory=a_threat_page)
    kept: StateHistory = field(
        default_factory=lambda: StateHistory(
            "orders/dev", is_run_here=True, lock=a_state_lock(), versions=(a_state_version(),)
        )
    )
    tokens: tuple[Any, ...] = field(default_factory=lambda: (a_token(),))
    verification: Verification = field(default_factory=lambda: Verification(9, signed_up_to=9))
    refusal: PaviorError | None = None
    said: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)
    links: dict[str, str] = field(default_factory=lambda: {"good-link": "mara"})
    sessions: set[str] = field(default_factory=lambda: {SECRET})
    authoriser: Authoriser = field(default_factory=Authoriser)
    single_sign_on: SingleSignOn = field(default_factory=lambda: SingleSignOn(cast("Any", None), Sealer(bytes(32))))
    lines_at_once: int = 1000

    def application(self) -> Application:
        """As the portal sees it."""
        return cast("Application", _Application(self))


class Clock:
    def __init__(self, acme: Acme) -> None:
        self.acme = acme

    def now(self) -> datetime:
        return self.acme.now


class _Application:
    def __init__(self, acme: Acme) -> None:
        desk = _Services(acme)
        self.clock, self.authoriser, self.single_sign_on = Clock(acme), acme.authoriser, acme.single_sign_on
        self.access = self.pages = self.creation = self.changes = self.drift = desk
        self.acme = acme
        self.levels = self.threats = self.threat_reviews = desk
        self.states = self.waivers = self.evidence = self.disputes = self.overrides = self.triage = self.overview = (
            self.runs
        ) = self.audit = self.metrics = self.service_levels = desk

    @property
    def threat_library(self) -> ThreatLibrary:
        return ThreatLibrary(self.acme.library, self.acme.authoriser)


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

    def list_services(self, actor: Actor, page: PageRequest, *, query: str = "", team: str = "") -> Page[Any]:
        self._ask(actor, Permission.SERVICE_READ)
        found = tuple(row for row in self.acme.services if query in row.service.name and team in row.service.team)
        return self._page(found, page)

    def recompute_decision(self, actor: Actor, change_id: str, number: int) -> Any:
        self._ask(actor, Permission.CHANGE_READ)
        self._same("change", change_id, self.acme.recomputed.change_id)
        self._same("plan", str(number), str(self.acme.recomputed.number))
        return self.acme.recomputed

    def controls_by_id(self, actor: Actor) -> Mapping[str, Any]:
        self._ask(actor, Permission.CONTROL_READ)
        return {row.control.id: row.control for row in (self.acme.control, *self.acme.more_controls)}

    def list_verdicts(self, actor: Actor, control: str, page: PageRequest, **narrowed: str) -> Page[Any]:
        self._ask(actor, Permission.CONTROL_READ)
        self.acme.said.append(("list-verdicts", {"control": control, **narrowed}))
        return self._page(self.acme.verdicts, page)

    def list_frameworks(self, actor: Actor, extent: Any, **at: Any) -> tuple[Any, ...]:
        self._ask(actor, Permission.COMPLIANCE_READ)
        self.acme.said.append(("list-frameworks", {"extent": extent, **at}))
        return (self.acme.framework.framework,)

    def get_framework(self, actor: Actor, framework: str, extent: Any, **at: Any) -> Any:
        self._ask(actor, Permission.COMPLIANCE_READ)
        self._same("framework", framework, self.acme.framework.framework.id)
        self.acme.said.append(("get-framework", {"extent": extent, **at}))
        return self.acme.framework

    def list_evidence(self, actor: Actor, framework: str, extent: Any, page: PageRequest, **narrowed: Any) -> Page[Any]:
        self._ask(actor, Permission.COMPLIANCE_READ)
        return self._page(self.acme.evidence, page)

    def list_disputes(self, actor: Actor, page: PageRequest, **narrowed: str) -> Page[Any]:
        self._ask(actor, Permission.CONTROL_READ)
        self.acme.said.append(("list-disputes", narrowed))
        return self._page(self.acme.disputes, page)

    def replay_control(self, actor: Actor, control: str, **tried: Any) -> Any:
        self._do(actor, Permission.CONTROL_READ, "replay", control=control, **tried)
        return self.acme.replay

    def replay_waiver(self, actor: Actor, waiver: str) -> Any:
        self._ask(actor, Permission.WAIVER_READ)
        self._same("waiver", waiver, self.acme.waiver.id)
        return self.acme.replay

    def list_reviews(self, actor: Actor, page: PageRequest, **narrowed: Any) -> Page[Any]:
        self._ask(actor, Permission.THREAT_READ)
        self.acme.said.append(("list-threat-reviews", narrowed))
        return self._page(self.acme.threat_reviews, page)

    def list_overrides(self, actor: Actor, page: PageRequest, **narrowed: Any) -> Page[Any]:
        self._ask(actor, Permission.OVERRIDE_READ)
        self.acme.said.append(("list-overrides", narrowed))
        return self._page(self.acme.overrides, page)

    def list_threats(self, actor: Actor, page: PageRequest, **narrowed: str) -> Page[Any]:
        return self._threats(actor, "list-threats", self.acme.threats, page, narrowed)

    def list_models(self, actor: Actor, page: PageRequest, **narrowed: str) -> Page[Any]:
        return self._threats(actor, "list-models", self.acme.threat_models, page, narrowed)

    def list_reopened(self, actor: Actor, page: PageRequest) -> Page[Any]:
        return self._threats(actor, "list-reopened", self.acme.reopened, page, {})

    def list_issues(self, actor: Actor, page: PageRequest, **narrowed: str) -> Page[Any]:
        return self._threats(actor, "list-issues", self.acme.issues, page, narrowed)

    def _threats(
        self, actor: Actor, verb: str, items: tuple[Any, ...], page: PageRequest, narrowed: Mapping[str, str]
    ) -> Page[Any]:
        self._ask(actor, Permission.THREAT_READ)
        self.acme.said.append((verb, narrowed))
        return self._page(items, page)

    def draw_review(self, actor: Actor, review: str, *, is_standalone: bool = True) -> str:
        self._ask(actor, Permission.THREAT_READ)
        self._same("threat-review", review, self.acme.threat_review_view.review.id)
        return "<svg></svg>" if is_standalone else "<svg class='dfd'></svg>"

    def draw_threats(self, actor: Actor, service: str, *, is_standalone: bool = True) -> str:
        return draw_threat_page(self.get_threat_page(actor, service), is_standalone=is_standalone)

    def print_threats(self, actor: Actor, service: str) -> bytes:
        page = self.get_threat_page(actor, service)
        return f"%PDF of {page.digest}".encode()

    def export_threats(self, actor: Actor, service: str) -> str:
        model = self.get_threat_page(actor, service).model
        assert model is not None
        return write_otm(model)

    def list_log(self, actor: Actor, run_id: str, *, after: int = 0) -> tuple[LogLine, ...]:
        self._ask(actor, Permission.RUN_READ)
        return tuple(line for line in self.acme.lines if line.sequence > after)[: self.acme.lines_at_once]

    def read_on(self, actor: Actor, run_id: str, after: int) -> tuple[Run, tuple[LogLine, ...]]:
        self._same("run", run_id, self.acme.run.id)
        return self.acme.run, self.list_log(actor, run_id, after=after)

    def export(self, actor: Actor) -> Iterator[str]:
        self._ask(actor, Permission.AUDIT_READ)
        return iter(('{"sequence": 1}',))

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
        return Session(actor, person, NOON, NOON + timedelta(hours=12), CSRF, "this-session")

    def sign_out(self, session_secret: str) -> None:
        self.acme.sessions.discard(session_secret)

    def invite_person(self, actor: Actor, **said: Any) -> Invitation:
        self._do(actor, Permission.PERSON_INVITE, "invite", **said)
        return Invitation(said["name"], LinkKind.INVITATION, NOON + timedelta(hours=72), "one-time-secret")

    def create_login_link(self, actor: Actor, person: str) -> Invitation:
        self._ask(actor, Permission.SESSION_MANAGE, "session", requester=person)
        return Invitation(person, LinkKind.LOGIN, NOON + timedelta(minutes=75), "one-time-secret")

    def list_sessions(self, actor: Actor, person: str) -> tuple[OpenSession, ...]:
        self._ask(actor, Permission.SESSION_MANAGE, "session", requester=person)
        soon = NOON + timedelta(hours=2)
        return tuple(OpenSession(name, person, NOON, NOON, soon) for name in ("this-session", "other-session"))

    def end_session(self, actor: Actor, person: str, session_id: str) -> None:
        self._ask(actor, Permission.SESSION_MANAGE, "session", requester=person)
        self.acme.said.append(("end-session", {"person": person, "session": session_id}))

    def create_token(self, actor: Actor, **said: Any) -> NewToken:
        self._do(actor, Permission.TOKEN_MANAGE, "create-token", **said)
        return NewToken(a_token(name=said["name"]), "pavior_one-time-secret")

    def list_tokens(self, actor: Actor) -> tuple[Any, ...]:
        return self.acme.tokens

    def __getattr__(self, verb: str) -> Callable[..., Any]:
        permission, answer = (_READS | _VERBS)[verb]
        kind = verb.removeprefix("get_").replace("_", "-")

        def act(actor: Actor, *words: Any, **said: Any) -> Any:
            if verb in _VERBS:
                self._do(actor, permission, verb, words=words, **said)
                return answer(self.acme)
            self._ask(actor, permission)
            found = answer(self.acme)
            if verb.startswith("get_"):
                self._same("control" if verb == "get_levels" else kind, words[0], found[0])
                return found[1]
            return self._page(found, words[0]) if words and isinstance(words[0], PageRequest) else found

        return act


def _waiver_view(acme: Acme) -> Any:
    scope = Scope(kind="waiver", name=acme.waiver.id, requester=acme.waiver.requester)
    why_not = ""
    try:
        acme.authoriser.authorise(acme.actor, Permission.WAIVER_DECIDE, on=scope)
    except PaviorError as refusal:
        why_not = f"{refusal.summary} {refusal.fix}"
    return a_waiver_view(
        waiver=acme.waiver,
        matches=acme.matches,
        earlier=acme.earlier_waivers,
        may_not_decide_because=why_not,
        may_revoke=acme.authoriser.may(acme.actor, Permission.WAIVER_REVOKE, on=scope),
        may_transfer=acme.authoriser.may(acme.actor, Permission.WAIVER_TRANSFER, on=scope),
    )


# What is read: what it needs, and what Acme has; for one thing its id too.
_READS: dict[str, tuple[Permission, Callable[[Acme], Any]]] = {
    "home": (Permission.HOME_READ, lambda acme: acme.home),
    "get_service": (Permission.SERVICE_READ, lambda acme: (acme.service.service.name, acme.service)),
    "get_threat_page": (Permission.THREAT_READ, lambda acme: (acme.threat_page.service, acme.threat_page)),
    "get_golden_path": (Permission.SERVICE_READ, lambda acme: (acme.golden_path.name, acme.golden_path)),
    "list_golden_paths": (Permission.SERVICE_READ, lambda acme: (acme.golden_path,)),
    "get_change": (Permission.CHANGE_READ, lambda acme: (acme.change.change.id, acme.change)),
    "list_changes": (Permission.CHANGE_READ, lambda acme: (acme.change.change,)),
    "get_environment": (Permission.ENVIRONMENT_READ, lambda acme: (acme.environment.environment.id, acme.environment)),
    "get_finding": (Permission.FINDING_READ, lambda acme: (acme.finding.id, acme.finding)),
    "list_findings": (Permission.FINDING_READ, lambda acme: (acme.finding,)),
    "get_threat": (Permission.THREAT_READ, lambda acme: (acme.threat.service, acme.threat)),
    "show_fleet": (Permission.THREAT_READ, lambda acme: acme.threat_fleet),
    "get_waiver": (Permission.WAIVER_READ, lambda acme: (acme.waiver.id, acme.waiver)),
    "get_waiver_view": (Permission.WAIVER_READ, lambda acme: (acme.waiver.id, _waiver_view(acme))),
    "list_waivers": (Permission.WAIVER_READ, lambda acme: (acme.waiver,)),
    "get_review": (
        Permission.THREAT_READ,
        lambda acme: (acme.threat_review_view.review.id, acme.threat_review_view),
    ),
    "get_override": (Permission.OVERRIDE_READ, lambda acme: (acme.override_view.override.id, acme.override_view)),
    "get_control": (Permission.CONTROL_READ, lambda acme: (acme.control_view.control.id, acme.control_view)),
    "get_levels": (Permission.CONTROL_READ, lambda acme: (acme.control_view.control.id, acme.level_view)),
    "list_level_changes": (Permission.CONTROL_READ, lambda acme: acme.level_view.changes),
    "show_coverage": (Permission.CONTROL_READ, lambda acme: acme.coverage),
    "preview_waiver": (Permission.WAIVER_REQUEST, lambda acme: acme.matches),
    "list_controls": (Permission.CONTROL_READ, lambda acme: (acme.control, *acme.more_controls)),
    "get_run": (Permission.RUN_READ, lambda acme: (acme.run.id, acme.run)),
    "list_runs": (Permission.RUN_READ, lambda acme: (acme.run,)),
    "list_events": (Permission.AUDIT_READ, lambda acme: acme.events),
    "verify": (Permission.AUDIT_VERIFY, lambda acme: acme.verification),
    "show": (Permission.METRICS_READ, lambda acme: acme.metrics),
    "search": (Permission.SERVICE_READ, lambda acme: acme.found),
    "list_service_levels": (Permission.METRICS_READ, lambda acme: acme.levels),
    "list_people": (Permission.PERSON_READ, lambda acme: acme.people),
    "list_teams": (Permission.PERSON_READ, lambda acme: acme.teams),
    "show_installation": (Permission.INSTALLATION_READ, lambda acme: acme.installation),
    "history": (Permission.STATE_READ, lambda acme: acme.kept),
}


def _the_change(acme: Acme) -> Any:
    return acme.change.change


# Verbs that need nothing but their permission: what they need, and what they answer.
_VERBS: dict[str, tuple[Permission, Callable[[Acme], Any]]] = {
    "open_change": (Permission.CHANGE_OPEN, _the_change),
    "plan_again": (Permission.CHANGE_OPEN, _the_change),
    "cancel_change": (Permission.CHANGE_CANCEL, _the_change),
    "resize": (Permission.CHANGE_OPEN, _the_change),
    "revert_drift": (Permission.ENVIRONMENT_REVERT_DRIFT, _the_change),
    "adopt_drift": (Permission.ENVIRONMENT_ADOPT_DRIFT, _the_change),
    "restore": (Permission.STATE_WRITE, lambda acme: acme.kept),
    "force_unlock": (Permission.STATE_UNLOCK, lambda acme: acme.kept),
    "rebuild_environment": (Permission.ENVIRONMENT_REBUILD, _the_change),
    "destroy_environment": (Permission.ENVIRONMENT_DESTROY, _the_change),
    "check_drift": (Permission.ENVIRONMENT_CHECK_DRIFT, lambda acme: acme.run),
    "propose_level": (Permission.CONTROL_SET_LEVEL, lambda acme: acme.level_view.changes[0]),
    "approve_level": (Permission.CONTROL_DECIDE_LEVEL, lambda acme: acme.level_view.changes[0]),
    "plan_level_again": (Permission.CONTROL_SET_LEVEL, lambda acme: acme.level_view.changes[0]),
    "revert_level": (Permission.CONTROL_SET_LEVEL, lambda acme: acme.level_view.changes[0]),
    "reject_level": (Permission.CONTROL_SET_LEVEL, lambda acme: acme.level_view.changes[0]),
    "dispute": (Permission.CONTROL_DISPUTE, lambda acme: acme.disputes[0]),
    "answer": (Permission.CONTROL_ANSWER_DISPUTE, lambda acme: acme.disputes[0]),
    "sign_off": (Permission.THREAT_SIGN_OFF, lambda acme: acme.threat_reviews[0]),
    "ask_changes": (Permission.THREAT_SIGN_OFF, lambda acme: acme.threat_reviews[0]),
    "request_override": (Permission.OVERRIDE_REQUEST, lambda acme: acme.overrides[0]),
    "approve_override": (Permission.OVERRIDE_DECIDE, lambda acme: acme.overrides[0]),
    "reject_override": (Permission.OVERRIDE_DECIDE, lambda acme: acme.overrides[0]),
    "revoke_override": (Permission.OVERRIDE_REVOKE, lambda acme: acme.overrides[0]),
    "review_override": (Permission.OVERRIDE_REVIEW, lambda acme: acme.overrides[0]),
    "export_evidence": (Permission.COMPLIANCE_EXPORT, lambda _: ExportedEvidence("nist.zip", b"PK")),
    "request_waiver": (Permission.WAIVER_REQUEST, lambda acme: acme.waiver),
    "renew_waiver": (Permission.WAIVER_REQUEST, lambda acme: acme.waiver),
    "transfer_waiver": (Permission.WAIVER_TRANSFER, lambda acme: acme.waiver),
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
