"""Security reviews: the queue for everybody, one whole, and what waits for one person."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from pavior.catalog import store as catalog
from pavior.catalog.model import Service
from pavior.environments import store as environments
from pavior.environments.model import Change, ChangeStatus
from pavior.identity.model import Permission, person_behind
from pavior.kernel.errors import InvalidError
from pavior.kernel.pages import MAXIMUM_PAGE_SIZE, Page, PageRequest
from pavior.policy.model import Control
from pavior.reports.scopes import review_scopes
from pavior.reports.sight import Sight, missing
from pavior.storage.database import Transaction
from pavior.threatmodels import review_store as store
from pavior.threatmodels.model import ThreatModel
from pavior.threatmodels.review_model import ReviewState, ThreatReview, ThreatSignOff

_OPEN = tuple(status for status in ChangeStatus if status.is_open)


@dataclass(frozen=True, slots=True)
class ThreatReviewView:
    """One review, whole.

    Args:
        asked_of: Teams that own a control of the threats concerned; whoever has the role security may answer as well.
        waited_seconds: How long somebody waited, or has waited by now.
        sign_offs: All answers to what the branch shows now, the latest first.
        changes: Those of the branch that have not ended.
        may_answer: Whether the reader may sign it off or ask for changes now.
        may_not_answer_because: In a sentence; empty when the reader may.
    """

    review: ThreatReview
    asked_of: tuple[str, ...]
    waited_seconds: float
    sign_offs: tuple[ThreatSignOff, ...]
    changes: tuple[Change, ...]
    may_answer: bool
    may_not_answer_because: str


def list_threat_reviews(sight: Sight, page: PageRequest, *, service: str, state: str) -> Page[ThreatReview]:
    """What waits longest first.

    Raises:
        InvalidError: `threat-review-filter-unknown`.
    """
    sight.require(Permission.THREAT_READ)
    if state and state not in tuple(ReviewState):
        raise InvalidError(
            "threat-review-filter-unknown",
            f"{state[:40]!r} is no state of a review.",
            fix=f"Use one of: {', '.join(ReviewState)}.",
        )
    return store.list_reviews(
        sight.tx,
        page,
        services=sight.services(Permission.THREAT_READ),
        service=service,
        state=ReviewState(state) if state else None,
    )


def read_threat_review(sight: Sight, review_id: str, controls: Iterable[Control]) -> ThreatReviewView:
    """Raises MissingError `threat-review-missing`."""
    review = store.find_review(sight.tx, review_id)
    if review is None or review.service not in sight.services(Permission.THREAT_READ):
        raise missing("threat-review", review_id, command="pavior threat reviews")
    owner_of = _owners(controls)
    changes = list_changes_of(sight.tx, review)
    service = catalog.get_service(sight.tx, review.service)
    objection = _objection(sight, review, service, changes, owner_of)
    return ThreatReviewView(
        review=review,
        asked_of=tuple(sorted({owner for control in review.controls if (owner := owner_of(control))})),
        waited_seconds=review.waited_seconds(sight.now),
        sign_offs=store.list_sign_offs(sight.tx, review.service, digest=review.digest),
        changes=changes,
        may_answer=not objection,
        may_not_answer_because=objection,
    )


def read_review_picture(sight: Sight, review_id: str) -> tuple[ThreatModel, Mapping[str, str]]:
    """The model that the branch would leave with what it takes away, and what differs in it, by id.

    Raises:
        MissingError: `threat-review-missing`; also for a review that was never asked for.
    """
    review = store.find_review(sight.tx, review_id)
    found = store.find_picture(sight.tx, review_id)
    if review is None or found is None or review.service not in sight.services(Permission.THREAT_READ):
        raise missing("threat-review", review_id, command="pavior threat reviews")
    return found


def list_reviews_to_answer(sight: Sight, controls: Iterable[Control]) -> tuple[ThreatReview, ...]:
    """Those that the actor may answer, the oldest first."""
    owner_of, services = _owners(controls), sight.services(Permission.THREAT_READ)
    waiting = (item for item in store.list_open(sight.tx) if item.state is ReviewState.ASKED)
    return tuple(
        item
        for item in waiting
        if item.service in services
        and not _objection(sight, item, services[item.service], list_changes_of(sight.tx, item), owner_of)
    )


def find_review_of_change(sight: Sight, change: Change) -> ThreatReview | None:
    """The review of its branch, where one was ever asked for."""
    review = store.find_of_branch(sight.tx, change.service, change.branch) if change.branch else None
    return None if review is None or review.state is ReviewState.NOT_REQUIRED else review


def list_changes_of(tx: Transaction, review: ThreatReview) -> tuple[Change, ...]:
    """The Changes of its branch that have not ended."""
    page = environments.list_changes(tx, PageRequest(size=MAXIMUM_PAGE_SIZE), service=review.service, statuses=_OPEN)
    return tuple(item for item in page.items if item.branch == review.branch)


def _objection(
    sight: Sight,
    review: ThreatReview,
    service: Service,
    changes: Iterable[Change],
    owner_of: Callable[[str], str],
) -> str:
    """What speaks against an answer of the reader; empty when nothing does."""
    if not review.is_open:
        return f"{review.id} is {review.state.value}: nobody is asked."
    proposers = [person_behind(name) for name in (*review.authors, *(item.requester for item in changes))]
    if person_behind(sight.actor.id) in proposers:
        return f"You proposed it: another person must review {review.id}."
    groups = review_scopes(review.id, service, review.controls, proposers, owner_of)
    if any(all(sight.may(Permission.THREAT_SIGN_OFF, scope) for scope in group) for group in groups):
        return ""
    return next(why for scope in groups[0] if (why := sight.why_not(Permission.THREAT_SIGN_OFF, scope)))


def _owners(controls: Iterable[Control]) -> Callable[[str], str]:
    owners = {name: item.owner for item in controls for name in (item.id, *item.formerly)}
    return lambda control: owners.get(control, "")
