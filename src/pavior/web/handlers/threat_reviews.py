"""Security reviews of proposals: who is asked, since when, what the branch does to the threats, and the answer."""

from collections.abc import Callable

from pavior.threatmodels.review_model import ReviewState, ThreatReview
from pavior.web.rendering import address
from pavior.web.visits import Answer, File, Page, Redirect, Visit, attempt

ANSWER_FORM = "answer"


def list_reviews(visit: Visit) -> Page:
    """What waits longest first; narrowed by service and state."""
    service, state = visit.query.text("service"), visit.query.text("state")
    state = state if state in tuple(ReviewState) else ""
    page = visit.application.threats.list_reviews(visit.actor, visit.page_request(), service=service, state=state)
    states = tuple(item for item in ReviewState if item is not ReviewState.NOT_REQUIRED)
    return Page("threat_reviews.html", {"page": page, "service": service, "state": state, "states": states})


def show_review(visit: Visit) -> Page:
    """One of them, with what may be said of it."""
    view = visit.application.threats.get_review(visit.actor, visit.path["review"])
    return Page("threat_review.html", {"view": view, "item": view.review})


def show_picture(visit: Visit) -> Page:
    """The picture within the page."""
    drawing = visit.application.threats.draw_review(visit.actor, visit.path["review"], is_standalone=False)
    return Page("_threat_picture.html", {"drawing": drawing})


def download_picture(visit: Visit) -> Answer:
    """The picture as a file that stands alone."""
    review = visit.path["review"]
    drawing = visit.application.threats.draw_review(visit.actor, review)
    return File(f"{review}.svg", drawing.encode(), "image/svg+xml")


def sign_off(visit: Visit) -> Answer:
    """Agree to what was shown."""
    return _act(visit, "threats-signed-off", visit.application.threat_reviews.sign_off)


def ask_changes(visit: Visit) -> Answer:
    """Send it back."""
    return _act(visit, "threats-sent-back", visit.application.threat_reviews.ask_changes)


def _act(visit: Visit, done: str, verb: Callable[..., ThreatReview]) -> Answer:
    form = visit.form

    def act() -> Answer:
        found = verb(visit.actor, visit.path["review"], digest=form.text("digest"), reason=form.text("reason"))
        return Redirect(address("threats", "reviews", found.id), done)

    return attempt(act, form=ANSWER_FORM, instead=lambda: show_review(visit))
