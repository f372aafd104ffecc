"""Security reviews on the wire."""

from pavior.api.schemas.form import Instant, Shown
from pavior.threatmodels.review_model import ReviewState


class ReasonShown(Shown):
    """Why a review is asked for: the rule, and what it is about."""

    rule: str
    told: str
    places: list[str]


class ThreatReviewShown(Shown):
    """The review of one branch. Whoever signs it off gives its `digest`; another push may have another one."""

    id: str
    service: str
    branch: str
    commit: str
    digest: str
    model_digest: str
    state: ReviewState
    reasons: list[ReasonShown]
    paragraph: str
    controls: list[str]
    authors: list[str]
    asked_at: Instant
    decided_by: str | None
    decided_at: Instant | None
    decision_reason: str


class ThreatSignOffShown(Shown):
    """What one person said of exactly one digest; `review` is empty for the model of main."""

    number: int
    service: str
    review: str
    digest: str
    model_digest: str
    is_agreed: bool
    by: str
    at: Instant
    reason: str
    authors: list[str]


class ThreatReviewViewShown(Shown):
    """One review, with who may answer it and what was said."""

    review: ThreatReviewShown
    asked_of: list[str]
    waited_seconds: float
    sign_offs: list[ThreatSignOffShown]
    may_answer: bool
    may_not_answer_because: str
