"""Numbers of this process, for Prometheus."""

from collections.abc import Callable
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

METRICS_CONTENT_TYPE = CONTENT_TYPE_LATEST


@dataclass(frozen=True, slots=True)
class Answered:
    """One request, answered.

    Args:
        surface: `portal` or `api`.
        route: The pattern, such as `/changes/{id}`; a path would make a series for each id.
        seconds: Until the answer began; a log that is followed goes on for as long as somebody watches.
    """

    surface: str
    route: str
    method: str
    status: int
    seconds: float


class Meters:
    """A registry of its own: two in one process do not collide.

    Args:
        listeners: Are told of each request too.
    """

    def __init__(self, *listeners: Callable[[Answered], None]) -> None:
        self._listeners = listeners
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "pavior_requests", "Requests answered.", ("surface", "route", "method", "status"), registry=self._registry
        )
        self._request_seconds = Histogram(
            "pavior_request_seconds",
            "How long it took until an answer began.",
            ("surface", "route"),
            registry=self._registry,
        )

    def count_request(self, answered: Answered) -> None:
        """A request was answered."""
        self._requests.labels(answered.surface, answered.route, answered.method, str(answered.status)).inc()
        self._request_seconds.labels(answered.surface, answered.route).observe(answered.seconds)
        for listener in self._listeners:
            listener(answered)

    def expose(self) -> bytes:
        """All numbers in Prometheus' text format."""
        return generate_latest(self._registry)
