"""A template as it was written, checked for what may not run here.

Source: docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import yaml

from pavior.kernel.errors import InvalidError

# What AWS takes in a request; a longer one would have to lie in a bucket.
MAXIMUM_TEMPLATE_BYTES = 51_200
MAXIMUM_DEPTH = 60

Node: TypeAlias = Any  # JSON as YAML gives it; its type is not worth its casts here.

_SECTIONS = ("Parameters", "Mappings", "Conditions", "Resources", "Outputs")
# What a template may have besides. Anything else, such as Hooks or Fn::ForEach, changes what is made from it.
_HARMLESS_SECTIONS = ("AWSTemplateFormatVersion", "Description", "Metadata", "Rules")
# Custom resources, types of third parties and modules let code or templates of somebody else decide what is made; so
# do nested stacks, macros, hooks and types that are registered. Of CloudFormation's own, these do not.
_OWN_TYPES = "AWS::CloudFormation::"
# A stack from a template that lies elsewhere.
_FOREIGN_TYPES = ("AWS::ServiceCatalog::CloudFormationProvisionedProduct",)
_HARMLESS_OWN_TYPES = ("AWS::CloudFormation::WaitCondition", "AWS::CloudFormation::WaitConditionHandle")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter. `default` is None where there is none."""

    name: str
    type: str
    default: str | None
    is_secret: bool


@dataclass(frozen=True, slots=True)
class Declared:
    """One resource."""

    logical_id: str
    type: str
    properties: Node
    condition: str = ""
    keeps: bool = False


@dataclass(frozen=True, slots=True)
class Template:
    """One template; `body` is what AWS gets."""

    body: str = field(repr=False)
    parameters: Mapping[str, Parameter]
    mappings: Mapping[str, Node]
    conditions: Mapping[str, Node]
    resources: Mapping[str, Declared]
    outputs: Mapping[str, Node]


def read_template(path: str, content: bytes) -> Template:
    """The template at `path`, in YAML or JSON.

    Raises:
        InvalidError: `stack-invalid`, `stack-unsupported` when it is too large, `stack-refused` for transforms, custom
            resources and nested stacks.
    """
    if len(content) > MAXIMUM_TEMPLATE_BYTES:
        raise InvalidError(
            "stack-unsupported",
            f"{path} has {len(content)} bytes; at most {MAXIMUM_TEMPLATE_BYTES} are taken.",
            fix="Split the stack into several services, or use a stack of OpenTofu or Terraform.",
        )
    document = _mapping(path, "the template", _parse(path, content))
    if "Transform" in document or _mentions(path, document, "Fn::Transform"):
        raise _refused(path, "it asks for a transform, which is code of somebody's that rewrites the template")
    for section in document:
        if section not in (*_SECTIONS, *_HARMLESS_SECTIONS):
            raise _refused(path, f"its section {section[:60]} changes what is made, and is not understood here")
    sections = {name: _mapping(path, name, _or_empty(document.get(name))) for name in _SECTIONS}
    if not sections["Resources"]:
        raise template_invalid(path, "it has no Resources")
    resources = {name: _declared(path, name, body) for name, body in sections["Resources"].items()}
    for name, resource in resources.items():
        if not _is_of_aws(resource.type):
            raise _refused(path, f"{name} is of the type {resource.type}, which lets somebody else decide what is made")
    return Template(
        body=content.decode("utf-8"),
        parameters={name: _parameter(path, name, body) for name, body in sections["Parameters"].items()},
        mappings=sections["Mappings"],
        conditions=sections["Conditions"],
        resources=resources,
        outputs=sections["Outputs"],
    )


def template_invalid(path: str, why: str) -> InvalidError:
    """The template is not one."""
    return InvalidError(
        "stack-invalid",
        f"{path} is no template: {why}.",
        fix="Correct it; `aws cloudformation validate-template` and cfn-lint say more.",
        context={"path": path},
    )


def _refused(path: str, why: str) -> InvalidError:
    return InvalidError(
        "stack-refused",
        f"{path} is refused: {why}.",
        fix="Write out what is meant as resources of AWS.",
        context={"path": path},
    )


def _is_of_aws(kind: str) -> bool:
    if kind.startswith(_OWN_TYPES):
        return kind in _HARMLESS_OWN_TYPES
    return kind.startswith("AWS::") and not kind.endswith("::MODULE") and kind not in _FOREIGN_TYPES


