"""What `pavior check` costs: whole processes on plans and on source of the same things, against checkov on the same.

checkov is measured when it is installed (on the path, or named by PAVIOR_CHECKOV): with all of its rules, and with
those alone that our controls name as equivalents. Without it the line says so, and there is no ratio. It takes minutes
for 10,000 resources, so that is measured where PAVIOR_LONG is set. Memory is the most that the process held.
"""

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path

# Scripts are started by path, so the folder that holds this one is not on it.
sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.stacks import plan_json, source_hcl

from pavior.adapters.readers.terraform_plan import read_planned_graph
from pavior.content import load_controls
from pavior.kernel.verdicts import Phase
from pavior.policy.evaluation import evaluate

_REPEATS = 3
_SMALL, _MIDDLE, _LARGE = 20, 1_000, 10_000
_STACKS = 100


def measure() -> Iterator[tuple[str, float, str, float]]:
    """Small, middle and large plans and sources; and a fleet, of which a tenth is asked."""
    controls = load_controls()
    rules = ",".join(sorted({rule for control in controls for rule in control.equivalents.get("checkov", ())}))
    checkov = os.environ.get("PAVIOR_CHECKOV") or shutil.which("checkov") or ""
    with tempfile.TemporaryDirectory() as name:
        for size in (_SMALL, _MIDDLE, _LARGE):
            plan, folder = Path(name) / f"plan-{size}.json", Path(name) / f"source-{size}"
            folder.mkdir()
            plan.write_bytes(plan_json(size))
            (folder / "main.tf").write_text(source_hcl(size), encoding="utf-8")
            is_compared = bool(checkov) and (size < _LARGE or "PAVIOR_LONG" in os.environ)
            yield from _compared(f"plan of {size} resources", plan, ["-f", plan], checkov if is_compared else "", rules)
            is_compared = is_compared and size > _SMALL
            source: list[str | Path] = ["-d", folder, "--framework", "terraform"]
            yield from _compared(f"source of {size} resources", folder, source, checkov if is_compared else "", rules)
    yield _fleet()


def _compared(
    what: str, path: Path, of_checkov: list[str | Path], checkov: str, rules: str
) -> Iterator[tuple[str, float, str, float]]:
    ours, megabytes = _process([Path(sys.executable).parent / "pavior", "check", path], _REPEATS)
    title = f"pavior check, {what}, {megabytes} MB"
    if not checkov:
        yield title, ours, "", 0.0
        return
    command = [checkov, *of_checkov, "--quiet", "--compact", "--skip-download"]
    for told, more in (("all rules", []), ("equivalent rules", ["-c", rules])):
        theirs, most = _process([*command, *more], 1)
        yield title, ours, f"checkov {_version(checkov)}, {told}: {theirs:.1f} s, {most} MB", theirs


@cache
def _version(checkov: str) -> str:
    return subprocess.run([checkov, "--version"], check=True, capture_output=True, text=True).stdout.strip()


def _process(command: list[str | Path], repeats: int) -> tuple[float, int]:
    """The least CPU seconds of some runs: everything above it is somebody else's work. And megabytes."""
    spent: list[float] = []
    megabytes = 0
    for _ in range(repeats):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        # 1 says that something was found, which it should be.
        if process.returncode not in (0, 1):
            raise RuntimeError(f"{command[0]} ended with {process.returncode}")
        spent.append(usage.ru_utime + usage.ru_stime)
        megabytes = max(megabytes, usage.ru_maxrss // 1024)
    return min(spent), megabytes


def _fleet() -> tuple[str, float, str, float]:
    """Stacks without a name in common, whose graphs are at hand, as the server has them; reading is not counted."""
    controls = load_controls()
    spent, verdicts = 0.0, 0
    for number in range(_STACKS):
        graph = read_planned_graph(plan_json(_MIDDLE, first=number * _MIDDLE))
        began = time.process_time()
        verdicts += len(evaluate(graph, controls, Phase.PLAN).verdicts)
        spent += time.process_time() - began
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    told = f"all controls on {_STACKS} stacks of {_MIDDLE} resources, {verdicts} verdicts, {megabytes} MB"
    return told, spent, "", 0.0
