"""Reading and verifying the audit log."""

from collections.abc import Iterator

from pavior.audit.model import RecordedEvent
from pavior.identity.model import Actor
from pavior.kernel.pages import Page, PageRequest


class AuditLog:
    """The verbs of the audit log."""

    def list_events(self, actor: Actor, page: PageRequest, *, service: str = "") -> Page[RecordedEvent]:
        """Newest first."""
        raise NotImplementedError

    def verify(self, actor: Actor) -> object:
        """Walk the whole chain and the signed heads; says which row is wrong."""
        raise NotImplementedError

    def export(self, actor: Actor) -> Iterator[str]:
        """One JSON document a line, then the signed head."""
        raise NotImplementedError
