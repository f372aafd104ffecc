"""Reports of checks, so that formats are tested without reading anything."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from msgspec import structs

from pavior.cli.checking.ending import ending_of
from pavior.cli.checking.formats import Told
from pavior.cli.checking.items import items_of
from pavior.cli.checking.remarks import remarks_of
from pavior.cli.checking.report import CheckReport, Looked, Problem, weigh_all
from pavior.cli.checking.request import CheckRequest
from pavior.cli.checking.settling import unsettled
from pavior.content.own_controls import ControlSet
from pavior.kernel.verdicts import Outcome, Phase, Position, Severity, UnknownReason, Verdict
from pavior.policy.model import Control, Coverage, Evaluation, Level, Remediation
from pavior.resources.model import GraphFormat, ResourceGraph, Skipped
from pavior.testing.builders import a_control

BLOCKING = a_control(
    id="log-retention",
    title="Logs are kept for a year",
    severity=Severity.HIGH,
    default_level=Level.BLOCK,
    levels={},
    remediations=(Remediation("terraform", "retention_in_days = 365"),),
    risk="Nobody can look\nback.",
    lesson="# Logs\n\nThree minutes.",
    mappings={"cwe": ("CWE-778",)},
)
WARNING = a_control(id="log-named", title="Logs have names", severity=Severity.LOW, default_level=Level.WARN, levels={})
OBSERVED = a_control(
    id="log-short", title="Logs are short", severity=Severity.INFO, default_level=Level.OBSERVE, levels={}
)
CONTROLS = (BLOCKING, WARNING, OBSERVED)


def a_verdict(control: Control = BLOCKING, outcome: Outcome = Outcome.FAILED, **fields: Any) -> Verdict:
    given = {
        "subject": "aws_cloudwatch_log_group.app",
        "phase": Phase.CODE,
        "message": "It is kept for ever.",
        "reason": UnknownReason.NOT_EVALUATED if outcome is Outcome.UNKNOWN else None,
        "position": Position("infra/main.tf", 3, 5),
    }
    return Verdict(control=control.id, outcome=outcome, **{**given, **fields})


def a_report(
    verdicts: Iterable[Verdict] = (),
    *,
    problems: tuple[Problem, ...] = (),
    skipped: tuple[Skipped, ...] = (),
    is_complete: bool = True,
    phase: Phase = Phase.CODE,
    path: str = ".",
) -> CheckReport:
    found = tuple(verdicts)
    evaluation = Evaluation(found, Coverage({"aws_cloudwatch_log_group": len(found)} if found else {}, {}, skipped))
    request = CheckRequest(Path(path))
    graph = ResourceGraph(GraphFormat.TERRAFORM_SOURCE, (), complete=is_complete)
    settled = structs.replace(unsettled(request), own=ControlSet(CONTROLS))
    return weigh_all(settled, phase, [Looked(evaluation, graph, problems=problems)])


def told(verdicts: Iterable[Verdict] = (), **fields: Any) -> Told:
    """What a format is given, with `It is so` for a sentence."""
    report = a_report(verdicts, **fields)
    return Told(report, int(ending_of(report)), "It is so.", items_of(report), remarks_of(report, "It is so."))


def one_of_each() -> Told:
    """All standings and outcomes, a file that does not parse, and one that was passed over."""
    return told(
        (
            a_verdict(),
            a_verdict(outcome=Outcome.PASSED, subject="aws_cloudwatch_log_group.good"),
            a_verdict(outcome=Outcome.ERRORED, subject="aws_cloudwatch_log_group.odd", message="The rule broke."),
            a_verdict(outcome=Outcome.UNKNOWN, subject="aws_cloudwatch_log_group.far", message="var.days has no value"),
            a_verdict(WARNING),
            a_verdict(OBSERVED),
        ),
        problems=(Problem("source-unparsable", "other.tf:1 does not parse.", "Close the brace."),),
        skipped=(Skipped("chart.yaml", "it is a template"),),
        is_complete=False,
    )
