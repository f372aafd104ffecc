"""One Terraform file in JSON as the blocks and attributes that it means.

Source: developer.hashicorp.com/terraform/language/syntax/json, and github.com/hashicorp/hcl, json/spec.md. What is an
object may be a map or a block: that of a resource is a block unless `json_maps` knows it for a map.
"""

from collections.abc import Callable, Iterator

from pavior.adapters.hcl.expressions import Call, Expression, Literal, Object, Tuple
from pavior.adapters.hcl.grammar import read_expression
from pavior.adapters.hcl.json_maps import EITHER, is_map
from pavior.adapters.hcl.json_nodes import JsonArray, JsonNode, JsonObject, JsonScalar, read_nodes
from pavior.adapters.hcl.scanning import Scanner
from pavior.adapters.hcl.syntax import Attribute, Block, File, decode_source, parse_expression, position, repeated
from pavior.adapters.hcl.templates import read_template_text
from pavior.kernel.errors import InvalidError

_COMMENT = "//"
_TOP_LABELS = {
    "resource": 2, "data": 2, "ephemeral": 2, "module": 1, "variable": 1, "output": 1, "provider": 1, "check": 1,
    "terraform": 0, "locals": 0, "moved": 0, "import": 0, "removed": 0,
}  # fmt: skip
_OF_RESOURCES = frozenset(("resource", "data", "ephemeral"))
# Blocks in blocks, with how many labels they have, by the block that they stand in.
_META = {"lifecycle": 0, "provisioner": 1, "connection": 0, "dynamic": 1}
_INNER = {
    "variable": {"validation": 0},
    "output": {"precondition": 0},
    "terraform": {"required_providers": 0, "backend": 1, "cloud": 0, "provider_meta": 1},
    "cloud": {"workspaces": 0},
    "lifecycle": {"precondition": 0, "postcondition": 0, "action_trigger": 0},
    "check": {"data": 2, "assert": 0},
    "removed": {"lifecycle": 0, "provisioner": 1},
}
# Texts that name something and are no templates, such as `aws_s3_bucket.files`.
_REFERENCES = frozenset(
    ("depends_on", "provider", "providers", "ignore_changes", "replace_triggered_by", "iterator", "from", "to")
)
_REFERENCES_OF_RESOURCES = ("depends_on", "provider", "iterator")
# Texts that are taken as they are, by the block that they stand in.
_LITERALS = frozenset(
    (("variable", "default"), ("variable", "description"), ("module", "source"), ("module", "version"))
)


def parse_json(path: str, body: bytes, *, are_repeats_taken: bool = False) -> File:
    """The file's content.

    Args:
        are_repeats_taken: See `parse`.

    Raises:
        InvalidError: `source-unparsable` with path and line; `source-too-large`, `source-too-complex`.
    """
    scanner = Scanner(path, decode_source(path, body))
    scanner.are_repeats_taken = are_repeats_taken
    reader = _Reader(scanner)
    blocks: list[Block] = []
    attributes: dict[str, Attribute] = {}
    for found in reader.bodies(read_nodes(scanner), "the file"):
        for name, span, node in found.items:
            if name == _COMMENT:
                continue
            blocks += reader.blocks(name, _TOP_LABELS.get(name, 0), node, _context(name))
            if name not in _TOP_LABELS and isinstance(node, JsonScalar):
                attributes[name] = Attribute(name, reader.expression(node), position(path, span))
    return File(path, attributes, tuple(blocks))


def parse_json_attributes(path: str, body: bytes) -> dict[str, Attribute]:
    """The pairs of an object of plain values, such as a file of variables. Raises as `parse_json`."""
    scanner = Scanner(path, decode_source(path, body))
    reader = _Reader(scanner)
    node = read_nodes(scanner)
    if not isinstance(node, JsonObject):
        raise reader.error(node, "the file is no JSON object")
    found: dict[str, Attribute] = {}
    for name, span, value in node.items:
        if name in found:
            raise reader.error(value, f"{name} is set twice")
        found[name] = Attribute(name, reader.expression(value, is_template=False), position(path, span))
    return found


def _context(block_type: str) -> Callable[[tuple[str, ...]], tuple[str, str]]:
    """From labels to the kind of a block and the type of the resource around it."""
    if block_type in _OF_RESOURCES:
        return lambda labels: ("resource", labels[0] if labels else "")
    if block_type == "provider":
        return lambda _: ("resource", "provider")
    return lambda _: (block_type, "")


