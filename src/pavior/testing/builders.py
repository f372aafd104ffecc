"""Values for tests: each complete and consistent with the others, and anything can be said differently by name.

They tell of one small company: `mara` of team `payments` runs service `orders` in `dev` and `prod`; `sam` is security.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from pavior.audit.model import Event, RecordedEvent
from pavior.catalog.model import Entity, Relation, Service
from pavior.catalog.ports import Author, CommitCheck, Proposal
from pavior.environments.model import (
    Approval,
    Change,
    ChangeKind,
    ChangeStatus,
    Environment,
    EnvironmentStatus,
    Plan,
)
from pavior.findings.model import Finding, FindingSource, FindingState, fingerprint
from pavior.inventory.model import Drift, DriftState
from pavior.kernel.refs import Ref
from pavior.kernel.verdicts import Outcome, Phase, Position, Severity, Verdict
from pavior.policy.levels import LevelChange, LevelChangeState, LevelScope
from pavior.policy.model import (
    Control,
    Coverage,
    Decision,
    DecisionOutcome,
    Effect,
    Level,
    Remediation,
    RuleResult,
    Ruling,
)
from pavior.policy.parameters import Parameter, ParameterType
from pavior.policy.waiver_model import Waiver, WaiverState
from pavior.resources.drift import PropertyDrift
from pavior.resources.model import Action, GraphFormat, PlanReading, Resource, ResourceChange, ResourceGraph
from pavior.runs.model import LogLine, Run, RunState

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
COMMIT = "4f1c2b7a9d0e3f5a6b8c1d2e3f4a5b6c7d8e9f00"
DIGEST = "9a" * 32
BUCKET = "aws_s3_bucket.data"
PUBLIC_ACCESS = "object-storage-no-public-access"


def a_service(**fields: Any) -> Service:
    """Orders, made from the golden path."""
    given = {
        "name": "orders",
        "title": "Orders",
        "description": "Takes orders and keeps them.",
        "team": "payments",
        "repository": "orders",
        "lifecycle": "production",
        "golden_path": "python-service",
        "golden_path_version": "1.0.0",
        "parameters": {"name": "orders", "team": "payments", "size": "small"},
        "data_class": "confidential",
        "created_at": NOON,
        "tags": ("python",),
    }
    return Service(**{**given, **fields})


def an_entity(**fields: Any) -> Entity:
    """The component of orders, as its catalog file says."""
    given = {
        "ref": Ref("component", "default", "orders"),
        "kind": "Component",
        "title": "Orders",
        "description": "Takes orders and keeps them.",
        "owner": Ref("group", "default", "payments"),
        "relations": (Relation("ownedBy", Ref("group", "default", "payments")),),
        "tags": ("python",),
        "document": {"kind": "Component", "metadata": {"name": "orders"}},
        "position": Position("catalog-info.yaml", 1, 12),
    }
    return Entity(**{**given, **fields})


def a_proposal(**fields: Any) -> Proposal:
    """A branch of orders that contains the newest main."""
    given = {
        "repository": "orders",
        "branch": "bigger-queue",
        "commit": COMMIT,
        "title": "Make the queue bigger",
        "author": Author("Mara Lind", "mara@example.com"),
        "committed_at": NOON,
        "is_behind": False,
    }
    return Proposal(**{**given, **fields})


def a_commit_check(**fields: Any) -> CommitCheck:
    """A result beside a commit: all is well."""
    return CommitCheck(**{"name": "pavior/controls", "state": "passed", "summary": "12 passed.", "link": "", **fields})


def an_environment(**fields: Any) -> Environment:
    """orders/dev, deployed."""
    given = {
        "service": "orders",
        "name": "dev",
        "is_production": False,
        "engine": "embedded",
        "status": EnvironmentStatus.DEPLOYED,
        "created_at": NOON,
        "commit": COMMIT,
        "change_id": "C-1",
        "cloud_instance": "sandbox-1",
        "deployed_at": NOON,
    }
    return Environment(**{**given, **fields})


def a_resource(**fields: Any) -> Resource:
    """A bucket, with its place in the source."""
    given = {
        "address": BUCKET,
        "type": "aws_s3_bucket",
        "values": {"bucket": "orders-dev-data"},
        "position": Position("infra/main.tf", 12, 20),
    }
    return Resource(**{**given, **fields})


def a_graph(*resources: Resource, **fields: Any) -> ResourceGraph:
    """These resources as planned; one bucket when none is given."""
    return ResourceGraph(**{"format": GraphFormat.TERRAFORM_PLAN, "resources": resources or (a_resource(),), **fields})


def a_resource_change(**fields: Any) -> ResourceChange:
    """The bucket will be created."""
    given = {
        "address": BUCKET,
        "type": "aws_s3_bucket",
        "action": Action.CREATE,
        "before": None,
        "after": {"bucket": "orders-dev-data"},
        "position": Position("infra/main.tf", 12, 20),
    }
    return ResourceChange(**{**given, **fields})


def a_plan_reading(**fields: Any) -> PlanReading:
    """A plan that creates the bucket."""
    given = {
        "graph": a_graph(),
        "changes": (a_resource_change(),),
        "prior": ResourceGraph(GraphFormat.TERRAFORM_PLAN, ()),
        "format_version": "1.2",
        "terraform_version": "1.9.0",
    }
    return PlanReading(**{**given, **fields})


def a_verdict(**fields: Any) -> Verdict:
    """The bucket is public."""
    given = {
        "control": PUBLIC_ACCESS,
        "subject": BUCKET,
        "phase": Phase.PLAN,
        "outcome": Outcome.FAILED,
        "message": "Everybody can read the bucket.",
        "attribute": "block_public_acls",
        "position": Position("infra/main.tf", 14, 14),
    }
    return Verdict(**{**given, **fields})


def a_ruling(**fields: Any) -> Ruling:
    """The public bucket blocks."""
    return Ruling(**{"verdict": a_verdict(), "level": Level.BLOCK, "effect": Effect.BLOCK, **fields})


def a_decision(**fields: Any) -> Decision:
    """Nothing was wrong: allowed. With rulings, say the outcome as well."""
    passed = a_verdict(outcome=Outcome.PASSED, message="")
    given = {
        "outcome": DecisionOutcome.ALLOWED,
        "environment": "orders/dev",
        "plan_digest": DIGEST,
        "controls_digest": "c0" * 32,
        "evaluated_at": NOON,
        "rulings": (a_ruling(verdict=passed, effect=Effect.PASS),),
        "approvals_required": 0,
        "reasons": (),
        "coverage": Coverage({"aws_s3_bucket": 1}, {}),
    }
    return Decision(**{**given, **fields})


def a_blocked_decision(**fields: Any) -> Decision:
    """The public bucket stopped it."""
    given = {
        "outcome": DecisionOutcome.BLOCKED,
        "rulings": (a_ruling(),),
        "reasons": (f"{PUBLIC_ACCESS} failed for {BUCKET}.",),
    }
    return a_decision(**{**given, **fields})


def a_plan(**fields: Any) -> Plan:
    """The first plan of C-1, allowed."""
    given = {
        "change_id": "C-1",
        "number": 1,
        "digest": DIGEST,
        "created_at": NOON,
        "engine": "embedded",
        "engine_version": "1",
        "reading": a_plan_reading(),
        "decision": a_decision(),
    }
    return Plan(**{**given, **fields})


def a_change(**fields: Any) -> Change:
    """C-1: Mara deploys a branch to orders/dev; it is verified."""
    given = {
        "id": "C-1",
        "service": "orders",
        "environment": "dev",
        "kind": ChangeKind.DEPLOY,
        "title": "Make the queue bigger",
        "requester": "mara",
        "branch": "bigger-queue",
        "commit": COMMIT,
        "status": ChangeStatus.VERIFIED,
        "created_at": NOON,
        "variables": {},
        "plan_number": 1,
    }
    return Change(**{**given, **fields})


def an_approval(**fields: Any) -> Approval:
    """Sam approved the first plan of C-1."""
    given = {
        "change_id": "C-1",
        "plan_digest": DIGEST,
        "person": "sam",
        "is_approved": True,
        "reason": "Seen together.",
        "at": NOON,
    }
    return Approval(**{**given, **fields})


def a_waiver(**fields: Any) -> Waiver:
    """W-1: Mara asked, nobody has decided."""
    given = {
        "id": "W-1",
        "control": PUBLIC_ACCESS,
        "environment": "orders/dev",
        "subject": BUCKET,
        "reason": "It holds only the public price list.",
        "requester": "mara",
        "requested_at": NOON,
        "days": 7,
        "state": WaiverState.REQUESTED,
    }
    return Waiver(**{**given, **fields})


def a_level_change(**fields: Any) -> LevelChange:
    """L-1: Sam wants public buckets blocked in production; nobody has decided."""
    given: dict[str, Any] = {
        "id": "L-1",
        "control": PUBLIC_ACCESS,
        "scope": LevelScope("prod"),
        "level": Level.BLOCK,
        "is_new_only": False,
        "reason": "The backlog is gone.",
        "proposer": "sam",
        "proposed_at": NOON,
    }
    return LevelChange(**{**given, **fields})


def a_started_level_change(**fields: Any) -> LevelChange:
    """The same, approved by Sven: in force from noon."""
    given = {
        "state": LevelChangeState.APPROVED,
        "decided_by": "sven",
        "decided_at": NOON,
        "starts_at": NOON,
    }
    return a_level_change(**{**given, **fields})


def an_approved_waiver(**fields: Any) -> Waiver:
    """W-1: Sam approved it at noon for seven days."""
    given = {
        "state": WaiverState.APPROVED,
        "decided_by": "sam",
        "decided_at": NOON,
        "expires_at": NOON + timedelta(days=7),
    }
    return a_waiver(**{**given, **fields})


def a_finding(**fields: Any) -> Finding:
    """F-1: the bucket of orders/dev is public."""
    given = {
        "id": "F-1",
        "control": PUBLIC_ACCESS,
        "service": "orders",
        "environment": "orders/dev",
        "subject": BUCKET,
        "phase": Phase.LIVE,
        "found_in": Phase.LIVE,
        "source": FindingSource.VERDICT,
        "severity": Severity.HIGH,
        "message": "Everybody can read the bucket.",
        "position": Position("infra/main.tf", 14, 14),
        "team": "payments",
        "state": FindingState.OPEN,
        "first_seen_at": NOON,
        "last_seen_at": NOON,
        "due_at": NOON + timedelta(days=30),
        **fields,
    }
    mark = fingerprint(given["control"], given["service"], given["environment"], given["subject"])
    return Finding(**{"fingerprint": mark, **given})


def a_drift(**fields: Any) -> Drift:
    """D-1: somebody took the public access block of orders/dev away."""
    given = {
        "id": "D-1",
        "environment": "orders/dev",
        "address": "aws_s3_bucket_public_access_block.data",
        "type": "aws_s3_bucket_public_access_block",
        "kind": "changed",
        "properties": (PropertyDrift("block_public_acls", expected=True, actual=False),),
        "controls": (PUBLIC_ACCESS,),
        "severity": Severity.HIGH,
        "state": DriftState.OPEN,
        "first_seen_at": NOON,
        "last_seen_at": NOON,
    }
    return Drift(**{**given, **fields})


def _no_rule(_: Any) -> RuleResult:
    return RuleResult(Outcome.PASSED)


def a_control(**fields: Any) -> Control:
    """Buckets are not public; blocks everywhere. Its rule passes whatever it is given."""
    given = {
        "id": PUBLIC_ACCESS,
        "title": "Object storage is not public",
        "view": "ObjectStore",
        "risk": "Anybody on the internet can read what the service keeps.",
        "severity": Severity.HIGH,
        "default_level": Level.BLOCK,
        "levels": {},
        "remediations": (Remediation("terraform", "block_public_acls = true"),),
        "lesson": "# Public buckets\n\nMost leaks begin with one.\n",
        "mappings": {"nist-800-53": ("AC-3",)},
        "equivalents": {"checkov": ("CKV_AWS_53",)},
        "version": "ab" * 32,
        "rule": _no_rule,
    }
    return Control(**{**given, **fields})


def a_parameter(**fields: Any) -> Parameter:
    """Days, of which 365 are the default and 90 were chosen."""
    given: dict[str, Any] = {
        "name": "retention_days",
        "type": ParameterType.INTEGER,
        "description": "For how many days logs are kept at least.",
        "minimum": 1,
        "value": 90,
        "origin": "controls.yaml:3",
    }
    return Parameter(**{**given, **fields})


def a_run(**fields: Any) -> Run:
    """The run that plans C-1, under way."""
    given = {
        "id": "plan-C-1-1",
        "kind": "plan_change",
        "subject": "change:orders/C-1",
        "service": "orders",
        "environment": "orders/dev",
        "requester": "mara",
        "state": RunState.RUNNING,
        "created_at": NOON,
        "started_at": NOON,
        "step": "plan",
        "progress": 1,
        "progress_total": 4,
    }
    return Run(**{**given, **fields})


def a_log_line(**fields: Any) -> LogLine:
    """The first line of a run's log."""
    return LogLine(**{"sequence": 1, "at": NOON, "text": "Planning orders/dev.", **fields})


def an_event(**fields: Any) -> Event:
    """Mara opened C-1 at the command line."""
    given = {
        "verb": "change.opened",
        "actor": "mara",
        "subject": "change:orders/C-1",
        "started_at": NOON,
        "ended_at": NOON,
        "surface": "cli",
        "service": "orders",
        "environment": "orders/dev",
    }
    return Event(**{**given, **fields})


def a_recorded_event(**fields: Any) -> RecordedEvent:
    """The first row of the audit log."""
    return RecordedEvent(**{"sequence": 1, "event": an_event(), "hash": "e1" * 32, **fields})
