"""Settings that are given to programs in environment variables."""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from pavior.resources.model import Resource, Unknown, Value
from pavior.resources.views.facts import Fact, Leaf, Source, read_text
from pavior.resources.views.index import GraphIndex
from pavior.resources.views.kinds import ViewType, of_types
from pavior.resources.views.nested import CONTAINER_PATHS, blocks, containers, unread

_PLAIN = "PLAINTEXT"
_FUNCTION, _BUILD = "aws_lambda_function", "aws_codebuild_project"
PROGRAM_TYPES: Final = (*CONTAINER_PATHS, _BUILD, _FUNCTION)


class Setting(Struct, frozen=True):
    """One environment variable, as it stands in the definition of the program."""

    name: Leaf
    value: Fact[str]


class ProgramEnvironment(Struct, frozen=True):
    """The settings of a program.

    Args:
        settings: Those written in the clear; what is fetched from a store of secrets is not here.
        unread: Why not all of them could be read, or None.
    """

    resource: Resource
    satellites: tuple[Resource, ...]
    settings: tuple[Setting, ...]
    unread: Unknown | None = None


def build_program_environment(resource: Resource, index: GraphIndex) -> ProgramEnvironment:
    """From a function, a build, or the JSON of containers."""
    del index
    own = Source(resource)
    if resource.type == _FUNCTION:
        found = tuple(_of_mapping(own, "environment.0.variables"))
    elif resource.type == _BUILD:
        found = tuple(_of_blocks(own, "environment.0.environment_variable"))
    else:
        found = tuple(_of_containers(own))
    return ProgramEnvironment(
        resource=resource,
        satellites=(),
        settings=tuple(item for item in found if isinstance(item, Setting)),
        unread=next((item for item in found if isinstance(item, Unknown)), None),
    )


def _of_mapping(own: Source, path: str) -> Iterator[Setting | Unknown]:
    values = own.value(path)
    if isinstance(values, dict):
        for name, value in values.items():
            # Numbers and switches are no secrets, and nobody knows more of them as texts.
            yield Setting(name, own.fact(f"{path}.{name}", _text(value)))
    elif values is not None:
        yield unread(values)


def _of_blocks(own: Source, path: str) -> Iterator[Setting | Unknown]:
    paths = blocks(own, path)
    if isinstance(paths, Unknown):
        yield paths
        return
    for place in paths:
        kind = own.text(f"{place}.type").value
        if isinstance(kind, Unknown):
            yield kind
        elif kind == _PLAIN:
            value = own.fact(f"{place}.value", _text(own.value(f"{place}.value")))
            yield Setting(read_text(own.value(f"{place}.name")), value)


def _of_containers(own: Source) -> Iterator[Setting | Unknown]:
    path, found = containers(own)
    for container in found:
        if not isinstance(container, dict):
            yield unread(container)
            continue
        listed = container.get("environment")
        if listed is None:
            continue
        if not isinstance(listed, list):
            yield unread(listed)
            continue
        for item in listed:
            if isinstance(item, dict):
                yield Setting(read_text(item.get("name")), own.fact(path, _text(item.get("value"))))
            else:
                yield unread(item)


def _text(value: Value) -> Leaf:
    return str(value) if isinstance(value, bool | int | float) or value is None else read_text(value)


VIEW_TYPES: Final = (ViewType("ProgramEnvironment", of_types(*PROGRAM_TYPES), build_program_environment),)
