"""Everything about threats that is only read."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from pavior.identity.authorisation import Authoriser
from pavior.identity.model import Actor
from pavior.kernel.clock import Clock
from pavior.kernel.pages import Page, PageRequest
from pavior.policy.model import Control
from pavior.reports.sight import Sight
from pavior.reports.threat_reviews import (
    ThreatReviewView,
    list_threat_reviews,
    read_review_picture,
    read_threat_review,
)
from pavior.reports.threats import list_history, list_reopened, list_threats, read_threat
from pavior.reports.threats_fleet import list_models, read_fleet, read_model
from pavior.reports.threats_issues import list_issues
from pavior.reports.threats_model import Issue, ModelRow, ModelView, ThreatFleet, ThreatView
from pavior.storage.database import Database
from pavior.threatmodels.drawing import Shown, draw
from pavior.threatmodels.review_model import ThreatReview
from pavior.threatmodels.standing_model import ThreatStanding, ThreatStep


@dataclass(frozen=True, slots=True)
class ThreatReader:
    """Reads for the surfaces; each authorises and hides what the actor may not know of."""

    database: Database
    authoriser: Authoriser
    clock: Clock
    controls: tuple[Control, ...] = ()

    def list_threats(
        self,
        actor: Actor,
        page: PageRequest,
        *,
        service: str = "",
        environment: str = "",
        state: str = "",
        control: str = "",
        severity: str = "",
        category: str = "",
        team: str = "",
        query: str = "",
    ) -> Page[ThreatStanding]:
        """One row a threat and environment: the worst state first, then the worst severity, then the oldest.

        Raises InvalidError `threat-filter-unknown`.
        """
        with self._sight(actor) as sight:
            return list_threats(
                sight,
                page,
                service=service,
                environment=environment,
                state=state,
                control=control,
                severity=severity,
                category=category,
                team=team,
                query=query,
            )

    def get_threat(self, actor: Actor, service: str, threat: str) -> ThreatView:
        """Raises MissingError `service-missing`, `threat-missing`."""
        with self._sight(actor) as sight:
            return read_threat(sight, service, threat)

    def list_history(
        self, actor: Actor, page: PageRequest, service: str, threat: str, *, environment: str = ""
    ) -> Page[ThreatStep]:
        """How it stood before, the latest change first. Raises MissingError `service-missing`, `threat-missing`."""
        with self._sight(actor) as sight:
            return list_history(sight, page, service, threat, environment=environment)

    def list_reopened(self, actor: Actor, page: PageRequest) -> Page[ThreatStep]:
        """What was mitigated or accepted and became open within 30 days, the latest first."""
        with self._sight(actor) as sight:
            return list_reopened(sight, page)

    def show_fleet(self, actor: Actor) -> ThreatFleet:
        """How threats stand over all services."""
        with self._sight(actor) as sight:
            return read_fleet(sight)

    def list_models(self, actor: Actor, page: PageRequest, *, standing: str = "", team: str = "") -> Page[ModelRow]:
        """The model of each service, what asks for somebody first. Raises InvalidError `threat-filter-unknown`."""
        with self._sight(actor) as sight:
            return list_models(sight, page, standing=standing, team=team)

    def get_model(self, actor: Actor, service: str) -> ModelView:
        """That of main. Raises MissingError `service-missing`."""
        with self._sight(actor) as sight:
            return read_model(sight, service)

    def list_reviews(
        self, actor: Actor, page: PageRequest, *, service: str = "", state: str = ""
    ) -> Page[ThreatReview]:
        """Security reviews, what waits longest first. Raises InvalidError `threat-review-filter-unknown`."""
        with self._sight(actor) as sight:
            return list_threat_reviews(sight, page, service=service, state=state)

    def get_review(self, actor: Actor, review_id: str) -> ThreatReviewView:
        """Raises MissingError `threat-review-missing`."""
        with self._sight(actor) as sight:
            return read_threat_review(sight, review_id, self.controls)

    def draw_review(self, actor: Actor, review_id: str, *, is_standalone: bool = True) -> str:
        """SVG. Raises MissingError `threat-review-missing`, UnavailableError `layout-too-long`."""
        # Placing everything may take seconds, for which nothing is held.
        with self._sight(actor) as sight:
            model, marks = read_review_picture(sight, review_id)
        return draw(model, Shown(marks=marks), is_standalone=is_standalone)

    def list_issues(
        self,
        actor: Actor,
        page: PageRequest,
        *,
        phase: str = "",
        foresight: str = "",
        control: str = "",
        service: str = "",
    ) -> Page[Issue]:
        """What the numbers of issues are counted from, the latest first. Raises InvalidError `issue-filter-unknown`."""
        with self._sight(actor) as sight:
            return list_issues(sight, page, phase=phase, foresight=foresight, control=control, service=service)

    @contextmanager
    def _sight(self, actor: Actor) -> Iterator[Sight]:
        with self.database.snapshot() as transaction:
            yield Sight(transaction, self.authoriser, actor, self.clock.now())
