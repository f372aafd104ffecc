"""Overrides: one Decision that blocks is let through once, by a second person, and a third looks at it afterwards."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from pavior.audit.service import record
from pavior.environments import store as environments
from pavior.environments.model import Change, ChangeStatus, Environment, Plan
from pavior.identity import store as identity
from pavior.identity.model import Actor, Permission, person_behind
from pavior.kernel.clock import tell_instant
from pavior.kernel.errors import ConflictError, ForbiddenError
from pavior.overrides import store
from pavior.overrides.model import (
    DEFAULT_HOURS,
    REVIEW_WITHIN,
    Override,
    OverrideState,
    read_reason_class,
    read_review,
    require_hours,
    require_words,
)
from pavior.policy.model import Decision, DecisionOutcome, Effect
from pavior.policy.overriding import Denied, OverrideBasis
from pavior.reports.scopes import environment_scope
from pavior.storage.database import Transaction
from pavior.workflows.change_desk import ChangeDesk
from pavior.workflows.change_secrets import find_saved_plan
from pavior.workflows.gate import judge
from pavior.workflows.overrides_in_force import block_again, keep_decision, override_event, scopes_of


@dataclass(frozen=True, slots=True)
class Overrides(ChangeDesk):
    """The verbs of an override."""

    def request_override(
        self, actor: Actor, change_id: str, *, reason_class: str, reason: str, hours: int = DEFAULT_HOURS
    ) -> Override:
        """Ask that the latest plan of a blocked Change be let through once, although controls deny it.

        Args:
            reason_class: A value of `ReasonClass`.
            hours: From 1 to 24, counted from the approval.

        Raises:
            InvalidError: `override-class-unknown`, `override-reason-missing`, `override-hours-invalid`.
            MissingError: `change-missing`.
            ConflictError: `override-not-blocked`, `override-plan-gone`, `override-outdated`, `override-open`.
        """
        platform, now = self.platform, self.platform.clock.now()
        with platform.database.transaction() as transaction:
            change, environment, service = self._locked(transaction, change_id)
            platform.authoriser.authorise(
                actor, Permission.OVERRIDE_REQUEST, on=environment_scope(environment, service)
            )
            chosen, said = (
                read_reason_class(reason_class),
                require_words(reason, what=f"A wish to override {change.id}"),
            )
            plan = self._blocked_plan(transaction, change)
            decision = self._judge(transaction, change, environment, plan, now)
            if decision.outcome is not DecisionOutcome.BLOCKED:
                raise _not_needed(change)
            denied = _denied(decision)
            # What nobody has been shown yet is not asked to be let through.
            if not _is_as_shown(plan.decision, decision):
                raise _outdated(change, "the gate says something else of its plan now")
            earlier = store.find_open(transaction, change.id, plan.number)
            if earlier is not None:
                raise ConflictError(
                    "override-open",
                    f"{earlier.id} of {earlier.requester} asks for the same already.",
                    fix=f"Look where it stands: pavior override show {earlier.id}.",
                )
            wish = Override(
                id="",
                change_id=change.id,
                environment=environment.id,
                plan_number=plan.number,
                plan_digest=plan.digest,
                controls_digest=decision.controls_digest,
                denied=denied,
                reason_class=chosen,
                reason=platform.mask(said),
                hours=require_hours(hours),
                requester=actor.id,
                change_requester=change.requester,
                requested_at=now,
            )
            override = store.insert_override(transaction, wish)
            event = override_event(actor, override, "override.requested", now, reason=override.reason)
            record(transaction, event, now)
        return override

    def approve_override(self, actor: Actor, override_id: str, *, reason: str = "") -> Override:
        """Let exactly that plan through, from now for its hours; the Change still needs the approvals of its risk.

        Raises:
            ForbiddenError: `override-self-approval`, `override-decider-left`, `permission-denied`.
            ConflictError: `override-already-decided`, `override-outdated`, `override-not-blocked`,
                `override-plan-gone`.
        """
        platform, now = self.platform, self.platform.clock.now()
        with platform.database.transaction() as transaction:
            override, change = self._to_decide(transaction, actor, override_id, Permission.OVERRIDE_DECIDE)
            decided = replace(
                override,
                state=OverrideState.APPROVED,
                decided_by=actor.id,
                decided_at=now,
                decision_reason=platform.mask(reason.strip()),
                expires_at=now + timedelta(hours=override.hours),
                review_due_at=now + REVIEW_WITHIN,
            )
            store.decide_override(transaction, decided)
            self._let_through(transaction, change, decided, now)
            event = override_event(actor, decided, "override.approved", now, reason=decided.decision_reason)
            record(transaction, replace(event, waited_seconds=_waited(override, now)), now)
        return decided

    def reject_override(self, actor: Actor, override_id: str, *, reason: str) -> Override:
        """Refuse it; the Change stays blocked.

        Raises:
            InvalidError: `override-reason-missing`; and as `approve_override`.
        """
        platform, now = self.platform, self.platform.clock.now()
        with platform.database.transaction() as transaction:
            override, _ = self._to_decide(transaction, actor, override_id, Permission.OVERRIDE_DECIDE)
            said = require_words(reason, what=f"A rejection of {override.id}")
            decided = replace(
                override,
                state=OverrideState.REJECTED,
                decided_by=actor.id,
                decided_at=now,
                decision_reason=platform.mask(said),
            )
            store.decide_override(transaction, decided)
            event = override_event(actor, decided, "override.rejected", now, reason=decided.decision_reason)
            record(transaction, replace(event, outcome="denied", waited_seconds=_waited(override, now)), now)
        return decided

    def revoke_override(self, actor: Actor, override_id: str, *, reason: str) -> Override:
        """End it before its time, or withdraw the request. A Change that waited under it is blocked again.

        Raises:
            InvalidError: `override-reason-missing`.
            ForbiddenError: `permission-denied`, `override-decider-left`.
            ConflictError: `override-ended`.
        """
        platform, now = self.platform, self.platform.clock.now()
        with platform.database.transaction() as transaction:
            override = store.get_override(transaction, override_id)
            environments.lock_change(transaction, override.change_id)
            scopes = scopes_of(platform, transaction, override)
            if not any(platform.authoriser.may(actor, Permission.OVERRIDE_REVOKE, on=scope) for scope in scopes):
                platform.authoriser.authorise(actor, Permission.OVERRIDE_REVOKE, on=scopes[0])
            _require_present(transaction, actor)
            said = require_words(reason, what=f"The revocation of {override.id}")
            ended = replace(
                override,
                state=OverrideState.REVOKED,
                ended_by=actor.id,
                ended_at=now,
                end_reason=platform.mask(said),
            )
            if not store.end_override(transaction, ended):
                raise ConflictError(
                    "override-ended",
                    f"{override.id} is {override.state.value}: there is nothing to end.",
                    fix=f"Look at it again: pavior override show {override.id}.",
                )
            block_again(platform, transaction, ended, now, why=f"{actor.id} revoked {ended.id}.")
            record(transaction, override_event(actor, ended, "override.revoked", now, reason=ended.end_reason), now)
        return ended

    def review_override(self, actor: Actor, override_id: str, *, outcome: str, reason: str) -> Override:
        """Say afterwards whether it was right, as none of who asked for it, who approved it and who wants the Change.

        Args:
            outcome: A value of `ReviewOutcome`.

        Raises:
            InvalidError: `override-review-unknown`, `override-reason-missing`.
            ForbiddenError: `override-self-review`, `override-decider-left`, `permission-denied`.
            ConflictError: `override-not-reviewable`, `override-already-reviewed`.
        """
        platform, now = self.platform, self.platform.clock.now()
        with platform.database.transaction() as transaction:
            override, change = self._to_decide(transaction, actor, override_id, Permission.OVERRIDE_REVIEW)
            found, said = read_review(outcome), require_words(reason, what=f"The review of {override.id}")
            if override.review_due_at is None:
                raise ConflictError(
                    "override-not-reviewable",
                    f"{override.id} let nothing through: it is {override.state.value}.",
                    fix="Review those that were approved: pavior override list --to-review.",
                )
            if override.lets_through(now) and change.status.is_open:
                raise ConflictError(
                    "override-not-reviewable",
                    f"{override.id} is in force, and {change.id} is {change.status.value}.",
                    fix=f"Review it when it has ended; to end it: pavior override revoke {override.id} --reason '...'.",
                )
            reviewed = replace(
                override,
                review=found,
                reviewed_by=actor.id,
                reviewed_at=now,
                review_reason=platform.mask(said),
            )
            store.review_override(transaction, reviewed)
            event = override_event(actor, reviewed, "override.reviewed", now, reason=reviewed.review_reason)
            record(transaction, replace(event, details={**event.details, "review": found.value}), now)
        return reviewed

    def _to_decide(
        self, transaction: Transaction, actor: Actor, override_id: str, permission: Permission
    ) -> tuple[Override, Change]:
        """The override, with its Change as it stays until the transaction ends."""
        override = store.get_override(transaction, override_id)
        change = environments.lock_change(transaction, override.change_id)
        authoriser, scopes = self.platform.authoriser, scopes_of(self.platform, transaction, override)
        if all(authoriser.may(actor, Permission.OVERRIDE_READ, on=scope) for scope in scopes):
            _require_other(actor, override, permission)
        for scope in scopes:
            authoriser.authorise(actor, permission, on=scope)
        _require_present(transaction, actor)
        # Somebody may have answered while this one waited for the Change.
        return store.get_override(transaction, override_id), change

    def _let_through(self, transaction: Transaction, change: Change, decided: Override, now: datetime) -> None:
        """The Decision is made again with the override, and named with it."""
        plan = self._blocked_plan(transaction, change)
        if (plan.number, plan.digest) != (decided.plan_number, decided.plan_digest):
            raise _outdated(change, "it was planned again since")
        environment, _ = self._place(transaction, change)
        decision = self._judge(transaction, change, environment, plan, now, override=decided.basis())
        if decision.outcome is DecisionOutcome.BLOCKED:
            raise _outdated(change, "more stops it now than what it was asked for")
        if decision.override is None:
            raise _not_needed(change)
        keep_decision(self.platform, transaction, change, environment, plan, decision)
        detail = f"Let through by {decided.id} until {tell_instant(now + timedelta(hours=decided.hours))}."
        environments.move_change(transaction, change, ChangeStatus.AWAITING_APPROVAL, now, detail=detail)

    def _blocked_plan(self, transaction: Transaction, change: Change) -> Plan:
        plan = environments.find_plan(transaction, change.id, change.plan_number)
        if change.status is not ChangeStatus.BLOCKED or plan is None:
            raise ConflictError(
                "override-not-blocked",
                f"{change.id} is {change.status.value}: the gate does not stop it.",
                fix=f"Look at it again: pavior change show {change.id}.",
            )
        if find_saved_plan(self.platform, transaction, change.id, plan.number) is None:
            raise ConflictError(
                "override-plan-gone",
                f"The plan {plan.number} of {change.id} is not kept any more, so nobody can apply it.",
                fix=f"Plan it again, and ask then: pavior change plan {change.id}.",
            )
        return plan

    def _judge(
        self,
        transaction: Transaction,
        change: Change,
        environment: Environment,
        plan: Plan,
        now: datetime,
        *,
        override: OverrideBasis | None = None,
    ) -> Decision:
        return judge(
            self.platform,
            transaction,
            environment=environment,
            kind=change.kind,
            reading=plan.reading,
            plan_digest=plan.digest,
            now=now,
            override=override,
        )


def _denied(decision: Decision) -> tuple[Denied, ...]:
    return tuple(dict.fromkeys(Denied.of(ruling.verdict) for ruling in decision.with_effect(Effect.BLOCK)))


def _is_as_shown(shown: Decision, decision: Decision) -> bool:
    """Whether the same controls stop no more than what stands on the page of the Change."""
    is_same = decision.controls_digest == shown.controls_digest
    return is_same and set(_denied(decision)) <= set(_denied(shown))


def _require_other(actor: Actor, override: Override, permission: Permission) -> None:
    """The policies forbid it as well; this says which rule, to the ones who may know."""
    person = person_behind(actor.id)
    wanted = {person_behind(override.requester), person_behind(override.change_requester)}
    if permission is Permission.OVERRIDE_DECIDE and person in wanted:
        raise ForbiddenError(
            "override-self-approval",
            f"{actor.id} wants {override.id} or its Change and cannot decide it as well.",
            fix="Ask somebody else who owns its controls, or has the role security, to decide it.",
        )
    if permission is Permission.OVERRIDE_REVIEW and person in {*wanted, person_behind(override.decided_by or "")}:
        raise ForbiddenError(
            "override-self-review",
            f"{actor.id} asked for {override.id} or decided it, and cannot review it as well.",
            fix="Ask somebody else who owns its controls, or has the role security, to review it.",
        )


def _require_present(transaction: Transaction, actor: Actor) -> None:
    """Somebody who left between signing in and now decides nothing."""
    person = identity.find_person(transaction, person_behind(actor.id))
    if person is not None and person.is_disabled:
        raise ForbiddenError(
            "override-decider-left",
            f"{person.name} is disabled and decides about no override any more.",
            fix="Ask somebody else who may decide it.",
        )


def _waited(override: Override, now: datetime) -> float:
    return (now - override.requested_at).total_seconds()


def _not_needed(change: Change) -> ConflictError:
    return ConflictError(
        "override-not-blocked",
        f"The gate does not stop {change.id} any more, so nothing is to be overridden.",
        fix=f"Plan it again, and go on: pavior change plan {change.id}.",
    )


def _outdated(change: Change, why: str) -> ConflictError:
    return ConflictError(
        "override-outdated",
        f"The Decision about {change.id} is not the one that was to be overridden: {why}.",
        fix=f"Plan it again, read what stops it, and ask anew: pavior change plan {change.id}.",
    )
