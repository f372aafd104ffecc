"""Traces: what took how long, inside a request and inside a run, sent to a collector of OpenTelemetry.

Nothing is loaded, and nothing costs anything, unless somebody set where to. Callers cannot begin a trace of ours: what
they send as `traceparent` is not taken, or strangers would choose what is recorded.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pavior
from pavior.kernel.errors import InvalidError

_tracer: Any = None
_SERVER_ERROR = 500
_LONGEST_OPERATION_CHARACTERS = 20


class RequestSpan:
    """The span of one request, or none."""

    __slots__ = ("_method", "_span")

    def __init__(self, method: str, span: Any = None) -> None:
        self._method = method
        self._span = span

    def end_request(self, route: str, status: int) -> None:
        """What is known at the end alone."""
        if self._span is None:
            return
        self._span.update_name(f"{self._method} {route}")
        self._span.set_attributes({"http.route": route, "http.response.status_code": status})
        if status >= _SERVER_ERROR:
            from opentelemetry.trace import StatusCode

            self._span.set_status(StatusCode.ERROR)


@contextmanager
def request_span(method: str, surface: str) -> Iterator[RequestSpan]:
    """Around the answering of one request; names are those of OpenTelemetry's conventions for HTTP."""
    if _tracer is None:
        yield RequestSpan(method)
        return
    from opentelemetry.trace import SpanKind

    attributes = {"http.request.method": method, "pavior.surface": surface}
    with _tracer.start_as_current_span(
        method, kind=SpanKind.SERVER, attributes=attributes, record_exception=False, set_status_on_exception=False
    ) as current:
        yield RequestSpan(method, current)


@contextmanager
def span(name: str, **attributes: str) -> Iterator[None]:
    """Around a piece of work of ours.

    Args:
        name: Few different ones, such as `step apply`.
        attributes: Stand in the trace as `pavior.NAME`; never secrets.
    """
    if _tracer is None:
        yield
        return
    with _quietly(name, {f"pavior.{key}": value for key, value in attributes.items()}):
        yield


@contextmanager
def statement_span(system: str, text: str) -> Iterator[None]:
    """Around one statement of SQL; names are those of OpenTelemetry's conventions for databases.

    Args:
        system: `sqlite` or `postgresql`.
        text: With placeholders for values.
    """
    if _tracer is None:
        yield
        return
    operation = text.lstrip().partition(" ")[0].upper()[:_LONGEST_OPERATION_CHARACTERS]
    attributes = {"db.system.name": system, "db.operation.name": operation, "db.query.text": text}
    with _quietly(operation, attributes):
        yield


@contextmanager
def _quietly(name: str, attributes: Mapping[str, str]) -> Iterator[None]:
    # An error's message may hold anything; its type is enough to find it.
    with _tracer.start_as_current_span(
        name, attributes=attributes, record_exception=False, set_status_on_exception=False
    ) as current:
        try:
            yield
        except BaseException as error:
            from opentelemetry.trace import StatusCode

            current.set_status(StatusCode.ERROR, type(error).__name__)
            raise


@contextmanager
def tracing(endpoint: str, *, exporter: Any = None) -> Iterator[None]:
    """Send traces until the context is left; what is under way then is still sent, within seconds.

    Args:
        endpoint: A collector that speaks OTLP over HTTP, such as `http://127.0.0.1:4318`; empty for no traces.
        exporter: Instead of one to `endpoint`.

    Raises:
        InvalidError: `traces-not-installed`.
    """
    global _tracer  # noqa: PLW0603 - one per process, as spans are
    if not endpoint:
        yield
        return
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ModuleNotFoundError as error:
        raise InvalidError(
            "traces-not-installed",
            "PAVIOR_TRACES_ENDPOINT is set, and what sends traces is not installed.",
            fix="Install it: pip install 'pavior[traces]'.",
        ) from error
    resource = Resource.create({"service.name": "pavior", "service.version": pavior.__version__})
    provider = TracerProvider(resource=resource, shutdown_on_exit=False)
    sender = exporter or OTLPSpanExporter(f"{endpoint.rstrip('/')}/v1/traces")
    provider.add_span_processor(BatchSpanProcessor(sender))
    _tracer = provider.get_tracer("pavior", pavior.__version__)
    try:
        yield
    finally:
        _tracer = None
        provider.shutdown()
