"""Waivers: asked for by one, decided by another, ending at an instant for everybody."""

from dataclasses import dataclass, replace
from datetime import datetime

from msgspec import structs

from pavior.audit.model import Event
from pavior.audit.service import record
from pavior.catalog import store as catalog
from pavior.environments import store as environments
from pavior.findings import service as findings
from pavior.identity.model import Actor, Permission, person_behind
from pavior.kernel.errors import ForbiddenError, MissingError
from pavior.policy import store
from pavior.policy.model import Control, Waiver, WaiverState
from pavior.policy.waivers import check_request, expiry
from pavior.reports.scopes import environment_scope, waiver_scope
from pavior.storage.database import Transaction
from pavior.workflows.platform import Platform


@dataclass(frozen=True, slots=True)
class Waivers:
    """The verbs of a waiver."""

    platform: Platform

    def request_waiver(
        self,
        actor: Actor,
        *,
        control: str,
        environment: str,
        subject: str,
        reason: str,
        days: int,
        change_id: str = "",
    ) -> Waiver:
        """Ask to be excused.

        Raises:
            InvalidError: `waiver-too-long` when `days` exceeds the cap of the control's severity,
                `waiver-days-invalid`, `waiver-reason-missing`.
            MissingError: `control-missing`, `environment-missing`.
        """
        platform = self.platform
        now = platform.clock.now()
        known = self._control(control)
        with platform.database.transaction() as transaction:
            found = environments.get_environment(transaction, environment)
            service = catalog.get_service(transaction, found.service)
            platform.authoriser.authorise(actor, Permission.WAIVER_REQUEST, on=environment_scope(found, service))
            check_request(known, reason=reason, days=days)
            wish = Waiver(
                id="",
                control=known.id,
                environment=found.id,
                subject=subject,
                reason=reason.strip(),
                requester=actor.id,
                requested_at=now,
                days=days,
                state=WaiverState.REQUESTED,
                change_id=change_id or None,
            )
            waiver = store.insert_waiver(transaction, wish)
            record(transaction, _event(actor, waiver, "waiver.requested", now), now)
        return waiver

    def approve_waiver(self, actor: Actor, waiver_id: str, *, reason: str = "") -> Waiver:
        """Grant it from now for its days.

        Raises:
            ForbiddenError: `waiver-self-approval`, `permission-denied`.
            ConflictError: `waiver-already-decided`.
        """
        now = self.platform.clock.now()
        with self.platform.database.transaction() as transaction:
            waiver = self._authorised(transaction, actor, waiver_id, Permission.WAIVER_DECIDE)
            decided = structs.replace(
                waiver,
                state=WaiverState.APPROVED,
                decided_by=actor.id,
                decided_at=now,
                expires_at=expiry(now, waiver.days),
            )
            store.decide_waiver(transaction, decided)
            findings.apply_waiver(transaction, decided)
            event = replace(
                _event(actor, decided, "waiver.approved", now),
                waited_seconds=(now - waiver.requested_at).total_seconds(),
                details={"control": decided.control, "days": decided.days, "reason": reason},
            )
            record(transaction, event, now)
        return decided

    def deny_waiver(self, actor: Actor, waiver_id: str, *, reason: str) -> Waiver:
        """Refuse it."""
        now = self.platform.clock.now()
        with self.platform.database.transaction() as transaction:
            waiver = self._authorised(transaction, actor, waiver_id, Permission.WAIVER_DECIDE)
            decided = structs.replace(waiver, state=WaiverState.DENIED, decided_by=actor.id, decided_at=now)
            store.decide_waiver(transaction, decided)
            event = replace(_event(actor, decided, "waiver.denied", now), outcome="denied", details={"reason": reason})
            record(transaction, event, now)
        return decided

    def revoke_waiver(self, actor: Actor, waiver_id: str, *, reason: str) -> Waiver:
        """End an approved one now.

        Raises:
            ConflictError: `waiver-not-active`.
        """
        now = self.platform.clock.now()
        with self.platform.database.transaction() as transaction:
            waiver = self._authorised(transaction, actor, waiver_id, Permission.WAIVER_REVOKE)
            revoked = structs.replace(waiver, state=WaiverState.REVOKED, expires_at=now)
            store.revoke_waiver(transaction, revoked)
            others = store.list_waivers_of(transaction, revoked.environment)
            findings.apply_waiver(transaction, revoked, others=others)
            event = replace(_event(actor, revoked, "waiver.revoked", now), details={"reason": reason})
            record(transaction, event, now)
        return revoked

    def _authorised(self, transaction: Transaction, actor: Actor, waiver_id: str, permission: Permission) -> Waiver:
        waiver = store.get_waiver(transaction, waiver_id)
        environment = environments.get_environment(transaction, waiver.environment)
        service = catalog.get_service(transaction, environment.service)
        scope = waiver_scope(waiver, environment, service)
        may_know = self.platform.authoriser.may(actor, Permission.WAIVER_READ, on=scope)
        is_own = person_behind(actor.id) == person_behind(waiver.requester)
        if may_know and is_own and permission is Permission.WAIVER_DECIDE:
            # Cedar forbids it as well; this says which rule, to the one person who may know.
            raise ForbiddenError(
                "waiver-self-approval",
                f"{actor.id} asked for {waiver.id} and cannot decide it as well.",
                fix="Ask somebody with the role security to decide it.",
            )
        self.platform.authoriser.authorise(actor, permission, on=scope)
        return waiver

    def _control(self, control_id: str) -> Control:
        for control in self.platform.controls:
            if control.id == control_id:
                return control
        raise MissingError(
            "control-missing",
            f"There is no control {control_id[:80]}.",
            fix="List them with: pavior control list.",
        )


def _event(actor: Actor, waiver: Waiver, verb: str, now: datetime) -> Event:
    return Event(
        verb=verb,
        actor=actor.id,
        surface=actor.surface.value,
        subject=f"waiver:{waiver.environment.partition('/')[0]}/{waiver.id}",
        service=waiver.environment.partition("/")[0],
        environment=waiver.environment,
        started_at=now,
        ended_at=now,
        details={"control": waiver.control, "subject": waiver.subject, "days": waiver.days},
    )
