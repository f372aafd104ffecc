"""Security reviews that tests begin with: a public queue that Mara proposed at noon."""

from typing import Any

from pavior.reports.threat_reviews import ThreatReviewView
from pavior.testing.builders import NOON
from pavior.threatmodels.review_model import ReviewState, ThreatReview
from pavior.threatmodels.review_rules import Reason


def a_threat_review(**fields: Any) -> ThreatReview:
    """It waits for somebody else."""
    given: dict[str, Any] = {
        "id": "TR-1",
        "service": "orders",
        "branch": "public-queue",
        "commit": "a" * 40,
        "digest": "d" * 64,
        "model_digest": "e" * 64,
        "state": ReviewState.ASKED,
        "reasons": (Reason("entry-added", "Something can be reached that could not be before: Queue.", ("queue",)),),
        "paragraph": "Adds 1 element. Anybody on the internet may now reach Queue.",
        "controls": ("resource-policy-no-public-access",),
        "authors": ("mara",),
        "asked_at": NOON,
    }
    return ThreatReview(**{**given, **fields})


def a_threat_review_view(**fields: Any) -> ThreatReviewView:
    """Its reader may answer it."""
    given: dict[str, Any] = {
        "review": a_threat_review(),
        "asked_of": ("platform",),
        "waited_seconds": 0.0,
        "sign_offs": (),
        "changes": (),
        "may_answer": True,
        "may_not_answer_because": "",
    }
    return ThreatReviewView(**{**given, **fields})
