"""Levels and waivers of one environment, signed, for checks that run without a server."""

from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec import structs

from pavior.catalog import store as catalog
from pavior.environments import store as environments
from pavior.identity.model import Actor, Permission
from pavior.policy import level_store
from pavior.policy import store as policies
from pavior.policy.decision import controls_digest
from pavior.policy.level_documents import VALID_FOR, LevelDocument, SignedControl, sign_levels
from pavior.policy.levels import level_of
from pavior.policy.waiver_documents import sign_waivers
from pavior.reports.scopes import environment_scope
from pavior.workflows.platform import Platform


@dataclass(frozen=True, slots=True)
class SignedLevels:
    """Says what is enforced where and what is excused, as a document that can be verified offline.

    Args:
        key: Of the installation; whoever has its public half can verify what is said here.
        server: How the installation is called, such as its address.
    """

    platform: Platform
    key: Ed25519PrivateKey = field(repr=False)
    server: str

    def export_levels(self, actor: Actor, environment: str) -> str:
        """The signed document of `orders/prod`, valid for 24 hours from now; one line of JSON.

        Raises:
            MissingError: `environment-missing`.
        """
        platform = self.platform
        now = platform.clock.now()
        until = now + VALID_FOR
        with platform.database.snapshot() as transaction:
            found = environments.get_environment(transaction, environment)
            service = catalog.get_service(transaction, found.service)
            platform.authoriser.authorise(actor, Permission.ENVIRONMENT_READ, on=environment_scope(found, service))
            changes = tuple(
                # Who was hit, who wanted it and why is nobody's business who only checks; as of waivers, it stays here.
                structs.replace(item, evidence=None, reason="", proposer="", decided_by="", decision_reason="")
                for item in level_store.list_approved_level_changes(transaction)
                if item.scope.holds(found.id, service.team) and item.has_started(until)
            )
            asks_for_history = any(item.is_new_only for item in changes)
            first_seen = level_store.read_sightings(transaction, found.id) if asks_for_history else {}
            waivers = policies.list_in_force(transaction, found.id, now)
        document = LevelDocument(
            server=self.server,
            environment=found.id,
            team=service.team,
            issued_at=now,
            valid_until=until,
            controls_digest=controls_digest(platform.controls),
            controls={
                item.id: SignedControl(item.version, level_of(item, found.id))
                for item in platform.controls
                if item.is_asked
            },
            changes=changes,
            waivers=sign_waivers(waivers, now),
            first_seen=first_seen,
        )
        return sign_levels(document, self.key)
