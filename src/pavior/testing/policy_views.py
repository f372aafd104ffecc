"""What pages and commands show of controls, levels, waivers and compliance, for tests, by the rules that hold there."""

from datetime import timedelta
from typing import Any

from pavior.disputes.model import Dispute, DisputeCounts
from pavior.kernel.verdicts import Outcome, Phase
from pavior.overrides.model import OverrideCounts
from pavior.policy.compliance import (
    Evidence,
    Framework,
    Requirement,
    RequirementState,
    StateCounts,
    describe_mappings,
)
from pavior.policy.levels import LevelEvidence, LevelScope, Rung
from pavior.policy.model import Level
from pavior.policy.waiver_model import WaiverStep
from pavior.reports.compliance_view import ComplianceWeek, Extent, FrameworkSummary, FrameworkView, RequirementSummary
from pavior.reports.model import Match, Matches
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
from pavior.testing.builders import (
    BUCKET,
    NOON,
    PUBLIC_ACCESS,
    a_control,
    a_level_change,
    a_parameter,
    a_started_level_change,
    a_verdict,
    a_waiver,
    an_approved_waiver,
    an_environment,
)


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
        RequirementSummary(item.id, item.title, item.section, state, controls, (), evidence, phases, item.types)
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
        "asked_for_by": describe_mappings(summary.control, (a_framework(),)),
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
