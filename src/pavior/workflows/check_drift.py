"""Looking at the live cloud and comparing it with what was applied."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from pavior.audit.model import Event
from pavior.audit.service import record
from pavior.catalog import store as catalog
from pavior.environments import store
from pavior.identity.model import Actor, Permission
from pavior.kernel.clock import format_instant, parse_instant
from pavior.kernel.errors import PaviorError
from pavior.reports.scopes import environment_scope
from pavior.runs.model import Run, RunState
from pavior.storage.database import Transaction
from pavior.workflows.clouds import is_forgotten, require_same_cloud
from pavior.workflows.durable import Json
from pavior.workflows.observe_environment import observe_environment
from pavior.workflows.platform import Platform
from pavior.workflows.running import Running, enqueue_run, require_text
from pavior.workflows.watch_cloud import mark_forgotten

CHECK_DRIFT = "check_drift"


@dataclass(frozen=True, slots=True)
class DriftChecks:
    """Drift, on demand."""

    platform: Platform

    def check_drift(self, actor: Actor, environment: str) -> Run:
        """Observe `orders/dev` now; drifts, findings and the environment's status follow.

        Raises:
            MissingError: `environment-missing`; ForbiddenError: `permission-denied`.
        """
        platform = self.platform
        now = platform.clock.now()
        with platform.database.transaction() as transaction:
            found = store.get_environment(transaction, environment)
            service = catalog.get_service(transaction, found.service)
            platform.authoriser.authorise(
                actor, Permission.ENVIRONMENT_CHECK_DRIFT, on=environment_scope(found, service)
            )
            stamp = format_instant(now).translate(str.maketrans("", "", "-:."))
            return enqueue_run(
                platform,
                transaction,
                run_id=f"drift-{found.service}-{found.name}-{stamp}",
                kind=CHECK_DRIFT,
                subject=f"environment:{found.id}",
                service=found.service,
                environment=found.id,
                requester=actor.id,
                payload={
                    "environment": found.id,
                    "actor": actor.id,
                    "surface": actor.surface.value,
                    "at": format_instant(now),
                },
                now=now,
            )


@dataclass(frozen=True, slots=True)
class CheckDrift:
    """The workflow's body."""

    platform: Platform

    def __call__(self, running: Running, payload: Mapping[str, Json]) -> RunState:
        """Look, and record once what was seen."""
        seen = running.do("observe", lambda: self._observe(running, require_text(payload, "environment")))
        running.at_end(lambda transaction, now: self._record(transaction, payload, now, details=seen))
        return RunState.SUCCEEDED

    def _observe(self, running: Running, environment_id: str) -> Json:
        platform = self.platform
        with platform.database.snapshot() as transaction:
            environment = store.get_environment(transaction, environment_id)
            service = catalog.get_service(transaction, environment.service)
        target = platform.cloud.target(environment.id)
        if is_forgotten(environment, target):
            mark_forgotten(platform, environment)
        require_same_cloud(environment, target)
        running.say("observe", f"Reading what is in {environment_id}.")
        observation = observe_environment(platform, environment, service)
        for line in observation.lines:
            running.say("observe", line)
        return {
            "run": running.run_id,
            "drifted": [*(drift.address for drift in observation.drifts)],
            "controls": [*sorted({control for drift in observation.drifts for control in drift.controls})],
        }

    def failed(self, transaction: Transaction, payload: Mapping[str, Json], error: PaviorError) -> None:
        """Looking failed: that is recorded too, and nothing is known of the environment."""
        outcome = "cancelled" if error.code == "run-cancelled" else "failed"
        now = self.platform.clock.now()
        self._record(transaction, payload, now, details={"code": error.code}, outcome=outcome)

    def _record(
        self,
        transaction: Transaction,
        payload: Mapping[str, Json],
        now: datetime,
        *,
        details: Json,
        outcome: str = "succeeded",
    ) -> None:
        environment_id = require_text(payload, "environment")
        event = Event(
            verb="environment.drift-checked",
            actor=require_text(payload, "actor"),
            surface=require_text(payload, "surface"),
            subject=f"environment:{environment_id}",
            service=environment_id.partition("/")[0],
            environment=environment_id,
            started_at=parse_instant(require_text(payload, "at")),
            ended_at=now,
            outcome=outcome,
            details=details if isinstance(details, dict) else {},
        )
        record(transaction, event, now)
