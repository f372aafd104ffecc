"""The gate: what is said of a plan at one instant. Asked when a plan is made, and again before it is applied."""

from datetime import datetime

from pavior.environments.model import ChangeKind, Environment
from pavior.kernel.verdicts import Phase
from pavior.policy import store as waivers
from pavior.policy.decision import decide
from pavior.policy.evaluation import evaluate
from pavior.policy.model import Decision
from pavior.resources.model import Action, PlanReading
from pavior.storage.database import Transaction
from pavior.workflows.platform import Platform


def judge(
    platform: Platform,
    transaction: Transaction,
    *,
    environment: Environment,
    kind: ChangeKind,
    reading: PlanReading,
    plan_digest: str,
    now: datetime,
) -> Decision:
    """Evaluate every control over the plan joined with its source, and decide with the waivers as they are at `now`.

    Asked again of a stored plan it evaluates anew, so a control that came with an upgrade since then is asked too.
    """
    return decide(
        evaluate(reading.graph, platform.controls, Phase.PLAN),
        environment=environment.id,
        is_production=environment.is_production,
        controls=platform.controls,
        waivers=waivers.list_in_force(transaction, environment.id, now),
        plan_digest=plan_digest,
        now=now,
        deletes=tuple(change.address for change in reading.changes if change.action in (Action.DELETE, Action.REPLACE)),
        is_destroy=kind is ChangeKind.DESTROY,
    )
