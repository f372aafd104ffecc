"""The small company of `testing.builders`, written to a database and a forge: two teams, three services, things open.

| what | stands |
| --- | --- |
| orders/dev (payments) | deployed by C-1, drifted; C-2 blocked; W-1 asked for, W-2 active; F-1 open, F-3 fixed |
| orders/prod (payments) | C-3 waits for approval |
| ledger/dev (finance) | unknown since the sandbox restarted, C-4 of finn planning, W-3 asked for, F-2 open |
| legacy (payments) | adopted, runs nowhere |

The one threat of orders is open in dev since its bucket is open; the model of ledger cannot be read.
"""

from dataclasses import dataclass
from datetime import timedelta

from pavior.audit.service import record
from pavior.catalog import store as catalog
from pavior.catalog.ports import Author
from pavior.environments import store as environments
from pavior.environments.model import ChangeKind, ChangeStatus, EnvironmentStatus
from pavior.findings import store as findings
from pavior.findings.model import FindingState
from pavior.identity import store as identity
from pavior.identity.model import Actor, Role, Surface
from pavior.inventory import store as inventory
from pavior.kernel.verdicts import Severity
from pavior.policy import level_store as levels
from pavior.policy import store as policy
from pavior.policy.levels import LevelScope
from pavior.policy.model import DecisionOutcome
from pavior.resources.drift import PropertyDrift, ResourceDrift
from pavior.resources.model import GraphFormat
from pavior.runs import store as runs
from pavior.runs.model import RunState
from pavior.storage.database import Transaction
from pavior.testing.builders import (
    BUCKET,
    NOON,
    PUBLIC_ACCESS,
    a_blocked_decision,
    a_change,
    a_decision,
    a_finding,
    a_graph,
    a_level_change,
    a_plan,
    a_run,
    a_service,
    a_started_level_change,
    a_waiver,
    an_approved_waiver,
    an_entity,
    an_environment,
    an_event,
)
from pavior.testing.memory_forge import MemoryForge
from pavior.testing.people import a_person, a_team
from pavior.testing.threat_builders import a_step, a_threat_model, an_open_standing
from pavior.threatmodels import model_store as threat_models
from pavior.threatmodels import store as threats
from pavior.threatmodels.model import ThreatState
from pavior.threatmodels.standing_model import RecordedModel

AWAITED_DIGEST = "3c" * 32
THREAT_MODEL = f"""\
version: 2
service: orders
scope: What takes and keeps orders.
assets:
  - {{id: orders, title: Orders, data_class: confidential}}
elements:
  - {{id: bucket, title: Bucket, kind: data-store, resources: [{BUCKET}], assets: [orders]}}
threats:
  - id: public-bucket
    title: Anybody reads the bucket
    category: information-disclosure
    severity: high
    places: [bucket]
    assets: [orders]
    controls: [{PUBLIC_ACCESS}]
"""
_PEOPLE = {
    "ada": ({Role.ADMIN}, set()),
    "finn": ({Role.DEVELOPER}, {"finance"}),
    "mara": ({Role.DEVELOPER}, {"payments"}),
    "nina": ({Role.DEVELOPER}, {"payments"}),
    "paul": ({Role.PLATFORM}, {"platform"}),
    "sam": ({Role.SECURITY}, {"security"}),
    "vic": ({Role.VIEWER}, set()),
}
_TEAMS = ("finance", "payments", "platform", "security")


@dataclass(frozen=True, slots=True)
class Commits:
    """Of orders: what runs in dev, and the head of the proposal `open-bucket`."""

    first: str
    proposed: str


def somebody(name: str, *, surface: Surface = Surface.PORTAL) -> Actor:
    """One of the company's people, as who asks."""
    roles, teams = _PEOPLE[name]
    return Actor(name, frozenset(roles), frozenset(teams), surface)


def write_company(tx: Transaction, forge: MemoryForge) -> Commits:
    """Write it all, once."""
    _people(tx)
    commits = make_repositories(forge)
    _services(tx, commits)
    _changes(tx, commits)
    _waivers(tx)
    levels.insert_level_change(tx, a_level_change(proposer="sam"))
    # To come, so that it changes nothing yet.
    levels.insert_level_change(tx, a_level_change(proposer="sam", scope=LevelScope("orders/dev")))
    levels.decide_level_change(tx, a_started_level_change(id="L-2", starts_at=NOON + timedelta(days=3_650)))
    _findings(tx)
    _threats(tx, commits)
    _runs(tx)
    return commits


def _people(tx: Transaction) -> None:
    for name in _TEAMS:
        identity.insert_team(tx, a_team(name=name, title=name.title(), members=frozenset()))
    for name, (roles, teams) in _PEOPLE.items():
        person = a_person(name=name, display_name=name.title(), roles=frozenset(roles), teams=frozenset(teams))
        identity.insert_person(tx, person)


def make_repositories(forge: MemoryForge) -> Commits:
    """The same commits each time; `write_company` does this as well."""
    mara = Author("Mara Lind", "mara@example.com")
    files = {"infra/main.tf": b"block = true\n", "threatmodel.yaml": THREAT_MODEL.encode(), "objectives.yaml": b"{}\n"}
    first = forge.create_repository("orders", files, author=mara, message="Create orders", now=NOON)
    forge.create_repository("ledger", {"README.md": b"# Ledger\n"}, author=mara, message="Create ledger", now=NOON)
    proposal = forge.propose(
        "orders",
        "open-bucket",
        {"infra/main.tf": b"block = false\n"},
        base=first,
        author=mara,
        message="Open the bucket",
        now=NOON,
    )
    return Commits(first, proposal.commit)


