"""What pages and commands show, for tests: made of the values in `testing.builders`, and told by the same rules."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from pavior.disputes.model import Dispute, DisputeCounts
from pavior.goldenpaths.model import GoldenPath
from pavior.kernel.pages import Page
from pavior.kernel.verdicts import Outcome, Phase
from pavior.observability.model import EngineOffered, HealthCheck, InstallationView, WorkerSeen
from pavior.overrides.model import OverrideCounts
from pavior.policy.compliance import Evidence, Framework, Requirement, RequirementState, StateCounts
from pavior.policy.levels import LevelEvidence, LevelScope, Rung
from pavior.policy.model import Level
from pavior.policy.waiver_model import WaiverStep
from pavior.reports.compliance_view import ComplianceWeek, Extent, FrameworkSummary, FrameworkView, RequirementSummary
from pavior.reports.model import (
    ChangeView,
    DayCount,
    Document,
    EnvironmentView,
    HomeView,
    Match,
    Matches,
    MetricRow,
    Preview,
    SearchView,
    ServiceLevel,
    ServiceSummary,
    ServiceView,
)
from pavior.reports.standing import (
    PHASES,
    ControlHistory,
    ControlSummary,
    ControlView,
    CoverageView,
    EnvironmentCoverage,
    Ladder,
    LevelView,
    Looked,
    NotAskedControl,
    OutcomeCounts,
    PhaseStanding,
    ProviderCoverage,
    SkippedPart,
    StageLevel,
    TeamCoverage,
    TeamStanding,
    TypeCoverage,
    UnplacedService,
    VerdictRow,
    WeekStanding,
)
from pavior.reports.waiver_page import WaiverView
from pavior.runs.model import RunState
from pavior.states.model import StateLock, StateVersion
from pavior.testing.builders import (
    BUCKET,
    COMMIT,
    NOON,
    PUBLIC_ACCESS,
    a_change,
    a_commit_check,
    a_control,
    a_decision,
    a_finding,
    a_level_change,
    a_parameter,
    a_plan,
    a_proposal,
    a_resource,
    a_resource_change,
    a_run,
    a_service,
    a_started_level_change,
    a_verdict,
    a_waiver,
    an_approved_waiver,
    an_entity,
    an_environment,
)


def a_golden_path(**fields: Any) -> GoldenPath:
    """python-service, with a name, a team and a size."""
    schema: Mapping[str, object] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "additionalProperties": False,
        "required": ["name", "team"],
        "properties": {
            "name": {"type": "string", "title": "Name", "pattern": "^[a-z][a-z0-9-]*$"},
            "team": {"type": "string", "title": "Team"},
            "size": {"type": "string", "title": "Size", "enum": ["small", "large"], "default": "small"},
        },
    }
    given: dict[str, Any] = {
        "name": "python-service",
        "version": "1.0.0",
        "title": "Python service",
        "description": "A small HTTP service that keeps records.",
        "owner": "platform",
        "parameters_schema": schema,
        "day_two_parameters": ("size",),
        "environments": (("dev", False), ("prod", True)),
        "engine": "",
        "folder": Path("/golden-paths/python-service"),
    }
    return GoldenPath(**{**given, **fields})


def a_framework(**fields: Any) -> Framework:
    """Of NIST: access, which the control about public buckets is about, and doors, which none is."""
    requirements = (
        Requirement("AC-3", "Access Enforcement", "Access Control"),
        Requirement("PE-3", "Physical Access Control", "Physical Protection"),
    )
    given: dict[str, Any] = {
        "id": "nist-800-53",
        "title": "NIST SP 800-53",
        "version": "Revision 5",
        "source": "https://doi.org/10.6028/NIST.SP.800-53r5",
        "scope": "Two of them.",
        "is_whole": False,
        "requirements": requirements,
    }
    return Framework(**{**given, **fields})


def a_framework_summary(**fields: Any) -> FrameworkSummary:
    """One requirement not met, one that no control is about."""
    framework = a_framework()
    given: dict[str, Any] = {
        "id": framework.id,
        "title": framework.title,
        "version": framework.version,
        "scope": framework.scope,
        "is_whole": False,
        "counts": StateCounts(met=0, not_met=1, waived=0, unknown=0, not_covered=1, total=2),
    }
    return FrameworkSummary(**{**given, **fields})


def a_framework_view(**fields: Any) -> FrameworkView:
    """Access fails on a bucket in a plan; nobody ever looked at orders/prod."""
    access, doors = (
        RequirementSummary(item.id, item.title, item.section, state, controls, (), evidence, phases)
        for item, state, controls, evidence, phases in zip(
            a_framework().requirements,
            (RequirementState.NOT_MET, RequirementState.NOT_COVERED),
            ((PUBLIC_ACCESS,), ()),
            (StateCounts(1, 1, 0, 0, 0, 2), StateCounts(0, 0, 0, 0, 0, 0)),
            ((Phase.PLAN,), ()),
            strict=True,
        )
    )
    given: dict[str, Any] = {
        "framework": a_framework_summary(),
        "source": a_framework().source,
        "extent": Extent(),
        "at": NOON,
        "facts_since": NOON - timedelta(days=20),
        "environments": 2,
        "never_evaluated": ("orders/prod",),
        "live": 1,
        "outdated": 1,
        "requirements": (access, doors),
        "unlisted": ("AC-99",),
        "weeks": (
            ComplianceWeek("2026-11-09", None),
            ComplianceWeek("2026-11-16", StateCounts(0, 0, 0, 1, 1, 2)),
            ComplianceWeek("2026-11-23", StateCounts(0, 1, 0, 0, 1, 2)),
        ),
    }
    return FrameworkView(**{**given, **fields})


def an_evidence(**fields: Any) -> Evidence:
    """The public bucket of orders/dev, in the plan of C-1."""
    given: dict[str, Any] = {
        "state": RequirementState.NOT_MET,
        "environment": "orders/dev",
        "team": "payments",
        "control": PUBLIC_ACCESS,
        "subject": "aws_s3_bucket.files",
        "outcome": Outcome.FAILED,
        "message": "Everybody can read the bucket.",
        "phase": Phase.PLAN,
        "at": NOON,
        "change_id": "C-1",
        "where": "infra/main.tf:14",
        "input_digest": "ab" * 32,
        "controls_digest": "cd" * 32,
    }
    return Evidence(**{**given, **fields})


def a_dispute(**fields: Any) -> Dispute:
    """DP-1: Mara says that the control is wrong about the public bucket of orders/dev; nobody answered yet."""
    given: dict[str, Any] = {
        "id": "DP-1",
        "control": PUBLIC_ACCESS,
        "environment": "orders/dev",
        "subject": "aws_s3_bucket.data",
        "outcome": "failed",
        "control_version": "ab" * 32,
        "reason": "It holds the public price list.",
        "requester": "mara",
        "requested_at": NOON,
    }
    return Dispute(**{**given, **fields})


def a_metric_row(**fields: Any) -> MetricRow:
    """Time to first deploy of orders: 41 seconds."""
    given = {
        "id": "time-to-first-deploy",
        "title": "Time to first deploy",
        "value": 41.0,
        "unit": "seconds",
        "sample_size": 1,
        "rows": (1, 9),
        "labels": {"service": "orders"},
        "measured_at": NOON,
    }
    return MetricRow(**{**given, **fields})


def a_search_view(**fields: Any) -> SearchView:
    """One of each kind."""
    given = {
        "services": Page((a_service_summary(),), 1),
        "changes": Page((a_change(),), 1),
        "findings": Page((a_finding(),), 1),
        "waivers": Page((a_waiver(),), 1),
        "controls": (a_control(),),
    }
    return SearchView(**{**given, **fields})


def a_service_level(**fields: Any) -> ServiceLevel:
    """Requests are answered: one of 4,000 was not."""
    days = tuple(DayCount(f"2026-11-{day:02}", 0, 0) for day in range(1, 27))
    given = {
        "id": "requests-answered",
        "title": "Requests are answered",
        "meaning": "Every request; good unless the answer is our fault.",
        "target_ratio": 0.999,
        "good": 3999,
        "total": 4000,
        "ratio": 0.99975,
        "budget_left": 0.75,
        "days": (*days, DayCount("2026-11-27", 1000, 1000), DayCount("2026-11-28", 2999, 3000)),
    }
    return ServiceLevel(**{**given, **fields})


def a_home_view(**fields: Any) -> HomeView:
    """Nothing waits."""
    given: dict[str, Any] = {
        "changes_to_approve": (),
        "waivers_to_decide": (),
        "my_open_changes": (),
        "my_findings": (),
        "drifted_environments": (),
        "unknown_environments": (),
        "running": (),
        "recent_events": (),
        "services_total": 0,
    }
    return HomeView(**{**given, **fields})


def some_matches(**fields: Any) -> Matches:
    """The bucket of orders/dev fails, and one more passes."""
    found = Match("orders/dev", BUCKET, Outcome.FAILED, "infra/main.tf")
    return Matches(**{"excused": (found,), "passing": 1, "environments": 1, "unknown": (), **fields})


def a_waiver_view(**fields: Any) -> WaiverView:
    """W-1, which Mara asked for, and nothing before it."""
    given: dict[str, Any] = {
        "waiver": a_waiver(),
        "steps": (WaiverStep("W-1", "requested", "mara", NOON, "It holds only the public price list."),),
        "earlier": (),
        "granted": 0,
        "days_excused": 0,
        "matches": some_matches(),
        "owner": "",
        "may_not_decide_because": "",
        "may_revoke": True,
        "may_transfer": True,
    }
    return WaiverView(**{**given, **fields})


def a_service_summary(**fields: Any) -> ServiceSummary:
    """Orders with its dev environment."""
    return ServiceSummary(**{"service": a_service(), "environments": (an_environment(),), "open_findings": 1, **fields})


def a_service_view(**fields: Any) -> ServiceView:
    """Orders, whole."""
    given: dict[str, Any] = {
        "service": a_service(),
        "clone_url": "/srv/pavior/repositories/orders.git",
        "head": COMMIT,
        "environments": (an_environment(), an_environment(name="prod", is_production=True)),
        "relations": an_entity().relations,
        "entities": (an_entity(),),
        "proposals": ((a_proposal(), (a_commit_check(),)),),
        "changes": (a_change(),),
        "findings": (a_finding(),),
        "threat_model": Document("threat-model.yaml", {"threats": []}, ()),
        "objectives": Document("objectives.yaml", {"objectives": []}, ()),
        "day_two_schema": {"type": "object", "properties": {"size": {"enum": ["small", "large"]}}},
    }
    return ServiceView(**{**given, **fields})


def a_change_view(**fields: Any) -> ChangeView:
    """C-1, whole; the reader may not approve it, because it is verified."""
    given: dict[str, Any] = {
        "change": a_change(),
        "plan": a_plan(),
        "diff": "",
        "approvals": (),
        "waivers": (),
        "runs": (a_run(state=RunState.SUCCEEDED, ended_at=NOON, progress=4),),
        "may_approve": False,
        "may_not_approve_because": "C-1 is verified: nobody is asked to approve it.",
    }
    return ChangeView(**{**given, **fields})


def an_environment_view(**fields: Any) -> EnvironmentView:
    """orders/dev, whole, with one resource and its verdict."""
    passed = a_verdict(outcome=Outcome.PASSED, message="", phase=Phase.LIVE)
    given: dict[str, Any] = {
        "environment": an_environment(),
        "service": a_service(),
        "resources": ((a_resource(), (passed,)),),
        "uncovered_types": (),
        "outputs": {"bucket": "orders-dev-data"},
        "drifts": (),
        "changes": (a_change(),),
        "findings": (),
        "waivers": (),
        "running": (),
    }
    return EnvironmentView(**{**given, **fields})


def a_preview(**fields: Any) -> Preview:
    """What python-service would make."""
    files: Mapping[str, str] = {"README.md": "# Orders\n", "infra/main.tf": 'resource "aws_s3_bucket" "data" {}\n'}
    given: dict[str, Any] = {
        "files": files,
        "changes": (a_resource_change(),),
        "decision": a_decision(),
        "environment": "orders/dev",
    }
    return Preview(**{**given, **fields})


def a_phase_standing(**fields: Any) -> PhaseStanding:
    """Of the latest plans: one failed, in one environment."""
    given: dict[str, Any] = {
        "phase": Phase.PLAN,
        "counts": OutcomeCounts(failed=1),
        "environments": 1,
        "outdated": 0,
        "oldest_at": NOON,
        "newest_at": NOON,
    }
    return PhaseStanding(**{**given, **fields})


def a_control_summary(**fields: Any) -> ControlSummary:
    """One finding, no waiver; failed in a plan, passed where it is live."""
    given: dict[str, Any] = {
        "control": a_control(parameters=(a_parameter(),)),
        "open_findings": 1,
        "active_waivers": 0,
        "standings": (a_phase_standing(), a_phase_standing(phase=Phase.LIVE, counts=OutcomeCounts(passed=1))),
        "teams": ("payments",),
    }
    return ControlSummary(**{**given, **fields})


def a_control_view(**fields: Any) -> ControlView:
    """The same control, whole, with two weeks in which plans were judged."""
    summary = a_control_summary()
    weeks = (
        WeekStanding("2026-11-16", OutcomeCounts(failed=2, passed=1), 2, 1),
        WeekStanding("2026-11-23", OutcomeCounts(failed=1, unknown=1, errored=1, passed=1), 3, 1),
    )
    given: dict[str, Any] = {
        "control": summary.control,
        "open_findings": 1,
        "active_waivers": 1,
        "standings": summary.standings,
        "teams": tuple(TeamStanding("payments", phase, OutcomeCounts(failed=1)) for phase in PHASES),
        "stages": (StageLevel("dev", summary.control.default_level, is_default=True, environments=("orders/dev",)),),
        "waivers": (an_approved_waiver(),),
        "history": ControlHistory(weeks, 5, is_cut=False),
        "disputes": DisputeCounts(open=1, upheld=1, rejected=2, denials=3),
        "overrides": OverrideCounts(
            asked=3, approved=2, blocked_plans=9, to_review=1, overdue=0, not_justified=1, control_wrong=0
        ),
    }
    return ControlView(**{**given, **fields})


def a_level_view(**fields: Any) -> LevelView:
    """Warned of in orders/dev since it came; blocked in orders/prod since yesterday; a proposal for all waits."""
    blocked = a_started_level_change(starts_at=NOON - timedelta(days=1), decided_at=NOON - timedelta(days=1))
    start = blocked.starts_at
    given: dict[str, Any] = {
        "control": a_control(default_level=Level.WARN),
        "ladders": (
            Ladder(("orders/dev",), (Rung(Level.WARN, is_new_only=False, since=None, until=None),)),
            Ladder(
                ("orders/prod",),
                (
                    Rung(Level.WARN, is_new_only=False, since=None, until=start),
                    Rung(Level.BLOCK, is_new_only=False, since=start, until=None, change=blocked),
                ),
            ),
        ),
        "changes": (
            a_level_change(
                id="L-2",
                scope=LevelScope(),
                is_new_only=True,
                wanted_from=NOON + timedelta(days=7),
                evidence=LevelEvidence("mixed", None, None, NOON, {"payments": 2}, {"finance": 1}, 2, 1, 3),
            ),
            blocked,
        ),
        "as_of": NOON,
    }
    return LevelView(**{**given, **fields})


def a_verdict_row(**fields: Any) -> VerdictRow:
    """The bucket of orders/dev, as C-1 plans it."""
    given: dict[str, Any] = {
        "verdict": a_verdict(),
        "environment": "orders/dev",
        "team": "payments",
        "at": NOON,
        "change_id": "C-1",
        "level": Level.BLOCK,
    }
    return VerdictRow(**{**given, **fields})


def a_coverage_view(**fields: Any) -> CoverageView:
    """One queue that no control looked at in orders/dev; orders/prod was never evaluated; legacy has no place."""
    looked = Looked(at=NOON, change_id="C-1", evaluated=3, uncovered=1, skipped=1)
    status = an_environment().status
    given: dict[str, Any] = {
        "types": (TypeCoverage("aws", "aws_sqs_queue", 1, 0, ("orders/dev",)),),
        "providers": (ProviderCoverage("hashicorp/aws", 1, 0),),
        "not_asked": (NotAskedControl("allowed-regions", "nobody has set its parameter regions", ("orders/dev",)),),
        "environments": (
            EnvironmentCoverage("orders/prod", "payments", status, None, None),
            EnvironmentCoverage("orders/dev", "payments", status, looked, None),
        ),
        "teams": (TeamCoverage("payments", 2, 1, 1, 0, 1),),
        "skipped": (SkippedPart("orders/dev", Phase.PLAN, "infra/other.tf", "It is no Terraform file."),),
        "unplaced_services": (UnplacedService("legacy", "payments"),),
        "outdated_plans": 1,
        "measured_at": NOON,
    }
    return CoverageView(**{**given, **fields})


def an_installation(**fields: Any) -> InstallationView:
    """Two workers, one of them gone; everything is well."""
    workers = (
        WorkerSeen("left", "at work", NOON, NOON + timedelta(minutes=59)),
        WorkerSeen("right", "gone", NOON, NOON),
    )
    given: dict[str, Any] = {
        "version": "1.0",
        "python": "3.11.2",
        "database": "postgresql",
        "tables": "0005",
        "cloud": "sandbox",
        "forge": "local_git",
        "engines": (EngineOffered("embedded", "1", is_default=True), EngineOffered("terraform", "", is_default=False)),
        "checks": (HealthCheck("database", is_well=True, detail=""), HealthCheck("disk", is_well=True, detail="")),
        "workers": workers,
        "queued": 2,
        "running": 1,
        "waiting_since": NOON + timedelta(minutes=50),
    }
    return InstallationView(**{**given, **fields})


def a_state_version(**fields: Any) -> StateVersion:
    """The first one, by an apply."""
    given: dict[str, Any] = {
        "environment": "orders/dev",
        "number": 1,
        "serial": 3,
        "lineage": "lineage-1",
        "digest": "a" * 64,
        "size_bytes": 12_345,
        "written_at": NOON,
        "written_by": "C-1",
    }
    return StateVersion(**{**given, **fields})


def a_state_lock(**fields: Any) -> StateLock:
    """Of somebody who plans."""
    given: dict[str, Any] = {
        "environment": "orders/dev",
        "id": "lock-1",
        "holder": "token:mara/ci",
        "locked_at": NOON,
        "info": {"Operation": "OperationTypePlan"},
    }
    return StateLock(**{**given, **fields})
