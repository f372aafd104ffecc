"""What stands inside of blocks, lists and JSON texts of a resource."""

from pavior.kernel.verdicts import UnknownReason
from pavior.resources.model import Resource, Unknown, Value
from pavior.resources.views.facts import Fact, Source
from pavior.resources.views.written import is_set


def is_given(source: Source, path: str) -> Fact[bool]:
    """Whether something is named at `path`: a text, a list with something in it, or what the apply will make."""
    return source.fact(path, is_set(source, path))


def read_json(value: Value) -> Value:
    """The tree of a JSON text; a tree stays, and a text that is not JSON is Unknown."""
    if not isinstance(value, str):
        return value
    # Most have no such text.
    import json

    try:
        tree: Value = json.loads(value)
    except ValueError:
        return Unknown(UnknownReason.NOT_EVALUATED, "the text is not JSON")
    return tree


def within(tree: dict[str, Value], type_name: str = "") -> Source:
    """A mapping inside of a resource, to be read as one; of no type, so it has no defaults."""
    return Source(Resource("", type_name, tree))


# Type to the attributes with the JSON of its containers.
CONTAINER_PATHS = {
    "aws_batch_job_definition": ("container_properties", "ecs_properties", "node_properties"),
    "aws_ecs_task_definition": ("container_definitions",),
}


def containers(own: Source) -> tuple[str, list[Value]]:
    """Where the containers of a task or a job stand, and each of them; their names are in lower case.

    The provider reads names without regard to case. What could not be read stands in the list as it is.
    """
    places = CONTAINER_PATHS[own.resource.type]
    given = [name for name in places if own.value(name) not in (None, "")]
    found = [item for name in given for item in _containers_in(name, _lowered(read_json(own.value(name))))]
    return (given or [*places])[0], found


def _containers_in(place: str, tree: Value) -> list[Value]:
    if place == "container_definitions":
        return tree if isinstance(tree, list) else [tree]
    if not isinstance(tree, dict) or place == "container_properties":
        return [tree]
    if place == "ecs_properties":
        return [item for task in _several(tree.get("taskproperties")) for item in _containers_of_task(task)]
    return [item for part in _several(tree.get("noderangeproperties")) for item in _containers_of_nodes(part)]


def _containers_of_task(task: Value) -> list[Value]:
    if not isinstance(task, dict):
        return [task]
    # A task names its volumes and roles beside its containers, a job inside of the only one.
    shared = {
        "volumes": task.get("volumes"),
        "executionrolearn": task.get("executionrolearn"),
        "jobrolearn": task.get("taskrolearn"),
    }
    return [{**item, **shared} if isinstance(item, dict) else item for item in _several(task.get("containers"))]


def _containers_of_nodes(nodes: Value) -> list[Value]:
    if not isinstance(nodes, dict):
        return [nodes]
    inner = nodes.get("ecsproperties")
    return [nodes.get("container")] if inner is None else _containers_in("ecs_properties", inner)


def _several(value: Value) -> list[Value]:
    return value if isinstance(value, list) else [value]


def _lowered(value: Value) -> Value:
    if isinstance(value, dict):
        return {name.lower(): _lowered(item) for name, item in value.items()}
    return [_lowered(item) for item in value] if isinstance(value, list) else value
