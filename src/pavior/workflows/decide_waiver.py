"""Waivers answered: decided by another than who asked, ended before their time, and handed to another team."""

from dataclasses import replace

from msgspec import structs

from pavior.findings import service as findings
from pavior.identity import store as identity
from pavior.identity.model import Actor, Permission
from pavior.kernel.errors import ConflictError, MissingError
from pavior.policy import store
from pavior.policy.reaching import is_wide
from pavior.policy.waiver_model import Waiver, WaiverState
from pavior.policy.waivers import check_answer, expiry
from pavior.storage.database import Transaction
from pavior.workflows.judge_threats import judge_excused
from pavior.workflows.waiver_desk import WaiverDesk, end_excuse, waiver_event, write_step


class WaiverAnswering(WaiverDesk):
    """The verbs that move a waiver which is there."""

    __slots__ = ()

    def approve_waiver(self, actor: Actor, waiver_id: str, *, reason: str = "") -> Waiver:
        """Grant it from now for its days.

        Raises:
            ForbiddenError: `waiver-self-approval`, `waiver-decider-left`, `permission-denied`.
            ConflictError: `waiver-already-decided`.
        """
        now = self.platform.clock.now()
        with self.platform.database.transaction() as transaction:
            waiver = self._to_decide(transaction, actor, waiver_id)
            decided = structs.replace(
                waiver,
                state=WaiverState.APPROVED,
                decided_by=actor.id,
                decided_at=now,
                expires_at=expiry(now, waiver.days),
                decision_reason=self.platform.mask(reason.strip()),
            )
            store.decide_waiver(transaction, decided)
            findings.apply_waiver(transaction, decided)
            judge_excused(transaction, decided, now)
            asked = waiver_event(actor, decided, "waiver.approved", now)
            event = replace(
                asked,
                waited_seconds=(now - waiver.requested_at).total_seconds(),
                details={**asked.details, "reason": reason},
            )
            write_step(transaction, decided, event, now, step="approved", text=decided.decision_reason)
        return decided

    def deny_waiver(self, actor: Actor, waiver_id: str, *, reason: str) -> Waiver:
        """Refuse it.

        Raises:
            InvalidError: `waiver-reason-missing`; and as `approve_waiver`.
        """
        now = self.platform.clock.now()
        with self.platform.database.transaction() as transaction:
            waiver = self._to_decide(transaction, actor, waiver_id)
            check_answer(waiver.id, was_to_be="denied", reason=reason)
            decided = structs.replace(
                waiver,
                state=WaiverState.DENIED,
                decided_by=actor.id,
                decided_at=now,
                decision_reason=self.platform.mask(reason.strip()),
            )
            store.decide_waiver(transaction, decided)
            asked = waiver_event(actor, decided, "waiver.denied", now)
            event = replace(asked, outcome="denied", details={**asked.details, "reason": reason})
            write_step(transaction, decided, event, now, step="denied", text=decided.decision_reason)
        return decided

    def revoke_waiver(self, actor: Actor, waiver_id: str, *, reason: str) -> Waiver:
        """End an approved one now.

        Raises:
            InvalidError: `waiver-reason-missing`.
            ConflictError: `waiver-not-active`.
        """
        now = self.platform.clock.now()
        with self.platform.database.transaction() as transaction:
            waiver = self._authorised(transaction, actor, waiver_id, Permission.WAIVER_REVOKE)
            check_answer(waiver.id, was_to_be="revoked", reason=reason)
            revoked = structs.replace(waiver, state=WaiverState.REVOKED, expires_at=now)
            store.revoke_waiver(transaction, revoked)
            count = end_excuse(transaction, revoked, now)
            asked = waiver_event(actor, revoked, "waiver.revoked", now)
            event = replace(asked, details={**asked.details, "reason": reason, "findings_open_again": count})
            write_step(transaction, revoked, event, now, step="revoked", text=self.platform.mask(reason.strip()))
        return revoked

    def transfer_waiver(self, actor: Actor, waiver_id: str, *, team: str, reason: str) -> Waiver:
        """Let another team answer for it; what it excuses, and until when, stays.

        Raises:
            MissingError: `team-missing`; ConflictError: `waiver-already-transferred`.
        """
        with self.platform.database.transaction() as transaction:
            waiver = self._authorised(transaction, actor, waiver_id, Permission.WAIVER_TRANSFER)
            return self._transfer(transaction, actor, waiver, team=team, reason=reason)

    def transfer_waivers(self, actor: Actor, *, from_team: str, team: str, reason: str) -> tuple[Waiver, ...]:
        """Hand over all that is undecided or in force of a team that ends: all of them, or none.

        Raises:
            MissingError: `team-missing`.
        """
        now = self.platform.clock.now()
        with self.platform.database.transaction() as transaction:
            own = store.list_of_team(transaction, from_team, now)
            for waiver in own:
                self._authorised(transaction, actor, waiver.id, Permission.WAIVER_TRANSFER)
            _require_team(transaction, team)
            return tuple(self._transfer(transaction, actor, item, team=team, reason=reason) for item in own)

    def _transfer(self, transaction: Transaction, actor: Actor, waiver: Waiver, *, team: str, reason: str) -> Waiver:
        _require_team(transaction, team)
        if waiver.team == team or not store.set_team(transaction, waiver, team):
            raise ConflictError(
                "waiver-already-transferred",
                f"{team} answers for {waiver.id} already, or somebody has just transferred it.",
                fix=f"Look at it again: pavior waiver show {waiver.id}.",
            )
        now = self.platform.clock.now()
        moved = structs.replace(waiver, team=team)
        asked = waiver_event(actor, moved, "waiver.transferred", now)
        event = replace(asked, details={**asked.details, "from": waiver.team, "to": team, "reason": reason})
        text = f"From {waiver.team or 'nobody'} to {team}. {self.platform.mask(reason.strip())}".strip()
        write_step(transaction, moved, event, now, step="transferred", text=text)
        return moved

    def _to_decide(self, transaction: Transaction, actor: Actor, waiver_id: str) -> Waiver:
        wide = is_wide(store.get_waiver(transaction, waiver_id).environment)
        permission = Permission.WAIVER_DECIDE_WIDE if wide else Permission.WAIVER_DECIDE
        return self._authorised(transaction, actor, waiver_id, permission)


def _require_team(transaction: Transaction, team: str) -> None:
    if identity.find_team(transaction, team) is None:
        raise MissingError("team-missing", f"There is no team {team[:80]}.", fix="List them with: pavior team list.")
