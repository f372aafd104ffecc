"""A plan of 200 MB, made in a temporary file: how long `pavior check` takes to read it and to ask all controls.

Not part of `make test`. Run it as: python benchmarks/large_plan.py [MEGABYTES]
"""

import json
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import BinaryIO

from pavior.cli.checking.looking import check_path
from pavior.cli.checking.report import CheckReport
from pavior.cli.checking.request import CheckRequest
from pavior.kernel.errors import PaviorError
from pavior.launching.later import LaterLauncher

_DEFAULT_MEGABYTES = 200
_MEGABYTE = 1_000_000


def _resource(number: int) -> bytes:
    values = {
        "bucket": f"orders-{number}",
        "tags": {f"tag-{index}": "x" * 40 for index in range(20)},
        "versioning": [{"enabled": True, "mfa_delete": False}],
        "force_destroy": False,
    }
    address = f"aws_s3_bucket.b{number}"
    item = {"address": address, "type": "aws_s3_bucket", "name": f"b{number}", "mode": "managed", "values": values}
    return json.dumps(item).encode()


def write_plan(file: BinaryIO, size_bytes: int) -> int:
    """Write a plan of at least this many bytes; gives how many resources it has."""
    file.write(b'{"format_version":"1.2","terraform_version":"1.11.4","planned_values":{"root_module":{"resources":[')
    count = 0
    while file.tell() < size_bytes:
        file.write((b"," if count else b"") + _resource(count))
        count += 1
    file.write(b"]}}}")
    return count


def main() -> int:
    """Print one line of figures; 1 when there was no answer."""
    megabytes = int(sys.argv[1]) if len(sys.argv) > 1 else _DEFAULT_MEGABYTES
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "plan.json"
        with path.open("wb") as file:
            count = write_plan(file, megabytes * _MEGABYTE)
        tools = LaterLauncher({}, Path("/nonexistent")).check_tools()
        before = time.process_time()
        answer: CheckReport | PaviorError
        try:
            answer = check_path(CheckRequest(path), tools)
        except PaviorError as error:
            answer = error
        seconds = time.process_time() - before
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 // _MEGABYTE
    told = f"{len(answer.verdicts)} verdicts" if isinstance(answer, CheckReport) else answer.code
    sys.stdout.write(
        f"{megabytes} MB, {count} resources: {told} in {seconds:.1f} s of CPU, at most {peak} MB of memory\n"
    )
    return 0 if isinstance(answer, CheckReport) else 1


if __name__ == "__main__":
    sys.exit(main())
