"""What a draft of a threat model costs: `python -m benchmarks.threat_draft [--elements 600 2400 10000]`.

Makes an invented estate of functions with roles, tables, buckets, queues and secrets, drafts it, merges the draft into
nothing with all threats of the library, and merges the same draft a second time. Prints processor seconds of each part.
The graph is at hand: what reading source costs is measured by `make bench`. Nothing is asserted: machines are noisy.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import TypeVar

from pavior.resources.model import GraphFormat, Resource, ResourceGraph, Unknown, Value
from pavior.threatmodels.drafting import draft_model
from pavior.threatmodels.drafting_gaps import find_gaps
from pavior.threatmodels.library import load_library
from pavior.threatmodels.library_model import LibraryThreat
from pavior.threatmodels.merging import Merged, merge
from pavior.threatmodels.merging_threats import merge_threats
from pavior.threatmodels.model import ThreatModel

ELEMENTS_OF_A_SERVICE = 6
T = TypeVar("T")


def main() -> int:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--elements", type=int, nargs="*", default=[600, 2_400, 10_000], help="How many there are.")
    library = load_library()
    sys.stdout.write(f"{'elements':>9}{'flows':>8}{'threats':>9}{'draft':>8}{'gaps':>8}{'merge':>8}{'again':>8}\n")
    for count in parser.parse_args().elements:
        graph = an_estate(count)
        draft, drafting = _timed(partial(draft_model, graph, service="estate"))
        _, finding = _timed(partial(find_gaps, graph))
        merged, merging = _timed(partial(_merged, ThreatModel("estate", draft.scope), draft, library))
        _, again = _timed(partial(_merged, merged.model, draft, library))
        counts = (len(merged.model.elements), len(merged.model.flows), len(merged.model.threats))
        seconds = "".join(f"{part:>8.2f}" for part in (drafting, finding, merging, again))
        sys.stdout.write(f"{counts[0]:>9}{counts[1]:>8}{counts[2]:>9}{seconds}\n")
    return 0


def _merged(model: ThreatModel, draft: ThreatModel, library: tuple[LibraryThreat, ...]) -> Merged:
    return merge_threats(merge(model, draft), library)


def an_estate(elements: int) -> ResourceGraph:
    """About so many elements, of ten resources for each six of them."""
    services = (resource for number in range(elements // ELEMENTS_OF_A_SERVICE) for resource in _a_service(number))
    return ResourceGraph(GraphFormat.TERRAFORM_SOURCE, (*services, Resource("aws_kms_key.all", "aws_kms_key", {})))


def _a_service(number: int) -> Iterator[Resource]:
    def address(type_: str) -> str:
        return f"{type_}.s{number}"

    def made(type_: str, values: dict[str, Value], **references: str) -> Resource:
        return Resource(address(type_), type_, values, references={name: (to,) for name, to in references.items()})

    def arn(type_: str) -> Unknown:
        return Unknown(detail=f"{address(type_)}.arn")

    allowed: list[Value] = [
        {"Effect": "Allow", "Action": ["dynamodb:GetItem", "dynamodb:PutItem"], "Resource": arn("aws_dynamodb_table")},
        {"Effect": "Allow", "Action": "s3:GetObject", "Resource": arn("aws_s3_bucket")},
        {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": arn("aws_sqs_queue")},
    ]
    everybody: list[Value] = ["0.0.0.0/0"]
    entry: dict[str, Value] = {"protocol": "tcp", "from_port": 443, "to_port": 443, "cidr_blocks": everybody}
    role, bucket = address("aws_iam_role"), address("aws_s3_bucket")
    yield made("aws_iam_role", {"name": f"s{number}"})
    yield made("aws_iam_role_policy", {"policy": {"Statement": allowed}}, role=role)
    yield made("aws_security_group", {"ingress": [entry]})
    yield made("aws_lambda_function", {}, role=role, security_group_ids=address("aws_security_group"))
    yield made("aws_dynamodb_table", {"name": f"t{number}"}, kms_key_arn="aws_kms_key.all")
    yield made("aws_s3_bucket", {"bucket": f"b{number}"})
    yield made("aws_s3_bucket_versioning", {"versioning_configuration": [{"status": "Enabled"}]}, bucket=bucket)
    yield made("aws_sqs_queue", {"name": f"q{number}"})
    yield made("aws_sns_topic", {"name": f"n{number}"})
    yield made("aws_secretsmanager_secret", {"name": f"x{number}"})


def _timed(work: Callable[[], T]) -> tuple[T, float]:
    """What it gives, and the seconds of a processor that it took."""
    before = time.process_time()
    return work(), time.process_time() - before


if __name__ == "__main__":
    sys.exit(main())
