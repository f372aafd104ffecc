"""Whether a Change waits for a security review of its branch. Asked when it is approved, and again before its apply."""

from collections.abc import Iterable
from itertools import takewhile

from pavior.catalog.model import Service
from pavior.environments.model import Change
from pavior.identity.authorisation import Authoriser
from pavior.identity.model import Actor, Permission, Scope, person_behind
from pavior.kernel.errors import ConflictError
from pavior.reports.scopes import review_scopes
from pavior.storage.database import Transaction
from pavior.threatmodels import review_store as store
from pavior.threatmodels.review_model import ThreatReview, ThreatSignOff
from pavior.workflows.approvers import might_still
from pavior.workflows.look_at_threats import reviewers
from pavior.workflows.platform import Platform


def require_reviewed(platform: Platform, transaction: Transaction, change: Change, service: Service) -> None:
    """Nothing happens when no review is needed, or when what this commit shows was signed off.

    Raises:
        ConflictError: `threat-review-open`.
    """
    why = why_held_up(platform, transaction, change, service)
    if not why:
        return
    review = store.find_of_branch(transaction, service.name, change.branch)
    look = store.find_look(transaction, service.name, change.commit)
    if review is None or look is None or review.digest != look.digest:
        fix = f"Plan it again, or open a new Change of the newest commit: pavior change plan {change.id}."
    else:
        fix = (
            f"Ask {reviewers(platform, review)} to look at it: pavior threat review {review.id}. "
            "An override does not lift this."
        )
    raise ConflictError("threat-review-open", f"{change.id} waits for a security review: {why}", fix=fix)


def why_held_up(platform: Platform, transaction: Transaction, change: Change, service: Service) -> str:
    """In a sentence; empty when the Change is not held up. What no branch brings is never held up.

    A sign-off counts for what was seen, by its digest, while who gave it might still give it, and never for a Change
    that they want themselves.
    """
    look = store.find_look(transaction, service.name, change.commit)
    if not change.branch or (look is not None and not look.is_required):
        return ""
    if look is None:
        return f"nobody has looked at what {change.commit[:12]} does to the threats of {service.name}."
    review = store.find_of_branch(transaction, service.name, change.branch)
    said = store.list_sign_offs(transaction, service.name, digest=look.digest)
    if not said:
        asked = "nobody was asked yet" if review is None else f"{review.id} is open"
        return f"nobody has signed off what it does to the threats; {asked}."
    if not said[0].is_agreed:
        return f"{said[0].by} asked for changes: {said[0].reason}"
    controls = () if review is None else review.controls
    # What was agreed to before somebody asked for changes is over.
    agreed = takewhile(lambda item: item.is_agreed, said)
    is_reviewed = any(_counts(platform, transaction, item, change, service, controls) for item in agreed)
    return "" if is_reviewed else f"the sign-off of {said[0].by} does not count for it."


def may_sign(authoriser: Authoriser, actor: Actor, groups: Iterable[tuple[Scope, ...]]) -> bool:
    """Whether the actor may sign off: allowed on all scopes of one group."""
    return any(all(authoriser.may(actor, Permission.THREAT_SIGN_OFF, on=scope) for scope in group) for group in groups)


def scopes_of_review(
    platform: Platform, review: ThreatReview, service: Service, wanted_by: Iterable[str]
) -> tuple[tuple[Scope, ...], ...]:
    """See `review_scopes`.

    Args:
        wanted_by: Who asked for a Change of its branch.
    """
    requesters = [person_behind(name) for name in (*review.authors, *wanted_by)]
    return review_scopes(review.id, service, review.controls, requesters, platform.owner_of)


def _counts(  # noqa: PLR0917 - of one Change, in the order of what holds what
    platform: Platform,
    transaction: Transaction,
    sign_off: ThreatSignOff,
    change: Change,
    service: Service,
    controls: tuple[str, ...],
) -> bool:
    requesters = [person_behind(name) for name in (*sign_off.authors, change.requester)]
    groups = review_scopes(sign_off.review, service, controls, requesters, platform.owner_of)
    return (
        any(
            might_still(transaction, platform.authoriser, sign_off.by, Permission.THREAT_SIGN_OFF, group)
            for group in groups
        )
        and person_behind(sign_off.by) not in requesters
    )
