"""`pavior compliance`: what frameworks ask for, and how each requirement stands by what controls said."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from pavior.cli.answer import Answer, Facts, Part, Table, Text
from pavior.cli.gating import read_content, read_public_key
from pavior.cli.launcher import Launcher
from pavior.cli.verb import Call, OpenVerb, Verb, page_options, page_request
from pavior.identity.model import Permission
from pavior.kernel.clock import format_instant, parse_instant
from pavior.kernel.errors import ConflictError, InvalidError
from pavior.policy.compliance import RequirementState
from pavior.policy.evidence_archive import MAXIMUM_BYTES
from pavior.policy.evidence_proof import prove_evidence
from pavior.reports.compliance_table import evidence_csv, requirements_csv
from pavior.reports.compliance_view import Extent, FrameworkSummary, FrameworkView, RequirementSummary

_HOW_TO_VERIFY = (
    "Whoever has audit-public.pem of your keys verifies it with: pavior compliance verify {} --key audit-public.pem"
)
_WORDS = {
    RequirementState.NOT_MET: "not met",
    RequirementState.UNKNOWN: "unknown",
    RequirementState.WAIVED: "waived",
    RequirementState.MET: "met",
    RequirementState.NOT_COVERED: "not covered",
}


def _extent_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--team`, `--service`, `--environment`, `--at`; the body takes them through `_extent` and `_instant`."""
    options = (
        click.option("--team", default="", help="Only what this team owns."),
        click.option("--service", default="", help="Only this service."),
        click.option("--environment", metavar="SERVICE/STAGE", default="", help="Only this environment."),
        click.option("--at", metavar="INSTANT", default="", help="As it was then, such as 2026-11-01T00:00:00Z."),
    )
    for option in reversed(options):
        command = option(command)
    return command


@click.group()
def compliance() -> None:
    """Frameworks, and how each of their requirements stands."""


@compliance.command(
    "list", cls=Verb, permission=Permission.COMPLIANCE_READ, example="pavior compliance list --team payments"
)
@_extent_options
def list_frameworks(call: Call, team: str, service: str, environment: str, at: str) -> Answer:
    """List frameworks, each with how many of its requirements stand how."""
    found = call.application.pages.list_frameworks(call.actor, Extent(team, service, environment), at=_instant(at))
    columns = ("framework", "requirements", *(_WORDS[state] for state in RequirementState), "listed")
    rows = tuple(
        (
            item.id,
            str(item.counts.total),
            *(str(item.counts.of(state)) for state in RequirementState),
            "all of them" if item.is_whole else "some only",
        )
        for item in found
    )
    return Answer(
        found,
        (
            Table(columns, rows, "This Pavior has no framework."),
            Text("\nRequirements of one, and what they rest on: pavior compliance show FRAMEWORK"),
        ),
    )


@compliance.command(
    "show",
    cls=Verb,
    permission=Permission.COMPLIANCE_READ,
    example="pavior compliance show cis-aws-3.0.0 --service orders --at 2026-11-01T00:00:00Z --csv",
)
@click.argument("framework")
@_extent_options
@click.option("--state", type=click.Choice([item.value for item in RequirementState]), help="Only those that stand so.")
@click.option("--csv", "is_csv", is_flag=True, help="Print CSV, one row for each requirement.")
def show_framework(
    call: Call, framework: str, team: str, service: str, environment: str, at: str, state: str | None, is_csv: bool
) -> Answer:
    """Show one framework, requirement by requirement."""
    view = call.application.pages.get_framework(
        call.actor, framework, Extent(team, service, environment), at=_instant(at)
    )
    if is_csv:
        return Answer(view, (Text(requirements_csv(view).rstrip("\r\n")),))
    return Answer(view, tuple(_told(view, state or "")))


@compliance.command(
    "evidence",
    cls=Verb,
    permission=Permission.COMPLIANCE_READ,
    example="pavior compliance evidence nist-800-53 --requirement SC-28 --state not-met",
)
@click.argument("framework")
@click.option("--requirement", metavar="ID", default="", help="Only what this requirement rests on.")
@click.option("--state", type=click.Choice([item.value for item in RequirementState]), help="Only what stands so.")
@_extent_options
@click.option("--csv", "is_csv", is_flag=True, help="Print CSV.")
@page_options
def list_evidence(
    call: Call,
    framework: str,
    requirement: str,
    state: str | None,
    team: str,
    service: str,
    environment: str,
    at: str,
    is_csv: bool,
    limit: int,
    offset: int,
) -> Answer:
    """List the verdicts that a framework's requirements rest on, worst first, and those that are missing."""
    page = call.application.pages.list_evidence(
        call.actor,
        framework,
        Extent(team, service, environment),
        page_request(limit, offset),
        at=_instant(at),
        requirement=requirement,
        state=state or "",
    )
    if is_csv:
        return Answer(page, (Text(evidence_csv(page.items).rstrip("\r\n")),))
    rows = tuple(
        (
            _WORDS[row.state],
            row.control,
            row.environment,
            row.subject,
            row.phase.value if row.phase else "",
            row.waiver_id,
            format_instant(row.at) if row.at else "",
            row.message,
        )
        for row in page.items
    )
    columns = ("state", "control", "where", "subject", "phase", "waiver", "as of", "why")
    empty = "Nothing is known of it, which is no pass: no control about it said anything."
    return Answer(page, (Table(columns, rows, empty),))


