"""What asking the controls costs: loading them, a large graph, and `pavior check` against checkov on the same source.

checkov is measured when it is installed (on the path, or named by PAVIOR_CHECKOV), with those of its rules that our
controls name as equivalents. Without it the line says so, and there is no ratio.
"""

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from pavior.content import load_controls
from pavior.kernel.verdicts import Phase
from pavior.policy.evaluation import evaluate
from pavior.resources.model import GraphFormat, Resource, ResourceGraph, Unknown, Value

_REPEATS = 3
_LARGE = 10_000
_SMALL_SERVICES = 200
_TIMEOUT_SECONDS = 600

# Five resources a service; every other one is closed.
_SERVICE = """
resource "aws_s3_bucket" "files{number}" {{
  bucket = "files-{number}"
}}

resource "aws_s3_bucket_public_access_block" "files{number}" {{
  bucket                  = aws_s3_bucket.files{number}.id
  block_public_acls       = {closed}
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}}

resource "aws_kms_key" "data{number}" {{
  enable_key_rotation = {closed}
}}

resource "aws_cloudwatch_log_group" "service{number}" {{
  name              = "/services/{number}"
  retention_in_days = 365
}}

resource "aws_security_group" "service{number}" {{
  name = "service-{number}"

  ingress {{
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["10.0.0.0/8"]
  }}
}}
"""


def measure() -> Iterator[tuple[str, float, str, float]]:
    """Loading; a graph of 10,000 resources; the whole command on 1,000 resources of source."""
    loading = _least(load_controls)
    controls = load_controls()
    yield f"loading {len(controls)} controls", loading, "", 0.0
    graph = _graph(_LARGE)
    yield (
        f"{len(controls)} controls on {_LARGE} resources",
        _least(lambda: evaluate(graph, controls, Phase.PLAN)),
        "",
        0.0,
    )
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        text = "".join(
            _SERVICE.format(number=number, closed=str(number % 2 == 0).lower()) for number in range(_SMALL_SERVICES)
        )
        (folder / "main.tf").write_text(text, encoding="utf-8")
        ours = _command([Path(sys.executable).parent / "pavior", "check", folder])
        title = f"pavior check on {5 * _SMALL_SERVICES} resources"
        checkov = os.environ.get("PAVIOR_CHECKOV") or shutil.which("checkov")
        if checkov is None:
            yield f"{title} (no checkov to compare with)", ours, "", 0.0
            return
        rules = ",".join(rule for control in controls for rule in control.equivalents.get("checkov", ()))
        arguments = ["--framework", "terraform", "--quiet", "--compact", "--skip-download", "-c", rules]
        yield title, ours, "checkov, equivalent rules", _command([checkov, "-d", folder, *arguments])


def _graph(size: int) -> ResourceGraph:
    resources: list[Resource] = []
    for number in range(size // 5):
        bucket = f"aws_s3_bucket.files{number}"
        references = {"bucket": (bucket,)}
        block = dict.fromkeys(
            ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"),
            number % 2 == 0,
        )
        policy: Value = {"Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": Unknown()}]}
        resources += [
            Resource(bucket, "aws_s3_bucket", {"bucket": f"files-{number}", "tags": {"owner": "a"}}),
            Resource(
                f"aws_s3_bucket_public_access_block.files{number}",
                "aws_s3_bucket_public_access_block",
                {"bucket": Unknown(), **block},
                references=references,
            ),
            Resource(f"aws_iam_role_policy.service{number}", "aws_iam_role_policy", {"policy": policy}),
            Resource(f"aws_kms_key.data{number}", "aws_kms_key", {"enable_key_rotation": True, "tags": None}),
            Resource(f"aws_cloudwatch_log_group.service{number}", "aws_cloudwatch_log_group", {"tags": None}),
        ]
    return ResourceGraph(GraphFormat.TERRAFORM_PLAN, tuple(resources))


def _least(work: Callable[[], object]) -> float:
    """The least of some runs: everything above it is somebody else's work."""
    spent = []
    for _ in range(_REPEATS):
        before = time.process_time()
        work()
        spent.append(time.process_time() - before)
    return min(spent)


def _command(command: list[str | Path]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    finished = subprocess.run(command, check=False, capture_output=True, timeout=_TIMEOUT_SECONDS)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    # Both end with 1 when something failed, and it does; anything else means that nothing was measured.
    if finished.returncode != 1:
        raise RuntimeError(f"{command[0]} ended with {finished.returncode}: {finished.stderr.decode()[-500:]}")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