def _services(tx: Transaction, commits: Commits) -> None:
    catalog.insert_service(tx, a_service())
    catalog.insert_service(
        tx,
        a_service(
            name="ledger",
            title="Ledger",
            team="finance",
            repository="ledger",
            description="The books.",
            tags=("money",),
        ),
    )
    catalog.insert_service(
        tx,
        a_service(
            name="legacy", title="Legacy", repository="/srv/legacy", golden_path="", parameters={}, is_adopted=True
        ),
    )
    catalog.replace_entities(tx, "orders", (an_entity(),))
    dev = an_environment(commit=commits.first, status=EnvironmentStatus.DRIFTED, drift_checked_at=NOON)
    planned = {"status": EnvironmentStatus.PLANNED, "commit": "", "change_id": "", "deployed_at": None}
    environments.insert_environment(tx, dev, 0)
    environments.insert_environment(tx, an_environment(name="prod", is_production=True, **planned), 1)
    lost = an_environment(service="ledger", status=EnvironmentStatus.UNKNOWN, status_detail="Sandbox restarted.")
    environments.insert_environment(tx, lost, 0)
    inventory.write_observation(tx, "orders/dev", a_graph(format=GraphFormat.LIVE), NOON)
    found = ResourceDrift(
        BUCKET, "aws_s3_bucket", "changed", (PropertyDrift("tags.owner", expected="payments", actual=None),)
    )
    inventory.record_drift(
        tx,
        "orders/dev",
        [found],
        NOON,
        broken_controls={BUCKET: [PUBLIC_ACCESS]},
        severities={PUBLIC_ACCESS: Severity.HIGH},
    )


def _changes(tx: Transaction, commits: Commits) -> None:
    environments.insert_change(tx, a_change(commit=commits.first, branch=""))
    environments.insert_change(
        tx,
        a_change(title="Open the bucket", branch="open-bucket", commit=commits.proposed, status=ChangeStatus.BLOCKED),
    )
    environments.insert_change(
        tx,
        a_change(
            environment="prod",
            kind=ChangeKind.PROMOTE,
            commit=commits.first,
            branch="",
            status=ChangeStatus.AWAITING_APPROVAL,
        ),
    )
    environments.insert_change(
        tx, a_change(service="ledger", requester="finn", status=ChangeStatus.PLANNING, plan_number=0)
    )
    environments.insert_plan(tx, a_plan())
    environments.insert_plan(tx, a_plan(change_id="C-2", decision=a_blocked_decision()))
    awaited = a_decision(
        outcome=DecisionOutcome.NEEDS_APPROVAL,
        environment="orders/prod",
        plan_digest=AWAITED_DIGEST,
        approvals_required=1,
        reasons=("orders/prod is production.",),
    )
    environments.insert_plan(tx, a_plan(change_id="C-3", digest=AWAITED_DIGEST, decision=awaited))


def _waivers(tx: Transaction) -> None:
    policy.insert_waiver(tx, a_waiver(change_id="C-2"))
    policy.insert_waiver(tx, an_approved_waiver(control="tags-owner"))
    policy.insert_waiver(tx, a_waiver(environment="ledger/dev", requester="finn"))


def _findings(tx: Transaction) -> None:
    findings.insert_finding(tx, a_finding())
    findings.insert_finding(
        tx,
        a_finding(service="ledger", environment="ledger/dev", team="finance", severity=Severity.LOW),
    )
    findings.insert_finding(tx, a_finding(control="tags-owner", state=FindingState.FIXED, fixed_at=NOON))


def _threats(tx: Transaction, commits: Commits) -> None:
    model = a_threat_model()
    threat_models.record_model(tx, RecordedModel("orders", commits.first, "d1" * 32, NOON, is_latest=True, model=model))
    broken = "line 3: threats must be a list."
    threat_models.record_model(
        tx, RecordedModel("ledger", "c0" * 20, "", NOON, is_latest=True, model=None, problem=broken)
    )
    threats.write_standings(tx, "orders/dev", (an_open_standing(),))
    first, second = ThreatState.MITIGATED, ThreatState.OPEN
    threats.append_steps(
        tx,
        "orders/dev",
        (
            a_step(state=first, at=NOON - timedelta(days=2)),
            a_step(state=second, at=NOON, because=f"{PUBLIC_ACCESS} fails on {BUCKET}."),
        ),
    )


def _runs(tx: Transaction) -> None:
    runs.insert_run(tx, a_run(id="plan-C-2-1", subject="change:orders/C-2"))
    runs.append_log(tx, "plan-C-2-1", ("Planning orders/dev.", "Blocked."), NOON)
    runs.end_run(tx, "plan-C-2-1", RunState.BLOCKED, NOON + timedelta(seconds=4))
    runs.insert_run(tx, a_run(id="plan-C-4-1", subject="change:ledger/C-4", service="ledger", environment="ledger/dev"))
    opened = an_event(subject="change:orders/C-2")
    record(tx, opened, NOON)
    record(tx, an_event(actor="finn", subject="change:ledger/C-4", service="ledger", environment="ledger/dev"), NOON)
    record(tx, an_event(verb="person.invited", actor="ada", subject="person:default/vic", service=""), NOON)
