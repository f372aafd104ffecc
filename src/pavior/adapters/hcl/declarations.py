"""What the files of one folder declare, before anything is evaluated."""

import re
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath
from typing import TypeVar

from msgspec import Struct, field

from pavior.adapters.hcl.expressions import Expression, Literal, Object, reads_as
from pavior.adapters.hcl.syntax import Attribute, Block, File
from pavior.adapters.hcl.types import ANY, TypeConstraint, read_type
from pavior.adapters.hcl.values import EvaluationError
from pavior.kernel.errors import InvalidError
from pavior.kernel.verdicts import Position
from pavior.resources.model import Skipped

T = TypeVar("T")

# Of the address of a module: whoever is named before the host, and what is asked for behind it.
_USER = r"(?P<before>://)(?!git@)[^/?#\s]*@"
_ASKED = r"(?P<before>[?&](?!(?:ref|version|depth)=)[^=&#]*=)[^&#]*"

MANAGED, DATA = "managed", "data"
# What a resource block holds for Terraform itself, not for the provider.
META_ATTRIBUTES = frozenset(("count", "for_each", "provider", "depends_on"))
META_BLOCKS = frozenset(("lifecycle", "provisioner", "connection"))


def block_label(mode: str, resource_type: str, name: str) -> str:
    """The address of a block within its module."""
    return f"data.{resource_type}.{name}" if mode == DATA else f"{resource_type}.{name}"


class Declaration(Struct, frozen=True):
    """A `resource` or `data` block: one resource, or as many as `count` or `for_each` says."""

    mode: str
    type: str
    name: str
    block: Block

    @property
    def address(self) -> str:
        """Within its module, without an index."""
        return block_label(self.mode, self.type, self.name)

    @property
    def repetition(self) -> Attribute | None:
        """`count` or `for_each`."""
        return self.block.attributes.get("count") or self.block.attributes.get("for_each")


class Variable(Struct, frozen=True):
    """A `variable` block. `default` is None when there is none; a default of null is an expression."""

    name: str
    type: TypeConstraint
    has_type: bool
    default: Expression | None
    is_sensitive: bool
    position: Position
    validations: tuple[Block, ...] = ()


class Output(Struct, frozen=True):
    """An `output` block."""

    name: str
    expression: Expression
    is_sensitive: bool
    position: Position


class Provider(Struct, frozen=True):
    """A `provider` block; `alias` is empty for the default one."""

    name: str
    alias: str
    block: Block


class RequiredProvider(Struct, frozen=True):
    """An entry of `required_providers`. `source` is as written, or `hashicorp/<name>` when it is not."""

    name: str
    source: str
    version: str
    position: Position


class ModuleCall(Struct, frozen=True):
    """A `module` block. `source` is empty when it is no plain text."""

    name: str
    source: str
    block: Block

    @property
    def is_local(self) -> bool:
        """Whether it names a folder beside this one."""
        return self.source.startswith(("./", "../"))

    @property
    def shown_source(self) -> str:
        """Without what may sign in: whoever is named before the host but `git`, what is asked for but a version."""
        shown = re.sub(_USER, r"\g<before>***@", self.source)
        return re.sub(_ASKED, r"\g<before>***", shown)


class Declarations(Struct):
    """All of one folder, in the order of files and lines.

    Args:
        remarks: What was read though Terraform refuses it.
        is_lenient: Whether that is done.
    """

    folder: str
    files: list[File] = field(default_factory=list)
    resources: dict[str, Declaration] = field(default_factory=dict)
    variables: dict[str, Variable] = field(default_factory=dict)
    outputs: dict[str, Output] = field(default_factory=dict)
    locals: dict[str, Attribute] = field(default_factory=dict)
    providers: list[Provider] = field(default_factory=list)
    required_providers: dict[str, RequiredProvider] = field(default_factory=dict)
    module_calls: dict[str, ModuleCall] = field(default_factory=dict)
    backends: list[Block] = field(default_factory=list)
    others: list[Block] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    remarks: list[Skipped] = field(default_factory=list)
    is_lenient: bool = False


def folder_of(path: str) -> str:
    """The folder of a file, `.` for the checkout itself."""
    return PurePosixPath(path).parent.as_posix()


def beside(folder: str, source: str) -> str:
    """The folder that a relative source names, seen from the checkout. Above the checkout it names nothing."""
    parts: list[str] = []
    for part in (PurePosixPath(folder) / source).parts:
        if part == ".." and parts:
            parts.pop()
        elif part == "..":
            return ".."
        elif part != ".":
            parts.append(part)
    return "/".join(parts) or "."


