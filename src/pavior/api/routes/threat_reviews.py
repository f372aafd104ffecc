"""Security reviews of what proposals do to threats, and sign-offs bound to what was seen."""

from fastapi import APIRouter
from pydantic import ConfigDict

from pavior.api.calling import Caller, Filter, Name, Paging, PathName, Reason, verb
from pavior.api.schemas.form import Asked, PageOf
from pavior.api.schemas.threat_reviews import ThreatReviewShown, ThreatReviewViewShown, ThreatSignOffShown
from pavior.identity.model import Permission

router = APIRouter(tags=["threats"])


class ReviewAnswer(Asked):
    """The digest of what was looked at, and what is to be said of it."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"digest": "4f1d0c2b9a7e", "reason": "The queue takes only our own role."}]}
    )

    digest: Name
    reason: Reason


@verb(router, "GET", "/threats/reviews", permission=Permission.THREAT_READ, shows=PageOf[ThreatReviewShown])
def list_threat_reviews(
    call: Caller, page: Paging, *, service: Filter = "", state: Filter = ""
) -> PageOf[ThreatReviewShown]:
    """What waits longest first. `state` is `asked`, `changes-asked`, `signed-off`, `not-required` or `withdrawn`."""
    found = call.application.threats.list_reviews(call.actor, page, service=service, state=state)
    return PageOf[ThreatReviewShown].of(found, ThreatReviewShown)


@verb(router, "GET", "/threats/reviews/{review_id}", permission=Permission.THREAT_READ, shows=ThreatReviewViewShown)
def show_threat_review(call: Caller, review_id: PathName) -> ThreatReviewViewShown:
    """One review: what is to be signed off, and who may."""
    return ThreatReviewViewShown.of(call.application.threats.get_review(call.actor, review_id))


@verb(
    router,
    "POST",
    "/threats/reviews/{review_id}/sign-off",
    permission=Permission.THREAT_SIGN_OFF,
    shows=ThreatReviewShown,
)
def sign_off_threats(call: Caller, review_id: PathName, answer: ReviewAnswer) -> ThreatReviewShown:
    """Agree to exactly what it shows. An act of a person who did not propose it: a token is refused."""
    found = call.application.threat_reviews.sign_off(call.actor, review_id, digest=answer.digest, reason=answer.reason)
    return ThreatReviewShown.of(found)


@verb(
    router,
    "POST",
    "/threats/reviews/{review_id}/ask-changes",
    permission=Permission.THREAT_SIGN_OFF,
    shows=ThreatReviewShown,
)
def ask_threat_changes(call: Caller, review_id: PathName, answer: ReviewAnswer) -> ThreatReviewShown:
    """Send it back. An act of a person who did not propose it: a token is refused."""
    found = call.application.threat_reviews.ask_changes(
        call.actor, review_id, digest=answer.digest, reason=answer.reason
    )
    return ThreatReviewShown.of(found)


@verb(
    router,
    "POST",
    "/services/{name}/threat-model/sign-off",
    permission=Permission.THREAT_SIGN_OFF,
    shows=ThreatSignOffShown,
)
def sign_off_threat_model(call: Caller, name: PathName, answer: ReviewAnswer) -> ThreatSignOffShown:
    """Agree to the threat model of main, outside of any proposal. An act of a person: a token is refused."""
    found = call.application.threat_reviews.sign_off_model(call.actor, name, digest=answer.digest, reason=answer.reason)
    return ThreatSignOffShown.of(found)
