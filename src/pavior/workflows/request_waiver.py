"""Asking for a waiver: as narrowly as can be, for something that is there, and with its history in view."""

from dataclasses import replace

from pavior.environments import store as environments
from pavior.identity.model import Actor, Permission, local_operator
from pavior.kernel.errors import ConflictError, InvalidError, MissingError
from pavior.policy import store
from pavior.policy.reaching import is_wide, reaches
from pavior.policy.waiver_model import Waiver, WaiverState, WaiverWish
from pavior.policy.waivers import check_request, check_scope, is_narrow
from pavior.reports.evaluations import Evaluations, Memory
from pavior.reports.model import Matches
from pavior.reports.sight import Sight
from pavior.reports.waiver_matches import match
from pavior.storage.database import Transaction
from pavior.workflows.waiver_desk import WaiverDesk, waiver_event, write_step


class WaiverRequests(WaiverDesk):
    """The verbs of who wants to be excused."""

    __slots__ = ()

    def request_waiver(self, actor: Actor, wish: WaiverWish) -> Waiver:
        """Ask to be excused.

        Raises:
            InvalidError: `waiver-too-long` when the days exceed the cap of the control's severity,
                `waiver-days-invalid`, `waiver-reason-missing`, `waiver-scope-missing`, `waiver-scope-contradictory`,
                `waiver-matches-nothing`.
            MissingError: `control-missing`, `environment-missing`, `service-missing`, `waiver-missing`,
                `change-missing`.
        """
        platform = self.platform
        now = platform.clock.now()
        known = self.platform.find_control(wish.control)
        with platform.database.transaction() as transaction:
            scope, team = self._place(transaction, wish.environment)
            platform.authoriser.authorise(actor, Permission.WAIVER_REQUEST, on=scope)
            check_request(known, reason=wish.reason, days=wish.days)
            check_scope(subject=wish.subject, path=wish.path, is_whole=wish.is_whole)
            if wish.change_id:
                _require_change(transaction, wish)
            if wish.renews:
                store.get_waiver(transaction, wish.renews)
            asked = Waiver(
                id="",
                control=known.id,
                environment=wish.environment,
                # What looks like a secret is no address, and then nothing is matched, which is said.
                subject=platform.mask(wish.subject),
                path=platform.mask(wish.path),
                reason=platform.mask(wish.reason.strip()),
                measures=platform.mask(wish.measures.strip()),
                evidence=platform.mask(wish.evidence.strip()),
                requester=actor.id,
                requested_at=now,
                days=wish.days,
                state=WaiverState.REQUESTED,
                change_id=wish.change_id or None,
                team=team,
                renews=wish.renews or None,
            )
            if not wish.may_match_nothing:
                # Whoever may be excused there may be told whether there is something to excuse.
                _require_something(self._match(transaction, local_operator(actor.surface), asked), asked)
            waiver = store.insert_waiver(transaction, asked)
            event = waiver_event(actor, waiver, "waiver.requested", now)
            write_step(transaction, waiver, event, now, step="requested", text=waiver.reason)
        return waiver

    def renew_waiver(
        self,
        actor: Actor,
        waiver_id: str,
        *,
        reason: str,
        days: int,
        measures: str = "",
        evidence: str = "",
        may_match_nothing: bool = False,
    ) -> Waiver:
        """Ask for the same once more: a new request, which somebody decides anew with all of the history in view.

        Raises:
            ConflictError: `waiver-not-renewable`; and as `request_waiver`.
        """
        with self.platform.database.snapshot() as transaction:
            before = store.get_waiver(transaction, waiver_id)
            scope = self._scope(transaction, before)
            self.platform.authoriser.authorise(actor, Permission.WAIVER_REQUEST, on=scope)
        if before.state in {WaiverState.REQUESTED, WaiverState.DENIED}:
            raise ConflictError(
                "waiver-not-renewable",
                f"{before.id} is {before.state.value}, so there is nothing to go on with.",
                fix="Renew one that was approved; after a denial, ask for something narrower: pavior waiver request.",
            )
        wish = WaiverWish(
            control=before.control,
            environment=before.environment,
            reason=reason,
            days=days,
            subject=before.subject,
            path=before.path,
            is_whole=not is_narrow(subject=before.subject, path=before.path),
            measures=measures or before.measures,
            evidence=evidence or before.evidence,
            change_id=before.change_id or "",
            may_match_nothing=may_match_nothing,
            renews=before.id,
        )
        return self.request_waiver(actor, wish)

    def preview_waiver(
        self, actor: Actor, *, control: str, environment: str, subject: str = "", path: str = ""
    ) -> Matches:
        """What such a waiver would excuse today; nothing is stored.

        Raises:
            MissingError: `control-missing`, `environment-missing`, `service-missing`.
        """
        wish = Waiver(
            id="",
            control=self.platform.find_control(control).id,
            environment=environment,
            subject=subject,
            path=path,
            reason="",
            requester=actor.id,
            requested_at=self.platform.clock.now(),
            days=1,
            state=WaiverState.REQUESTED,
        )
        with self.platform.database.snapshot() as transaction:
            scope, _ = self._place(transaction, environment)
            self.platform.authoriser.authorise(actor, Permission.WAIVER_REQUEST, on=scope)
            return self._match(transaction, actor, wish)

    def _match(self, transaction: Transaction, actor: Actor, wish: Waiver) -> Matches:
        platform = self.platform
        sight = Sight(transaction, platform.authoriser, actor, platform.clock.now())
        found = match(sight, Evaluations(platform.controls, Memory()), wish)
        # Who asks for a place need not see all of it; the count of places is no secret to them.
        return found if found.environments or is_wide(wish.environment) else _nothing_known(found, wish)


def _nothing_known(found: Matches, wish: Waiver) -> Matches:
    return replace(found, environments=1, unknown=(wish.environment,))


def _require_change(transaction: Transaction, wish: WaiverWish) -> None:
    """What the one who decides is led to is about the same place."""
    change = environments.find_change(transaction, wish.change_id)
    if change is None or not reaches(wish.environment, change.environment_id):
        raise MissingError(
            "change-missing",
            f"There is no Change {wish.change_id[:40]} of {wish.environment}.",
            fix="Name the Change that it is to let through, or leave it out.",
        )


def _require_something(found: Matches, wish: Waiver) -> None:
    if found.excused:
        return
    what = wish.subject or wish.path or "any resource"
    if found.passing:
        why = f"{wish.control} passes on all {found.passing} that it reaches"
    elif found.unknown and len(found.unknown) == found.environments:
        why = f"nothing of {', '.join(found.unknown[:3])} was evaluated yet"
    else:
        why = f"{wish.control} said nothing of {what} there"
    raise InvalidError(
        "waiver-matches-nothing",
        f"A waiver of {wish.control} on {what} in {wish.environment} would excuse nothing today: {why}.",
        fix="Copy the resource's address from the denial; for what is still to come, add --even-if-nothing-matches.",
    )
