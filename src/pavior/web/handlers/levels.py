"""Levels of controls: proposed by one on the page of the control, decided by another there."""

from collections.abc import Callable

from pavior.identity.model import Actor
from pavior.kernel.clock import parse_day_or_instant
from pavior.kernel.errors import InvalidError
from pavior.policy.levels import LevelChange, LevelChangeState
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
            level=level_of_word(word),
            is_new_only=word == NEW_ONLY,
            environment=form.text("environment"),
            team=form.text("team"),
            wanted_from=parse_day_or_instant(start) if start else None,
            reason=form.text("reason"),
        )
        return _look_at(proposed, "level-proposed")

    return attempt(act, form=PROPOSAL_FORM, instead=lambda: control_page(visit))


def approve(visit: Visit) -> Answer:
    """Approve the plan whose digest stands in the form."""
    return _decide(
        visit,
        "level-approved",
        lambda actor, change, reason: visit.application.levels.approve_level(
            actor, change, plan_digest=visit.form.text("digest"), reason=reason
        ),
    )


def reject(visit: Visit) -> Answer:
    """Leave things as they are."""
    levels = visit.application.levels
    return _decide(
        visit, "level-rejected", lambda actor, change, reason: levels.reject_level(actor, change, reason=reason)
    )


def plan_again(visit: Visit) -> Answer:
    """Plan it as the fleet is now."""
    levels = visit.application.levels
    return _decide(visit, "level-planned", lambda actor, change, _: levels.plan_level_again(actor, change))


def revert(visit: Visit) -> Answer:
    """Ask that what held before holds again."""
    levels = visit.application.levels
    return _decide(
        visit, "level-proposed", lambda actor, change, reason: levels.revert_level(actor, change, reason=reason)
    )


def _decide(visit: Visit, done: str, verb: Callable[[Actor, str, str], LevelChange]) -> Answer:
    def act() -> Answer:
        change = verb(visit.actor, visit.path["change"], visit.form.text("reason"))
        # One of two approvals: it goes on waiting.
        is_seconded = done == "level-approved" and change.state is LevelChangeState.PROPOSED
        return _look_at(change, "level-seconded" if is_seconded else done)

    return attempt(act, form=f"{DECISION_FORM}-{visit.path['change']}", instead=lambda: control_page(visit))


def _look_at(change: LevelChange, done: str) -> Redirect:
    return Redirect(address("controls", change.control), done)


def level_of_word(word: str) -> Level:
    """What a form calls it; block for new is block. Raises InvalidError `level-unknown`."""
    word = Level.BLOCK.value if word == NEW_ONLY else word
    if word not in {item.value for item in Level}:
        words = ", ".join(item.value for item in Level)
        raise InvalidError("level-unknown", f"{word[:40]!r} is no level.", fix=f"Use one of: {words}, {NEW_ONLY}.")
    return Level(word)
