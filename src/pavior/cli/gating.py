"""`pavior gate` and `pavior verify`: a Decision about a plan that is applied elsewhere, and the proof of it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import click
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from pavior.cli.answer import ANSWER_IS_NO, Answer, Facts, Text
from pavior.cli.checking.looking import only_stack
from pavior.cli.checking.repository_root import find_root, way_from
from pavior.cli.checking.source_files import unreadable
from pavior.cli.deciding import decision_parts
from pavior.cli.launcher import Launcher
from pavior.cli.verb import Call, OpenVerb, Verb
from pavior.identity.model import Permission
from pavior.kernel.errors import InvalidError
from pavior.policy.attesting import Proven, prove
from pavior.policy.model import DecisionOutcome

_FILE = click.Path(path_type=Path)


@click.command(
    "gate",
    cls=Verb,
    permission=Permission.ENVIRONMENT_GATE,
    example="pavior gate plan.json --environment orders/prod --source infra --into decision.json",
)
@click.argument("plan", type=_FILE)
@click.option("--environment", metavar="SERVICE/STAGE", required=True, help="Whose levels and waivers hold.")
@click.option("--source", type=_FILE, help="Terraform that PLAN was made of: gives lines, and what the plan hides.")
@click.option("--into", type=_FILE, help="Write the signed decision into this file.")
def gate(call: Call, plan: Path, environment: str, source: Path | None, into: Path | None) -> Answer:
    """Decide about PLAN, as JSON, that somebody else will apply; exit status 1 unless it is allowed."""
    files = None if source is None else _called_as_pushed(source, only_stack(source).files)
    gated = call.application.gate.gate_plan(call.actor, environment, read_content(plan), files)
    if into is not None:
        try:
            into.write_text(gated.envelope, encoding="utf-8")
        except OSError as error:
            raise unreadable(into, error) from error
    next_step = (
        Text(f"\nSigned into {into}. Before the apply: pavior verify {into} --plan {plan} --key PUBLIC.pem")
        if into is not None
        else Text("\nWith --into FILE the decision is written down, signed, for whoever applies the plan.")
    )
    status = 0 if gated.decision.outcome is DecisionOutcome.ALLOWED else ANSWER_IS_NO
    return Answer(gated, (*decision_parts(call, gated.decision), next_step), status)


@click.command(
    "verify",
    cls=OpenVerb,
    public_because="it reads files that you can read anyway.",
    example="pavior verify decision.json --plan plan.json --key audit-public.pem",
)
@click.argument("decision", type=_FILE)
@click.option("--plan", type=_FILE, required=True, help="The plan JSON that is to be applied, to the byte.")
@click.option("--key", type=_FILE, required=True, help="Public key of the Pavior that decided: audit-public.pem.")
def verify(
    launcher: Launcher,  # noqa: ARG001 - every open verb takes it
    decision: Path,
    plan: Path,
    key: Path,
    is_json: bool,  # noqa: ARG001 - the same
) -> Answer:
    """Verify a signed DECISION for one plan, without server or network; exit status 1 unless it may be applied."""
    proven = prove(read_content(decision), plan=read_content(plan), key=read_public_key(key), now=datetime.now(UTC))
    told = "\n".join(f"- {objection}" for objection in proven.objections)
    last = Text(f"\nThe plan may not be applied:\n{told}" if told else "\nThe plan may be applied.")
    return Answer(proven, (_facts(proven), last), ANSWER_IS_NO if told else 0)


def _called_as_pushed(source: Path, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files by their paths from the root of the repository: waivers of files, and lines, are meant from there."""
    root = find_root(source)
    return {way_from(root, source / name) or name: body for name, body in files.items()}


def _facts(proven: Proven) -> Facts:
    return Facts(
        (
            ("decision", proven.outcome.value),
            ("environment", proven.environment),
            ("plan", proven.plan_digest),
            ("decided", proven.evaluated_at.isoformat(timespec="seconds")),
            ("valid until", proven.valid_until.isoformat(timespec="seconds")),
            ("not evaluated", ", ".join(f"{count} {name}" for name, count in proven.not_evaluated.items())),
        )
    )


def read_content(path: Path) -> bytes:
    """The bytes of a file. Raises InvalidError `path-unreadable`."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise unreadable(path, error) from error


def read_public_key(path: Path) -> Ed25519PublicKey:
    """The key in a PEM file. Raises InvalidError `key-invalid`."""
    try:
        key = load_pem_public_key(read_content(path))
    except (ValueError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PublicKey):
        raise InvalidError(
            "key-invalid",
            f"{path} holds no public key of a Pavior.",
            fix="Get audit-public.pem from the folder of keys of the Pavior that decided.",
        )
    return key
