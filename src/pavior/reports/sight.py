"""What one actor may see: one state of the database, at one moment."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from pavior.catalog import store as catalog
from pavior.catalog.model import Service
from pavior.environments import store as environments
from pavior.environments.model import Environment
from pavior.identity.authorisation import Authoriser
from pavior.identity.model import Actor, Permission, Scope
from pavior.kernel.errors import ForbiddenError, MissingError
from pavior.reports.scopes import service_scope
from pavior.storage.database import Transaction


@dataclass(frozen=True, slots=True)
class Sight:
    """Every answer leaves out what the actor may not know of."""

    tx: Transaction
    authoriser: Authoriser
    actor: Actor
    now: datetime

    def require(self, permission: Permission, on: Scope | None = None) -> None:
        """Raises ForbiddenError `permission-denied`."""
        self.authoriser.authorise(self.actor, permission, on=on or Scope())

    def why_not(self, permission: Permission, on: Scope) -> str:
        """The sentence that says why the actor may not, or empty when the actor may."""
        try:
            self.authoriser.authorise(self.actor, permission, on=on)
        except (ForbiddenError, MissingError) as refusal:
            return refusal.summary
        return ""

    def may(self, permission: Permission, on: Scope) -> bool:
        """Whether the actor may."""
        return not self.why_not(permission, on)

    def services(self, permission: Permission) -> Mapping[str, Service]:
        """The services, by name, about which the actor may do this kind of reading."""
        # A large catalog has few teams, and policies see of a service no more than its team.
        is_allowed: dict[str, bool] = {}
        found = {}
        for service in catalog.list_services(self.tx):
            if service.team not in is_allowed:
                is_allowed[service.team] = self.may(permission, service_scope(service))
            if is_allowed[service.team]:
                found[service.name] = service
        return found

    def environments(self, services: Mapping[str, Service]) -> Mapping[str, Environment]:
        """All environments of these services, by id, in the order of the road."""
        return {item.id: item for item in environments.list_environments(self.tx) if item.service in services}


def missing(kind: str, name: str, *, command: str) -> MissingError:
    """What is said both when there is none and when the actor may not know: the two must not differ."""
    return MissingError(f"{kind}-missing", f"There is no {kind} {name[:80]}.", fix=f"List them with: {command}.")
