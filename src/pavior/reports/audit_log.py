"""Reading and verifying the audit log."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pavior.audit import service, store
from pavior.audit.model import RecordedEvent, Verification
from pavior.audit.service import HeadSigner
from pavior.identity.authorisation import Authoriser
from pavior.identity.model import Actor, Permission, Scope
from pavior.kernel.pages import Page, PageRequest
from pavior.storage.database import Database


@dataclass(frozen=True, slots=True)
class AuditLog:
    """The verbs of the audit log."""

    database: Database
    authoriser: Authoriser
    signer: HeadSigner

    def list_events(self, actor: Actor, page: PageRequest, *, service: str = "") -> Page[RecordedEvent]:
        """Newest first."""
        self.authoriser.authorise(actor, Permission.AUDIT_READ, on=Scope())
        with self.database.snapshot() as transaction:
            return store.list_events(transaction, page, service=service)

    def verify(self, actor: Actor) -> Verification:
        """Walk the whole chain and the signed heads; says which row is wrong."""
        self.authoriser.authorise(actor, Permission.AUDIT_VERIFY, on=Scope())
        with self.database.snapshot() as transaction:
            return service.verify(transaction, self.signer.public_key)

    def verify_export(self, actor: Actor, lines: Iterable[str]) -> Verification:
        """The same for an export that was kept elsewhere.

        Raises:
            InvalidError: `export-malformed`.
        """
        self.authoriser.authorise(actor, Permission.AUDIT_VERIFY, on=Scope())
        return service.verify_export(lines, self.signer.public_key)

    def export(self, actor: Actor) -> Iterator[str]:
        """One JSON document a line, then the signed head.

        The end of the log is signed first, unless the log is not intact: then the last head that was signed
        stands at the end, and verifying the export tells what is wrong.
        """
        self.authoriser.authorise(actor, Permission.AUDIT_READ, on=Scope())
        with self.database.transaction() as transaction:
            if service.verify(transaction, self.signer.public_key).is_intact:
                self.signer.sign_now(transaction)
        return self._lines()

    def _lines(self) -> Iterator[str]:
        with self.database.snapshot() as transaction:
            yield from service.export(transaction)
