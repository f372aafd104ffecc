"""The installation as whoever runs it wants to see it: what it is made of, is it well, who works, what waits."""

import platform as machine
from dataclasses import dataclass
from datetime import datetime

from pavior.environments.ports import Engine
from pavior.identity.model import Actor, Permission, Scope
from pavior.kernel.errors import PaviorError
from pavior.observability.model import EngineOffered, InstallationView, WorkerSeen
from pavior.runs import store as runs
from pavior.runs.model import RunState
from pavior.storage.migrating import find_version
from pavior.workers import store as workers
from pavior.workers.model import WorkerRecord
from pavior.workflows.health import Health
from pavior.workflows.platform import Platform

# Others take over earlier, see `worker_lease`; until then it may only be slow.
_SILENT_AFTER_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Overview:
    """What an operator asks first.

    Args:
        version: Of Pavior.
    """

    platform: Platform
    health: Health
    version: str

    def show_installation(self, actor: Actor) -> InstallationView:
        """All of it, as it is now. Raises ForbiddenError `permission-denied`."""
        platform = self.platform
        platform.authoriser.authorise(actor, Permission.INSTALLATION_READ, on=Scope())
        now = platform.clock.now()
        with platform.database.snapshot() as transaction:
            tables = find_version(transaction) or ""
            known = workers.list_workers(transaction)
            queued, running = (runs.count_in(transaction, state) for state in (RunState.QUEUED, RunState.RUNNING))
            waiting_since = runs.find_longest_queued(transaction)
        return InstallationView(
            version=self.version,
            python=machine.python_version(),
            database=platform.database.kind,
            tables=tables,
            cloud=platform.cloud.name,
            forge=platform.forge.name,
            engines=tuple(
                EngineOffered(name, _version(engine), name == platform.default_engine)
                for name, engine in sorted(platform.engines.items())
            ),
            checks=self.health.check(),
            workers=tuple(_seen(item, now) for item in known),
            queued=queued,
            running=running,
            waiting_since=waiting_since,
        )


def _seen(worker: WorkerRecord, now: datetime) -> WorkerSeen:
    is_silent = (now - worker.beat_at).total_seconds() > _SILENT_AFTER_SECONDS
    state = "gone" if not worker.is_present else "silent" if is_silent else "at work"
    return WorkerSeen(worker.id, state, worker.started_at, worker.beat_at)


def _version(engine: Engine) -> str:
    try:
        return engine.version
    except PaviorError:
        # The page is there to say what is wrong, so it does not go wrong with it.
        return ""
