"""Levels of controls: proposed by one on the page of the control, decided by another there."""

from collections.abc import Callable

from pavior.kernel.clock import parse_day_or_instant
from pavior.kernel.errors import InvalidError
from pavior.policy.levels import LevelChange
from pavior.policy.model import Level
from pavior.web.handlers.controls import DECISION_FORM, PROPOSAL_FORM, control_page
from pavior.web.rendering import address
from pavior.web.visits import Answer, Redirect, Visit, attempt

# As the form writes the steps of the ladder.
NEW_ONLY = "block-new"


def propose(visit: Visit) -> Answer:
    """Ask for another level."""
    form = visit.form

    def act() -> Answer:
        word, start = form.text("level"), form.text("wanted_from")
        proposed = visit.application.levels.propose_level(
            visit.actor,
            control=visit.path["control"],
            level=_level(word),
            is_new_only=word == NEW_ONLY,
            environment=form.text("environment"),
            team=form.text("team"),
            wanted_from=parse_day_or_instant(start) if start else None,
            reason=form.text("reason"),
        )
        return _look_at(proposed, "level-proposed")

    return attempt(act, form=PROPOSAL_FORM, instead=lambda: control_page(visit))


def approve(visit: Visit) -> Answer:
    """Let it start."""
    return _decide(visit, "level-approved", visit.application.levels.approve_level)


def reject(visit: Visit) -> Answer:
    """Leave things as they are."""
    return _decide(visit, "level-rejected", visit.application.levels.reject_level)


def _decide(visit: Visit, done: str, verb: Callable[..., LevelChange]) -> Answer:
    def act() -> Answer:
        return _look_at(verb(visit.actor, visit.path["change"], reason=visit.form.text("reason")), done)

    return attempt(act, form=f"{DECISION_FORM}-{visit.path['change']}", instead=lambda: control_page(visit))


def _look_at(change: LevelChange, done: str) -> Redirect:
    return Redirect(address("controls", change.control), done)


def _level(word: str) -> Level:
    word = Level.BLOCK.value if word == NEW_ONLY else word
    if word not in {item.value for item in Level}:
        words = ", ".join(item.value for item in Level)
        raise InvalidError("level-unknown", f"{word[:40]!r} is no level.", fix=f"Use one of: {words}, {NEW_ONLY}.")
    return Level(word)
