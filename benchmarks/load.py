"""Fifty people at the portal while twenty runs work, on one machine: `python benchmarks/load.py --help`.

Starts a real `pavior up` in a fresh folder, signs people in, has each ask for a page a second, and has twenty
services made meanwhile. Prints p50 and p99 of every page, memory and CPU of Pavior, and how long the runs took. Load
and time are bounded, everything ends by itself, and nothing is asserted: machines are noisy, and this client shares one
with the server.
"""

import argparse
import asyncio
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from pavior.bootstrap import open_installation
from pavior.identity.model import Permission, Role, Surface, local_operator
from pavior.settings import read_settings

PAVIOR = Path(sys.executable).parent / "pavior"
PEOPLE, RUNS, PAUSE_SECONDS = 50, 20, 1.0
PAGES = (
    "/",
    "/services",
    "/services/load-1",
    "/changes",
    "/environments/load-1/dev",
    "/findings",
    "/waivers",
    "/controls",
    "/runs",
    "/audit",
    "/reports/metrics",
    "/reports/service-levels",
    "/people",
    "/search?q=load",
)
_TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
_RUNS_END_WITHIN_SECONDS = 600.0
# The worker looks for work less often when there was none for a while.
_QUIET_AFTER_SECONDS = 45
_IDLE_SECONDS = 20


@dataclass
class Seen:
    """Seconds by page, and answers that were not 200."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    wrong: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Installation:
    """One data folder, and the command line beside its server."""

    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        """Nothing of the machine's own settings."""
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "LANG": "C.UTF-8",
            "PAVIOR_HOME": str(self.folder / "data"),
            "PAVIOR_KEYS": str(self.folder / "keys"),
            "PAVIOR_PORT": "0",
        }

    @contextmanager
    def started(self, command: Sequence[str]) -> Iterator[tuple[int, str]]:
        """A process that runs until the context is left: its id, and the first line that it says."""
        with subprocess.Popen(
            [PAVIOR, *command], env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        ) as process:
            assert process.stdout is not None  # noqa: S101 - a pipe was asked for
            try:
                yield process.pid, process.stdout.readline()
            finally:
                process.terminate()
                process.wait(60)

    def people(self) -> tuple[list[str], str]:
        """Fifty one-time links, and a token that may make services."""
        settings = read_settings(self.environment, user_home=self.folder)
        with open_installation(settings) as opened:
            access, operator = opened.application.access, local_operator(Surface.CLI)
            access.create_team(operator, "load", "Load")
            links = [
                access.invite_person(
                    operator,
                    name=f"person-{number}",
                    display_name=f"Person {number}",
                    roles=frozenset({Role.PLATFORM}),
                    teams=frozenset(),
                ).token
                for number in range(PEOPLE)
            ]
            permissions = frozenset({Permission.SERVICE_CREATE, Permission.RUN_READ})
            made = access.create_token(operator, name="load", permissions=permissions, days=1, team="load")
        return links, made.secret