class _Reader:
    def __init__(self, scanner: Scanner) -> None:
        self._scanner = scanner
        self._path = scanner.path

    def error(self, node: JsonNode, problem: str) -> InvalidError:
        lines = [0, *(index + 1 for index, sign in enumerate(self._scanner.text) if sign == "\n")]
        return self._scanner.error(problem, lines[node.span.line - 1])

    def bodies(self, node: JsonNode, what: str) -> Iterator[JsonObject]:
        """An object, or each of a list of them; null is none."""
        for item in node.items if isinstance(node, JsonArray) else (node,):
            if isinstance(item, JsonObject):
                yield item
            elif not (isinstance(item, JsonScalar) and item.value is None):
                raise self.error(item, f"{what} must be a JSON object or a list of them")

    def blocks(
        self, block_type: str, labels: int, node: JsonNode, context: Callable[[tuple[str, ...]], tuple[str, str]]
    ) -> Iterator[Block]:
        """The blocks that a property of this name makes."""
        if block_type not in _TOP_LABELS and isinstance(node, JsonScalar):
            return
        yield from self._labelled(block_type, (), labels, node, context)

    def _labelled(
        self,
        block_type: str,
        labels: tuple[str, ...],
        missing: int,
        node: JsonNode,
        context: Callable[[tuple[str, ...]], tuple[str, str]],
    ) -> Iterator[Block]:
        for found in self.bodies(node, block_type):
            if not missing:
                yield self._block(block_type, labels, found, *context(labels))
                continue
            for name, _, inner in found.items:
                if name != _COMMENT:
                    yield from self._labelled(block_type, (*labels, name), missing - 1, inner, context)

    def _block(self, block_type: str, labels: tuple[str, ...], node: JsonObject, kind: str, resource: str) -> Block:
        attributes: dict[str, Attribute] = {}
        blocks: list[Block] = []
        for name, span, value in node.items:
            if name == _COMMENT:
                continue
            inner = self._labels_of(kind, resource, name, value)
            if inner is not None:
                blocks += self._labelled(name, (), inner, value, self._inside(kind, resource, name))
            elif name in attributes and not self._scanner.are_repeats_taken:
                raise self.error(value, f"{name} is set twice in one block")
            else:
                expression = self._attribute(kind, resource, name, value)
                if name in attributes:
                    expression = repeated(attributes[name].expression, expression)
                attributes[name] = Attribute(name, expression, position(self._path, span))
        return Block(block_type, labels, attributes, tuple(blocks), position(self._path, node.span))

    def _labels_of(self, kind: str, resource: str, name: str, value: JsonNode) -> int | None:
        """How many labels the blocks of this name have; None for an attribute."""
        if kind != "resource":
            return _INNER.get(kind, {}).get(name)
        if name in _META and resource != "provider":
            return _META[name]
        if isinstance(value, JsonObject) and is_map(resource, name) is False:
            return 0
        is_list = isinstance(value, JsonArray) and bool(value.items)
        if is_list and all(isinstance(item, JsonObject) for item in value.items):  # type: ignore[union-attr] # as asked
            return 0
        return None

    def _inside(self, kind: str, resource: str, name: str) -> Callable[[tuple[str, ...]], tuple[str, str]]:
        if kind != "resource" or name == "lifecycle":
            return lambda _: (name, "")
        return lambda _: (kind, resource)

    def _attribute(self, kind: str, resource: str, name: str, node: JsonNode) -> Expression:
        if kind == "variable" and name == "type" and isinstance(node, JsonScalar):
            return self._reference(node)
        if name in _REFERENCES and (kind != "resource" or name in _REFERENCES_OF_RESOURCES):
            return self._references(node)
        expression = self.expression(node, is_template=(kind, name) not in _LITERALS)
        # Of what may be a map or a list of blocks nobody but the provider knows the shape.
        is_either = kind == "resource" and isinstance(node, JsonObject) and is_map(resource, name) is None
        return Call(EITHER, (expression,)) if is_either else expression

    def _references(self, node: JsonNode) -> Expression:
        if isinstance(node, JsonArray):
            return Tuple(tuple(self._references(item) for item in node.items), tuple(item.span for item in node.items))
        if isinstance(node, JsonObject):
            items = tuple((Literal(name), self._references(value)) for name, _, value in node.items)
            return Object(items, tuple(span for _, span, _ in node.items))
        return self._reference(node)

    def _reference(self, node: JsonScalar) -> Expression:
        if not isinstance(node.value, str):
            return Literal(node.value)
        try:
            return parse_expression(self._path, node.value)
        except InvalidError as error:
            raise self._moved(error, node) from error

    def expression(self, node: JsonNode, *, is_template: bool = True) -> Expression:
        """What stands where a value is expected; texts are templates."""
        if isinstance(node, JsonArray):
            items = tuple(self.expression(item, is_template=is_template) for item in node.items)
            return Tuple(items, tuple(item.span for item in node.items))
        if isinstance(node, JsonObject):
            pairs = tuple(
                (self._name(name, value, is_template), self.expression(value, is_template=is_template))
                for name, _, value in node.items
            )
            return Object(pairs, tuple(span for _, span, _ in node.items))
        if isinstance(node.value, str) and is_template:
            return self._template(node.value, node)
        return Literal(node.value)

    def _name(self, name: str, value: JsonNode, is_template: bool) -> Expression:  # noqa: FBT001 - private
        return self._template(name, value) if is_template else Literal(name)

    def _template(self, text: str, node: JsonNode) -> Expression:
        if "${" not in text and "%{" not in text:
            return Literal(text)
        try:
            return read_template_text(self._path, text, read_expression)
        except InvalidError as error:
            raise self._moved(error, node) from error

    def _moved(self, error: InvalidError, node: JsonNode) -> InvalidError:
        """The error with the line of the JSON file; the text in it has lines of its own."""
        if error.code != "source-unparsable":
            return error
        told = error.summary.partition(" cannot be read: ")[2].rstrip(".")
        return self.error(node, told or "a template in it cannot be read")
