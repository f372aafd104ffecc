"""What all verbs of a Change share."""

from dataclasses import dataclass

from pavior.catalog import store as catalog
from pavior.catalog.model import Service
from pavior.catalog.ports import Author
from pavior.environments import store
from pavior.environments.model import Change, Environment
from pavior.storage.database import Transaction
from pavior.workflows.platform import Platform


@dataclass(frozen=True, slots=True)
class ChangeDesk:
    """Where Changes are opened and answered."""

    platform: Platform

    def _locked(self, transaction: Transaction, change_id: str) -> tuple[Change, Environment, Service]:
        """The Change as it stays until the transaction ends, with where it is and whose. Raises MissingError."""
        change = store.lock_change(transaction, change_id)
        return change, *self._place(transaction, change)

    def _place(self, transaction: Transaction, change: Change) -> tuple[Environment, Service]:
        environment = store.get_environment(transaction, change.environment_id)
        return environment, catalog.get_service(transaction, change.service)


def author_of(actor_id: str) -> Author:
    """Whose name stands in a commit that is made for somebody."""
    return Author(actor_id, f"{actor_id.replace(':', '-')}@pavior.local")
