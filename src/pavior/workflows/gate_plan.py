"""The gate for a plan that is applied elsewhere: same controls, levels and waivers, as proof to be carried there."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

import pavior
from pavior.audit.model import Event
from pavior.audit.service import record
from pavior.catalog import store as catalog
from pavior.environments import store
from pavior.environments.model import ChangeKind
from pavior.identity.model import Actor, Permission
from pavior.policy import store as waivers
from pavior.policy.attesting import attest
from pavior.policy.model import Decision, DecisionOutcome
from pavior.reports.scopes import environment_scope
from pavior.resources.join import join
from pavior.workflows.gate import judge
from pavior.workflows.platform import Platform

_OUTCOMES = {
    DecisionOutcome.ALLOWED: "succeeded",
    DecisionOutcome.NEEDS_APPROVAL: "succeeded",
    DecisionOutcome.BLOCKED: "blocked",
}


@dataclass(frozen=True, slots=True)
class Gated:
    """What the gate said, and the signed envelope of it."""

    decision: Decision
    envelope: str


@dataclass(frozen=True, slots=True)
class PlanGate:
    """Judges plans that somebody else made and will apply.

    Args:
        key: Of the installation; whoever has its public half can verify what is said here.
    """

    platform: Platform
    key: Ed25519PrivateKey = field(repr=False)

    def gate_plan(
        self, actor: Actor, environment: str, plan: bytes, source: Mapping[str, bytes] | None = None
    ) -> Gated:
        """Decide about `plan` for `orders/prod` now. Nothing is applied, and no Change is made of it.

        Args:
            plan: JSON as `terraform show -json` prints it; its secrets go nowhere.
            source: What it was made of, by path: gives lines, and policies that a plan hides.

        Raises:
            MissingError: `environment-missing`; ForbiddenError: `permission-denied`.
            InvalidError: `plan-unreadable`, `plan-version-unknown`, `plan-errored`, and those of source.
        """
        platform = self.platform
        with platform.database.snapshot() as transaction:
            found = store.get_environment(transaction, environment)
            service = catalog.get_service(transaction, found.service)
            scope = environment_scope(found, service)
            platform.authoriser.authorise(actor, Permission.ENVIRONMENT_GATE, on=scope)
        reading = platform.read_plan(plan)
        if source:
            graph = platform.read_source(source, {}, frozenset())
            reading = replace(reading, graph=join(reading.graph, graph))
        now = platform.clock.now()
        with platform.database.transaction() as transaction:
            decision = judge(
                platform,
                transaction,
                environment=found,
                kind=ChangeKind.DEPLOY,
                reading=reading,
                plan_digest=hashlib.sha256(plan).hexdigest(),
                now=now,
            )
            event = Event(
                verb="environment.gated",
                actor=actor.id,
                surface=actor.surface.value,
                subject=f"environment:{found.id}",
                service=found.service,
                environment=found.id,
                started_at=now,
                ended_at=platform.clock.now(),
                outcome=_OUTCOMES[decision.outcome],
                details={"plan": decision.plan_digest, "decision": decision.outcome.value},
            )
            record(transaction, event, now)
            known = waivers.list_waivers_of(transaction, found.id)
        envelope = attest(
            decision,
            controls=platform.controls,
            waivers=known,
            issuer=f"pavior {pavior.__version__}",
            key=self.key,
        )
        return Gated(decision, envelope)
