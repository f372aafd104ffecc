"""Runs one command line, and says what becomes of an error."""

import itertools
import os
import sys
from collections.abc import Sequence

from pavior.cli.launcher import Launcher
from pavior.cli.printing import print_error
from pavior.kernel.errors import PaviorError, find_full_disk

# What a shell reports for a program that was ended by SIGINT and SIGPIPE.
_INTERRUPTED = 130
_PIPE_CLOSED = 141


def invoke(arguments: Sequence[str], launcher: Launcher) -> int:
    """Run one command line and give its exit status; nothing escapes."""
    is_json = _is_json(arguments)
    try:
        status = _run(arguments, launcher)
        sys.stdout.flush()
    except KeyboardInterrupt:
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
    return status


def _run(arguments: Sequence[str], launcher: Launcher) -> int:
    match arguments:
        case ["check", path] if not path.startswith("-"):
            # The one thing that is typed all day has nothing to parse; Click takes a sixth of such a check.
            from pathlib import Path

            from pavior.cli.checking.command import CheckOptions, answer_check

            return answer_check(launcher, CheckOptions(Path(path)))
        case _:
            from pavior.cli.commands import run

            return run(arguments, launcher)


def _is_json(arguments: Sequence[str]) -> bool:
    """Whether a program reads the answer, so that an error must be a document too; known before anything is parsed."""
    pairs = itertools.pairwise(arguments)
    return "--json" in arguments or "--format=json" in arguments or ("--format", "json") in pairs


def _bug(error: Exception) -> PaviorError:
    # The message may hold anything, secrets included, so only the type is told without --debug.
    return find_full_disk(error) or PaviorError(
        "bug",
        f"Pavior stumbled over itself ({type(error).__name__}). What was committed before stays.",
        fix="Put --debug before the command, run it again, and report what it prints.",
    )
