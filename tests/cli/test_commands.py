"""All commands at once: none lacks a permission, an example, or a place in the reference."""

import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest

from pavior.cli.commands import COMMANDS, pavior
from pavior.cli.verb import OpenVerb, Verb
from pavior.content.loading import CONTROLS_FOLDER

CONTROLS = {folder.name.replace("_", "-") for folder in CONTROLS_FOLDER.iterdir() if folder.is_dir()}
# What nobody needs a permission for, and nothing else may join without being named here.
PUBLIC = {
    "up",
    "demo",
    "server",
    "worker",
    "sandbox",
    "version",
    "backup",
    "restore",
    "check",
    "verify",
    "compliance verify",
    "control list",
    "control show",
    "control new",
    "control test",
    "control fetch",
    "environment fetch-levels",
    "threat draft",
    "threat export",
    "threat import",
    "threat lint",
    "threat upgrade",
    "threat rank",
    "threat library",
    "threat explain",
    "threat diff",
}


def _walk(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None, name
        if isinstance(command, click.Group):
            yield from _walk(command, (*path, name))
        else:
            yield " ".join((*path, name)), command


@pytest.fixture(scope="module")
def commands() -> dict[str, click.Command]:
    return dict(_walk(pavior))


def _root() -> click.Context:
    # A command keeps the help option that it was first shown with, so it is asked for as people do.
    names = pavior.context_settings["help_option_names"]
    return click.Context(pavior, info_name="pavior", help_option_names=names, max_content_width=100, terminal_width=100)


def _help(path: str, command: click.Command) -> str:
    context = _root()
    for name in path.split()[:-1]:
        context = click.Context(click.Group(name), info_name=name, parent=context)
    inner = click.Context(command, info_name=path.rsplit(" ", maxsplit=1)[-1], parent=context, terminal_width=100)
    return command.get_help(inner)


def test_every_command_needs_a_permission_or_says_why_not(commands: dict[str, click.Command]) -> None:
    assert len(commands) > 40
    without = {path for path, command in commands.items() if not isinstance(command, Verb)}
    assert without == PUBLIC


def test_every_command_knows_json_and_every_verb_knows_as(commands: dict[str, click.Command]) -> None:
    for path, command in commands.items():
        options = {option for parameter in command.params for option in parameter.opts}
        assert "--json" in options, path
        if isinstance(command, Verb):
            assert "--as" in options, path


def test_every_example_is_a_command_line_that_can_be_parsed(commands: dict[str, click.Command]) -> None:
    for path, command in commands.items():
        example = getattr(command, "example", "")
        if not isinstance(command, Verb | OpenVerb):
            continue
        words = shlex.split(example)
        expected = ["pavior", *path.split()]
        assert words[: len(expected)] == expected, path
        context = command.make_context(path, words[len(expected) :], parent=_root())
        assert _named_controls(context) <= CONTROLS, path


def _named_controls(context: click.Context) -> set[str]:
    named = {
        str(context.params[parameter.name])
        for parameter in context.command.params
        if parameter.name in ("control", "control_id") and context.command.name != "new"
    }
    return named - {"", "None"}


def test_what_the_list_says_of_a_command_is_not_empty_and_short() -> None:
    for name, later in COMMANDS.items():
        assert 0 < len(later.short_help) <= 80, name


def test_every_option_and_command_is_explained(commands: dict[str, click.Command]) -> None:
    for path, command in commands.items():
        assert command.help, path
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                assert parameter.help, f"{path} {parameter.name}"


@pytest.mark.golden
def test_the_permission_of_every_command_is_known(
    commands: dict[str, click.Command], golden: Callable[[str, str], None]
) -> None:
    lines = [
        f"{path}: {command.permission.value if isinstance(command, Verb) else '(public)'}"
        for path, command in commands.items()
    ]

    golden("commands.txt", "\n".join(lines) + "\n")


@pytest.mark.golden
def test_the_help_of_every_command_is_known(
    commands: dict[str, click.Command], golden: Callable[[str, str], None]
) -> None:
    golden("cli_help.txt", "\n\n".join(_help(path, command) for path, command in commands.items()) + "\n")


@pytest.mark.generated
def test_the_reference_of_commands_is_fresh(
    commands: dict[str, click.Command], reference_page: Callable[[str, str], None]
) -> None:
    parts = ["# Command line\n\nEvery command takes `--json` and then prints one JSON document on stdout.\n"]
    parts.extend(f"## pavior {path}\n\n```text\n{_help(path, command)}\n```\n" for path, command in commands.items())

    reference_page("cli.md", "\n".join(parts))


HEAVY = {
    "rich", "sqlalchemy", "fastapi", "uvicorn", "dbos", "boto3", "botocore", "moto", "flask", "copier",
    "jinja2", "cedarpy", "cryptography", "pydantic", "alembic", "jsonschema", "yaml",
}  # fmt: skip


@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["--version"], ["version", "--json"], ["change", "open", "--help"], ["service", "create", "--help"]],
)
def test_help_and_version_load_nothing_heavy(arguments: list[str]) -> None:
    code = (
        "import sys\n"
        "from pavior.cli.root import invoke\n"
        f"status = invoke({arguments!r}, None)\n"
        "print('LOADED', *sorted({name.split('.')[0] for name in sys.modules}))\n"
        "sys.exit(status)"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)

    loaded = set(result.stdout.splitlines()[-1].split()[1:])
    assert "click" in loaded
    assert loaded & HEAVY == set()


def test_what_is_loaded_for_the_list_of_commands_is_only_the_table() -> None:
    code = (
        "import sys\n"
        "from pavior.cli.root import invoke\n"
        "invoke(['--help'], None)\n"
        "print('LOADED', *sorted(name for name in sys.modules if name.startswith('pavior.')))"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)

    loaded = set(result.stdout.splitlines()[-1].split()[1:])
    assert loaded & {later.place.partition(":")[0] for later in COMMANDS.values()} == set()


def test_a_group_in_the_table_exists_under_its_name(root: Path) -> None:
    for name, later in COMMANDS.items():
        module, _, attribute = later.place.partition(":")
        path = root / "src" / (module.replace(".", "/") + ".py")
        assert path.is_file(), name
        assert attribute.replace("_", "-") == name
