"""Readers of a pretend language: a line is `TYPE NAME WORD`, and the word decides the verdict."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from pavior.kernel.errors import InvalidError
from pavior.kernel.verdicts import Outcome, Position, Severity, UnknownReason
from pavior.policy.model import Level, Remediation, RuleResult
from pavior.resources.model import GraphFormat, Resource, ResourceGraph, Skipped
from pavior.testing.builders import a_control

RESULTS = {
    "good": RuleResult(Outcome.PASSED),
    "bad": RuleResult(Outcome.FAILED, "It is kept for ever.", "retention_in_days"),
    "later": RuleResult(Outcome.UNKNOWN, "not there yet", "", UnknownReason.KNOWN_AFTER_APPLY),
    "unread": RuleResult(Outcome.UNKNOWN, "var.days has no value", "", UnknownReason.NOT_EVALUATED),
}


def _rule(view: Any) -> RuleResult:
    return RESULTS[view.resource.values["word"]]


RETENTION = a_control(
    id="log-retention",
    title="Logs are kept for a year",
    view="LogGroup",
    severity=Severity.MEDIUM,
    default_level=Level.BLOCK,
    levels={"dev": Level.WARN},
    remediations=(Remediation("terraform", "retention_in_days = 365"),),
    risk="Nobody can look back.",
    rule=_rule,
)


def _resources(name: str, content: bytes) -> list[Resource]:
    found = []
    for number, line in enumerate(content.decode().splitlines(), 1):
        kind, label, word = line.split()
        place = Position(name, number, number)
        found.append(
            Resource(
                f"{kind}.{label}",
                kind,
                {"word": word},
                position=place,
                attribute_positions={"retention_in_days": place},
            )
        )
    return found


def read_source(
    files: Mapping[str, bytes],
    variables: Mapping[str, str],
    sensitive: frozenset[str],
    variable_files: Mapping[str, bytes],
    *,
    is_lenient: bool = False,
) -> ResourceGraph:
    assert isinstance(is_lenient, bool)
    assert not variables
    assert not variable_files
    assert not sensitive
    resources: list[Resource] = []
    for name, content in files.items():
        if b"broken" in content:
            raise InvalidError("source-malformed", f"{name}:1 does not parse.", fix="Close the brace.")
        resources.extend(_resources(name, content))
    return ResourceGraph(GraphFormat.TERRAFORM_SOURCE, tuple(resources))


def read_source_tolerantly(
    files: Mapping[str, bytes],
    variables: Mapping[str, str],
    sensitive: frozenset[str],
    variable_files: Mapping[str, bytes],
    *,
    is_lenient: bool = False,
) -> ResourceGraph:
    good = {name: content for name, content in files.items() if b"broken" not in content}
    graph = read_source(good, variables, sensitive, variable_files, is_lenient=is_lenient)
    skipped = tuple(Skipped(name, "it does not parse") for name in files if name not in good)
    return ResourceGraph(graph.format, graph.resources, skipped, complete=not skipped)


def read_plan(content: bytes) -> ResourceGraph:
    try:
        words = json.loads(content)
    except ValueError:
        raise InvalidError("plan-malformed", "It is not JSON.", fix="Use terraform show -json.") from None
    resources = tuple(Resource(address, address.split(".")[0], {"word": word}) for address, word in words.items())
    return ResourceGraph(GraphFormat.TERRAFORM_PLAN, resources)


def read_state(content: bytes) -> ResourceGraph:
    words = json.loads(content).get("resources", {})
    resources = tuple(Resource(address, address.split(".")[0], {"word": word}) for address, word in words.items())
    return ResourceGraph(GraphFormat.STATE, resources)


def read_manifests(files: Mapping[str, bytes]) -> ResourceGraph:
    resources: list[Resource] = []
    skipped: list[Skipped] = []
    for name, content in files.items():
        if b"broken" in content:
            skipped.append(Skipped(name, "line 1: it is no YAML"))
        elif b"foreign" not in content:
            resources += _resources(name, content)
    return ResourceGraph(GraphFormat.KUBERNETES_MANIFEST, tuple(resources), tuple(skipped), complete=not skipped)


Check = Callable[..., tuple[int, str, str]]

GOOD, BAD, LATER, UNREAD = (f"aws_cloudwatch_log_group {word} {word}\n" for word in ("good", "bad", "later", "unread"))
QUEUE = "aws_sqs_queue q x\n"
