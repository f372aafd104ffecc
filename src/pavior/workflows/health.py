"""Is Pavior itself well."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass

from pavior.kernel.errors import PaviorError
from pavior.observability.model import HealthCheck
from pavior.workflows.platform import Platform

# Below this, the next commit of the database may not fit.
_NO_WORKER = (
    "No worker runs, so nothing queued is done. Start one with: pavior worker; "
    "beside `pavior up` it comes back by itself."
)
_MINIMUM_FREE_BYTES = 200 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Health:
    """Readiness.

    Args:
        is_worker_alive: Whether some process holds the worker's lock.
    """

    platform: Platform
    is_worker_alive: Callable[[], bool]

    def check(self) -> tuple[HealthCheck, ...]:
        """Database, worker, cloud, disk. Needs no actor: it tells nothing of anybody's."""
        return (
            _attempt("database", self.platform.database.ping),
            _attempt("cloud", self.platform.cloud.ping),
            self._worker(),
            self._disk(),
        )

    def _worker(self) -> HealthCheck:
        is_alive = self.is_worker_alive()
        detail = "" if is_alive else _NO_WORKER
        return HealthCheck("worker", is_alive, detail)

    def _disk(self) -> HealthCheck:
        self.platform.work_folder.mkdir(parents=True, exist_ok=True)
        free_bytes = shutil.disk_usage(self.platform.work_folder).free
        is_enough = free_bytes >= _MINIMUM_FREE_BYTES
        detail = "" if is_enough else f"Only {free_bytes // 1024**2} MiB are free on the data folder's disk. Free some."
        return HealthCheck("disk", is_enough, detail)


def _attempt(name: str, ask: Callable[[], None]) -> HealthCheck:
    try:
        ask()
    except PaviorError as error:
        return HealthCheck(name, is_well=False, detail=f"{error.summary} {error.fix}")
    return HealthCheck(name, is_well=True, detail="")
