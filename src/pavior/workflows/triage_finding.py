"""What a person says of a finding."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from pavior.audit.model import Event
from pavior.audit.service import record
from pavior.findings import service as findings
from pavior.findings import store
from pavior.findings.model import Finding
from pavior.identity.model import Actor, Permission, Scope
from pavior.storage.database import Transaction
from pavior.workflows.platform import Platform

Triage = Callable[[Transaction, Finding, str, datetime], Finding]


@dataclass(frozen=True, slots=True)
class FindingTriage:
    """The verbs of a finding that are not a waiver."""

    platform: Platform

    def mark_false_positive(self, actor: Actor, finding_id: str, *, reason: str) -> Finding:
        """The control is wrong here, and why. Raises InvalidError `reason-missing`."""
        return self._triage(actor, finding_id, reason, "finding.marked-false-positive", findings.mark_false_positive)

    def reopen(self, actor: Actor, finding_id: str, *, reason: str) -> Finding:
        """It is open after all."""
        return self._triage(actor, finding_id, reason, "finding.reopened", findings.reopen)

    def _triage(self, actor: Actor, finding_id: str, reason: str, verb: str, act: Triage) -> Finding:
        now = self.platform.clock.now()
        with self.platform.database.transaction() as transaction:
            finding = store.get_finding(transaction, finding_id)
            scope = Scope(kind="finding", name=finding.id, team=finding.team)
            self.platform.authoriser.authorise(actor, Permission.FINDING_TRIAGE, on=scope)
            changed = act(transaction, finding, self.platform.mask(reason), now)
            event = Event(
                verb=verb,
                actor=actor.id,
                surface=actor.surface.value,
                subject=f"finding:{finding.service}/{finding.id}",
                service=finding.service,
                environment=finding.environment,
                started_at=now,
                ended_at=now,
                details={"control": finding.control, "reason": reason},
            )
            record(transaction, event, now)
        return changed
