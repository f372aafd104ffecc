"""Values of a template, as far as they are known without AWS. What is not known is unknown, and never guessed."""

import base64
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from pavior.adapters.cloudformation.template import MAXIMUM_DEPTH, Declared, Node, Template, template_invalid
from pavior.adapters.engines.values import UNKNOWN, Json, has_unknown, walk
from pavior.resources.model import Unknown

_SUBSTITUTION = re.compile(r"\$\{(!?)([^}]*)\}")
# A value that AWS reads elsewhere when the stack is made, most often a secret.
_DYNAMIC = "{{resolve:"
_MOST_NODES = 200_000


class _Absent:
    """`AWS::NoValue`."""


_ABSENT = _Absent()


# Unknown, and not to be seen when it is known.
SECRET = Unknown(detail="secret")


def is_secret(value: Json) -> bool:
    """Whether any leaf is SECRET."""
    return any(leaf == SECRET for _, leaf in walk(value))


def _unknown_of(value: Json) -> Unknown:
    """What comes of a value that is not known as a whole."""
    return SECRET if is_secret(value) else UNKNOWN


def _as_unknown(_: str) -> Json:
    return UNKNOWN


def _as_secret(_: str) -> Json:
    return SECRET


@dataclass(slots=True)
class Evaluator:
    """Evaluates one template with the values of its parameters.

    Args:
        given: Values of parameters, in clear; one that is SECRET stands for a secret that must not be looked at.
        pseudo: `AWS::Region` and its like, as far as they are known.
        names: What `Ref` gives for a resource that is known already, by logical id.
        unresolved: Gives the value of what only AWS knows, from its name, such as `Key.Arn`.
        dynamic: Gives the value of a text with a dynamic reference, which AWS reads from where secrets lie.
    """

    template: Template
    given: Mapping[str, Json] = field(repr=False)
    pseudo: Mapping[str, str]
    names: Mapping[str, Json] = field(default_factory=dict)
    unresolved: Callable[[str], Json] = _as_unknown
    dynamic: Callable[[str], Json] = _as_secret
    path: str = "template"
    _conditions: dict[str, Json] = field(default_factory=dict)
    _nodes: int = 0

    def resources(self) -> Iterator[tuple[Declared, dict[str, Json]]]:
        """Every resource that there is, or may be, under its condition, with its properties."""
        for declared in self.template.resources.values():
            if declared.condition and self._condition(declared.condition) is False:
                continue
            properties = self.value(declared.properties)
            yield declared, properties if isinstance(properties, dict) else {}

    def undecided(self) -> tuple[str, ...]:
        """Conditions that decide whether a resource is there, and hang on what only AWS knows."""
        names = {item.condition for item in self.template.resources.values() if item.condition}
        return tuple(sorted(name for name in names if isinstance(self._condition(name), Unknown)))

    def name_of(self, logical_id: str) -> Json:
        """What `Ref` gives for a resource."""
        return self._ref(logical_id)

    def value(self, node: Node, depth: int = 0) -> Json:
        """One node; leaves may be UNKNOWN.

        Raises:
            InvalidError: `stack-invalid`.
        """
        self._nodes += 1
        if depth > MAXIMUM_DEPTH or self._nodes > _MOST_NODES:
            raise template_invalid(self.path, "it is nested too deeply, or too large")
        if isinstance(node, dict):
            name = next(iter(node), "")
            if len(node) == 1 and (name == "Ref" or name.startswith("Fn::")):
                return self._function(name, node[name], depth + 1)
            kept = ((key, self.value(item, depth + 1)) for key, item in node.items())
            return {key: item for key, item in kept if item is not _ABSENT}
        if isinstance(node, list):
            return [item for item in (self.value(item, depth + 1) for item in node) if item is not _ABSENT]
        if isinstance(node, str) and _DYNAMIC in node:
            return self.dynamic(node)
        return node

    def output(self, name: str) -> Json:
        """The value of an output."""
        body = self.template.outputs[name]
        return self.value(body.get("Value")) if isinstance(body, dict) else None

    def _function(self, name: str, node: Node, depth: int) -> Json:  # noqa: PLR0911 - one for each function
        match name:
            case "Ref":
                return self._ref(str(node))
            case "Fn::GetAtt":
                return self.unresolved(".".join(str(item) for item in node) if isinstance(node, list) else str(node))
            case "Fn::If":
                return self._if(self._list(name, node, 3), depth)
            case "Fn::Sub":
                return self._sub(node, depth)
            case "Fn::ImportValue" | "Fn::GetAZs" | "Fn::Cidr":
                return self.unresolved(f"{name} {node}")
        value = self.value(node, depth)
        if name == "Fn::Select" and isinstance(value, list) and len(value) == 2:  # noqa: PLR2004 - index and list
            return self._select(value[0], value[1])
        if has_unknown(value):
            return _unknown_of(value)
        return self._pure(name, value)

    def _pure(self, name: str, value: Json) -> Json:
        match name, value:
            case "Fn::Base64", str():
                return base64.b64encode(value.encode()).decode()
            case "Fn::Join", [str() as glue, list() as parts]:
                return glue.join(_text(part) for part in parts)
            case "Fn::Split", [str() as glue, str() as text] if glue:
                return text.split(glue)
            case "Fn::FindInMap", [top, second, third, *_]:
                return self._in_map(_text(top), _text(second), _text(third))
            case "Fn::Join" | "Fn::Split" | "Fn::Base64" | "Fn::FindInMap" | "Fn::Select", _:
                raise template_invalid(self.path, f"{name} does not get what it wants")
        raise template_invalid(self.path, f"{name} is no function that is known here")

    def _ref(self, name: str) -> Json:
        if name == "AWS::NoValue":
            return _ABSENT
        if name.startswith("AWS::"):
            return self.pseudo[name] if name in self.pseudo else self.unresolved(name)
        if name in self.template.parameters:
            return self._parameter(name)
        if name in self.template.resources:
            return self.names[name] if name in self.names else self.unresolved(name)
        raise template_invalid(self.path, f"{name} is neither a parameter nor a resource")

    def _parameter(self, name: str) -> Json:
        parameter = self.template.parameters[name]
        value = self.given.get(name, parameter.default)
        if value is None:
            return UNKNOWN
        if isinstance(value, Unknown):
            return value
        if parameter.type.startswith("AWS::SSM::"):
            return self.unresolved(f"{name} of SSM")
        if parameter.type == "Number":
            return _number(str(value))
        if parameter.type == "CommaDelimitedList" or parameter.type.startswith("List<"):
            return [item.strip() for item in str(value).split(",")]
        return value

    def _if(self, node: list[Node], depth: int) -> Json:
        holds = self._condition(str(node[0]))
        if isinstance(holds, Unknown):
            return _unknown_of([holds, self.value(node[1], depth), self.value(node[2], depth)])
        return self.value(node[1] if holds else node[2], depth)

    def _condition(self, name: str, depth: int = 0) -> Json:
        if name not in self.template.conditions:
            raise template_invalid(self.path, f"there is no condition {name}")
        if name not in self._conditions:
            # One that leans on itself is not known, rather than never ending.
            self._conditions[name] = UNKNOWN
            self._conditions[name] = self._holds(self.template.conditions[name], depth + 1)
        return self._conditions[name]

    def _holds(self, node: Node, depth: int) -> Json:
        if depth > MAXIMUM_DEPTH or not isinstance(node, dict) or len(node) != 1:
            raise template_invalid(self.path, "a condition is no condition")
        name, body = next(iter(node.items()))
        if name == "Condition":
            return self._condition(str(body), depth)
        if name == "Fn::Equals":
            left, right = (self.value(item) for item in self._list(name, body, 2))
            return _unknown_of([left, right]) if has_unknown([left, right]) else _text(left) == _text(right)
        parts = [self._holds(item, depth + 1) for item in self._list(name, body, 1)]
        known = [part for part in parts if not isinstance(part, Unknown)]
        match name:
            case "Fn::Not":
                return _unknown_of(parts) if not known else not known[0]
            case "Fn::And":
                return False if False in known else _unknown_of(parts) if len(known) < len(parts) else True
            case "Fn::Or":
                return True if True in known else _unknown_of(parts) if len(known) < len(parts) else False
        raise template_invalid(self.path, f"{name} is no condition that is known here")

    def _sub(self, node: Node, depth: int) -> Json:
        text, own = node, {}
        if isinstance(node, list):
            text, own = self._list("Fn::Sub", node, 2)
            own = {name: self.value(item, depth) for name, item in own.items()} if isinstance(own, dict) else {}
        parts: list[Json] = []

        def put(match: re.Match[str]) -> str:
            if match[1]:
                return "${" + match[2] + "}"
            name = match[2].strip()
            value = own[name] if name in own else self.unresolved(name) if "." in name else self._ref(name)
            parts.append(value)
            return _text(value)

        result = _SUBSTITUTION.sub(put, str(text))
        return _unknown_of(parts) if has_unknown(parts) else self.value(result, depth)

    def _select(self, index: Json, items: Json) -> Json:
        if isinstance(index, Unknown) or isinstance(items, Unknown):
            return _unknown_of([index, items])
        try:
            return items[int(index)] if isinstance(items, list) and int(index) >= 0 else UNKNOWN
        except (ValueError, TypeError, IndexError):
            raise template_invalid(self.path, "Fn::Select asks for an item that is not there") from None

    def _in_map(self, top: str, second: str, third: str) -> Json:
        try:
            return self.template.mappings[top][second][third]
        except (KeyError, TypeError):
            raise template_invalid(self.path, f"Mappings has no {top}.{second}.{third}") from None

    def _list(self, name: str, node: Node, least: int) -> list[Node]:
        if not isinstance(node, list) or len(node) < least:
            raise template_invalid(self.path, f"{name} wants a list of {least}")
        return node


def mentioned(node: Node) -> Iterator[str]:
    """Logical ids and parameters that a node refers to."""
    if isinstance(node, list):
        for item in node:
            yield from mentioned(item)
        return
    if isinstance(node, dict):
        for name, item in node.items():
            if name == "Ref" and isinstance(item, str):
                yield item
            elif name == "Fn::GetAtt" and item:
                yield str(item[0] if isinstance(item, list) else str(item).split(".", 1)[0])
            elif name == "Fn::Sub":
                text = item[0] if isinstance(item, list) and item else item
                yield from (found[2].strip().split(".", 1)[0] for found in _SUBSTITUTION.finditer(str(text)))
                yield from mentioned(item)
            else:
                yield from mentioned(item)


def _text(value: Json) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _number(text: str) -> Json:
    try:
        return int(text)
    except ValueError:
        pass
    try:
        return float(text)
    except ValueError:
        return text
