"""The gate for a plan that is applied elsewhere: same controls, levels and waivers, as proof to be carried there."""

import hashlib
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec import structs

import pavior
from pavior.audit.model import Event
from pavior.audit.service import record
from pavior.catalog import store as catalog
from pavior.environments import store
from pavior.environments.model import ChangeKind, Environment
from pavior.identity.model import Actor, Permission
from pavior.kernel.errors import UnavailableError
from pavior.policy import store as waivers
from pavior.policy.attesting import attest
from pavior.policy.model import Decision, DecisionOutcome
from pavior.policy.rendering import Denial, denials
from pavior.policy.waiver_model import Waiver
from pavior.reports.scopes import environment_scope
from pavior.resources.join import join
from pavior.resources.model import PlanReading
from pavior.workflows.gate import judge, note_what_was_there
from pavior.workflows.platform import Platform

_OUTCOMES = {
    DecisionOutcome.ALLOWED: "succeeded",
    DecisionOutcome.NEEDS_APPROVAL: "succeeded",
    DecisionOutcome.BLOCKED: "blocked",
}

# A plan of 16 MiB takes 200 MB and half a minute of one core.
_AT_ONCE = 2
_WAIT_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Gated:
    """What the gate said, and the signed envelope of it."""

    decision: Decision
    envelope: str
    denials: tuple[Denial, ...] = ()


@dataclass(frozen=True, slots=True)
class PlanGate:
    """Judges plans that somebody else made and will apply.

    Args:
        key: Of the installation; whoever has its public half can verify what is said here.
    """

    platform: Platform
    key: Ed25519PrivateKey = field(repr=False)
    _places: threading.BoundedSemaphore = field(
        default_factory=lambda: threading.BoundedSemaphore(_AT_ONCE), init=False, repr=False, compare=False
    )

    def gate_plan(
        self, actor: Actor, environment: str, plan: bytes, source: Mapping[str, bytes] | None = None
    ) -> Gated:
        """Decide about `plan` for `orders/prod` now. Nothing is applied, and no Change is made of it.

        Args:
            plan: JSON as `terraform show -json` prints it; its secrets go nowhere.
            source: What it was made of, by path: gives lines, and policies that a plan hides.

        Raises:
            MissingError: `environment-missing`; ForbiddenError: `permission-denied`.
            UnavailableError: `gate-busy`.
            InvalidError: `plan-unreadable`, `plan-version-unknown`, `plan-errored`, and those of source.
        """
        platform = self.platform
        with platform.database.snapshot() as transaction:
            found = store.get_environment(transaction, environment)
            service = catalog.get_service(transaction, found.service)
            scope = environment_scope(found, service)
            platform.authoriser.authorise(actor, Permission.ENVIRONMENT_GATE, on=scope)
        with self._one_of_few():
            decision, known, reading = self._judge(found, plan, source or {})
        now = platform.clock.now()
        event = Event(
            verb="environment.gated",
            actor=actor.id,
            surface=actor.surface.value,
            subject=f"environment:{found.id}",
            service=found.service,
            environment=found.id,
            started_at=decision.evaluated_at,
            ended_at=now,
            outcome=_OUTCOMES[decision.outcome],
            details={"plan": decision.plan_digest, "decision": decision.outcome.value},
        )
        with platform.database.transaction() as transaction:
            note_what_was_there(transaction, found, reading, decision.evaluated_at)
            record(transaction, event, now)
        envelope = attest(
            decision,
            controls=platform.controls,
            waivers=known,
            issuer=f"pavior {pavior.__version__}",
            key=self.key,
        )
        return Gated(decision, envelope, denials(decision, platform.controls))

    def _judge(
        self, environment: Environment, plan: bytes, source: Mapping[str, bytes]
    ) -> tuple[Decision, tuple[Waiver, ...], PlanReading]:
        """The Decision, the waivers that there were, and the plan. Nobody who writes waits: a large plan takes long."""
        platform = self.platform
        reading = platform.read_plan(plan)
        if source:
            graph = platform.read_source(source, {}, frozenset())
            reading = structs.replace(reading, graph=join(reading.graph, graph))
        now = platform.clock.now()
        with platform.database.snapshot() as transaction:
            decision = judge(
                platform,
                transaction,
                environment=environment,
                kind=ChangeKind.DEPLOY,
                reading=reading,
                plan_digest=hashlib.sha256(plan).hexdigest(),
                now=now,
            )
            return decision, waivers.list_in_force(transaction, environment.id, now), reading

    @contextmanager
    def _one_of_few(self) -> Iterator[None]:
        if not self._places.acquire(timeout=_WAIT_SECONDS):
            raise UnavailableError(
                "gate-busy",
                "Other plans are being judged, and take long.",
                fix="Ask again in a minute.",
            )
        try:
            yield
        finally:
            self._places.release()
