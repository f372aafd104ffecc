"""What Pavior tells about itself while it runs: log lines, and numbers for Prometheus."""

import json
import logging
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import TextIO

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

METRICS_CONTENT_TYPE = CONTENT_TYPE_LATEST

_fields: ContextVar[Mapping[str, str] | None] = ContextVar("pavior_log_fields", default=None)


@contextmanager
def logging_with(**fields: str) -> Iterator[None]:
    """Every line logged inside, in this thread or task, carries these fields, such as `run` or `actor`."""
    token = _fields.set({**(_fields.get() or {}), **fields})
    try:
        yield
    finally:
        _fields.reset(token)


def set_up_logging(
    *, form: str, mask: Callable[[str], str], stream: TextIO | None = None, level: int = logging.INFO
) -> None:
    """Send the log of the whole process to `stream`, masked; standard error when none is given.

    Args:
        form: `json`, one document a line, or `text`.
        mask: Takes secrets out of a text, see `storage.masking`.
        stream: Open text stream.
        level: The lowest that is written, such as `logging.INFO`. Libraries speak from warnings on.
    """
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(MaskingFormatter(is_json=form == "json", mask=mask))
    logging.basicConfig(level=max(level, logging.WARNING), handlers=[handler], force=True)
    logging.getLogger("pavior").setLevel(level)


class MaskingFormatter(logging.Formatter):
    """Writes records, traces included, without secrets."""

    def __init__(self, *, is_json: bool, mask: Callable[[str], str]) -> None:
        super().__init__()
        self._is_json = is_json
        self._mask = mask

    def format(self, record: logging.LogRecord) -> str:
        """One record as one line of JSON, or as text with its trace below."""
        at = datetime.fromtimestamp(record.created, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        message = self._mask(record.getMessage())
        trace = self._mask(self.formatException(record.exc_info)) if record.exc_info else ""
        fields = {name: self._mask(value) for name, value in (_fields.get() or {}).items()}
        if self._is_json:
            document = {"at": at, "level": record.levelname.lower(), "logger": record.name, "message": message}
            return json.dumps({**fields, **document, **({"trace": trace} if trace else {})})
        told = "".join(f" {name}={value}" for name, value in fields.items())
        return f"{at} {record.levelname:<7} {record.name}: {message}{told}" + (f"\n{trace}" if trace else "")


class Meters:
    """The numbers of this process. A registry of its own: two in one process do not collide."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "pavior_requests", "Requests answered.", ("surface", "route", "method", "status"), registry=self._registry
        )
        self._request_seconds = Histogram(
            "pavior_request_seconds", "How long requests took.", ("surface", "route"), registry=self._registry
        )
        self._runs = Counter("pavior_runs", "Runs that ended.", ("kind", "state"), registry=self._registry)
        self._verdicts = Counter("pavior_verdicts", "Verdicts given.", ("phase", "outcome"), registry=self._registry)

    def count_request(self, *, surface: str, route: str, method: str, status: int, seconds: float) -> None:
        """Args: route is the pattern, such as `/changes/{id}`; a path would make a series for each id."""
        self._requests.labels(surface, route, method, str(status)).inc()
        self._request_seconds.labels(surface, route).observe(seconds)

    def count_run(self, *, kind: str, state: str) -> None:
        """A run has ended."""
        self._runs.labels(kind, state).inc()

    def count_verdict(self, *, phase: str, outcome: str) -> None:
        """A control has answered."""
        self._verdicts.labels(phase, outcome).inc()

    def expose(self) -> bytes:
        """All numbers in Prometheus' text format."""
        return generate_latest(self._registry)
