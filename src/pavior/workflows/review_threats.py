"""Security reviews answered: signed off or sent back by somebody who did not propose it, bound to what they saw."""

from dataclasses import dataclass, replace
from datetime import datetime

from pavior.audit.model import Event
from pavior.audit.service import record
from pavior.catalog import store as catalog
from pavior.catalog.model import Service
from pavior.environments import store as environments
from pavior.environments.model import Change, ChangeStatus
from pavior.identity import store as identity
from pavior.identity.model import PLATFORM_ID, Actor, Permission, Scope, Surface, person_behind, the_platform
from pavior.kernel.errors import ConflictError, ForbiddenError, MissingError
from pavior.kernel.pages import MAXIMUM_PAGE_SIZE, PageRequest
from pavior.reports.scopes import review_scopes, service_scope
from pavior.reports.sight import missing
from pavior.reports.threat_reviews import list_changes_of
from pavior.storage.database import Transaction
from pavior.threatmodels import model_store as models
from pavior.threatmodels import review_store as store
from pavior.threatmodels.review_model import ReviewState, ThreatReview, ThreatSignOff, require_words
from pavior.threatmodels.review_rules import MODEL_UNREADABLE
from pavior.workflows.held_by_review import may_sign, scopes_of_review, why_held_up
from pavior.workflows.judge_threats import judge_service
from pavior.workflows.look_at_threats import review_check, review_event
from pavior.workflows.plan_change import enqueue_plan
from pavior.workflows.platform import Platform

# As commands and pages show it.
_SHORTEST_DIGEST = 12


@dataclass(frozen=True, slots=True)
class ThreatReviews:
    """The verbs of a security review."""

    platform: Platform

    def sign_off(self, actor: Actor, review_id: str, *, digest: str, reason: str) -> ThreatReview:
        """Agree to exactly what the review shows. A Change that waited for nothing else goes on.

        Args:
            digest: Of the review, as it was shown; a push since then that shows something else has another one.

        Raises:
            InvalidError: `threat-reason-missing`.
            MissingError: `threat-review-missing`.
            ForbiddenError: `threat-self-review`, `threat-reviewer-left`, `permission-denied`.
            ConflictError: `threat-review-outdated`, `threat-review-decided`, `threat-review-unreadable`.
        """
        return self._answer(actor, review_id, digest=digest, reason=reason, is_agreed=True)

    def ask_changes(self, actor: Actor, review_id: str, *, digest: str, reason: str) -> ThreatReview:
        """Send it back: its branch is held up until it shows something else, or somebody signs it off after all.

        Raises:
            As `sign_off`.
        """
        return self._answer(actor, review_id, digest=digest, reason=reason, is_agreed=False)

    def sign_off_model(self, actor: Actor, service: str, *, digest: str, reason: str) -> ThreatSignOff:
        """Agree to the threat model of main, outside of any proposal.

        Args:
            digest: Of that model.

        Raises:
            InvalidError: `threat-reason-missing`.
            MissingError: `service-missing`, `threat-model-missing`.
            ForbiddenError: `threat-self-review`, `threat-reviewer-left`, `permission-denied`.
            ConflictError: `threat-review-outdated`, `threat-review-unreadable`.
        """
        platform, now = self.platform, self.platform.clock.now()
        with platform.database.transaction() as transaction:
            found = catalog.get_service(transaction, service)
            platform.authoriser.authorise(actor, Permission.THREAT_READ, on=service_scope(found))
            latest = models.latest_model(transaction, service)
            if latest is None:
                raise MissingError(
                    "threat-model-missing",
                    f"Main of {service} holds no threat model.",
                    fix="Draft one in its repository: pavior threat draft --write.",
                )
            authors = _authors_of_model(transaction, service, latest.digest, latest.commit)
            controls = (
                {control for item in latest.model.threats for control in item.controls} if latest.model else set()
            )
            groups = review_scopes(service, found, controls, map(person_behind, authors), platform.owner_of)
            self._require_allowed(transaction, actor, f"the threat model of {service}", authors, groups)
            said = require_words(reason, what=f"The sign-off of {service}")
            if latest.model is None:
                raise _unreadable(f"the threat model of {service}")
            _require_same(digest, latest.digest, "pavior threat models")
            signed = store.append_sign_off(
                transaction,
                ThreatSignOff(
                    number=0,
                    service=service,
                    review="",
                    digest=latest.digest,
                    model_digest=latest.digest,
                    is_agreed=True,
                    by=actor.id,
                    at=now,
                    reason=platform.mask(said),
                    authors=authors,
                ),
            )
            record(transaction, _model_event(actor, signed, now), now)
            judge_service(transaction, service, now)
        return signed

    def _answer(self, actor: Actor, review_id: str, *, digest: str, reason: str, is_agreed: bool) -> ThreatReview:
        platform, now = self.platform, self.platform.clock.now()
        with platform.database.transaction() as transaction:
            review = store.get_review(transaction, review_id)
            service = catalog.get_service(transaction, review.service)
            waiting = list_changes_of(transaction, review)
            groups = scopes_of_review(platform, review, service, (item.requester for item in waiting))
            if not platform.authoriser.may(actor, Permission.THREAT_READ, on=service_scope(service)):
                raise missing("threat-review", review_id, command="pavior threat reviews")
            proposers = (*review.authors, *(item.requester for item in waiting))
            self._require_allowed(transaction, actor, review.id, proposers, groups)
            said = require_words(reason, what=f"An answer to {review.id}")
            _require_same(digest, review.digest, f"pavior threat review {review.id}")
            if is_agreed and any(item.rule == MODEL_UNREADABLE for item in review.reasons):
                raise _unreadable(f"the threat model of {review.branch}")
            decided = replace(
                review,
                state=ReviewState.SIGNED_OFF if is_agreed else ReviewState.CHANGES_ASKED,
                decided_by=actor.id,
                decided_at=now,
                decision_reason=platform.mask(said),
            )
            store.decide_review(transaction, decided)
            store.append_sign_off(transaction, _sign_off(decided, now, is_agreed=is_agreed))
            verb = "threat.signed-off" if is_agreed else "threat.changes-asked"
            event = replace(
                review_event(actor, decided, verb, now),
                outcome="succeeded" if is_agreed else "denied",
                waited_seconds=review.waited_seconds(now) if review.decided_at is None else 0.0,
            )
            record(transaction, event, now)
            judge_service(transaction, service.name, now)
            for change in waiting if is_agreed else ():
                self._go_on(transaction, change, service, now)
        platform.forge.set_check(service.repository, decided.commit, review_check(platform, decided))
        return decided

    def _require_allowed(
        self,
        transaction: Transaction,
        actor: Actor,
        what: str,
        proposers: tuple[str, ...],
        groups: tuple[tuple[Scope, ...], ...],
    ) -> None:
        if person_behind(actor.id) in {person_behind(item) for item in proposers}:
            # The policies forbid it as well; this says which rule.
            raise ForbiddenError(
                "threat-self-review",
                f"{actor.id} proposed {what} and cannot review it as well.",
                fix="Ask somebody else who owns one of its controls, or has the role security.",
            )
        if not may_sign(self.platform.authoriser, actor, groups):
            for scope in groups[0]:
                self.platform.authoriser.authorise(actor, Permission.THREAT_SIGN_OFF, on=scope)
        person = identity.find_person(transaction, person_behind(actor.id))
        if person is not None and person.is_disabled:
            raise ForbiddenError(
                "threat-reviewer-left",
                f"{person.name} is disabled and reviews nothing any more.",
                fix="Ask somebody else who may review it.",
            )

    def _go_on(self, transaction: Transaction, change: Change, service: Service, now: datetime) -> None:
        """A Change that nobody has to approve waited for the review alone."""
        plan = environments.find_plan(transaction, change.id, change.plan_number)
        if change.status is not ChangeStatus.AWAITING_APPROVAL or plan is None or plan.decision.approvals_required:
            return
        if not why_held_up(self.platform, transaction, change, service):
            enqueue_plan(self.platform, transaction, change, now)


