"""Secret documents of environments: sealed with a key that lies outside the data folder, bound to their row."""

from datetime import datetime
from enum import StrEnum

from pavior.environments.tables import sealed_documents
from pavior.kernel.clock import format_instant
from pavior.storage.database import Transaction
from pavior.storage.sealing import Sealer


class SealedKind(StrEnum):
    """What is sealed, and whose it is: the last one of each kind is kept."""

    STATE = "state"  # owner: environment id
    SAVED_PLAN = "saved-plan"  # owner: change id / plan number; gone once applied
    JOURNAL = "journal"  # owner: run id; gone once its state is the environment's
    VARIABLES = "variables"  # owner: change id; gone once the Change has ended


class Vault:
    """Reads and writes sealed documents."""

    def __init__(self, sealer: Sealer) -> None:
        self.sealer = sealer

    def write(self, transaction: Transaction, kind: SealedKind, owner: str, body: bytes, now: datetime) -> None:
        """Store `body` in place of what was there."""
        self.erase(transaction, kind, owner)
        sealed = self.sealer.seal(body, associated=f"{kind.value}:{owner}")
        transaction.execute(
            sealed_documents.insert().values(kind=kind.value, owner=owner, body=sealed, written_at=format_instant(now))
        )

    def find(self, transaction: Transaction, kind: SealedKind, owner: str) -> bytes | None:
        """The clear document.

        Raises:
            UnavailableError: `sealed-unreadable` when it was not sealed with our key for this row.
        """
        statement = sealed_documents.select().where(
            sealed_documents.c.kind == kind.value, sealed_documents.c.owner == owner
        )
        row = transaction.execute(statement).mappings().first()
        return None if row is None else self.sealer.open(row["body"], associated=f"{kind.value}:{owner}")

    def erase(self, transaction: Transaction, kind: SealedKind, owner: str) -> None:
        """Remove it, if it is there."""
        transaction.execute(
            sealed_documents.delete().where(sealed_documents.c.kind == kind.value, sealed_documents.c.owner == owner)
        )
