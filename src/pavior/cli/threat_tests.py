"""`pavior threat report-tests`: what CI's tests came to, as evidence against threats."""

from pathlib import Path

import click

from pavior.cli.answer import Answer, Facts, Table, Text
from pavior.cli.gating import read_content
from pavior.cli.verb import Call, Verb
from pavior.identity.model import Permission
from pavior.threatmodels.standing_model import MAXIMUM_REPORT_BYTES, CaseOutcome


@click.command(
    "report-tests",
    cls=Verb,
    permission=Permission.THREAT_REPORT_TESTS,
    example="pavior threat report-tests orders --commit 4f1c2b7 report.xml",
)
@click.argument("service")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--commit", required=True, help="What was tested: its hash, or at least 7 digits of it.")
def report_tests(call: Call, service: str, files: tuple[Path, ...], commit: str) -> Answer:
    """Report what the tests of a commit came to, as JUnit XML; of several files all count, or none."""
    # One byte more than may be: the reader says that it is too much.
    reports = {str(path): read_content(path, most_bytes=MAXIMUM_REPORT_BYTES + 1) for path in files}
    reported = call.application.threat_tests.report_tests(call.actor, service, commit, reports)
    facts = Facts(
        (
            ("service", reported.service),
            ("commit", reported.commit),
            *((outcome.value, str(reported.counts[outcome])) for outcome in CaseOutcome),
        )
    )
    rows = (
        *((name, outcome.value) for name, outcome in reported.kept.items()),
        *((name, "not in the report") for name in reported.missing),
    )
    empty = "No threat in the model of that commit names a test. Name one under tests: in its threatmodel.yaml."
    after = Text(f"\nHow threats stand now: pavior threat list --service {reported.service}")
    return Answer(reported, (facts, Table(("test that a threat names", "came to"), rows, empty), after))
