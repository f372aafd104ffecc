"""Every route, asked once by who may and once by who may not; the list is complete."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, cast

import pytest
from fastapi.routing import APIRoute

from pavior.api.app import create_api
from pavior.api.calling import PERMISSION_FIELD
from pavior.cli.answer import to_json
from pavior.identity.model import ONLY_IN_PERSON, Actor, Permission
from pavior.kernel.pages import PageRequest
from pavior.policy.model import Level
from pavior.reports.compliance_view import Extent
from pavior.testing.builders import BUCKET, DIGEST, PUBLIC_ACCESS
from pavior.testing.company import make_repositories
from pavior.testing.memory_forge import MemoryForge
from pavior.threatmodels.model import ThreatCategory

if TYPE_CHECKING:
    from tests.api.conftest import Site

    from pavior.application import Application

ALL = PageRequest()
EVERYTHING = Extent()
KINDS = ("service", "environment", "state", "change", "finding", "waiver", "run", "person")
GRANTABLE = frozenset(Permission) - ONLY_IN_PERSON
NEW_SERVICE = {"golden_path": "python-service", "parameters": {"name": "billing", "team": "payments"}}
REVIEW_ANSWER = {"digest": "4f1d0c2b9a7e", "reason": "Only our own role may write to it."}
OVERRIDE = {"reason_class": "incident", "reason": "Checkout is down."}
WAIVER = {
    "control": PUBLIC_ACCESS,
    "environment": "orders/dev",
    "is_whole": True,
    "days": 3,
    "reason": "Only a price list.",
}
LEVEL = {"level": "warn", "environment": "dev", "reason": "The backlog is long."}
THREAT = "files-read-by-anybody"
TESTED = make_repositories(MemoryForge()).first
REPORTS = {"report.xml": '<testsuite><testcase classname="tests" name="test_it"/></testsuite>'}
EMPTY_PLAN = '{"format_version": "1.2", "terraform_version": "1.11.4", "resource_changes": []}'

Answer = Callable[["Application", Actor], object]


@dataclass(frozen=True)
class Ask:
    """One question.

    Args:
        route: As in the OpenAPI document.
        path: The same with names of the company in it.
        same_as: Gives what `--json` of the command prints for it.
    """

    method: str
    route: str
    path: str
    status: int = 200
    body: Mapping[str, Any] | None = None
    same_as: Answer | None = field(default=None, repr=False)

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def _path_document(path: object) -> dict[str, object]:
    names = ("name", "version", "title", "description", "owner", "parameters_schema", "day_two_parameters")
    return {name: getattr(path, name) for name in (*names, "environments", "engine")}


ASKS = (
    Ask("GET", "/home", "/home", same_as=lambda app, actor: app.pages.home(actor)),
    Ask(
        "GET",
        "/service-levels",
        "/service-levels",
        same_as=lambda app, actor: app.service_levels.list_service_levels(actor),
    ),
    Ask("GET", "/metrics", "/metrics", same_as=lambda app, actor: app.metrics.show(actor)),
    Ask(
        "GET",
        "/metrics/issues",
        "/metrics/issues?phase=live",
        same_as=lambda app, actor: app.threats.list_issues(actor, ALL, phase="live"),
    ),
    Ask(
        "GET",
        "/threats",
        "/threats?state=open",
        same_as=lambda app, actor: app.threats.list_threats(actor, ALL, state="open"),
    ),
    Ask("GET", "/threats/fleet", "/threats/fleet", same_as=lambda app, actor: app.threats.show_fleet(actor)),
    Ask(
        "GET",
        "/threats/models",
        "/threats/models?standing=missing",
        same_as=lambda app, actor: app.threats.list_models(actor, ALL, standing="missing"),
    ),
    Ask(
        "GET",
        "/threats/reopened",
        "/threats/reopened",
        same_as=lambda app, actor: app.threats.list_reopened(actor, ALL),
    ),
    Ask(
        "GET",
        "/services/{name}/threat-model",
        "/services/orders/threat-model",
        same_as=lambda app, actor: app.threats.get_model(actor, "orders"),
    ),
    Ask("GET", "/services/{name}/threat-model/picture.svg", "/services/orders/threat-model/picture.svg"),
    Ask("GET", "/services/{name}/threat-model/paper.pdf", "/services/orders/threat-model/paper.pdf"),
    Ask("GET", "/services/{name}/threat-model/otm.json", "/services/orders/threat-model/otm.json"),
    Ask(
        "GET",
        "/services/{name}/threats/{threat}",
        f"/services/orders/threats/{THREAT}",
        same_as=lambda app, actor: app.threats.get_threat(actor, "orders", THREAT),
    ),
    Ask(
        "GET",
        "/services/{name}/threats/{threat}/history",
        f"/services/orders/threats/{THREAT}/history",
        same_as=lambda app, actor: app.threats.list_history(actor, ALL, "orders", THREAT),
    ),
    Ask(
        "POST",
        "/services/{name}/threats/test-reports",
        "/services/orders/threats/test-reports",
        200,
        {"commit": TESTED, "reports": REPORTS},
        lambda app, actor: app.threat_tests.report_tests(
            actor, "orders", TESTED, {name: text.encode() for name, text in REPORTS.items()}
        ),
    ),
    Ask("GET", "/services", "/services", same_as=lambda app, actor: app.pages.list_services(actor, ALL)),
    Ask(
        "GET",
        "/services/{name}",
        "/services/orders",
        same_as=lambda app, actor: app.pages.get_service(actor, "orders"),
    ),
    Ask("POST", "/services", "/services", 202, NEW_SERVICE),
    Ask(
        "POST",
        "/services/preview",
        "/services/preview",
        200,
        NEW_SERVICE,
        lambda app, actor: app.creation.preview_service(actor, "python-service", NEW_SERVICE["parameters"]),  # type: ignore[arg-type] # the body above
    ),
    Ask(
        "GET",
        "/golden-paths",
        "/golden-paths",
        same_as=lambda app, actor: [_path_document(item) for item in app.creation.list_golden_paths(actor)],
    ),
    Ask(
        "GET",
        "/golden-paths/{name}",
        "/golden-paths/python-service",
        same_as=lambda app, actor: _path_document(app.creation.get_golden_path(actor, "python-service")),
    ),
    Ask("GET", "/changes", "/changes", same_as=lambda app, actor: app.pages.list_changes(actor, ALL)),
    Ask("POST", "/changes", "/changes", 202, {"environment": "orders/dev", "branch": "open-bucket"}),
    Ask(
        "GET",
        "/changes/{change_id}/plans/{number}/recomputed",
        "/changes/C-2/plans/1/recomputed",
        same_as=lambda app, actor: app.pages.recompute_decision(actor, "C-2", 1),
    ),
    Ask("GET", "/changes/{change_id}", "/changes/C-2", same_as=lambda app, actor: app.pages.get_change(actor, "C-2")),
    Ask(
        "GET",
        "/changes/{change_id}/decision",
        "/changes/C-2/decision",
        same_as=lambda app, actor: app.changes.ask_gate(actor, "C-2", app.clock.now()),
    ),
    Ask("POST", "/changes/{change_id}/plan", "/changes/C-2/plan", 202),
    Ask("POST", "/changes/{change_id}/approve", "/changes/C-3/approve", 200, {"plan_digest": DIGEST}),
    Ask("POST", "/changes/{change_id}/reject", "/changes/C-3/reject", 200, {"plan_digest": DIGEST, "reason": "No."}),
    Ask("POST", "/changes/{change_id}/cancel", "/changes/C-2/cancel"),
    Ask(
        "GET",
        "/environments/{service}/{stage}",
        "/environments/orders/dev",
        same_as=lambda app, actor: app.pages.get_environment(actor, "orders/dev"),
    ),
    Ask("POST", "/environments/{service}/{stage}/check-drift", "/environments/orders/dev/check-drift", 202),
    Ask("POST", "/environments/{service}/{stage}/revert-drift", "/environments/orders/dev/revert-drift", 202),
    Ask("POST", "/environments/{service}/{stage}/adopt-drift", "/environments/orders/dev/adopt-drift", 202, {}),
    Ask(
        "POST",
        "/environments/{service}/{stage}/gate",
        "/environments/orders/dev/gate",
        200,
        {"plan": EMPTY_PLAN},
        lambda app, actor: app.gate.gate_plan(actor, "orders/dev", EMPTY_PLAN.encode()),
    ),
    Ask("POST", "/environments/{service}/{stage}/rebuild", "/environments/orders/dev/rebuild", 202),
    Ask("POST", "/environments/{service}/{stage}/destroy", "/environments/orders/dev/destroy", 202),
    Ask(
        "GET",
        "/environments/{service}/{stage}/state",
        "/environments/orders/legacy/state",
        same_as=lambda app, actor: app.states.history(actor, "orders/legacy"),
    ),
    Ask("GET", "/environments/{service}/{stage}/state/{number}", "/environments/orders/legacy/state/1"),
    Ask(
        "POST",
        "/environments/{service}/{stage}/state/restore",
        "/environments/orders/old/state/restore",
        200,
        {"number": 1},
    ),
    Ask(
        "POST",
        "/environments/{service}/{stage}/state/unlock",
        "/environments/orders/legacy/state/unlock",
        200,
        {"reason": "x"},
    ),
    Ask(
        "POST",
        "/environments/{service}/{stage}/resize",
        "/environments/orders/dev/resize",
        202,
        {"parameters": {"size": "large"}},
    ),
    Ask("GET", "/installation", "/installation", same_as=lambda app, actor: app.overview.show_installation(actor)),
    Ask("GET", "/findings", "/findings", same_as=lambda app, actor: app.pages.list_findings(actor, ALL)),
    Ask(
        "GET", "/findings/{finding_id}", "/findings/F-1", same_as=lambda app, actor: app.pages.get_finding(actor, "F-1")
    ),
    Ask(
        "POST",
        "/findings/{finding_id}/mark-false-positive",
        "/findings/F-1/mark-false-positive",
        200,
        {"reason": "It holds only public files."},
    ),
    # F-1 is open, so there is nothing to take back: who may do it is told that.
    Ask("POST", "/findings/{finding_id}/reopen", "/findings/F-1/reopen", 409, {"reason": "It does not."}),
    Ask("GET", "/waivers", "/waivers", same_as=lambda app, actor: app.pages.list_waivers(actor, ALL)),
    Ask("POST", "/waivers", "/waivers", 201, WAIVER),
    Ask("GET", "/waivers/{waiver_id}", "/waivers/W-1", same_as=lambda app, actor: app.pages.get_waiver(actor, "W-1")),
    Ask(
        "GET",
        "/waivers/preview",
        f"/waivers/preview?control={PUBLIC_ACCESS}&environment=orders/dev",
        same_as=lambda app, actor: app.waivers.preview_waiver(actor, control=PUBLIC_ACCESS, environment="orders/dev"),
    ),
    Ask(
        "GET",
        "/waivers/{waiver_id}/history",
        "/waivers/W-1/history",
        same_as=lambda app, actor: app.pages.get_waiver_view(actor, "W-1"),
    ),
    Ask(
        "GET",
        "/waivers/{waiver_id}/replay",
        "/waivers/W-1/replay",
        same_as=lambda app, actor: app.pages.replay_waiver(actor, "W-1"),
    ),
    Ask(
        "POST",
        "/waivers/{waiver_id}/renew",
        "/waivers/W-2/renew",
        201,
        {"reason": "The CDN is late.", "days": 7, "may_match_nothing": True},
    ),
    Ask("POST", "/waivers/{waiver_id}/transfer", "/waivers/W-2/transfer", 200, {"team": "shipping", "reason": "Over."}),
    Ask("POST", "/waivers/{waiver_id}/approve", "/waivers/W-3/approve", 200, {}),
    Ask("POST", "/waivers/{waiver_id}/deny", "/waivers/W-3/deny", 200, {"reason": "The fix is one line."}),
    Ask("POST", "/waivers/{waiver_id}/revoke", "/waivers/W-2/revoke", 200, {"reason": "It was exploited."}),
    Ask(
        "GET",
        "/controls/{control_id}/levels",
        f"/controls/{PUBLIC_ACCESS}/levels",
        same_as=lambda app, actor: app.pages.get_levels(actor, PUBLIC_ACCESS),
    ),
    Ask(
        "GET",
        "/controls/{control_id}/replay",
        f"/controls/{PUBLIC_ACCESS}/replay?level=block",
        same_as=lambda app, actor: app.pages.replay_control(actor, PUBLIC_ACCESS, level=Level.BLOCK),
    ),
    Ask("GET", "/environments/{service}/{stage}/levels", "/environments/orders/dev/levels"),
    Ask("POST", "/controls/{control_id}/levels", f"/controls/{PUBLIC_ACCESS}/levels", 201, LEVEL),
    Ask(
        "GET",
        "/level-changes",
        "/level-changes",
        same_as=lambda app, actor: app.pages.list_level_changes(actor, ALL),
    ),
    Ask(
        "GET",
        "/level-changes/{change_id}",
        "/level-changes/L-1",
        same_as=lambda app, actor: app.pages.get_level_change(actor, "L-1"),
    ),
    Ask("POST", "/level-changes/{change_id}/plan", "/level-changes/L-1/plan", 200),
    Ask("POST", "/level-changes/{change_id}/revert", "/level-changes/L-2/revert", 201, {}),
    Ask("POST", "/level-changes/{change_id}/approve", "/level-changes/L-1/approve", 200, {}),
    Ask("POST", "/level-changes/{change_id}/reject", "/level-changes/L-1/reject", 200, {"reason": "Not now."}),
    Ask("GET", "/controls", "/controls", same_as=lambda app, actor: app.pages.list_controls(actor)),
    Ask(
        "GET",
        "/controls/{control_id}",
        f"/controls/{PUBLIC_ACCESS}",
        same_as=lambda app, actor: app.pages.get_control(actor, PUBLIC_ACCESS),
    ),
    Ask(
        "GET",
        "/controls/{control_id}/verdicts",
        f"/controls/{PUBLIC_ACCESS}/verdicts",
        same_as=lambda app, actor: app.pages.list_verdicts(actor, PUBLIC_ACCESS, ALL),
    ),
    Ask("GET", "/controls/coverage", "/controls/coverage", same_as=lambda app, actor: app.pages.show_coverage(actor)),
    Ask("GET", "/compliance", "/compliance", same_as=lambda app, actor: app.pages.list_frameworks(actor, EVERYTHING)),
    Ask(
        "GET",
        "/compliance/{framework}",
        "/compliance/nist-800-53?service=orders",
        same_as=lambda app, actor: app.pages.get_framework(actor, "nist-800-53", Extent(service="orders")),
    ),
    Ask("GET", "/compliance/{framework}/requirements.csv", "/compliance/nist-800-53/requirements.csv"),
    Ask(
        "GET",
        "/compliance/{framework}/evidence",
        "/compliance/nist-800-53/evidence?requirement=AC-3",
        same_as=lambda app, actor: app.pages.list_evidence(actor, "nist-800-53", EVERYTHING, ALL, requirement="AC-3"),
    ),
    Ask(
        "GET",
        "/threat-library",
        "/threat-library?category=tampering&control=image-tags-fixed&query=image",
        same_as=lambda app, actor: app.threat_library.list_threats(
            actor, category=ThreatCategory.TAMPERING, control="image-tags-fixed", query="image"
        ),
    ),
    Ask(
        "GET",
        "/threat-library/{threat}",
        "/threat-library/image-replaced-under-its-name",
        same_as=lambda app, actor: app.threat_library.get_threat(actor, "image-replaced-under-its-name"),
    ),
    Ask("GET", "/disputes", "/disputes", same_as=lambda app, actor: app.pages.list_disputes(actor, ALL)),
    Ask(
        "POST",
        "/controls/{control_id}/disputes",
        f"/controls/{PUBLIC_ACCESS}/disputes",
        201,
        {"environment": "orders/dev", "subject": BUCKET, "reason": "It holds the public price list."},
    ),
    Ask(
        "POST",
        "/disputes/{dispute_id}/answer",
        "/disputes/DP-1/answer",
        404,
        {"is_upheld": True, "reason": "There is none."},
    ),
    Ask(
        "GET",
        "/threats/reviews",
        "/threats/reviews",
        same_as=lambda app, actor: app.threats.list_reviews(actor, ALL),
    ),
    Ask("GET", "/threats/reviews/{review_id}", "/threats/reviews/TR-1", 404),
    Ask("POST", "/threats/reviews/{review_id}/sign-off", "/threats/reviews/TR-1/sign-off", 404, REVIEW_ANSWER),
    Ask("POST", "/threats/reviews/{review_id}/ask-changes", "/threats/reviews/TR-1/ask-changes", 404, REVIEW_ANSWER),
    Ask(
        "POST",
        "/services/{name}/threat-model/sign-off",
        "/services/orders/threat-model/sign-off",
        409,
        REVIEW_ANSWER,
    ),
    Ask("GET", "/overrides", "/overrides", same_as=lambda app, actor: app.pages.list_overrides(actor, ALL)),
    Ask("GET", "/overrides/{override_id}", "/overrides/OV-1", 404),
    # The small company keeps no saved plans, so nothing could be applied.
    Ask("POST", "/changes/{change_id}/overrides", "/changes/C-2/overrides", 409, OVERRIDE),
    Ask("POST", "/overrides/{override_id}/approve", "/overrides/OV-1/approve", 404, {}),
    Ask("POST", "/overrides/{override_id}/reject", "/overrides/OV-1/reject", 404, {"reason": "No."}),
    Ask("POST", "/overrides/{override_id}/revoke", "/overrides/OV-1/revoke", 404, {"reason": "Over."}),
    Ask(
        "POST",
        "/overrides/{override_id}/review",
        "/overrides/OV-1/review",
        404,
        {"outcome": "justified", "reason": "It was."},
    ),
    Ask("POST", "/compliance/{framework}/export", "/compliance/nist-800-53/export"),
    Ask("GET", "/runs", "/runs", same_as=lambda app, actor: app.runs.list_runs(actor, ALL)),
    Ask("GET", "/runs/{run_id}", "/runs/plan-C-2-1", same_as=lambda app, actor: app.runs.get_run(actor, "plan-C-2-1")),
    Ask(
        "GET",
        "/runs/{run_id}/log",
        "/runs/plan-C-2-1/log",
        same_as=lambda app, actor: app.runs.list_log(actor, "plan-C-2-1"),
    ),
    Ask("GET", "/runs/{run_id}/log/stream", "/runs/plan-C-2-1/log/stream"),
    Ask("POST", "/runs/{run_id}/cancel", "/runs/plan-C-4-1/cancel"),
    Ask("GET", "/audit/events", "/audit/events", same_as=lambda app, actor: app.audit.list_events(actor, ALL)),
    Ask("GET", "/audit/verification", "/audit/verification", same_as=lambda app, actor: app.audit.verify(actor)),
    Ask("GET", "/audit/export", "/audit/export"),
    Ask("GET", "/people", "/people", same_as=lambda app, actor: app.access.list_people(actor)),
    Ask("GET", "/people/{name}", "/people/mara", same_as=lambda app, actor: app.access.get_person(actor, "mara")),
    Ask("GET", "/teams", "/teams", same_as=lambda app, actor: app.access.list_teams(actor)),
)


@cache
def _routes() -> dict[tuple[str, str], Permission]:
    # Routes are the same whatever application answers them.
    document = create_api(cast("Application", None), public_url="https://pavior.example.com").openapi()
    return {
        (method.upper(), path): Permission(operation[PERMISSION_FIELD])
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    }


def _team(ask: Ask) -> str:
    return "finance" if any(name in ask.path for name in ("C-4", "W-3")) else "payments"


def test_every_route_is_asked_here() -> None:
    assert {(ask.method, ask.route) for ask in ASKS} == set(_routes())


def test_no_route_is_left_out_of_the_openapi_document_and_so_lacks_a_permission(shared_site: "Site") -> None:
    api = create_api(shared_site.application, public_url="https://pavior.example.com")
    flat = list(api.routes)
    served = set()
    while flat:
        route = flat.pop()
        if isinstance(route, APIRoute):
            served |= {(method, route.path) for method in route.methods or ()}
        else:
            inner = getattr(route, "routes", None)
            flat.extend(inner() if callable(inner) else inner or [])
    told = set(_routes())

    assert len(told) > 40
    assert served <= told


@pytest.mark.parametrize("ask", [ask for ask in ASKS if ask.same_as], ids=str)
def test_a_document_is_the_one_that_the_command_prints(shared_site: "Site", ask: Ask) -> None:
    token = shared_site.token(*GRANTABLE)
    expected = ask.same_as(shared_site.application, shared_site.actor(token)) if ask.same_as else None

    response = shared_site.client(token).request(ask.method, ask.path, json=ask.body)

    assert response.status_code == ask.status
    assert response.json() == to_json(expected)


@pytest.mark.parametrize("ask", ASKS, ids=str)
def test_a_token_with_the_named_permission_alone_is_let_in_and_decisions_are_for_persons(
    site: "Site", ask: Ask
) -> None:
    permission = _routes()[ask.method, ask.route]
    token = site.token(permission, team=_team(ask))

    response = site.client(token).request(ask.method, ask.path, json=ask.body)

    if permission in ONLY_IN_PERSON:
        # Of what it may not even read, the token is told that there is none.
        assert response.status_code == 404
        assert response.json()["code"].endswith("-missing")
    else:
        assert response.status_code == ask.status, response.text


@pytest.mark.parametrize("ask", ASKS, ids=str)
def test_a_token_with_all_other_permissions_is_refused_by_the_service(site: "Site", ask: Ask) -> None:
    permission = _routes()[ask.method, ask.route]
    token = site.token(*(GRANTABLE - {permission}), team=_team(ask))

    response = site.client(token).request(ask.method, ask.path, json=ask.body)

    assert (response.status_code, response.json()["code"]) in (
        (403, "permission-denied"),
        *(
            (404, f"{kind}-missing")
            for kind in (
                "service",
                "threat-review",
                "environment",
                "state",
                "change",
                "level-change",
                "finding",
                "waiver",
                "run",
                "person",
                "dispute",
                "override",
            )
        ),
    ), response.text


def test_a_person_behind_a_token_is_told_to_decide_in_person(site: "Site") -> None:
    response = site.client().post("/changes/C-3/approve", json={"plan_digest": DIGEST})

    assert (response.status_code, response.json()["code"]) == (403, "permission-denied")
    assert response.json()["fix"] == "Sign in and do it in person."


# --- what is asked for ---


def test_what_was_accepted_says_where_to_watch_it(site: "Site") -> None:
    client = site.client()

    created = client.post("/services", json=NEW_SERVICE)
    opened = client.post("/environments/orders/dev/revert-drift")
    asked = client.post("/waivers", json=WAIVER)

    assert created.headers["location"] == "/api/v1/runs/create-billing"
    assert opened.headers["location"] == f"/api/v1/changes/{opened.json()['id']}"
    assert asked.headers["location"] == "/api/v1/waivers/W-4"
    assert client.get(asked.headers["location"].removeprefix("/api/v1")).json() == asked.json()


def test_a_change_takes_secrets_and_tells_them_to_nobody(site: "Site") -> None:
    secret = "hunter2-hunter2"
    body = {"environment": "orders/dev", "branch": "open-bucket", "sensitive_variables": {"db": secret}}

    opened = site.client().post("/changes", json=body)
    shown = site.client().get(f"/changes/{opened.json()['id']}")

    assert opened.status_code == 202
    assert secret not in opened.text + shown.text


def test_lists_are_narrowed_and_cut(site: "Site") -> None:
    client = site.client()

    page = client.get("/changes", params={"open": "true", "limit": 1, "offset": 1}).json()

    assert ([item["id"] for item in page["items"]], page["total"], page["offset"]) == (["C-3"], 3, 1)
    assert [item["id"] for item in client.get("/findings", params={"service": "ledger"}).json()["items"]] == ["F-2"]
    assert client.get("/services", params={"query": "books"}).json()["total"] == 1


def test_the_gate_is_asked_for_an_instant(site: "Site") -> None:
    client = site.client()

    later = client.get("/changes/C-2/decision", params={"at": "2027-01-01T00:00:00Z"})
    wrong = client.get("/changes/C-2/decision", params={"at": "tomorrow"})

    assert later.json()["evaluated_at"] == "2027-01-01T00:00:00.000000Z"
    assert (wrong.status_code, wrong.json()["code"]) == (422, "instant-malformed")


def test_a_service_that_exists_is_a_conflict_and_stays_as_it_is(site: "Site") -> None:
    body = {"golden_path": "python-service", "parameters": {"name": "orders", "team": "payments"}}

    response = site.client().post("/services", json=body)

    assert (response.status_code, response.json()["code"]) == (409, "service-exists")


def test_the_wrong_answers_to_a_golden_path_are_named_one_by_one(site: "Site") -> None:
    body = {"golden_path": "python-service", "parameters": {"team": "payments", "size": "vast"}}

    response = site.client().post("/services", json=body)

    assert (response.status_code, response.json()["code"]) == (422, "parameters-invalid")
    assert [(item["place"], item["pointer"]) for item in response.json()["problems"]] == [
        ("body", "/parameters/name"),
        ("body", "/parameters/size"),
    ]


def test_an_export_is_json_lines_that_end_with_a_signed_head(site: "Site") -> None:
    response = site.client().get("/audit/export")

    lines = response.text.splitlines()
    assert response.headers["content-type"] == "application/x-ndjson"
    assert len(lines) == 4
    assert '"format":"pavior-audit-1"' in lines[-1]
