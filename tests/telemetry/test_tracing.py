"""Spans of requests, runs and statements, and what never stands in one."""

import asyncio
from collections.abc import Iterator, MutableMapping
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode

from pavior.kernel.errors import InvalidError
from pavior.storage.database import Database, open_database
from pavior.storage.statements import watching_statements
from pavior.telemetry.measuring import Measured
from pavior.telemetry.meters import Meters
from pavior.telemetry.tracing import span, statement_span, tracing


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = open_database(f"sqlite:///{tmp_path / 'pavior.db'}")
    yield database
    database.close()


def _spans(database: Database, work: Any) -> list[ReadableSpan]:
    """What `work` leaves behind, in the order in which it ended."""
    exporter = InMemorySpanExporter()
    with (
        tracing("http://127.0.0.1:1", exporter=exporter),
        watching_statements(database.engine, statement_span),
    ):
        work()
    return list(exporter.get_finished_spans())


def _named(found: list[ReadableSpan], name: str) -> ReadableSpan:
    [only] = [item for item in found if item.name == name]
    return only


def _look(database: Database) -> None:
    with database.snapshot() as transaction:
        transaction.execute(sa.select(sa.literal("swordfish")))


def test_a_statement_is_a_span_inside_of_what_asked_for_it_and_holds_no_value(database: Database) -> None:
    def work() -> None:
        with span("step apply", run="apply-C-1-1"):
            _look(database)

    found = _spans(database, work)

    step, statement = _named(found, "step apply"), _named(found, "SELECT")
    assert step.attributes is not None
    assert step.attributes["pavior.run"] == "apply-C-1-1"
    assert statement.parent is not None
    assert step.context is not None
    assert statement.parent.span_id == step.context.span_id
    assert "SELECT ?" in str(dict(statement.attributes or {}))
    assert "swordfish" not in statement.to_json()


def test_a_statement_that_fails_is_marked_and_what_the_database_said_is_not_kept(database: Database) -> None:
    def work() -> None:
        with pytest.raises(sa.exc.OperationalError, match="swordfish"), database.snapshot() as transaction:
            transaction.exec_driver_sql("SELECT 1 FROM swordfish")
        _look(database)

    found = _spans(database, work)

    first, second = [item for item in found if item.name == "SELECT"]
    assert (first.status.status_code, first.status.description) == (StatusCode.ERROR, "OperationalError")
    assert "no such table" not in first.to_json()
    assert second.status.status_code is not StatusCode.ERROR


def test_an_error_marks_its_span_by_its_type_alone(database: Database) -> None:
    def work() -> None:
        with pytest.raises(ValueError, match="swordfish"), span("step plan"):
            raise ValueError("swordfish")

    step = _named(_spans(database, work), "step plan")

    assert (step.status.status_code, step.status.description) == (StatusCode.ERROR, "ValueError")
    assert "swordfish" not in step.to_json()


async def _crash(scope: MutableMapping[str, Any], _: Any, __: Any) -> None:
    scope["route"] = type("Route", (), {"path": "/changes/{id}"})()
    raise RuntimeError("swordfish")


async def _nothing(*_: Any) -> Any:
    return {}


def test_a_request_is_a_span_named_by_its_route_and_never_one_that_the_caller_began(database: Database) -> None:
    scope = {
        "type": "http",
        "method": "GET",
        "headers": [(b"traceparent", b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")],
    }

    def work() -> None:
        with pytest.raises(RuntimeError):
            asyncio.run(Measured(_crash, "portal", Meters())(scope, _nothing, _nothing))

    request = _named(_spans(database, work), "GET /changes/{id}")

    assert request.parent is None
    attributes = dict(request.attributes or {})
    assert attributes == {
        "http.request.method": "GET",
        "pavior.surface": "portal",
        "http.route": "/changes/{id}",
        "http.response.status_code": 500,
    }
    assert request.status.status_code is StatusCode.ERROR
    assert "swordfish" not in request.to_json()


def test_without_a_collector_nothing_is_traced_and_nothing_is_loaded(database: Database) -> None:
    with tracing(""), span("step apply"):
        _look(database)

    assert _spans(database, lambda: None) == []


def test_what_is_not_installed_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "opentelemetry.sdk.trace", None)

    with pytest.raises(InvalidError, match="traces-not-installed"), tracing("http://127.0.0.1:1"):
        pass
