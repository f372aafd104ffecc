"""What pages and commands show of services and how they run, for tests: made of the values in `testing.builders`."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from pavior.goldenpaths.model import GoldenPath
from pavior.kernel.pages import Page
from pavior.kernel.verdicts import Outcome, Phase
from pavior.observability.model import EngineOffered, HealthCheck, InstallationView, WorkerSeen
from pavior.reports.model import (
    ChangeView,
    DayCount,
    Document,
    EnvironmentView,
    HomeView,
    MetricRow,
    Preview,
    SearchView,
    ServiceLevel,
    ServiceSummary,
    ServiceView,
)
from pavior.runs.model import RunState
from pavior.states.model import StateLock, StateVersion
from pavior.testing.builders import (
    COMMIT,
    NOON,
    a_change,
    a_commit_check,
    a_control,
    a_decision,
    a_finding,
    a_plan,
    a_proposal,
    a_resource,
    a_resource_change,
    a_run,
    a_service,
    a_verdict,
    a_waiver,
    an_entity,
    an_environment,
)


def a_golden_path(**fields: Any) -> GoldenPath:
    """python-service, with a name, a team and a size."""
    schema: Mapping[str, object] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "additionalProperties": False,
        "required": ["name", "team"],
        "properties": {
            "name": {"type": "string", "title": "Name", "pattern": "^[a-z][a-z0-9-]*$"},
            "team": {"type": "string", "title": "Team"},
            "size": {"type": "string", "title": "Size", "enum": ["small", "large"], "default": "small"},
        },
    }
    given: dict[str, Any] = {
        "name": "python-service",
        "version": "1.0.0",
        "title": "Python service",
        "description": "A small HTTP service that keeps records.",
        "owner": "platform",
        "parameters_schema": schema,
        "day_two_parameters": ("size",),
        "environments": (("dev", False), ("prod", True)),
        "engine": "",
        "folder": Path("/golden-paths/python-service"),
    }
    return GoldenPath(**{**given, **fields})


def a_metric_row(**fields: Any) -> MetricRow:
    """Time to first deploy of orders: 41 seconds."""
    given = {
        "id": "time-to-first-deploy",
        "title": "Time to first deploy",
        "value": 41.0,
        "unit": "seconds",
        "sample_size": 1,
        "rows": (1, 9),
        "labels": {"service": "orders"},
        "measured_at": NOON,
    }
    return MetricRow(**{**given, **fields})


def a_search_view(**fields: Any) -> SearchView:
    """One of each kind."""
    given = {
        "services": Page((a_service_summary(),), 1),
        "changes": Page((a_change(),), 1),
        "findings": Page((a_finding(),), 1),
        "waivers": Page((a_waiver(),), 1),
        "controls": (a_control(),),
    }
    return SearchView(**{**given, **fields})


def a_service_level(**fields: Any) -> ServiceLevel:
    """Requests are answered: one of 4,000 was not."""
    days = tuple(DayCount(f"2026-11-{day:02}", 0, 0) for day in range(1, 27))
    given = {
        "id": "requests-answered",
        "title": "Requests are answered",
        "meaning": "Every request; good unless the answer is our fault.",
        "target_ratio": 0.999,
        "good": 3999,
        "total": 4000,
        "ratio": 0.99975,
        "budget_left": 0.75,
        "days": (*days, DayCount("2026-11-27", 1000, 1000), DayCount("2026-11-28", 2999, 3000)),
    }
    return ServiceLevel(**{**given, **fields})


def a_home_view(**fields: Any) -> HomeView:
    """Nothing waits."""
    given: dict[str, Any] = {
        "changes_to_approve": (),
        "waivers_to_decide": (),
        "my_open_changes": (),
        "my_findings": (),
        "drifted_environments": (),
        "unknown_environments": (),
        "running": (),
        "recent_events": (),
        "services_total": 0,
    }
    return HomeView(**{**given, **fields})


def a_service_summary(**fields: Any) -> ServiceSummary:
    """Orders with its dev environment."""
    return ServiceSummary(**{"service": a_service(), "environments": (an_environment(),), "open_findings": 1, **fields})


def a_service_view(**fields: Any) -> ServiceView:
    """Orders, whole."""
    given: dict[str, Any] = {
        "service": a_service(),
        "clone_url": "/srv/pavior/repositories/orders.git",
        "head": COMMIT,
        "environments": (an_environment(), an_environment(name="prod", is_production=True)),
        "relations": an_entity().relations,
        "entities": (an_entity(),),
        "proposals": ((a_proposal(), (a_commit_check(),)),),
        "changes": (a_change(),),
        "findings": (a_finding(),),
        "threat_model": Document("threat-model.yaml", {"threats": []}, ()),
        "objectives": Document("objectives.yaml", {"objectives": []}, ()),
        "day_two_schema": {"type": "object", "properties": {"size": {"enum": ["small", "large"]}}},
    }
    return ServiceView(**{**given, **fields})


def a_change_view(**fields: Any) -> ChangeView:
    """C-1, whole; the reader may not approve it, because it is verified."""
    given: dict[str, Any] = {
        "change": a_change(),
        "plan": a_plan(),
        "diff": "",
        "approvals": (),
        "waivers": (),
        "runs": (a_run(state=RunState.SUCCEEDED, ended_at=NOON, progress=4),),
        "may_approve": False,
        "may_not_approve_because": "C-1 is verified: nobody is asked to approve it.",
    }
    return ChangeView(**{**given, **fields})


def an_environment_view(**fields: Any) -> EnvironmentView:
    """orders/dev, whole, with one resource and its verdict."""
    passed = a_verdict(outcome=Outcome.PASSED, message="", phase=Phase.LIVE)
    given: dict[str, Any] = {
        "environment": an_environment(),
        "service": a_service(),
        "resources": ((a_resource(), (passed,)),),
        "uncovered_types": (),
        "outputs": {"bucket": "orders-dev-data"},
        "drifts": (),
        "changes": (a_change(),),
        "findings": (),
        "waivers": (),
        "running": (),
    }
    return EnvironmentView(**{**given, **fields})


def a_preview(**fields: Any) -> Preview:
    """What python-service would make."""
    files: Mapping[str, str] = {"README.md": "# Orders\n", "infra/main.tf": 'resource "aws_s3_bucket" "data" {}\n'}
    given: dict[str, Any] = {
        "files": files,
        "changes": (a_resource_change(),),
        "decision": a_decision(),
        "environment": "orders/dev",
    }
    return Preview(**{**given, **fields})


def an_installation(**fields: Any) -> InstallationView:
    """Two workers, one of them gone; everything is well."""
    workers = (
        WorkerSeen("left", "at work", NOON, NOON + timedelta(minutes=59)),
        WorkerSeen("right", "gone", NOON, NOON),
    )
    given: dict[str, Any] = {
        "version": "1.0",
        "python": "3.11.2",
        "database": "postgresql",
        "tables": "0005",
        "cloud": "sandbox",
        "forge": "local_git",
        "engines": (EngineOffered("embedded", "1", is_default=True), EngineOffered("terraform", "", is_default=False)),
        "checks": (HealthCheck("database", is_well=True, detail=""), HealthCheck("disk", is_well=True, detail="")),
        "workers": workers,
        "queued": 2,
        "running": 1,
        "waiting_since": NOON + timedelta(minutes=50),
    }
    return InstallationView(**{**given, **fields})


def a_state_version(**fields: Any) -> StateVersion:
    """The first one, by an apply."""
    given: dict[str, Any] = {
        "environment": "orders/dev",
        "number": 1,
        "serial": 3,
        "lineage": "lineage-1",
        "digest": "a" * 64,
        "size_bytes": 12_345,
        "written_at": NOON,
        "written_by": "C-1",
    }
    return StateVersion(**{**given, **fields})


def a_state_lock(**fields: Any) -> StateLock:
    """Of somebody who plans."""
    given: dict[str, Any] = {
        "environment": "orders/dev",
        "id": "lock-1",
        "holder": "token:mara/ci",
        "locked_at": NOON,
        "info": {"Operation": "OperationTypePlan"},
    }
    return StateLock(**{**given, **fields})
