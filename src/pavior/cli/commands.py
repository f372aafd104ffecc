"""`pavior` as a tree of commands: the table of them, and how one of them is found and run."""

from collections.abc import Sequence

import click

from pavior.cli.launcher import Launcher
from pavior.cli.verb import Later, LazyGroup
from pavior.kernel.errors import InvalidError

COMMANDS = {
    "up": Later("pavior.cli.starting:up", "Start everything here, and open the portal."),
    "demo": Later("pavior.cli.starting:demo", "Walk the whole road once, and print the receipt."),
    "check": Later("pavior.cli.check:check", "Check infrastructure code, without server or account."),
    "gate": Later("pavior.cli.gating:gate", "Decide about a plan that is applied elsewhere, as signed proof."),
    "verify": Later("pavior.cli.gating:verify", "Verify such a proof, without server or network."),
    "control": Later("pavior.cli.control:control", "What is required, and why."),
    "compliance": Later("pavior.cli.compliance:compliance", "Frameworks, and how each requirement stands."),
    "service": Later("pavior.cli.services:service", "Create services and look at them."),
    "golden-path": Later("pavior.cli.golden_paths:golden_path", "What services can be made from."),
    "change": Later("pavior.cli.changes:change", "Ship: open, watch, approve."),
    "state": Later("pavior.cli.states:state", "Terraform's states that are kept here."),
    "environment": Later("pavior.cli.environments:environment", "What runs where, and what drifted."),
    "finding": Later("pavior.cli.findings:finding", "Weaknesses, and what is to be done."),
    "threat": Later("pavior.cli.threats:threat", "What could go wrong by design, and what stops it."),
    "waiver": Later("pavior.cli.waivers:waiver", "Excuses with an end: ask, approve, revoke."),
    "override": Later("pavior.cli.overrides:override", "Let one blocked plan through once: ask, approve, review."),
    "run": Later("pavior.cli.runs:run", "What is happening: watch, cancel."),
    "adopt": Later("pavior.cli.adoption:adopt", "Fill the catalog from existing repositories, read only."),
    "user": Later("pavior.cli.people:user", "Who can sign in."),
    "team": Later("pavior.cli.people:team", "Who owns."),
    "token": Later("pavior.cli.people:token", "What programs sign in with."),
    "audit": Later("pavior.cli.records:audit", "Who did what: list, verify, export."),
    "installation": Later("pavior.cli.installation:installation", "How Pavior itself is."),
    "metrics": Later("pavior.cli.records:metrics", "Numbers, each counted from recorded facts."),
    "server": Later("pavior.cli.starting:server", "Portal and API alone."),
    "worker": Later("pavior.cli.starting:worker", "Runs alone."),
    "sandbox": Later("pavior.cli.starting:sandbox", "The sandbox cloud alone."),
    "backup": Later("pavior.cli.starting:backup", "One file of everything but the keys."),
    "restore": Later("pavior.cli.starting:restore", "The data folder out of such a file."),
    "version": Later("pavior.cli.starting:version", "Say which Pavior this is."),
}


@click.group(
    cls=LazyGroup,
    commands_later=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
@click.version_option(package_name="pavior", message="pavior %(version)s")
@click.option("--debug", is_flag=True, help="Show the trace of an unexpected error.")
def pavior(debug: bool) -> None:
    """The paved road with the guardrails built in.

    Exit status: 0 done; 1 the answer is no (blocked, rejected, broken); 2 to 7 an error with its code, see
    docs/reference/errors.md; 70 a bug in Pavior. Of `pavior check`, 2 is bad input and 3 could not be evaluated.
    """


def run(arguments: Sequence[str], launcher: Launcher) -> int:
    """Find the command and run it; gives its exit status.

    Raises:
        InvalidError: `command-unusable`.
        KeyboardInterrupt: Somebody ended it, at the keyboard or at a question.
    """
    try:
        result = pavior.main(args=list(arguments), prog_name="pavior", obj=launcher, standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return InvalidError.exit_status
    except click.ClickException as error:
        raise _unusable(error) from error
    except click.Abort:
        raise KeyboardInterrupt from None
    return result if isinstance(result, int) else 0


def _unusable(error: click.ClickException) -> InvalidError:
    context = error.ctx if isinstance(error, click.UsageError) else None
    path = context.command_path if context else "pavior"
    return InvalidError("command-unusable", error.format_message(), fix=f"See: {path} --help")