class _Loader(yaml.SafeLoader):
    """YAML with CloudFormation's short forms; a key that stands twice is an error, a date is a text."""


def _short_form(loader: _Loader, suffix: str, node: yaml.Node) -> Node:
    name = suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}"
    if isinstance(node, yaml.ScalarNode):
        text: Node = loader.construct_scalar(node)
        return {name: text.split(".", 1) if name == "Fn::GetAtt" else text}
    if isinstance(node, yaml.SequenceNode):
        return {name: loader.construct_sequence(node, deep=True)}
    return {name: _mapping_of(loader, node)}


def _mapping_of(loader: _Loader, node: yaml.Node) -> Node:
    if not isinstance(node, yaml.MappingNode):
        raise yaml.constructor.ConstructorError(None, None, "no mapping", node.start_mark)
    made: dict[str, Node] = {}
    for key_node, value_node in node.value:
        key = str(loader.construct_object(key_node, deep=True))
        if key in made:
            raise yaml.constructor.ConstructorError(None, None, f"{key!r} stands there twice", key_node.start_mark)
        made[key] = loader.construct_object(value_node, deep=True)
    return made


_Loader.add_multi_constructor("!", _short_form)
_Loader.add_constructor("tag:yaml.org,2002:map", _mapping_of)
_Loader.add_constructor("tag:yaml.org,2002:timestamp", lambda _, node: str(node.value))


def _parse(path: str, content: bytes) -> Node:
    try:
        text = content.decode("utf-8")
        if text.lstrip().startswith("{"):
            return json.loads(text, object_pairs_hook=_unique)
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, Loader=yaml.SafeLoader)):
            raise template_invalid(path, "it has aliases (*name), which are not read here")
        return yaml.load(text, Loader=_Loader)  # noqa: S506 - a SafeLoader with texts added
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise template_invalid(path, f"line {line}: {error.problem}") from error
    except (yaml.YAMLError, ValueError) as error:
        raise template_invalid(path, str(error).splitlines()[0][:200].rstrip(".")) from error
    except RecursionError as error:
        raise template_invalid(path, "it is nested too deeply") from error


def _unique(pairs: list[tuple[str, Node]]) -> dict[str, Node]:
    made: dict[str, Node] = {}
    for name, value in pairs:
        if name in made:
            raise ValueError(f"{name!r} stands there twice")
        made[name] = value
    return made


def _or_empty(node: Node) -> Node:
    return {} if node is None else node


def _mapping(path: str, what: str, node: Node) -> dict[str, Node]:
    if not isinstance(node, dict):
        raise template_invalid(path, f"{what} is no mapping")
    return node


def _mentions(path: str, node: Node, name: str, depth: int = 0) -> bool:
    if depth > MAXIMUM_DEPTH:
        raise template_invalid(path, "it is nested too deeply")
    if isinstance(node, dict):
        return name in node or any(_mentions(path, item, name, depth + 1) for item in node.values())
    return isinstance(node, list) and any(_mentions(path, item, name, depth + 1) for item in node)


def _parameter(path: str, name: str, node: Node) -> Parameter:
    body = _mapping(path, f"the parameter {name}", node)
    default = body.get("Default")
    return Parameter(
        name=name,
        type=str(body.get("Type", "String")),
        default=None if default is None else _as_text(default),
        is_secret=body.get("NoEcho") in (True, "true", "True"),
    )


def _as_text(value: Node) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _declared(path: str, logical_id: str, node: Node) -> Declared:
    body = _mapping(path, f"the resource {logical_id}", node)
    kind = body.get("Type")
    if not isinstance(kind, str) or not kind:
        raise template_invalid(path, f"the resource {logical_id} has no Type")
    if not logical_id.isascii() or not logical_id.isalnum():
        raise template_invalid(path, f"{logical_id!r} is no name for a resource; letters and digits are taken")
    return Declared(
        logical_id=logical_id,
        type=kind,
        properties=_mapping(path, f"Properties of {logical_id}", _or_empty(body.get("Properties"))),
        condition=str(body.get("Condition", "")),
        keeps=body.get("DeletionPolicy") in ("Retain", "Snapshot"),
    )
