"""Controls: what is required, why, how it stands, and what none of them looked at."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import groupby

from pavior.identity.model import Permission
from pavior.kernel.pages import Page as Part
from pavior.kernel.verdicts import Outcome, Phase, Severity
from pavior.policy.levels import LevelChangeState, LevelScope
from pavior.policy.model import Control, Level
from pavior.reports.scopes import level_change_scope, level_wish_scope
from pavior.reports.standing import PHASES, ControlSummary, EnvironmentCoverage, Looked
from pavior.web.charts import finding_chart, ladder_chart, level_marks, verdict_chart
from pavior.web.rendering import address
from pavior.web.visits import Answer, Page, Visit

_BEFORE_A_CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_ABBREVIATIONS = frozenset({"api", "acl", "tls"})
# What stands in no verdict is asked for by a word of its own.
NO_VERDICT = "none"
# What asks for somebody first.
OUTCOMES = (Outcome.FAILED, Outcome.ERRORED, Outcome.UNKNOWN, Outcome.PASSED)
# Nobody reads more of them; narrowed by team or type they all fit.
_MOST_ROWS = 200
_VERDICTS_AT_ONCE = 20
_CONTROLS_AT_ONCE = 30
PROPOSAL_FORM = "level-proposal"
DECISION_FORM = "level-decision"


@dataclass(frozen=True, slots=True)
class Choice:
    """One link of a filter. `state` is a member of one of our enums, when it has a look of its own."""

    word: str
    state: StrEnum | None
    count: int
    address: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Filter:
    """Links of which one is current."""

    title: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Freshness:
    """When what is known of one phase was found out."""

    phase: Phase
    oldest_at: datetime
    newest_at: datetime


def list_controls(visit: Visit) -> Answer:
    """By what they look at, and there the worst severity first; narrowed by what is asked for, a part at a time."""
    asked = {name: visit.query.text(name) for name in ("q", "view", "severity", "level", "outcome")}
    summaries = visit.application.pages.list_controls(visit.actor)
    found = [item for item in summaries if all(_fits(item, name, word) for name, word in asked.items())]
    found.sort(key=lambda item: (item.control.view, -Severity(item.control.severity).rank, item.control.id))
    asked_for = visit.page_request(_CONTROLS_AT_ONCE)
    shown = tuple(found[asked_for.offset : asked_for.offset + asked_for.size])
    of_view = Counter(item.control.view for item in found)
    sections = [
        (in_words(view), of_view[view], list(items))
        for view, items in groupby(shown, key=lambda item: item.control.view)
    ]
    facts = {
        "sections": sections,
        "part": Part(shown, len(found), asked_for.offset),
        "at_once": _CONTROLS_AT_ONCE,
        "count": len(found),
        "total": len(summaries),
        "query": asked["q"],
        "asked": asked,
        "filters": _filters(asked, summaries),
        "views": _choices("view", [(view, None) for view in _views(summaries)], asked, summaries),
        "fresh": _freshness(summaries),
        "is_any_verdict": any(not item.is_without_verdict for item in summaries),
        "is_narrowed": any(asked.values()),
        "outcomes": OUTCOMES,
    }
    return Page("controls.html", facts)


def show_control(visit: Visit) -> Answer:
    """See `control_page`."""
    return control_page(visit)


def control_page(visit: Visit) -> Page:
    """One control, with its lesson and the verdicts behind its numbers, narrowed by `phase`, `outcome`, `team`."""
    pages, query, name = visit.application.pages, visit.query, visit.path["control"]
    phase = query.text("phase") if query.text("phase") in {item.value for item in PHASES} else ""
    outcome = query.text("outcome") if query.text("outcome") in {item.value for item in Outcome} else ""
    team = query.text("team")
    view = pages.get_control(visit.actor, name)
    rows = pages.list_verdicts(
        visit.actor, name, visit.page_request(_VERDICTS_AT_ONCE), phase=phase, outcome=outcome, team=team
    )
    weeks = view.history.weeks
    levels = pages.get_levels(visit.actor, name)
    authoriser = visit.application.authoriser
    scopes = {
        item.id: level_change_scope(item, control_owner=view.control.owner)
        for item in levels.changes
        if item.state is LevelChangeState.PROPOSED
    }
    facts = {
        "view": view,
        "page": rows,
        "at_once": _VERDICTS_AT_ONCE,
        "asked": {"phase": phase, "outcome": outcome, "team": team},
        "outcomes": OUTCOMES,
        "teams": [(team, list(items)) for team, items in groupby(view.teams, key=lambda item: item.team)],
        "levels": levels,
        "ladder_chart": ladder_chart(levels.ladders, visit.now),
        "level_marks": level_marks(len(weeks), levels.changes, visit.now),
        "may_propose_level": authoriser.may(
            visit.actor, Permission.CONTROL_SET_LEVEL, on=level_wish_scope(view.control, LevelScope())
        ),
        "may_approve_level": {
            name: authoriser.may(visit.actor, Permission.CONTROL_DECIDE_LEVEL, on=scope)
            for name, scope in scopes.items()
        },
        "proposal_form": PROPOSAL_FORM,
        "decision_form": DECISION_FORM,
        "verdict_chart": verdict_chart(weeks),
        "finding_chart": finding_chart(weeks),
        # One point is no trend.
        "is_verdict_trend": sum(bool(week.plans) for week in weeks) > 1,
        "is_finding_trend": any(week.open_findings for week in weeks),
    }
    return Page("control.html", facts)


def show_coverage(visit: Visit) -> Answer:
    """What no control looked at, narrowed by `team`, `service`, `provider`, `type`."""
    asked = {name: visit.query.text(name) for name in ("team", "service", "provider", "type")}
    view = visit.application.pages.show_coverage(
        visit.actor,
        team=asked["team"],
        service=asked["service"],
        provider=asked["provider"],
        resource_type=asked["type"],
    )
    facts = {
        "view": view,
        "asked": asked,
        "is_narrowed": any(asked.values()),
        # Sums over whole environments would say nothing of one type.
        "by_type": bool(asked["type"] or asked["provider"]),
        "totals": [
            (phase, _total(_looked(view.environments, phase))) for phase in PHASES if phase.value not in view.hidden
        ],
        "is_any_evaluated": any(looked.evaluated for phase in PHASES for looked in _looked(view.environments, phase)),
        "never": sum(row.plan is None and row.live is None for row in view.environments),
        "most": _MOST_ROWS,
    }
    return Page("coverage.html", facts)


def in_words(view: str) -> str:
    """`ObjectStore` as `Object store`, and `ApiServer` as `API server`."""
    words = _BEFORE_A_CAPITAL.sub(" ", view).lower().split()
    told = " ".join(word.upper() if word in _ABBREVIATIONS else word for word in words)
    return told[:1].upper() + told[1:]


def _fits(item: ControlSummary, name: str, word: str) -> bool:
    """Whether a control has what one part of the query asks for; a word that means nothing finds nothing."""
    control = item.control
    match name:
        case _ if not word:
            return True
        case "q":
            return all(part in _words_of(control) for part in word.casefold().split())
        case "view":
            return control.view == word
        case "severity":
            return control.severity.value == word
        case "level":
            changed = (stage.level for stage in item.changed_stages)
            return word in {level.value for level in (control.default_level, *control.levels.values(), *changed)}
        case _:
            return item.is_without_verdict if word == NO_VERDICT else _has(item, word)


def _has(item: ControlSummary, word: str) -> bool:
    return any(item.has(outcome) for outcome in Outcome if outcome.value == word)


def _words_of(control: Control) -> str:
    """Also by the ids of others: somebody comes with what a scanner told them."""
    others = (name for ids in (control.equivalents, control.mappings) for names in ids.values() for name in names)
    words = (control.id, control.title, control.severity.value, in_words(control.view), *others)
    return " ".join(words).casefold()


def _views(summaries: Sequence[ControlSummary]) -> list[str]:
    return sorted({item.control.view for item in summaries})


def _filters(asked: dict[str, str], summaries: Sequence[ControlSummary]) -> tuple[Filter, ...]:
    severities = [(item.value, item) for item in reversed(Severity)]
    levels = [(item.value, item) for item in reversed(Level)]
    outcomes: list[tuple[str, StrEnum | None]] = [*((item.value, item) for item in OUTCOMES), (NO_VERDICT, None)]
    return (
        Filter("Stands", _choices("outcome", outcomes, asked, summaries)),
        Filter("Severity", _choices("severity", severities, asked, summaries)),
        Filter("Level", _choices("level", levels, asked, summaries)),
    )


def _choices(
    name: str,
    words: Iterable[tuple[str, StrEnum | None]],
    asked: dict[str, str],
    summaries: Sequence[ControlSummary],
) -> tuple[Choice, ...]:
    """One link for each word that some control has; each counts over all other filters as they are."""
    others = {other: word for other, word in asked.items() if other != name}
    within = [item for item in summaries if all(_fits(item, other, word) for other, word in others.items())]
    found = [
        Choice(
            word,
            state,
            sum(_fits(item, name, word) for item in within),
            address("controls", **{**others, name: word}),
            is_current=asked[name] == word,
        )
        for word, state in words
    ]
    shown = tuple(choice for choice in found if choice.count or choice.is_current)
    everything = Choice("all", None, len(within), address("controls", **others), is_current=not asked[name])
    return (everything, *shown)


def _freshness(summaries: Sequence[ControlSummary]) -> tuple[Freshness, ...]:
    found = []
    for phase in PHASES:
        known = [item for row in summaries for item in row.standings if item.phase is phase]
        oldest = [item.oldest_at for item in known if item.oldest_at is not None]
        newest = [item.newest_at for item in known if item.newest_at is not None]
        if oldest and newest:
            found.append(Freshness(phase, min(oldest), max(newest)))
    return tuple(found)


def _looked(rows: Iterable[EnvironmentCoverage], phase: Phase) -> list[Looked]:
    looked = [row.plan if phase is Phase.PLAN else row.live for row in rows]
    return [item for item in looked if item is not None]


@dataclass(frozen=True, slots=True)
class Total:
    """Resources of one phase over all environments that are shown; the instants are None without any."""

    evaluated: int
    uncovered: int
    environments: int
    oldest_at: datetime | None
    newest_at: datetime | None


def _total(looked: Sequence[Looked]) -> Total:
    return Total(
        evaluated=sum(item.evaluated for item in looked),
        uncovered=sum(item.uncovered for item in looked),
        environments=len(looked),
        oldest_at=min((item.at for item in looked), default=None),
        newest_at=max((item.at for item in looked), default=None),
    )
