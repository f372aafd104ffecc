"""Takes a service to its environment on a disk that gets full: `python full_disk.py DISK OUTSIDE`.

Runs in a user namespace of its own, where it mounts a small disk on DISK. Everything else (keys, sandbox) is OUTSIDE.
Prints one JSON document: what was told while there was no room, and what was there in the end.
"""

import errno
import json
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from pavior.adapters.clouds.sandbox import DEFAULT_REGION, Sandbox
from pavior.bootstrap import SANDBOX_FILE, Installation, open_installation
from pavior.demo.stage import gather_cast
from pavior.identity.model import Surface, local_operator
from pavior.kernel.errors import PaviorError
from pavior.kernel.pages import PageRequest
from pavior.launching.working import holding, working
from pavior.runs.model import RunState
from pavior.settings import read_settings

DISK_MEGABYTES = 64
PATIENCE_SECONDS = 60.0
FULL_SECONDS = 3.0


@contextmanager
def no_room(disk: Path) -> Iterator[None]:
    """Not a byte is left on the disk, nor in what databases have set aside for their next writes."""
    for database in (disk / "data").glob("*.db"):
        with closing(sqlite3.connect(database, timeout=PATIENCE_SECONDS)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (1 << 20, 1 << 12, 1):
            try:
                while True:
                    file.write(b"\0" * size)
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise
    try:
        yield
    finally:
        filler.unlink()


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.05)


def walk(installation: Installation, disk: Path) -> dict[str, Any]:
    application = installation.application
    cast = gather_cast(application, local_operator(Surface.DEMO))

    def run_of(kind: str, change: int) -> Any:
        runs = application.runs.list_runs(cast.admin, PageRequest()).items
        return next((run for run in runs if run.id == f"{kind}-C-{change}-1"), None)

    def is_over(kind: str, change: int) -> bool:
        run = run_of(kind, change)
        return run is not None and run.state.is_ended

    def is_at(kind: str, change: int) -> bool:
        run = run_of(kind, change)
        return run is not None and run.state is RunState.RUNNING and run.progress > 0

    parameters = {"name": "orders", "team": "payments", "data_class": "internal", "region": DEFAULT_REGION}
    application.creation.create_service(cast.developer, "python-service", parameters)
    until(lambda: is_over("apply", 1))

    with no_room(disk):
        refused = told(lambda: application.changes.resize(cast.developer, "orders", "dev", {"size": "large"}))
        unwell = [check.name for check in application.health.check() if not check.is_well]
    changes_after_refusal = application.pages.list_changes(cast.admin, PageRequest()).total

    change = application.changes.resize(cast.developer, "orders", "dev", {"size": "large"})
    until(lambda: is_at("apply", 2) or is_over("apply", 2))
    was_over = is_over("apply", 2)
    with no_room(disk):
        time.sleep(FULL_SECONDS)
        over_while_full = is_over("apply", 2)
    until(lambda: is_over("apply", 2))
    return {
        "refused": refused,
        "unwell": unwell,
        "changes after refusal": changes_after_refusal,
        "apply was over before": was_over,
        "apply was over while full": over_while_full,
        "apply": run_of("apply", 2).state.value,
        "error": run_of("apply", 2).error_code,
        "change": application.pages.get_change(cast.admin, change.id).change.status.value,
        "audit intact": application.audit.verify(cast.admin).is_intact,
    }


def told(verb: Callable[[], object]) -> str:
    try:
        verb()
    except PaviorError as error:
        return error.code
    return ""


def main() -> None:
    disk, outside = Path(sys.argv[1]), Path(sys.argv[2])
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_MEGABYTES}m", "none", str(disk)], check=True)
    environment = {"PAVIOR_HOME": str(disk / "data"), "PAVIOR_KEYS": str(outside / "keys")}
    settings = read_settings(environment, user_home=outside)
    with Sandbox() as sandbox, open_installation(settings) as installation:
        (settings.home / SANDBOX_FILE).write_text(sandbox.endpoint_url, encoding="utf-8")
        with holding(installation.presence), working(installation):
            sys.stdout.write(json.dumps(walk(installation, disk)) + "\n")


if __name__ == "__main__":
    main()
