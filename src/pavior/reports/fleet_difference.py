"""What a replay found over a fleet, counted while it goes on: of what passes only the number is kept."""

import hashlib
import json
from collections.abc import Iterable
from typing import Final, Generic, TypeVar

from pavior.kernel.verdicts import Phase
from pavior.policy.level_plans import ServiceShare
from pavior.policy.replaying import Compared, TeamReplay
from pavior.reports.level_evidence import Place
from pavior.reports.replay_view import NotRead

# A page, a terminal and a JSON document stay readable; every subject is in the counts.
MOST_EXAMPLES: Final = 200

_Found = TypeVar("_Found", bound=Compared)


class FleetDifference(Generic[_Found]):
    """Filled place by place, in the order of the road."""

    def __init__(self) -> None:
        self.places = 0
        self.answered = 0
        self.made_at: set[str] = set()
        self.subjects: dict[str, int] = {}
        self.stopped: list[_Found] = []
        self.let_go: list[_Found] = []
        self.unanswered: list[_Found] = []
        self.not_read: list[NotRead] = []
        self.production: set[str] = set()
        self._inputs = hashlib.sha256()

    @property
    def inputs_digest(self) -> str:
        """SHA-256 in hex over every document that was asked about, and where it is from."""
        return self._inputs.hexdigest()

    def add_input(self, place: Place, phase: Phase, text: str) -> None:
        """A stored document, whether or not it can be read."""
        self._inputs.update(f"{place.environment}\n{phase.value}\n{len(text)}\n".encode())
        self._inputs.update(text.encode())

    def add(self, place: Place, found: tuple[_Found, ...], *, is_answered: bool) -> None:
        """One place; each subject once."""
        self.places += 1
        self.answered += is_answered
        if place.is_production:
            self.production.add(place.environment)
        self.subjects[place.team] = self.subjects.get(place.team, 0) + len(found)
        self.stopped += [item for item in found if item.is_newly_stopped]
        self.let_go += [item for item in found if item.is_let_go]
        self.unanswered += [item for item in found if item.is_unanswered]

    def teams(self) -> tuple[TeamReplay, ...]:
        """Whom it hits hardest first."""
        names = {*self.subjects, *(item.team for item in self.not_read)}
        found = [self._team(name) for name in sorted(names)]
        return tuple(sorted(found, key=lambda item: -item.newly_stopped))

    def services(self) -> tuple[ServiceShare, ...]:
        """Those for which it makes a difference, or of which something is not known; whom it hits hardest first."""
        parts: dict[tuple[str, str], list[tuple[str, ...]]] = {}
        for kind, items in (("stopped", self.stopped), ("let-go", self.let_go), ("unanswered", self.unanswered)):
            for item in items:
                told = (kind, item.environment, item.verdict.subject)
                parts.setdefault((item.service, item.team), []).append(told)
        for gap in self.not_read:
            why = ("not-read", gap.environment, gap.phase.value if gap.phase else "", gap.why)
            parts.setdefault((gap.environment.partition("/")[0], gap.team), []).append(why)
        found = [_share(service, team, told) for (service, team), told in sorted(parts.items())]
        return tuple(sorted(found, key=lambda item: -item.newly_stopped))

    def _team(self, team: str) -> TeamReplay:
        stopped = [item for item in self.stopped if item.team == team]
        return TeamReplay(
            team=team,
            services=tuple(sorted({item.service for item in stopped})),
            newly_stopped=len(stopped),
            let_go=sum(item.team == team for item in self.let_go),
            unanswered=sum(item.team == team for item in self.unanswered),
            subjects=self.subjects.get(team, 0),
            not_read=len({item.environment for item in self.not_read if item.team == team}),
        )


def _share(service: str, team: str, told: Iterable[tuple[str, ...]]) -> ServiceShare:
    ordered = sorted(told)
    kinds = [item[0] for item in ordered]
    return ServiceShare(
        service=service,
        team=team,
        newly_stopped=kinds.count("stopped"),
        let_go=kinds.count("let-go"),
        unanswered=kinds.count("unanswered"),
        not_read=kinds.count("not-read"),
        digest=hashlib.sha256(json.dumps(ordered).encode()).hexdigest(),
    )
