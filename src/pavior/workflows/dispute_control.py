"""Disputes: somebody says that a control is wrong about one thing, and somebody else with the role security answers."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from pavior.audit.model import Event
from pavior.audit.service import record
from pavior.catalog import store as catalog
from pavior.disputes import store
from pavior.disputes.model import Dispute, DisputeState, require_words
from pavior.environments import store as environments
from pavior.identity.model import Actor, Permission, person_behind
from pavior.kernel.errors import ConflictError, ForbiddenError, InvalidError
from pavior.kernel.verdicts import Outcome
from pavior.policy.model import Control
from pavior.reports.evaluations import Evaluations, Memory
from pavior.reports.scopes import environment_scope
from pavior.reports.sight import Sight
from pavior.reports.standing import PHASES
from pavior.workflows.platform import Platform

_WORST_FIRST = (Outcome.FAILED, Outcome.ERRORED, Outcome.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Disputes:
    """The verbs of a dispute."""

    platform: Platform
    _memory: Memory = field(default_factory=Memory, init=False, repr=False, compare=False)

    def dispute(self, actor: Actor, *, control: str, environment: str, subject: str, reason: str) -> Dispute:
        """Say that a control is wrong about one thing that it does not pass.

        Raises:
            InvalidError: `dispute-reason-missing`; `dispute-matches-nothing` when the control has not denied that
                subject in the latest plan of the environment, nor in what was last seen there.
            MissingError: `control-missing`, `environment-missing`.
            ConflictError: `dispute-open` when the same is disputed already.
        """
        platform, now = self.platform, self.platform.clock.now()
        known = self.platform.find_control(control)
        with platform.database.transaction() as transaction:
            found = environments.get_environment(transaction, environment)
            service = catalog.get_service(transaction, found.service)
            platform.authoriser.authorise(actor, Permission.CONTROL_DISPUTE, on=environment_scope(found, service))
            said = require_words(reason, what=f"A dispute of {known.id}")
            outcome = self._denied(Sight(transaction, platform.authoriser, actor, now), known, found.id, subject)
            earlier = store.find_open(transaction, known.id, found.id, subject)
            if earlier is not None:
                raise ConflictError(
                    "dispute-open",
                    f"{earlier.id} of {earlier.requester} says the same, and nobody has answered it yet.",
                    fix=f"Wait for its answer: pavior control disputes {known.id}.",
                )
            wish = Dispute(
                id="",
                control=known.id,
                environment=found.id,
                subject=subject,
                outcome=outcome.value,
                control_version=known.version,
                reason=platform.mask(said),
                requester=actor.id,
                requested_at=now,
            )
            dispute = store.insert_dispute(transaction, wish)
            record(transaction, _event(actor, dispute, "control.disputed", now, said), now)
        return dispute

    def answer(self, actor: Actor, dispute_id: str, *, is_upheld: bool, reason: str) -> Dispute:
        """Say whether the rule was at fault, and why.

        Raises:
            ForbiddenError: `dispute-self-answer`, `permission-denied`.
            InvalidError: `dispute-reason-missing`.
            ConflictError: `dispute-already-answered`.
        """
        platform, now = self.platform, self.platform.clock.now()
        with platform.database.transaction() as transaction:
            dispute = store.get_dispute(transaction, dispute_id)
            found = environments.get_environment(transaction, dispute.environment)
            service = catalog.get_service(transaction, found.service)
            scope = replace(environment_scope(found, service), requester=dispute.requester)
            may_know = platform.authoriser.may(actor, Permission.CONTROL_READ, on=scope)
            if may_know and person_behind(actor.id) == person_behind(dispute.requester):
                # Cedar forbids it as well; this says which rule, to the one person who may know.
                raise ForbiddenError(
                    "dispute-self-answer",
                    f"{actor.id} opened {dispute.id} and cannot answer it as well.",
                    fix="Ask somebody else with the role security to answer it.",
                )
            platform.authoriser.authorise(actor, Permission.CONTROL_ANSWER_DISPUTE, on=scope)
            said = require_words(reason, what=f"An answer to {dispute.id}")
            answered = replace(
                dispute,
                state=DisputeState.UPHELD if is_upheld else DisputeState.REJECTED,
                answered_by=actor.id,
                answered_at=now,
                answer=platform.mask(said),
            )
            store.answer_dispute(transaction, answered)
            event = _event(actor, answered, "control.dispute-answered", now, said)
            waited = (now - dispute.requested_at).total_seconds()
            outcome = "succeeded" if is_upheld else "denied"
            record(transaction, replace(event, waited_seconds=waited, outcome=outcome), now)
        return answered

    def _denied(self, sight: Sight, control: Control, environment: str, subject: str) -> Outcome:
        evaluations = Evaluations(self.platform.controls, self._memory)
        outcomes = {
            verdict.outcome
            for phase in PHASES
            for item in evaluations.latest(
                sight, phase, environment_ids={environment}, permission=Permission.CONTROL_DISPUTE
            )
            for verdict in item.verdicts.get(control.id, ())
            if verdict.subject == subject
        }
        for outcome in _WORST_FIRST:
            if outcome in outcomes:
                return outcome
        raise InvalidError(
            "dispute-matches-nothing",
            f"{control.id} denies no {subject[:80] or 'subject'} in the latest plan of {environment}, nor live.",
            fix=f"Copy the subject from the denial, or see what it says: pavior control verdicts {control.id}.",
        )


def _event(actor: Actor, dispute: Dispute, verb: str, now: datetime, reason: str) -> Event:
    return Event(
        verb=verb,
        actor=actor.id,
        surface=actor.surface.value,
        subject=f"dispute:{dispute.environment.partition('/')[0]}/{dispute.id}",
        service=dispute.environment.partition("/")[0],
        environment=dispute.environment,
        started_at=now,
        ended_at=now,
        details={
            "control": dispute.control,
            "subject": dispute.subject,
            "state": dispute.state.value,
            "reason": reason,
        },
    )
