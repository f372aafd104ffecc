"""What another level or value of a control would come to, before anybody proposes it."""

from collections.abc import Mapping

from pavior.identity.model import Permission
from pavior.kernel.errors import PaviorError
from pavior.policy.levels import LevelScope
from pavior.policy.model import Control
from pavior.reports.replay_view import ReplayView
from pavior.reports.scopes import level_wish_scope
from pavior.web.charts import share_bars
from pavior.web.handlers.levels import NEW_ONLY, level_of_word
from pavior.web.visits import Answer, Page, Visit

_PARAMETER = "parameter-"
# More services stand below a fold, and more examples in the JSON of the API.
_MOST_SERVICES = 12
_MOST_EXAMPLES = 25


def show_replay(visit: Visit) -> Answer:
    """The form, and with something to try in the address what it would come to."""
    control = visit.application.pages.get_levels(visit.actor, visit.path["control"]).control
    view, problem = _replay(visit, control)
    scope = LevelScope(view.scope.environment, view.scope.team) if view else LevelScope()
    return Page(
        "replay.html",
        {
            "control": control,
            "problem": problem,
            "asked": visit.query,
            **(_outcome(view) if view else {"view": None}),
            "new_only": NEW_ONLY,
            "may_propose": visit.application.authoriser.may(
                visit.actor, Permission.CONTROL_SET_LEVEL, on=level_wish_scope(control, scope)
            ),
        },
        status=problem.http_status if problem else 200,
    )


def show_waiver_replay(visit: Visit) -> Answer:
    """What a waiver would come to, or its end."""
    waiver = visit.application.pages.get_waiver(visit.actor, visit.path["waiver"])
    view = visit.application.pages.replay_waiver(visit.actor, waiver.id)
    return Page("waiver_replay.html", {"waiver": waiver, **_outcome(view)})


def _outcome(view: ReplayView) -> Mapping[str, object]:
    return {
        "view": view,
        "teams": share_bars(view.teams),
        "services": share_bars(view.services),
        "most_services": _MOST_SERVICES,
        "most_examples": _MOST_EXAMPLES,
    }


def _replay(visit: Visit, control: Control) -> tuple[ReplayView | None, PaviorError | None]:
    query = visit.query
    word, parameters = query.text("level"), _parameters(visit, control)
    if not word and not parameters:
        return None, None
    try:
        level = level_of_word(word) if word else None
        view = visit.application.pages.replay_control(
            visit.actor,
            control.id,
            level=level,
            is_new_only=word == NEW_ONLY,
            environment=query.text("environment"),
            team=query.text("team"),
            parameters=parameters,
        )
    except PaviorError as error:
        return None, error
    return view, None


def _parameters(visit: Visit, control: Control) -> Mapping[str, str]:
    """What was typed; an empty field means the value in force."""
    given = {item.name: visit.query.text(f"{_PARAMETER}{item.name}") for item in control.parameters}
    return {name: value for name, value in given.items() if value}
