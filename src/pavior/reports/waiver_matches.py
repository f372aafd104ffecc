"""What a waiver would excuse today: what the controls said last of whatever it reaches."""

from collections.abc import Iterator

from pavior.environments import store as environments
from pavior.kernel.verdicts import Outcome, Phase, Verdict
from pavior.policy.reaching import is_wide, matches_path, reaches
from pavior.policy.waiver_model import Waiver
from pavior.reports.evaluations import NEEDED, Evaluations, standing_environments
from pavior.reports.model import Match, Matches
from pavior.reports.sight import Sight

_WORST_FIRST = (Outcome.FAILED, Outcome.ERRORED, Outcome.UNKNOWN, Outcome.PASSED)


def match(sight: Sight, evaluations: Evaluations, wish: Waiver) -> Matches:
    """Ask the latest plan of each environment, what was last seen there, and the plan of the Change it is about."""
    reached = [
        name
        for name in standing_environments(sight, sight.services(NEEDED[Phase.LIVE]))
        if reaches(wish.environment, name)
    ]
    worst: dict[tuple[str, str], Match] = {}
    known: set[str] = set()
    for environment, verdicts in _said(sight, evaluations, wish, reached):
        known.add(environment)
        for verdict in verdicts:
            path = verdict.position.path if verdict.position else ""
            if wish.subject not in ("", verdict.subject) or (wish.path and not matches_path(wish.path, path)):
                continue
            found = Match(environment, verdict.subject, verdict.outcome, path)
            before = worst.get((environment, verdict.subject))
            if before is None or _WORST_FIRST.index(found.outcome) < _WORST_FIRST.index(before.outcome):
                worst[environment, verdict.subject] = found
    ordered = sorted(worst.values(), key=lambda item: (item.environment, item.subject))
    excused = tuple(item for item in ordered if item.outcome is not Outcome.PASSED)
    return Matches(excused, len(ordered) - len(excused), len(reached), tuple(sorted(set(reached) - known)))


def _said(
    sight: Sight, evaluations: Evaluations, wish: Waiver, reached: list[str]
) -> Iterator[tuple[str, tuple[Verdict, ...]]]:
    for phase in (Phase.PLAN, Phase.LIVE):
        for item in evaluations.latest(sight, phase, environment_ids=reached):
            yield item.environment, item.verdicts.get(wish.control, ())
    if wish.change_id and not is_wide(wish.environment):
        change = environments.find_change(sight.tx, wish.change_id)
        plan = environments.find_plan(sight.tx, change.id, change.plan_number) if change else None
        if change is not None and plan is not None and change.environment_id == wish.environment:
            own = (ruling.verdict for ruling in plan.decision.rulings)
            yield wish.environment, tuple(verdict for verdict in own if verdict.control == wish.control)