@compliance.command(
    "export",
    cls=Verb,
    permission=Permission.COMPLIANCE_EXPORT,
    example="pavior compliance export cis-aws-3.0.0 --at 2026-11-01T00:00:00Z --into evidence.zip",
)
@click.argument("framework")
@_extent_options
@click.option(
    "--into", required=True, type=click.Path(path_type=Path, dir_okay=False), help="File to write; it may not exist."
)
def export_evidence(
    call: Call, framework: str, team: str, service: str, environment: str, at: str, into: Path
) -> Answer:
    """Write one framework with all that it rests on into a signed archive, for somebody who has no Pavior."""
    if into.exists():
        # An earlier export is evidence, and stays.
        raise ConflictError("file-exists", f"{into} is there already.", fix="Name a file that does not exist yet.")
    exported = call.application.evidence.export_evidence(
        call.actor, framework, Extent(team, service, environment), at=_instant(at)
    )
    try:
        with into.open("xb") as file:
            file.write(exported.content)
    except OSError as error:
        raise InvalidError(
            "evidence-not-written",
            f"{into} cannot be written: {error.strerror or type(error).__name__}.",
            fix="Name a file in a folder that is there and that you may write to.",
        ) from error
    document = {"path": into, "sha256": exported.digest, "at": exported.at, "bytes": len(exported.content)}
    return Answer(document, (Text(f"{into}, SHA-256 {exported.digest}\n\n{_HOW_TO_VERIFY.format(into)}"),))


@compliance.command(
    "verify",
    cls=OpenVerb,
    public_because="it reads files that you can read anyway.",
    example="pavior compliance verify evidence.zip --key audit-public.pem",
)
@click.argument("archive", type=click.Path(path_type=Path))
@click.option(
    "--key", type=click.Path(path_type=Path), required=True, help="Public key of the Pavior that exported it."
)
def verify_evidence(
    launcher: Launcher,  # noqa: ARG001 - every open verb takes it
    archive: Path,
    key: Path,
    is_json: bool,  # noqa: ARG001 - the same
) -> Answer:
    """Verify an exported ARCHIVE, without server or network, and say what it does not prove."""
    # One byte too many is enough to refuse it.
    proven = prove_evidence(read_content(archive, most_bytes=MAXIMUM_BYTES + 1), read_public_key(key))
    excerpt = proven.audit
    facts = Facts(
        (
            ("framework", f"{proven.framework}: {proven.title}"),
            ("over", proven.extent),
            ("as of", format_instant(proven.at)),
            ("facts since", format_instant(proven.facts_since) if proven.facts_since else "there was no plan"),
            ("stands", str(proven.counts) if proven.is_whole else f"{proven.counts}; of those listed"),
            ("rests on", f"{proven.rows} rows, {proven.waivers} waivers, {proven.controls} controls with their rules"),
            (
                "audit log",
                f"rows {excerpt.begins_at} to {excerpt.begins_at + excerpt.rows - 1}, {excerpt.told} of them to read, "
                f"signed up to {excerpt.signed_up_to or 'none'}"
                if excerpt
                else "not in it",
            ),
            ("issuer", proven.issuer),
            ("key", proven.key),
        )
    )
    not_proven = "\n".join(f"- {line}" for line in proven.not_proven)
    return Answer(
        proven, (facts, Text(f"\nThe signature is right, and it agrees with itself. Not proven:\n{not_proven}"))
    )


def _told(view: FrameworkView, state: str) -> Iterator[Part]:
    item = view.framework
    yield Facts(
        (
            ("framework", f"{item.title}, {item.version}"),
            ("listed", item.scope),
            ("over", f"{view.extent}: {_places(view)}"),
            ("as of", format_instant(view.at)),
            ("facts since", format_instant(view.facts_since) if view.facts_since else "there is no plan yet"),
            ("stands", _counted(item)),
            ("judged earlier", f"{view.outdated} by another set of controls than today's" if view.outdated else ""),
            ("not listed", f"{', '.join(view.unlisted)}: controls name them" if view.unlisted else ""),
        )
    )
    shown = [row for row in view.requirements if state in ("", row.state)]
    covered = [row for row in shown if row.state is not RequirementState.NOT_COVERED or state]
    columns = ("requirement", "state", "not met", "unknown", "waived", "met", "of", "title")
    yield Text("")
    yield Table(columns, tuple(_row(row) for row in covered), "No requirement stands so.")
    if len(covered) < len(shown):
        yield Text(
            f"\n{len(shown) - len(covered)} more are not covered by any control; list them with --state not-covered."
        )
    yield Text(f"\nWhat one rests on: pavior compliance evidence {item.id} --requirement ID")


def _row(row: RequirementSummary) -> tuple[str, ...]:
    counts = tuple(
        str(row.evidence.of(state)) for state in RequirementState if state is not RequirementState.NOT_COVERED
    )
    return (row.id, _WORDS[row.state], *counts, ", ".join(row.phases), row.title)


def _counted(item: FrameworkSummary) -> str:
    return str(item.counts) if item.is_whole else f"{item.counts}; of those listed, which are not all"


def _places(view: FrameworkView) -> str:
    never = f", {len(view.never_evaluated)} never evaluated" if view.never_evaluated else ""
    return f"{view.environments} environments, {view.live} of them looked at live{never}"


def _instant(text: str) -> datetime | None:
    return parse_instant(text) if text else None
