"""`pavior` itself: the table of commands, and what becomes of an error."""

import itertools
import os
import sys
from collections.abc import Sequence

import click

from pavior.cli.launcher import Launcher
from pavior.cli.printing import print_error
from pavior.cli.verb import Later, LazyGroup
from pavior.kernel.errors import InvalidError, PaviorError, find_full_disk

# What a shell reports for a program that was ended by SIGINT and SIGPIPE.
_INTERRUPTED = 130
_PIPE_CLOSED = 141

COMMANDS = {
    "up": Later("pavior.cli.starting:up", "Start everything here, and open the portal."),
    "demo": Later("pavior.cli.starting:demo", "Walk the whole road once, and print the receipt."),
    "check": Later("pavior.cli.check:check", "Check infrastructure code, without server or account."),
    "gate": Later("pavior.cli.gating:gate", "Decide about a plan that is applied elsewhere, as signed proof."),
    "verify": Later("pavior.cli.gating:verify", "Verify such a proof, without server or network."),
    "control": Later("pavior.cli.control:control", "What is required, and why."),
    "compliance": Later("pavior.cli.compliance:compliance", "Frameworks, and how each requirement stands."),
    "service": Later("pavior.cli.services:service", "Create services and look at them."),
    "golden-path": Later("pavior.cli.services:golden_path", "What services can be made from."),
    "change": Later("pavior.cli.changes:change", "Ship: open, watch, approve."),
    "state": Later("pavior.cli.states:state", "Terraform's states that are kept here."),
    "environment": Later("pavior.cli.environments:environment", "What runs where, and what drifted."),
    "finding": Later("pavior.cli.findings:finding", "Weaknesses, and what is to be done."),
    "waiver": Later("pavior.cli.waivers:waiver", "Excuses with an end: ask, approve, revoke."),
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


def invoke(arguments: Sequence[str], launcher: Launcher) -> int:  # noqa: PLR0911 - one return an exit status
    """Run one command line and give its exit status; nothing escapes."""
    is_json = _is_json(arguments)
    try:
        result = pavior.main(args=list(arguments), prog_name="pavior", obj=launcher, standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return InvalidError.exit_status
    except click.ClickException as error:
        print_error(_unusable(error), is_json=is_json)
        return InvalidError.exit_status
    except (click.Abort, KeyboardInterrupt):
        return _INTERRUPTED
    except BrokenPipeError:
        # Python would complain once more while it closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _PIPE_CLOSED
    except PaviorError as error:
        print_error(error, is_json=is_json)
        return error.exit_status
    except Exception as error:  # noqa: BLE001 - the edge of the program: what escapes is a bug, and says so
        told = _bug(error)
        print_error(told, is_json=is_json)
        if "--debug" in arguments:
            import traceback

            traceback.print_exc()
        return told.exit_status
    return result if isinstance(result, int) else 0


def _is_json(arguments: Sequence[str]) -> bool:
    """Whether a program reads the answer, so that an error must be a document too; known before anything is parsed."""
    pairs = itertools.pairwise(arguments)
    return "--json" in arguments or "--format=json" in arguments or ("--format", "json") in pairs


def _unusable(error: click.ClickException) -> PaviorError:
    context = error.ctx if isinstance(error, click.UsageError) else None
    path = context.command_path if context else "pavior"
    return InvalidError("command-unusable", error.format_message(), fix=f"See: {path} --help")


def _bug(error: Exception) -> PaviorError:
    # The message may hold anything, secrets included, so only the type is told without --debug.
    return find_full_disk(error) or PaviorError(
        "bug",
        f"Pavior stumbled over itself ({type(error).__name__}). What was committed before stays.",
        fix="Put --debug before the command, run it again, and report what it prints.",
    )