def read_declarations(folder: str, files: Iterable[File], *, is_strict: bool) -> Declarations:
    """Everything that the files declare.

    Raises:
        InvalidError: `source-invalid` for what Terraform would refuse. Unless `is_strict`, it is skipped instead.
    """
    declarations = Declarations(folder)
    for file in files:
        declarations.files.append(file)
        for attribute in file.attributes.values():
            _refuse(declarations, attribute.position, f"{attribute.name} is set outside of a block", is_strict)
        for block in file.blocks:
            try:
                _declare(declarations, block)
            except _WrongError as error:
                _refuse(declarations, block.position, str(error), is_strict)
    return declarations


def source_invalid(position: Position, problem: str) -> InvalidError:
    """Terraform would refuse this place."""
    return InvalidError(
        "source-invalid",
        f"{position}: {problem}.",
        fix="Correct it; `terraform validate` or `tofu validate` checks the same.",
        context={"path": position.path, "line": position.line},
    )


class _WrongError(Exception):
    """A block that Terraform would refuse."""


def _refuse(declarations: Declarations, position: Position, problem: str, is_strict: bool) -> None:  # noqa: FBT001 - private
    if is_strict:
        raise source_invalid(position, problem)
    declarations.skipped.append(Skipped(str(position), problem))


def _declare(declarations: Declarations, block: Block) -> None:
    match block.type:
        case "resource" | "data":
            kind, name = _labels(block, 2)
            declaration = Declaration(DATA if block.type == "data" else MANAGED, kind, name, block)
            if "count" in block.attributes and "for_each" in block.attributes:
                raise _WrongError(f"{declaration.address} has both count and for_each")
            _add(declarations.resources, declaration.address, declaration)
        case "variable":
            (name,) = _labels(block, 1)
            _add(declarations.variables, name, _variable(name, block), "variable ")
        case "output":
            (name,) = _labels(block, 1)
            _add(declarations.outputs, name, _output(name, block), "output ")
        case "locals":
            for attribute in block.attributes.values():
                _add(declarations.locals, attribute.name, attribute, "local.")
        case "provider":
            (name,) = _labels(block, 1)
            declarations.providers.append(Provider(name, plain_text(block.attributes.get("alias")) or "", block))
        case "module":
            (name,) = _labels(block, 1)
            call = ModuleCall(name, plain_text(block.attributes.get("source")) or "", block)
            _add(declarations.module_calls, name, call, "module.")
        case "terraform":
            _declare_settings(declarations, block)
        case _:
            declarations.others.append(block)


def _declare_settings(declarations: Declarations, block: Block) -> None:
    for inner in block.blocks:
        if inner.type in ("backend", "cloud"):
            declarations.backends.append(inner)
        elif inner.type == "required_providers":
            for attribute in inner.attributes.values():
                _add(declarations.required_providers, attribute.name, _required_provider(attribute), "provider ")


def _required_provider(attribute: Attribute) -> RequiredProvider:
    fields: Mapping[str, str | None] = {}
    expression = attribute.expression
    if isinstance(expression, Object):
        fields = {reads_as(key) or "": reads_as(value) for key, value in expression.items}
    elif isinstance(expression, Literal):
        fields = {"version": reads_as(expression)}
    source = fields.get("source", f"hashicorp/{attribute.name}")
    if source is None:
        raise _WrongError(f"the source of provider {attribute.name} is no plain text")
    return RequiredProvider(attribute.name, source, fields.get("version") or "", attribute.position)


def _variable(name: str, block: Block) -> Variable:
    constraint = ANY
    if (declared := block.attributes.get("type")) is not None:
        try:
            constraint = read_type(declared.expression)
        except EvaluationError as error:
            raise _WrongError(f"variable {name}: {error}") from error
    default = block.attributes.get("default")
    return Variable(
        name=name,
        type=constraint,
        has_type=declared is not None,
        default=None if default is None else default.expression,
        is_sensitive=_is_true(block.attributes.get("sensitive")),
        position=block.position,
        validations=block.of_type("validation"),
    )


def _output(name: str, block: Block) -> Output:
    value = block.attributes.get("value")
    if value is None:
        raise _WrongError(f"output {name} has no value")
    return Output(name, value.expression, _is_true(block.attributes.get("sensitive")), block.position)


def _is_true(attribute: Attribute | None) -> bool:
    """Whether it is set, and to anything but a plain false: in doubt it is sensitive."""
    return attribute is not None and attribute.expression != Literal(value=False)


def plain_text(attribute: Attribute | None) -> str | None:
    """The text of an attribute that is written as plain text."""
    if attribute is not None and isinstance(attribute.expression, Literal):
        return reads_as(attribute.expression)
    return None


def _labels(block: Block, count: int) -> tuple[str, ...]:
    if len(block.labels) != count:
        raise _WrongError(f"a {block.type} block has {count} labels, this one {len(block.labels)}")
    return block.labels


def _add(into: dict[str, T], name: str, item: T, prefix: str = "") -> None:
    if name in into:
        raise _WrongError(f"{prefix}{name} is declared twice")
    into[name] = item
