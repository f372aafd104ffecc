"""What a person waits for before anything is done: CPU time of small commands, against an empty Python."""

import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

_REPEATS = 5


def _cpu_seconds(command: list[str | Path]) -> float:
    """The least of some runs: everything above it is somebody else's work."""
    spent: list[float] = []
    for _ in range(_REPEATS):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, check=True, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(spent)


def measure() -> Iterator[tuple[str, float, str, float]]:
    """Help, version, and the help of one command."""
    empty = _cpu_seconds([sys.executable, "-c", "pass"])
    pavior = Path(sys.executable).parent / "pavior"
    for arguments in (["--help"], ["--version"], ["change", "open", "--help"]):
        yield f"pavior {' '.join(arguments)}", _cpu_seconds([pavior, *arguments]), "an empty python", empty
