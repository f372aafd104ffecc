"""A command of Pavior: it says which permission it needs and shows an example, or it does not exist."""

import gc
import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any, cast

import click
from msgspec import Struct

from pavior.cli.answer import Answer
from pavior.cli.printing import print_answer
from pavior.kernel.pages import DEFAULT_PAGE_SIZE, MAXIMUM_PAGE_SIZE, PageRequest

if TYPE_CHECKING:
    # A check needs no people and no runs; what describes them is loaded by the commands that do.
    from pavior.application import Application
    from pavior.cli.launcher import Launcher, WorkingContext
    from pavior.cli.narrating import Narrator
    from pavior.identity.model import Actor, Invitation, Permission


class Call(Struct, frozen=True):
    """What the body of a command works with.

    Args:
        is_interactive: Whether a person is there who can be asked.
        sign_in_address: The portal's address of a one-time link.
    """

    application: "Application"
    actor: "Actor"
    working: "WorkingContext"
    narrator: "Narrator"
    is_interactive: bool
    sign_in_address: "Callable[[Invitation], str]"


class Verb(click.Command):
    """A command over the application: `body(call, **parameters) -> Answer`, or an iterator of answers."""

    def __init__(self, *arguments: Any, permission: "Permission", example: str, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.permission = permission
        self.example = example
        self.params.extend(
            (
                click.Option(["--as", "acting_as"], metavar="NAME", default="", help="Act as this person."),
                click.Option(["--json", "is_json"], is_flag=True, help="Print one JSON document."),
            )
        )

    def invoke(self, ctx: click.Context) -> int:
        """Open the application, run the body, print what it answers."""
        from pavior.cli.narrating import narrator

        _collect_from_here()
        parameters = dict(ctx.params)
        is_json = bool(parameters.pop("is_json"))
        launcher: Launcher = ctx.obj
        # A verb always has a body.
        body = cast("Callable[..., Answer]", self.callback)
        with launcher.application(acting_as=str(parameters.pop("acting_as"))) as session:
            is_interactive = sys.stdin.isatty() and sys.stderr.isatty() and not is_json
            call = Call(
                session.application,
                session.actor,
                session.working,
                narrator(is_json=is_json),
                is_interactive,
                session.sign_in_address,
            )
            answer = body(call, **parameters)
            print_answer(answer, is_json=is_json, stream=sys.stdout)
        return answer.exit_status

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The example and the permission close the help."""
        with formatter.section("Example"):
            formatter.write(f"  {self.example}\n")
        formatter.write_paragraph()
        formatter.write(f"Needs permission {self.permission.value}.\n")


class OpenVerb(click.Command):
    """A command that needs no permission: `body(launcher, **parameters) -> Answer | int`.

    Args:
        public_because: Why nobody is asked who he is.
    """

    def __init__(self, *arguments: Any, public_because: str, example: str, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.public_because = public_because
        self.example = example
        self.params.append(click.Option(["--json", "is_json"], is_flag=True, help="Print one JSON document."))

    def invoke(self, ctx: click.Context) -> int:
        """Run the body, print what it answers."""
        _collect_from_here()
        # A verb always has a body.
        body = cast("Callable[..., Answer | int]", self.callback)
        answer = body(ctx.obj, **ctx.params)
        if isinstance(answer, int):
            return answer
        print_answer(answer, is_json=bool(ctx.params["is_json"]), stream=sys.stdout)
        return answer.exit_status

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The example and the reason close the help."""
        with formatter.section("Example"):
            formatter.write(f"  {self.example}\n")
        formatter.write_paragraph()
        formatter.write(f"Needs no permission: {self.public_because}\n")


def _collect_from_here() -> None:
    """Look for garbage again, where `main` turned that off while modules were loaded; they themselves are none."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()


class Later(Struct, frozen=True):
    """Where a command is, and what `pavior --help` says of it, so that help imports nothing."""

    place: str
    short_help: str


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called."""

    def __init__(self, *arguments: Any, commands_later: Mapping[str, Later], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.commands_later = commands_later

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names, in the order of the table: by what a person does first."""
        return list(self.commands_later)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import it now."""
        later = self.commands_later.get(cmd_name)
        if later is None:
            return None
        module, _, name = later.place.partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, from the table."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, later.short_help) for name, later in self.commands_later.items()])


def page_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--limit` and `--offset`; the body takes them through `page_request`."""
    limit = click.option(
        "--limit",
        type=click.IntRange(1, MAXIMUM_PAGE_SIZE),
        default=DEFAULT_PAGE_SIZE,
        show_default=True,
        help="At most this many rows.",
    )
    offset = click.option("--offset", type=click.IntRange(0), default=0, help="Rows to pass over.")
    return limit(offset(command))


def page_request(limit: int, offset: int) -> PageRequest:
    """What the two options ask for."""
    return PageRequest(offset=offset, size=limit)
