"""`pavior golden-path`."""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import click

from pavior.cli.answer import Answer, Facts, Part, Table, Text
from pavior.cli.replay import count_facts, example_parts, not_read_parts, team_table
from pavior.cli.verb import Call, Verb
from pavior.identity.model import Permission
from pavior.reports.path_replay_view import PathReplayView


@click.group("golden-path")
def golden_path() -> None:
    """What services can be made from."""


@golden_path.command("list", cls=Verb, permission=Permission.SERVICE_READ, example="pavior golden-path list")
def list_golden_paths(call: Call) -> Answer:
    """List the golden paths."""
    paths = call.application.creation.list_golden_paths(call.actor)
    rows = tuple((item.name, item.version, item.owner, item.title) for item in paths)
    documents = [_path_document(item) for item in paths]
    return Answer(documents, (Table(("golden path", "version", "owner", "title"), rows, "There is none."),))


@golden_path.command(
    "show", cls=Verb, permission=Permission.SERVICE_READ, example="pavior golden-path show python-service"
)
@click.argument("name")
def show_golden_path(call: Call, name: str) -> Answer:
    """Show one golden path and the parameters it takes."""
    path = call.application.creation.get_golden_path(call.actor, name)
    properties = path.parameters_schema.get("properties")
    required = path.parameters_schema.get("required")
    rows = tuple(
        (
            key,
            str(schema.get("type", "")),
            "required" if isinstance(required, list) and key in required else f"default {schema.get('default', '')!r}",
            _meaning(schema),
        )
        for key, schema in (properties.items() if isinstance(properties, Mapping) else ())
        if isinstance(schema, Mapping)
    )
    stages = ", ".join(f"{stage} (production)" if is_last else stage for stage, is_last in path.environments)
    facts = Facts(
        (
            ("golden path", f"{path.name} {path.version}"),
            ("title", path.title),
            ("owner", path.owner),
            ("makes", stages),
            ("engine", path.engine or "what the installation uses"),
        )
    )
    parameters = Table(("parameter", "type", "", "meaning"), rows, "It takes no parameters.")
    return Answer(_path_document(path), (facts, Text(path.description), parameters))


@golden_path.command(
    "replay",
    cls=Verb,
    permission=Permission.CONTROL_READ,
    example="pavior golden-path replay golden-paths/python_service",
)
@click.argument("folder", type=click.Path(path_type=Path))
def replay_golden_path(call: Call, folder: Path) -> Answer:
    """Show who would be stopped with the edited golden path in FOLDER, over all services made from it.

    Each repository is judged from its source as it is, and with what the edited path makes; nothing is changed.
    """
    view = call.application.path_replays.replay_golden_path(call.actor, folder, _counter(call))
    return Answer(view, tuple(_replay_parts(view)))


def _meaning(schema: Mapping[str, object]) -> str:
    told = str(schema.get("description", schema.get("title", "")))
    choices = schema.get("enum")
    return f"{told} One of: {', '.join(map(str, choices))}." if isinstance(choices, list) else told


def _path_document(path: object) -> dict[str, object]:
    # The folder is a place on this machine, and no part of what a golden path is.
    names = ("name", "version", "title", "description", "owner", "parameters_schema", "day_two_parameters")
    return {name: getattr(path, name) for name in (*names, "environments", "engine")}


def _counter(call: Call) -> Callable[[int, int], None]:
    def tell(done: int, total: int) -> None:
        if call.is_interactive:
            sys.stderr.write(f"\r{done} of {total} services" + ("\n" if done == total else ""))

    return tell


def _replay_parts(view: PathReplayView) -> list[Part]:
    facts = Facts(
        (
            ("golden path", f"{view.golden_path} {view.version}, tried as {view.version_then}"),
            *count_facts(view.teams),
            ("not read", f"{sum(item.not_read for item in view.teams)} of {view.environments} environments"),
            ("services", f"{view.services} made from it, {view.unchanged} would stay as they are"),
        )
    )
    empty = "Nothing that you may see would be different." if view.services else "No service was made from it yet."
    return [
        facts,
        Text(""),
        team_table(view.teams, empty),
        *example_parts(view, names_control=True),
        *not_read_parts(view.not_read),
    ]
