"""What a replay over a fleet costs: `python -m benchmarks.replay [--environments 10000] [--control ID]`.

Fills a fresh database with two environments a service, each with one stored plan of 20 resources out of 20 different
stacks, and prints how long one replay of one control takes, and the most memory that the process held. Nothing is live.
Ends by itself, and nothing is asserted: machines are noisy.
"""

import argparse
import resource
import sys
import tempfile
import time
from pathlib import Path

import msgspec
from benchmarks.stacks import RESOURCES_PER_SERVICE, plan_json

from pavior.adapters.readers.terraform_plan import read_plan
from pavior.catalog import store as catalog
from pavior.content.loading import load_controls
from pavior.environments import store as environments
from pavior.environments.tables import changes, plans
from pavior.identity.authorisation import Authoriser
from pavior.identity.model import Actor, Role, Surface
from pavior.kernel.clock import format_instant
from pavior.policy.levels import LevelScope
from pavior.policy.model import Level
from pavior.reports.replay import read_replay
from pavior.reports.replay_view import ReplayView
from pavior.reports.sight import Sight
from pavior.resources.codec import Json, encode_plan_reading
from pavior.resources.model import PlanReading, ResourceGraph
from pavior.storage.database import Database, Transaction
from pavior.testing.builders import COMMIT, DIGEST, NOON, a_decision, a_service, an_environment
from pavior.testing.databases import a_database

STACKS, TEAMS, SERVICES_AT_ONCE = 20, 50, 250
STAGES = ("dev", "prod")


def main() -> int:
    """Print three lines."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--environments", type=int, default=10_000, help="How many there are.")
    parser.add_argument("--control", default="object-storage-no-public-access", help="What is replayed.")
    asked = parser.parse_args()
    services = min(asked.environments, 100_000) // len(STAGES)
    with tempfile.TemporaryDirectory(prefix="pavior-replay-") as name:
        database = a_database(Path(name))
        try:
            _fill(database, services)
            before = _peak_megabytes()
            began, worked = time.perf_counter(), time.process_time()
            view = _replay(database, asked.control)
            seconds, cpu_seconds = time.perf_counter() - began, time.process_time() - worked
        finally:
            database.close()
    stopped = sum(item.newly_stopped for item in view.teams)
    sys.stdout.write(f"{view.answered:,} of {view.environments:,} environments read in {seconds:.1f} s, ")
    sys.stdout.write(f"{cpu_seconds:.1f} s of them on the processor, one process\n")
    sys.stdout.write(f"{stopped:,} subjects would newly be stopped, in {len(view.teams)} teams\n")
    sys.stdout.write(f"most memory {_peak_megabytes():.0f} MB, of which {before:.0f} MB before the replay\n")
    return 0


def _peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _replay(database: Database, control_id: str) -> ReplayView:
    control = next(item for item in load_controls() if item.id == control_id)
    actor = Actor("sam", frozenset({Role.SECURITY}), frozenset(), Surface.CLI)
    # What comes with the control may be block already, so that nothing would be new.
    tried = msgspec.structs.replace(control, default_level=Level.WARN, levels={})
    with database.snapshot() as transaction:
        sight = Sight(transaction, Authoriser(), actor, NOON)
        return read_replay(sight, tried, LevelScope(), Level.BLOCK, is_new_only=False)


def _stacks() -> list[dict[str, Json]]:
    whole = read_plan(plan_json(STACKS * RESOURCES_PER_SERVICE))
    found: dict[str, set[str]] = {}
    for item in whole.graph.resources:
        found.setdefault(item.address.rpartition(".")[2], set()).add(item.address)
    return [encode_plan_reading(_part(whole, addresses)) for addresses in found.values()]


def _part(whole: PlanReading, addresses: set[str]) -> PlanReading:
    kept = tuple(item for item in whole.graph.resources if item.address in addresses)
    graph: ResourceGraph = msgspec.structs.replace(whole.graph, resources=kept)
    return msgspec.structs.replace(
        whole, graph=graph, changes=tuple(item for item in whole.changes if item.address in addresses)
    )


def _fill(database: Database, services: int) -> None:
    stacks = _stacks()
    for start in range(0, services, SERVICES_AT_ONCE):
        with database.transaction() as transaction:
            for number in range(start, min(start + SERVICES_AT_ONCE, services)):
                _service(transaction, number, stacks[number % len(stacks)])


def _service(transaction: Transaction, number: int, reading: dict[str, Json]) -> None:
    name = f"service-{number}"
    catalog.insert_service(transaction, a_service(name=name, team=f"team-{number % TEAMS}", repository=name))
    for position, stage in enumerate(STAGES):
        change = number * len(STAGES) + position
        environments.insert_environment(
            transaction, an_environment(service=name, name=stage, change_id=f"C-{change}"), position
        )
        transaction.execute(
            changes.insert().values(
                id=f"C-{change}",
                number=change,
                service=name,
                environment=stage,
                kind="deploy",
                title="Anything",
                requester="mara",
                branch="",
                commit=COMMIT,
                variables={},
                status="verified",
                status_detail="",
                plan_number=1,
                created_at=format_instant(NOON),
            )
        )
        transaction.execute(
            plans.insert().values(
                change_id=f"C-{change}",
                number=1,
                digest=DIGEST,
                created_at=format_instant(NOON),
                engine="terraform",
                engine_version="1.11.4",
                reading=reading,
                decision=msgspec.to_builtins(a_decision(environment=f"{name}/{stage}")),
            )
        )


if __name__ == "__main__":
    raise SystemExit(main())
