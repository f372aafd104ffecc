"""Tests as evidence: what CI saw of a commit counts for the threats that name those tests."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from pavior.audit.model import Event
from pavior.audit.service import record
from pavior.catalog import store as catalog
from pavior.catalog.model import Service
from pavior.identity.model import Actor, Permission
from pavior.reports.scopes import service_scope
from pavior.threatmodels import evidence_store
from pavior.threatmodels.junit import merge_reports
from pavior.threatmodels.standing_model import CaseOutcome, ReportedTests
from pavior.workflows.judge_threats import judge_service
from pavior.workflows.platform import Platform
from pavior.workflows.record_threats import read_model_of_commit


@dataclass(frozen=True, slots=True)
class ThreatTests:
    """Takes test reports."""

    platform: Platform

    def report_tests(self, actor: Actor, service: str, commit: str, reports: Mapping[str, bytes]) -> ReportedTests:
        """Keep what the tests that threats name came to at `commit`, and judge the threats again where it is deployed.

        Of a test that an earlier report of the same commit names, this one counts. The same report again changes
        nothing.

        Args:
            commit: Its hash, or the beginning of it.
            reports: JUnit XML by the name of its file; all are taken, or none.

        Raises:
            MissingError: `service-missing`, `commit-missing`; ForbiddenError: `permission-denied`.
            InvalidError: `test-report-too-large`, `test-report-unsafe`, `test-report-unreadable`, `test-report-empty`.
        """
        platform = self.platform
        with platform.database.snapshot() as transaction:
            found = catalog.get_service(transaction, service)
        platform.authoriser.authorise(actor, Permission.THREAT_REPORT_TESTS, on=service_scope(found))
        full = platform.forge.resolve(found.repository, commit)
        cases = merge_reports(reports)
        named = self._named(found, full)
        kept = {name: cases[name] for name in named if name in cases}
        reported = ReportedTests(
            service=found.name,
            commit=full,
            counts={outcome: sum(item is outcome for item in cases.values()) for outcome in CaseOutcome},
            kept=kept,
            missing=tuple(name for name in named if name not in cases),
        )
        now = platform.clock.now()
        with platform.database.transaction() as transaction:
            known = evidence_store.read_cases(transaction, found.name, full)
            if {**known, **kept} != known:
                evidence_store.write_cases(transaction, found.name, full, kept, now)
                record(transaction, _event(actor, reported, now), now)
                judge_service(transaction, found.name, now)
        return reported

    def _named(self, service: Service, commit: str) -> tuple[str, ...]:
        """The tests that threats of that commit's model name, masked as what they are compared with is."""
        recorded = read_model_of_commit(self.platform, service, commit)
        if recorded is None or recorded.model is None:
            return ()
        return tuple(dict.fromkeys(name for threat in recorded.model.threats for name in threat.tests))


def _event(actor: Actor, reported: ReportedTests, now: datetime) -> Event:
    return Event(
        verb="threat.tests-reported",
        actor=actor.id,
        surface=actor.surface.value,
        subject=f"service:default/{reported.service}",
        service=reported.service,
        started_at=now,
        ended_at=now,
        details={
            "commit": reported.commit,
            **{outcome.value: count for outcome, count in reported.counts.items()},
            "named": len(reported.kept),
        },
    )
