"""All that a surface may call.

A frozen record of services, each of whose methods takes the Actor first and authorises it. Surfaces know nothing else
of what is below.
"""

from dataclasses import dataclass

from pavior.environments.workload_identity import WorkloadIdentity
from pavior.identity.access import Access
from pavior.identity.authorisation import Authoriser
from pavior.identity.single_sign_on import SingleSignOn
from pavior.kernel.clock import Clock
from pavior.reports.audit_log import AuditLog
from pavior.reports.metrics import Metrics
from pavior.reports.pages import Pages
from pavior.reports.service_levels import ServiceLevels
from pavior.reports.threat_library import ThreatLibrary
from pavior.reports.threats_reader import ThreatReader
from pavior.workflows.adopt_repository import AdoptRepository
from pavior.workflows.change_service import Changes
from pavior.workflows.check_drift import DriftChecks
from pavior.workflows.create_service import ServiceCreation
from pavior.workflows.dispute_control import Disputes
from pavior.workflows.export_evidence import EvidenceExports
from pavior.workflows.gate_plan import PlanGate
from pavior.workflows.health import Health
from pavior.workflows.keep_state import States
from pavior.workflows.override_gate import Overrides
from pavior.workflows.overview import Overview
from pavior.workflows.replay_golden_path import GoldenPathReplays
from pavior.workflows.report_tests import ThreatTests
from pavior.workflows.review_threats import ThreatReviews
from pavior.workflows.set_level import LevelChanges
from pavior.workflows.sign_levels import SignedLevels
from pavior.workflows.triage_finding import FindingTriage
from pavior.workflows.waiver_service import Waivers
from pavior.workflows.watch_run import RunWatch


@dataclass(frozen=True, slots=True)
class Application:
    """What Pavior does, verb by verb.

    Args:
        access: invitations, sign-in, sessions, service tokens, people and teams.
        single_sign_on: sign-in by an identity provider, and who is whom there.
        pages: everything that is only read: home, catalog, change, environment, findings, controls.
        threats: how threats stand, and stood: the list, one whole, the fleet, models, issues, reviews.
        creation: golden paths: list, preview, create.
        path_replays: what an edited golden path would come to.
        changes: open, approve, reject, cancel; promote, resize, rebuild, destroy, revert drift.
        drift: check an environment now.
        states: Terraform's states of people who run it by themselves.
        gate: decide about a plan that is applied elsewhere.
        levels: propose, plan, approve, reject or revert another level of a control.
        signed_levels: levels and waivers of one environment, for checks without a server.
        waivers: request, renew, preview, approve, deny, revoke, transfer.
        disputes: dispute a control's answer, answer it.
        overrides: request, approve, reject, revoke and review an override of one Decision.
        threat_library: what is known to go wrong, before any system is looked at.
        threat_tests: take what CI's tests came to, as evidence against threats.
        threat_reviews: sign off what a proposal does to a service's threats, or ask for changes.
        evidence: export what a framework's requirements rest on, signed.
        overview: the installation: whether it is well, who works, what waits.
        workload_identity: who Pavior is to clouds, where its own tokens are used.
    """

    clock: Clock
    authoriser: Authoriser
    access: Access
    single_sign_on: SingleSignOn
    pages: Pages
    threats: ThreatReader
    creation: ServiceCreation
    path_replays: GoldenPathReplays
    changes: Changes
    drift: DriftChecks
    states: States
    gate: PlanGate
    levels: LevelChanges
    signed_levels: SignedLevels
    waivers: Waivers
    disputes: Disputes
    overrides: Overrides
    threat_tests: ThreatTests
    threat_reviews: ThreatReviews
    evidence: EvidenceExports
    threat_library: ThreatLibrary
    triage: FindingTriage
    runs: RunWatch
    adoption: AdoptRepository
    audit: AuditLog
    metrics: Metrics
    service_levels: ServiceLevels
    health: Health
    overview: Overview
    workload_identity: WorkloadIdentity | None
