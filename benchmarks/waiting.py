"""What ten thousand Changes that wait for approval cost: `python benchmarks/waiting.py [--changes 10000]`.

Fills a fresh database, and compares pages, and a worker that has nothing to do, with the same installation before. A
Change that waits is a row and no run, so it should cost no processor time and no memory. Bounded, ends by itself, and
nothing is asserted: machines are noisy.
"""

import argparse
import asyncio
import resource
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import httpx

from pavior.bootstrap import Installation, open_installation
from pavior.catalog import store as catalog
from pavior.environments import store
from pavior.environments.model import ChangeStatus
from pavior.identity.model import Role, Surface, local_operator
from pavior.kernel.pages import PageRequest
from pavior.launching.serving import create_site
from pavior.launching.working import holding, working
from pavior.settings import read_settings
from pavior.testing.builders import a_change, a_plan, a_service, an_environment

SERVICES, BATCH = 100, 500
PAGES = ("/", "/changes", "/services", "/runs", "/search?q=service-42")
# The worker looks for work less often when there was none for a while.
_QUIET_AFTER_SECONDS, _IDLE_SECONDS, _REPEATS = 40, 20, 10


def main() -> int:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--changes", type=int, default=10_000, help="How many wait.")
    count = min(parser.parse_args().changes, 100_000)
    with tempfile.TemporaryDirectory(prefix="pavior-waiting-") as name:
        folder = Path(name)
        settings = read_settings(
            {"PAVIOR_HOME": str(folder / "data"), "PAVIOR_KEYS": str(folder / "keys")}, user_home=folder
        )
        with open_installation(settings) as installation:
            secret = _sign_in(installation)
            _fill(installation, SERVICES)
            before = (_pages(installation, secret), *_idle(installation))
            _fill(installation, count)
            after = (_pages(installation, secret), *_idle(installation))
        size = (folder / "data" / "pavior.db").stat().st_size
    sys.stdout.write(f"{'':36} {SERVICES:>10,} {count:>10,} wait\n")
    for page in PAGES:
        sys.stdout.write(f"{page:36} {before[0][page]:10.1f} {after[0][page]:10.1f} ms\n")
    sys.stdout.write(f"{'idle worker':36} {before[1]:10.2%} {after[1]:10.2%} of a core\n")
    sys.stdout.write(f"{'peak memory':36} {before[2]:10.0f} {after[2]:10.0f} MiB\n")
    sys.stdout.write(f"{'database':36} {'':10} {size / 1024**2:10.0f} MiB\n")
    return 0


def _sign_in(installation: Installation) -> str:
    access = installation.application.access
    link = access.invite_person(
        local_operator(Surface.CLI),
        name="pat",
        display_name="Pat",
        roles=frozenset({Role.PLATFORM}),
        teams=frozenset(),
    )
    return access.redeem(link.token).session_secret


def _fill(installation: Installation, count: int) -> None:
    """Until so many wait, spread over the services."""
    database = installation.platform.database
    now = installation.platform.clock.now()
    with database.snapshot() as transaction:
        there = catalog.list_services(transaction, PageRequest()).total
        number = store.list_changes(transaction, PageRequest()).total
    with database.transaction() as transaction:
        for index in range(there + 1, SERVICES + 1):
            name = f"service-{index}"
            catalog.insert_service(transaction, a_service(name=name, title=name, repository=name))
            store.insert_environment(
                transaction, an_environment(service=name, name="prod", is_production=True, cloud_instance=""), 1
            )
    while number < count:
        with database.transaction() as transaction:
            for _ in range(min(BATCH, count - number)):
                change = store.insert_change(
                    transaction,
                    a_change(
                        service=f"service-{number % SERVICES + 1}",
                        environment="prod",
                        requester="mara",
                        status=ChangeStatus.AWAITING_APPROVAL,
                        created_at=now,
                    ),
                )
                store.insert_plan(transaction, replace(a_plan(), change_id=change.id, created_at=now))
                number += 1


def _pages(installation: Installation, secret: str) -> dict[str, float]:
    """Milliseconds of processor time for each page."""
    site = create_site(installation, "http://portal.example")

    async def ask() -> dict[str, float]:
        transport = httpx.ASGITransport(site)
        cookies = {"pavior-session": secret}
        found = {}
        async with httpx.AsyncClient(transport=transport, base_url="http://portal.example", cookies=cookies) as client:
            for page in PAGES:
                (await client.get(page)).raise_for_status()
                began = time.process_time()
                for _ in range(_REPEATS):
                    await client.get(page)
                found[page] = (time.process_time() - began) / _REPEATS * 1e3
        return found

    return asyncio.run(ask())


def _idle(installation: Installation) -> tuple[float, float]:
    """Share of a core that a worker without work takes, and the most memory that this process had, in MiB."""
    with holding(installation.presence), working(installation):
        time.sleep(_QUIET_AFTER_SECONDS)
        began = time.process_time()
        time.sleep(_IDLE_SECONDS)
        used = (time.process_time() - began) / _IDLE_SECONDS
    return used, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    sys.exit(main())
