"""Looking at the live cloud and comparing it with what was applied."""

from pavior.identity.model import Actor
from pavior.runs.model import Run


class DriftChecks:
    """Drift, on demand."""

    def check_drift(self, actor: Actor, environment: str) -> Run:
        """Observe `orders/dev` now; drifts, findings and the environment's status follow."""
        raise NotImplementedError