def main() -> int:
    """Exit status 1 when an answer was wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=60, help="How long people look around.")
    asked = parser.parse_args()
    seconds = min(asked.seconds, 600)
    with tempfile.TemporaryDirectory(prefix="pavior-load-") as folder:
        installation = Installation(Path(folder))
        links, token = installation.people()
        with installation.started(["up", "--no-demo", "--json"]) as (pid, said):
            address = re.findall(r"http://[0-9.:]+", said)[0]
            return asyncio.run(_load(address, links, token, seconds, [pid]))


async def _load(address: str, links: Sequence[str], token: str, seconds: int, pids: Sequence[int]) -> int:
    seen = Seen()
    limits = httpx.Limits(max_connections=PEOPLE * 2)
    api = httpx.AsyncClient(
        base_url=f"{address}/api/v1",
        headers={"Authorization": f"Bearer {token}"},
        timeout=60,
        limits=limits,
        trust_env=False,
    )
    people = [httpx.AsyncClient(base_url=address, timeout=60, trust_env=False) for _ in links]
    for client, link in zip(people, links, strict=True):
        ours = {"Sec-Fetch-Site": "same-origin", "Origin": address}
        answer = await client.post(f"/sign-in/{link}", headers=ours)
        if answer.status_code != httpx.codes.SEE_OTHER:
            seen.wrong.append(f"sign-in {answer.status_code}")
    await _wait_for(api, [await _make(api, 1)])
    await asyncio.sleep(_QUIET_AFTER_SECONDS)
    idle = _processor_seconds(pids)
    await asyncio.sleep(_IDLE_SECONDS)
    idle = (_processor_seconds(pids) - idle) / _IDLE_SECONDS
    began, used = time.monotonic(), _processor_seconds(pids)
    peak = [0.0]
    looking = [asyncio.create_task(_look(client, seen, began + seconds)) for client in people]
    watching = asyncio.create_task(_watch(pids, peak))
    ids = await asyncio.gather(*(_make(api, number) for number in range(2, RUNS + 2)))
    took = await _wait_for(api, ids)
    await asyncio.gather(*looking)
    watching.cancel()
    lasted = time.monotonic() - began
    _print(seen, [f"{RUNS} services made, deployed and verified while {PEOPLE} people looked around: {took:.1f} s"])
    total = sum(map(len, seen.seconds.values()))
    sys.stdout.write(
        f"{total} pages in {lasted:.0f} s ({total / lasted:.0f}/s), {len(seen.wrong)} wrong answers {seen.wrong[:5]}\n"
        f"Pavior with worker and sandbox: peak {peak[0] / 1024**2:.0f} MiB; "
        f"{(_processor_seconds(pids) - used) / lasted:.2f} cores under load, {idle:.3f} before\n"
    )
    for client in (*people, api):
        await client.aclose()
    return 1 if seen.wrong else 0


async def _make(api: httpx.AsyncClient, number: int) -> str:
    parameters = {"name": f"load-{number}", "team": "load"}
    answer = await api.post("/services", json={"golden_path": "python-service", "parameters": parameters})
    answer.raise_for_status()
    return str(answer.json()["id"])


async def _wait_for(api: httpx.AsyncClient, run_ids: Sequence[str]) -> float:
    """Until these and the runs that follow from them have ended; how many seconds that took."""
    began = time.monotonic()
    while time.monotonic() - began < _RUNS_END_WITHIN_SECONDS:
        answer = await api.get("/runs", params={"limit": 200})
        runs = {item["id"]: item["state"] for item in answer.json()["items"]}
        applied = [name for name, state in runs.items() if name.startswith("apply-") and state == "succeeded"]
        if not {"queued", "running"} & set(runs.values()) and len(applied) >= len(run_ids):
            return time.monotonic() - began
        await asyncio.sleep(0.5)
    raise TimeoutError(f"the runs did not end within {_RUNS_END_WITHIN_SECONDS:g} s: {runs}")


async def _look(client: httpx.AsyncClient, seen: Seen, until: float) -> None:
    pick = random.Random(id(client))  # noqa: S311 - which page somebody looks at
    await asyncio.sleep(pick.random() * PAUSE_SECONDS)
    while time.monotonic() < until:
        page = pick.choice(PAGES)
        began = time.monotonic()
        answer = await client.get(page)
        seen.seconds[page].append(time.monotonic() - began)
        if answer.status_code != httpx.codes.OK:
            seen.wrong.append(f"{page} {answer.status_code}")
        await asyncio.sleep(PAUSE_SECONDS)


async def _watch(pids: Sequence[int], peak: list[float]) -> None:
    while True:
        peak[0] = max(peak[0], sum(_each(pids, _memory_bytes)))
        await asyncio.sleep(0.5)


def _processor_seconds(pids: Sequence[int]) -> float:
    """Of processes and their children that live."""

    def read(one: int) -> float:
        fields = Path(f"/proc/{one}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS_PER_SECOND

    return sum(_each(pids, read))


def _memory_bytes(pid: int) -> float:
    return int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")


def _each(pids: Sequence[int], read: Callable[[int], float]) -> list[float]:
    found: list[float] = []
    waiting = list(pids)
    while waiting:
        one = waiting.pop()
        try:
            found.append(read(one))
            waiting += map(int, Path(f"/proc/{one}/task/{one}/children").read_text(encoding="ascii").split())
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found


def _print(seen: Seen, lines: Sequence[str]) -> None:
    sys.stdout.write(f"{'page':32} {'asked':>6} {'p50 ms':>8} {'p99 ms':>8} {'most ms':>8}\n")
    for page, seconds in sorted(seen.seconds.items()):
        ordered = sorted(seconds)
        p50, p99 = (ordered[min(len(ordered) - 1, int(len(ordered) * share))] for share in (0.5, 0.99))
        sys.stdout.write(f"{page:32} {len(ordered):6} {p50 * 1e3:8.1f} {p99 * 1e3:8.1f} {ordered[-1] * 1e3:8.1f}\n")
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    sys.exit(main())
