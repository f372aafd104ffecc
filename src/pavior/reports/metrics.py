"""Numbers, each a query over recorded events."""

from pavior.identity.model import Actor
from pavior.reports.model import MetricRow


class Metrics:
    """Time to first deploy, approval wait, denials by control."""

    def show(self, actor: Actor) -> tuple[MetricRow, ...]:
        """All metrics over everything recorded."""
        raise NotImplementedError
