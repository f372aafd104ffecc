"""What a check of hostile files of others costs: `python benchmarks/foreign_files.py FOLDER`.

Asks about each file by itself, in this process, with every control, and prints the slowest. Exit status 1 when one took
more CPU than allowed, or when there was nothing to measure.
"""

import argparse
import sys
import time
from contextlib import suppress
from pathlib import Path

from msgspec import structs

from pavior.cli.checking.looking import check_path
from pavior.cli.checking.request import CheckRequest
from pavior.cli.launcher import CheckTools
from pavior.kernel.errors import InvalidError
from pavior.launching.later import LaterLauncher

ALLOWED_CPU_SECONDS = 2.0
_ENDINGS = (".json", ".tf", ".yaml", ".yml")


def main() -> int:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--show", type=int, default=5, help="So many of the slowest.")
    asked = parser.parse_args()
    tools = LaterLauncher({}, Path("/nonexistent")).check_tools()
    controls = tools.load_controls()
    tools = structs.replace(tools, load_controls=lambda: controls)
    files = sorted(path for path in asked.folder.rglob("*") if path.name.endswith(_ENDINGS))
    spent = sorted(((_cpu_seconds(path, tools), path) for path in files), reverse=True)
    for seconds, path in spent[: asked.show]:
        sys.stdout.write(f"{path.relative_to(asked.folder).as_posix():70} {seconds:8.3f} s CPU\n")
    too_slow = sum(seconds > ALLOWED_CPU_SECONDS for seconds, _ in spent)
    total = sum(seconds for seconds, _ in spent)
    sys.stdout.write(
        f"{len(spent)} files, {total:.3f} s CPU; {too_slow} took more than the {ALLOWED_CPU_SECONDS:g} s allowed\n"
    )
    return 0 if spent and not too_slow else 1


def _cpu_seconds(path: Path, tools: CheckTools) -> float:
    before = time.process_time()
    # A refusal is an answer too, and what it says is for the tests.
    with suppress(InvalidError):
        check_path(CheckRequest(path), tools)
    return time.process_time() - before


if __name__ == "__main__":
    sys.exit(main())
