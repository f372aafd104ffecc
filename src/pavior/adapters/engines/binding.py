"""What binds a saved plan to the plan that people saw, to its source, and to one environment in one cloud."""

import hashlib
from dataclasses import dataclass

from pavior.environments.errors import plan_stale
from pavior.environments.ports import CloudTarget, EnginePlan, Stack


def digest_of_plan(plan_json: bytes) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(plan_json).hexdigest()


@dataclass(frozen=True, slots=True)
class Binding:
    """Of one saved plan.

    Args:
        plan: SHA-256 in hex of the plan JSON.
        source: SHA-256 in hex of source and variables.
    """

    environment: str
    instance: str
    is_destroy: bool
    plan: str
    source: str

    def require(self, plan: EnginePlan, stack: Stack, source: str, target: CloudTarget) -> None:
        """Raises ConflictError `plan-stale`."""
        if self.plan != digest_of_plan(plan.plan_json):
            raise plan_stale("The plan that people saw is not the one that was saved")
        if (self.environment, self.is_destroy) != (stack.environment, stack.is_destroy):
            raise plan_stale(f"The plan was made for {self.environment}")
        if self.source != source:
            raise plan_stale("Source or variables are not those that were planned")
        if self.instance != target.instance:
            raise plan_stale("The plan was made for another cloud")
