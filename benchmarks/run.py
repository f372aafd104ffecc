"""Runs every benchmark of this folder and prints one line each: what, how long, compared with what."""

import importlib.util
import os
import platform
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Measurement:
    """One number. `peer` is what it is compared with, measured in the same run, or empty."""

    name: str
    cpu_seconds: float
    peer: str = ""
    peer_cpu_seconds: float = 0.0


class Benchmark(Protocol):
    """A module `bench_*.py` of this folder."""

    def measure(self) -> Iterator[tuple[str, float, str, float]]:
        """Name, CPU seconds, name of the peer or empty, CPU seconds of the peer."""


def main() -> int:
    """Print a table; exit status 1 when there was nothing to measure."""
    sys.stdout.write(f"{_circumstances()}\n")
    rows = [Measurement(*row) for path in sorted(Path(__file__).parent.glob("bench_*.py")) for row in _rows(path)]
    for row in rows:
        ratio = f"{row.cpu_seconds / row.peer_cpu_seconds:.4f} of {row.peer}" if row.peer_cpu_seconds else ""
        sys.stdout.write(f"{row.name:70} {row.cpu_seconds:8.3f} s CPU  {ratio}\n")
    return 0 if rows else 1


def _circumstances() -> str:
    """What was measured, and where: figures of two machines are not compared."""
    model = next(
        (line.partition(":")[2].strip() for line in _lines(Path("/proc/cpuinfo")) if line.startswith("model name")), ""
    )
    load = ", ".join(f"{part:.1f}" for part in os.getloadavg())
    return (
        f"Pavior {version('pavior')}, Python {platform.python_version()}, {platform.system()} {platform.machine()}, "
        f"{os.cpu_count()} cores {model}, load average {load}"
    )


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


def _rows(path: Path) -> Iterator[tuple[str, float, str, float]]:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise ImportError(path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    yield from module.measure()


if __name__ == "__main__":
    sys.exit(main())
