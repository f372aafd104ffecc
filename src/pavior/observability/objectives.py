"""Reads `objectives.yaml`: against its schema first, then for what a schema cannot say."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Any

from pavior.catalog.documents import YamlDocument
from pavior.catalog.schemas import load_schema, read_checked, say
from pavior.observability.model import (
    DEFAULT_ALERTS,
    BurnRateAlert,
    Indicator,
    IndicatorSource,
    Notify,
    Objective,
    Objectives,
)

OBJECTIVES_FILE = "objectives.yaml"
_MINUTES_PER_DAY = 24 * 60
# 1 / (1 - 0.95) is a little less than 20 in binary.
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class ObjectivesReading:
    """What an objectives file holds.

    Args:
        objectives: None when there are problems.
        content: The file as it was written, as far as it is a mapping.
        problems: One sentence each, with its line; empty when the file is valid.
    """

    objectives: Objectives | None
    content: Mapping[str, Any] | None
    problems: tuple[str, ...]


@cache
def objectives_schema() -> Mapping[str, Any]:
    """JSON Schema (2020-12) of `objectives.yaml`."""
    return load_schema("pavior.observability", "objectives.schema.json")


# As threat models are.
@lru_cache(maxsize=256)
def check_objectives(body: bytes) -> ObjectivesReading:
    """Read a service's objectives and say what is wrong with them. Never raises."""
    checked = read_checked(body, objectives_schema())
    if checked.problems or checked.document is None or checked.content is None:
        return ObjectivesReading(None, checked.content, checked.problems)
    found = tuple(
        _objective(item, checked.document.line_of(("objectives", index)))
        for index, item in enumerate(checked.content["objectives"])
    )
    problems = say(sorted(_problems(checked.document, found, checked.content)))
    if problems:
        return ObjectivesReading(None, checked.content, problems)
    return ObjectivesReading(Objectives(checked.content["service"], found), checked.content, ())


def _objective(item: Mapping[str, Any], line: int) -> Objective:
    indicator = item["indicator"]
    target = float(item["target_ratio"])
    window_days = int(item["window_days"])
    objective = Objective(
        id=item["id"],
        title=item["title"],
        description=item.get("description", ""),
        indicator=Indicator(
            IndicatorSource(indicator["source"]),
            indicator.get("log_group", ""),
            indicator["good"],
            indicator["total"],
        ),
        target_ratio=target,
        window_days=window_days,
        alerts=tuple(
            BurnRateAlert(
                Notify(alert["notify"]),
                float(alert["burn_rate"]),
                alert["long_window_minutes"],
                alert["short_window_minutes"],
            )
            for alert in item.get("alerts", ())
        ),
        line=line,
    )
    return objective if "alerts" in item else _with_default_alerts(objective)


def _with_default_alerts(objective: Objective) -> Objective:
    fitting = tuple(alert for alert in DEFAULT_ALERTS if not _why_useless(objective, alert))
    return replace(objective, alerts=fitting)


def _why_useless(objective: Objective, alert: BurnRateAlert) -> str:
    if alert.burn_rate > objective.highest_burn_rate * (1 + _ROUNDING):
        return (
            f"burns at most {objective.highest_burn_rate:.4g} times as fast as allowed, so an alert at "
            f"{alert.burn_rate:g} never fires"
        )
    if alert.short_window_minutes >= alert.long_window_minutes:
        return "has an alert whose short window is not shorter than its long one"
    if alert.long_window_minutes > objective.window_days * _MINUTES_PER_DAY:
        return f"has an alert that looks further back than the {objective.window_days} days of its window"
    return ""


def _problems(
    document: YamlDocument, objectives: tuple[Objective, ...], content: Mapping[str, Any]
) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    seen: set[str] = set()
    for index, objective in enumerate(objectives):
        if objective.id in seen:
            found.append((objective.line, f"the id {objective.id} stands there twice."))
        seen.add(objective.id)
        if objective.indicator.good.strip() == objective.indicator.total.strip():
            where = document.line_of(("objectives", index, "indicator", "good"))
            found.append((where, f"objective {objective.id}: good and total are the same, so it is always met."))
        for position in range(len(content["objectives"][index].get("alerts", ()))):
            why = _why_useless(objective, objective.alerts[position])
            if why:
                where = document.line_of(("objectives", index, "alerts", position))
                found.append((where, f"objective {objective.id} {why}."))
    return found
