"""Every address of the portal; nothing is here without a permission, or a reason why it needs none."""

from pavior.identity.model import Permission
from pavior.web.handlers import (
    account,
    changes,
    compliance,
    controls,
    creating,
    disputes,
    environments,
    findings,
    home,
    levels,
    overrides,
    people,
    records,
    runs,
    services,
    waivers,
)
from pavior.web.routing import OpenRoute, PortalRoute
from pavior.web.visits import Handler

_ENVIRONMENT = "/environments/{service}/{stage}"


def _get(path: str, permission: Permission, handler: Handler) -> PortalRoute:
    return PortalRoute("GET", path, permission, handler)


def _post(path: str, permission: Permission, handler: Handler) -> PortalRoute:
    return PortalRoute("POST", path, permission, handler)


ROUTES: tuple[PortalRoute, ...] = (
    _get("/", Permission.HOME_READ, home.show_home),
    _get("/search", Permission.SERVICE_READ, home.search),
    _get("/services", Permission.SERVICE_READ, services.list_services),
    _get("/services/{service}", Permission.SERVICE_READ, services.show_service),
    _post("/services/{service}/resize", Permission.CHANGE_OPEN, services.resize),
    _get("/create", Permission.SERVICE_CREATE, creating.choose_golden_path),
    _get("/create/{golden_path}", Permission.SERVICE_CREATE, creating.show_form),
    _post("/create/{golden_path}/preview", Permission.SERVICE_CREATE, creating.preview),
    _post("/create/{golden_path}", Permission.SERVICE_CREATE, creating.create),
    _get("/changes", Permission.CHANGE_READ, changes.list_changes),
    _get("/changes/{change}", Permission.CHANGE_READ, changes.show_change),
    _get("/changes/{change}/plans/{number}/recomputed", Permission.CHANGE_READ, changes.show_recomputed),
    _post("/changes/{change}/approve", Permission.CHANGE_APPROVE, changes.approve),
    _post("/changes/{change}/reject", Permission.CHANGE_APPROVE, changes.reject),
    _post("/changes/{change}/plan", Permission.CHANGE_OPEN, changes.plan_again),
    _post("/changes/{change}/cancel", Permission.CHANGE_CANCEL, changes.cancel),
    _post("/changes/{change}/waivers", Permission.WAIVER_REQUEST, changes.ask_for_waiver),
    _get(_ENVIRONMENT, Permission.ENVIRONMENT_READ, environments.show_environment),
    _post(f"{_ENVIRONMENT}/changes", Permission.CHANGE_OPEN, environments.open_change),
    _post(f"{_ENVIRONMENT}/check-drift", Permission.ENVIRONMENT_CHECK_DRIFT, environments.check_drift),
    _post(f"{_ENVIRONMENT}/revert-drift", Permission.ENVIRONMENT_REVERT_DRIFT, environments.revert_drift),
    _post(f"{_ENVIRONMENT}/state/restore", Permission.STATE_WRITE, environments.restore_state),
    _post(f"{_ENVIRONMENT}/state/unlock", Permission.STATE_UNLOCK, environments.unlock_state),
    _post(f"{_ENVIRONMENT}/adopt-drift", Permission.ENVIRONMENT_ADOPT_DRIFT, environments.adopt_drift),
    _post(f"{_ENVIRONMENT}/rebuild", Permission.ENVIRONMENT_REBUILD, environments.rebuild),
    _post(f"{_ENVIRONMENT}/destroy", Permission.ENVIRONMENT_DESTROY, environments.destroy),
    _get("/findings", Permission.FINDING_READ, findings.list_findings),
    _get("/findings/{finding}", Permission.FINDING_READ, findings.show_finding),
    _post("/findings/{finding}/false-positive", Permission.FINDING_TRIAGE, findings.mark_false_positive),
    _post("/findings/{finding}/reopen", Permission.FINDING_TRIAGE, findings.reopen),
    _get("/waivers", Permission.WAIVER_READ, waivers.list_waivers),
    _get("/waivers/new", Permission.WAIVER_REQUEST, waivers.show_request),
    _post("/waivers", Permission.WAIVER_REQUEST, waivers.request),
    _get("/waivers/{waiver}", Permission.WAIVER_READ, waivers.show_waiver),
    _post("/waivers/{waiver}/approve", Permission.WAIVER_DECIDE, waivers.approve),
    _post("/waivers/{waiver}/deny", Permission.WAIVER_DECIDE, waivers.deny),
    _post("/waivers/{waiver}/revoke", Permission.WAIVER_REVOKE, waivers.revoke),
    _post("/waivers/{waiver}/renew", Permission.WAIVER_REQUEST, waivers.renew),
    _post("/waivers/{waiver}/transfer", Permission.WAIVER_TRANSFER, waivers.transfer),
    _get("/controls", Permission.CONTROL_READ, controls.list_controls),
    _get("/controls/coverage", Permission.CONTROL_READ, controls.show_coverage),
    _get("/controls/{control}", Permission.CONTROL_READ, controls.show_control),
    _post("/controls/{control}/levels", Permission.CONTROL_SET_LEVEL, levels.propose),
    _post("/controls/{control}/levels/{change}/approve", Permission.CONTROL_DECIDE_LEVEL, levels.approve),
    _post("/controls/{control}/levels/{change}/reject", Permission.CONTROL_SET_LEVEL, levels.reject),
    _get("/disputes", Permission.CONTROL_READ, disputes.list_disputes),
    _post("/changes/{change}/disputes", Permission.CONTROL_DISPUTE, disputes.dispute),
    _post("/disputes/{dispute}/answer", Permission.CONTROL_ANSWER_DISPUTE, disputes.answer),
    _get("/overrides", Permission.OVERRIDE_READ, overrides.list_overrides),
    _get("/overrides/{override}", Permission.OVERRIDE_READ, overrides.show_override),
    _post("/changes/{change}/overrides", Permission.OVERRIDE_REQUEST, overrides.request),
    _post("/overrides/{override}/approve", Permission.OVERRIDE_DECIDE, overrides.approve),
    _post("/overrides/{override}/reject", Permission.OVERRIDE_DECIDE, overrides.reject),
    _post("/overrides/{override}/revoke", Permission.OVERRIDE_REVOKE, overrides.revoke),
    _post("/overrides/{override}/review", Permission.OVERRIDE_REVIEW, overrides.review),
    _get("/compliance", Permission.COMPLIANCE_READ, compliance.list_frameworks),
    _get("/compliance/{framework}", Permission.COMPLIANCE_READ, compliance.show_framework),
    _get("/compliance/{framework}/requirements.csv", Permission.COMPLIANCE_READ, compliance.show_requirements),
    _post("/compliance/{framework}/export", Permission.COMPLIANCE_EXPORT, compliance.export_evidence),
    _get("/runs", Permission.RUN_READ, runs.list_runs),
    _get("/runs/{run}", Permission.RUN_READ, runs.show_run),
    _get("/runs/{run}/log", Permission.RUN_READ, runs.follow_run),
    _post("/runs/{run}/cancel", Permission.RUN_CANCEL, runs.cancel_run),
    # `/metrics` belongs to Prometheus.
    _get("/reports/metrics", Permission.METRICS_READ, records.show_metrics),
    _get("/reports/service-levels", Permission.METRICS_READ, records.show_service_levels),
    _get("/installation", Permission.INSTALLATION_READ, records.show_installation),
    _get("/audit", Permission.AUDIT_READ, records.show_audit),
    _get("/audit/verify", Permission.AUDIT_VERIFY, records.verify_audit),
    _get("/audit/export", Permission.AUDIT_READ, records.export_audit),
    _get("/people", Permission.PERSON_READ, people.show_people),
    _post("/people", Permission.PERSON_INVITE, people.invite),
    _post("/people/{person}/login-link", Permission.SESSION_MANAGE, people.give_login_link),
    _post("/people/{person}/roles", Permission.PERSON_INVITE, people.set_roles),
    _post("/people/{person}/disable", Permission.PERSON_INVITE, people.disable),
    _post("/teams", Permission.TEAM_MANAGE, people.create_team),
    _post("/teams/{team}/members", Permission.TEAM_MANAGE, people.set_membership),
    _get("/account", Permission.SESSION_MANAGE, account.show_account),
    _post("/account/sessions/{session}/end", Permission.SESSION_MANAGE, account.end_session),
    _post("/account/tokens", Permission.TOKEN_MANAGE, account.create_token),
    _post("/account/tokens/{token}/revoke", Permission.TOKEN_MANAGE, account.revoke_token),
)

OPEN_ROUTES: tuple[OpenRoute, ...] = (
    OpenRoute("GET", "/static/{name}", "style and scripts hold nothing of anybody's"),
    OpenRoute("GET", "/sign-in", "says how to sign in"),
    OpenRoute("GET", "/sign-in/{token}", "shows a button, and does nothing: programs look at links before people do"),
    OpenRoute("POST", "/sign-in/{token}", "whoever has the link may use it, once"),
    OpenRoute("GET", "/single-sign-on", "sends a browser to the identity provider"),
    OpenRoute("GET", "/single-sign-on/callback", "where it comes back; what it brings is verified"),
    OpenRoute("POST", "/sign-out", "ends only the session that it comes with"),
)
