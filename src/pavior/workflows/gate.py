"""The gate: what is said of a plan at one instant. Asked when a plan is made, and again before it is applied."""

from datetime import datetime

from pavior.catalog import store as catalog
from pavior.environments.model import ChangeKind, Environment
from pavior.kernel.verdicts import Phase
from pavior.policy import store as waivers
from pavior.policy.decision import decide
from pavior.policy.evaluation import evaluate
from pavior.policy.model import Decision
from pavior.policy.risk import find_touched
from pavior.resources.model import PlanReading
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
    data_class: str | None = None,
) -> Decision:
    """Evaluate every control over the plan joined with its source, and decide with the waivers as they are at `now`.

    The class of data is the one of the service in the catalog, unless it is given. Asked again of a stored plan it
    evaluates anew, so a control that came with an upgrade since then is asked too.
    """
    if data_class is None:
        data_class = catalog.get_service(transaction, environment.service).data_class
    return decide(
        evaluate(reading.graph, platform.controls, Phase.PLAN),
        environment=environment.id,
        is_production=environment.is_production,
        controls=platform.controls,
        waivers=waivers.list_in_force(transaction, environment.id, now),
        plan_digest=plan_digest,
        now=now,
        touched=find_touched(reading),
        is_destroy=kind is ChangeKind.DESTROY,
        data_class=data_class,
    )
