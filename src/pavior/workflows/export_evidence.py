"""Evidence about a framework, signed, for somebody who has no Pavior."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

import pavior
from pavior.audit.model import Event
from pavior.audit.service import record
from pavior.identity.model import Actor, Permission
from pavior.kernel.clock import format_instant
from pavior.policy.compliance import Framework
from pavior.policy.evidence_archive import write_archive
from pavior.policy.model import Control
from pavior.reports.compliance import ComplianceReader
from pavior.reports.compliance_view import Extent
from pavior.reports.evaluations import Evaluations, Memory
from pavior.reports.evidence import evidence_files, evidence_manifest, read_audit
from pavior.reports.sight import Sight
from pavior.storage.masking import Masker
from pavior.workflows.platform import Platform


@dataclass(frozen=True, slots=True)
class ExportedEvidence:
    """An archive, and what it is called."""

    name: str
    content: bytes = field(repr=False)
    digest: str = ""
    framework: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class EvidenceExports:
    """Exports evidence.

    Args:
        key: Of the installation; whoever has its public half can verify what is exported.
        read_rule: The text of a control's rule.
    """

    platform: Platform
    frameworks: tuple[Framework, ...]
    key: Ed25519PrivateKey = field(repr=False)
    read_rule: Callable[[Control], str | None]
    _memory: Memory = field(default_factory=Memory, init=False, repr=False, compare=False)

    def export_evidence(
        self, actor: Actor, framework: str, extent: Extent, *, at: datetime | None = None
    ) -> ExportedEvidence:
        """One framework with everything that its requirements rest on; the same bytes for the same facts and instant.

        Raises:
            ForbiddenError: `permission-denied`.
            MissingError: `framework-missing`, and those of the extent.
            InvalidError: `compliance-not-yet`, `evidence-too-large`.
        """
        platform = self.platform
        now = platform.clock.now()
        with platform.database.snapshot() as transaction:
            sight = Sight(transaction, platform.authoriser, actor, now)
            evaluations = Evaluations(platform.controls, self._memory)
            reader = ComplianceReader(sight, evaluations, self.frameworks, Permission.COMPLIANCE_EXPORT)
            measured = reader.measure(framework, extent, at)
            has_audit = sight.may_somewhere(Permission.AUDIT_READ)
            services = frozenset(place.environment.partition("/")[0] for place in measured.places)
            lines = read_audit(transaction, services, measured.at) if has_audit else []
        files = evidence_files(
            measured,
            platform.controls,
            read_rule=self.read_rule,
            audit_lines=lines,
            mask=Masker().mask_document,
        )
        manifest = evidence_manifest(measured, issuer=f"pavior {pavior.__version__}", has_audit=has_audit)
        content = write_archive(files, manifest, self.key)
        digest = hashlib.sha256(content).hexdigest()
        event = Event(
            verb="compliance.exported",
            actor=actor.id,
            surface=actor.surface.value,
            subject=f"framework:{measured.framework.id}",
            started_at=now,
            ended_at=now,
            details={"sha256": digest, "as_of": format_instant(measured.at), "over": str(extent)},
        )
        with platform.database.transaction() as transaction:
            record(transaction, event, now)
        name = f"{measured.framework.id}-{measured.at:%Y%m%dT%H%M%SZ}.zip"
        return ExportedEvidence(name, content, digest, measured.framework.id, measured.at)