def follow_reviews(platform: Platform) -> tuple[str, ...]:
    """Withdraw the reviews of branches that were merged or are gone; their ids. Repeating it changes nothing."""
    with platform.database.snapshot() as transaction:
        waiting = [
            (review, catalog.get_service(transaction, review.service)) for review in store.list_open(transaction)
        ]
    return tuple(review.id for review, service in waiting if _withdrawn(platform, review, service))


def _withdrawn(platform: Platform, review: ThreatReview, service: Service) -> bool:
    forge, now = platform.forge, platform.clock.now()
    try:
        head = forge.get_proposal(service.repository, review.branch).commit
    except MissingError:
        why = f"The branch {review.branch} is gone."
    else:
        if not forge.is_ancestor(service.repository, head, forge.head(service.repository)):
            return False
        why = f"The branch {review.branch} is merged."
    withdrawn = replace(
        review, state=ReviewState.WITHDRAWN, decided_by=PLATFORM_ID, decided_at=now, decision_reason=why
    )
    with platform.database.transaction() as transaction:
        current = store.get_review(transaction, review.id)
        if not current.is_open or current.digest != review.digest:
            return False
        store.decide_review(transaction, withdrawn)
        event = review_event(the_platform(Surface.WORKER), withdrawn, "threat.review-withdrawn", now)
        record(transaction, replace(event, outcome="cancelled"), now)
    return True


def _authors_of_model(transaction: Transaction, service: str, digest: str, commit: str) -> tuple[str, ...]:
    """Who proposed that model, as far as is known: whoever pushed it, or wanted a Change of that commit."""
    reviewed = [item.authors for item in store.list_of_model(transaction, service, digest)]
    page = environments.list_changes(transaction, PageRequest(size=MAXIMUM_PAGE_SIZE), service=service)
    wanted = [item.requester for item in page.items if item.commit == commit]
    return tuple(dict.fromkeys((*(author for authors in reviewed for author in authors), *wanted)))


def _sign_off(review: ThreatReview, now: datetime, *, is_agreed: bool) -> ThreatSignOff:
    return ThreatSignOff(
        number=0,
        service=review.service,
        review=review.id,
        digest=review.digest,
        model_digest=review.model_digest,
        is_agreed=is_agreed,
        by=review.decided_by or "",
        at=now,
        reason=review.decision_reason,
        authors=review.authors,
    )


def _model_event(actor: Actor, signed: ThreatSignOff, now: datetime) -> Event:
    return Event(
        verb="threat.signed-off",
        actor=actor.id,
        surface=actor.surface.value,
        subject=f"service:default/{signed.service}",
        service=signed.service,
        started_at=now,
        ended_at=now,
        details={"digest": signed.digest, "reason": signed.reason},
    )


def _require_same(digest: str, current: str, command: str) -> None:
    """A digest may be given by its beginning, as it is shown."""
    if len(digest) < _SHORTEST_DIGEST or not current.startswith(digest):
        raise ConflictError(
            "threat-review-outdated",
            f"What is to be signed off is not {digest[:12]!r} any more: it is {current[:12]}.",
            fix=f"Look at it again, and answer with that digest: {command}.",
        )


def _unreadable(what: str) -> ConflictError:
    return ConflictError(
        "threat-review-unreadable",
        f"Nobody can sign off {what}: it cannot be read.",
        fix="See what is wrong with it: pavior threat lint, in its repository.",
    )
