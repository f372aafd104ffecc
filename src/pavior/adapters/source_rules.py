"""What Terraform source may not do, asked before any engine starts: it runs a proposal's code beside our secrets.

Everything that is not known to be harmless is refused: programs that a plan or an apply would start, providers and
modules from elsewhere, state and credentials of its own, and files outside of the stack's folder.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from pavior.adapters.hcl.declarations import beside, folder_of, plain_text
from pavior.adapters.hcl.expressions import (
    Call,
    Expression,
    GetAttribute,
    Literal,
    Name,
    Object,
    Template,
    Traversal,
    reads_as,
)
from pavior.adapters.hcl.grammar import read_expression
from pavior.adapters.hcl.references import calls
from pavior.adapters.hcl.syntax import Attribute, Block, parse
from pavior.adapters.hcl.templates import read_template_text
from pavior.kernel.errors import InvalidError
from pavior.kernel.verdicts import Position

ALLOWED_PROVIDERS = frozenset(("hashicorp/aws",))

_REGISTRIES = ("registry.terraform.io/", "registry.opentofu.org/")
_TOP_BLOCKS = frozenset(
    (
        "check",
        "data",
        "import",
        "locals",
        "module",
        "moved",
        "output",
        "provider",
        "removed",
        "resource",
        "terraform",
        "variable",
    )
)
_SETTINGS = frozenset(("required_version", "required_providers"))
# What the AWS provider may be told. Not: credentials, roles, profiles, proxies, certificates, endpoints.
_PROVIDER_SETTINGS = frozenset(
    (
        "alias",
        "allowed_account_ids",
        "default_tags",
        "forbidden_account_ids",
        "ignore_tags",
        "max_retries",
        "region",
        "retry_mode",
        "s3_use_path_style",
        "skip_credentials_validation",
        "skip_metadata_api_check",
        "skip_region_validation",
        "skip_requesting_account_id",
        "use_dualstack_endpoint",
        "use_fips_endpoint",
        "version",
    )
)
# Part of Terraform itself; its data source reads the state of others.
_BUILT_IN = frozenset(("resource terraform_data",))
# Runs code of somebody's choice while a plan is made.
_FORBIDDEN_TYPES = frozenset(("data aws_lambda_invocation",))
_FILE_FUNCTIONS = frozenset(
    (
        "file",
        "filebase64",
        "filebase64sha256",
        "filebase64sha512",
        "fileexists",
        "filemd5",
        "fileset",
        "filesha1",
        "filesha256",
        "filesha512",
        "templatefile",
    )
)
# Evaluates text of any origin as a template, which may read files in turn.
_FORBIDDEN_FUNCTIONS = frozenset(("templatestring",))
# Attributes for which the provider reads a file of the machine that it runs on.
_FILE_ATTRIBUTES = frozenset(("filename", "zip_file"))
_FILE_SOURCES = frozenset(("aws_s3_bucket_object", "aws_s3_object"))
_FORBIDDEN_FOLDERS = frozenset((".terraform", "terraform.d"))
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Refusal:
    """One thing that is refused, and where it stands."""

    position: Position
    what: str


def require_safe_source(files: Mapping[str, bytes]) -> None:
    """Nothing, when the source asks for nothing that could harm us.

    Args:
        files: Everything in the stack's folder, by path relative to the checkout. Symbolic links are refused before.

    Raises:
        InvalidError: `stack-refused`, naming file and line; `source-unparsable`, `source-too-large`,
            `source-too-complex`.
    """
    refusals = find_refusals(files)
    if refusals:
        told = "; ".join(f"{item.position} {item.what}" for item in refusals[:_SHOWN])
        more = f"; and {len(refusals) - _SHOWN} more" if len(refusals) > _SHOWN else ""
        raise InvalidError(
            "stack-refused",
            f"The stack asks for what an engine must not do beside Pavior's secrets: {told}{more}.",
            fix="Remove it; docs/reference/terraform-source.md lists what is refused and what to do instead.",
            context={"refusals": [f"{item.position} {item.what}" for item in refusals]},
        )


def find_refusals(files: Mapping[str, bytes]) -> tuple[Refusal, ...]:
    """Everything that is refused, in the order of files and lines.

    Raises:
        InvalidError: `source-unparsable`, `source-too-large`, `source-too-complex`.
    """
    stack = _Stack(files)
    found: list[Refusal] = []
    for path in sorted(files):
        if (what := _refused_file(path)) is not None:
            found.append(Refusal(Position(path, 1, 1), what))
        elif path.endswith(".tf"):
            found += _Checker(stack, path).check()
    return tuple(found)


class _Stack:
    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = files
        folders = {folder_of(path) for path in files if path.endswith(".tf")}
        self.folder = min(folders, key=lambda folder: (len(PurePosixPath(folder).parts), folder), default=".")
        self.blocks = {path: parse(path, body).blocks for path, body in files.items() if path.endswith(".tf")}
        self.sources: dict[str, dict[str, set[str]]] = {}
        for path, blocks in self.blocks.items():
            for name, source in _sources(blocks):
                self.sources.setdefault(folder_of(path), {}).setdefault(name, set()).add(source)


def _refused_file(path: str) -> str | None:
    name, parts = PurePosixPath(path).name, PurePosixPath(path).parts
    if _FORBIDDEN_FOLDERS.intersection(parts):
        return "belongs to an engine's own working files"
    if name.endswith((".tf.json", ".tofu", ".tofu.json")):
        return "is source in a form that cannot be checked; write it as .tf"
    if ".tfstate" in name:
        return "is a state; Pavior keeps the state"
    if name in (".terraformrc", "terraform.rc"):
        return "configures the engine itself"
    return None


class _Checker:
    """Looks through one file."""

    def __init__(self, stack: _Stack, path: str) -> None:
        self._stack = stack
        self._path = path
        self._found: list[Refusal] = []
        self._blocks = stack.blocks[path]
        self._providers = stack.sources.get(folder_of(path), {})

    def check(self) -> list[Refusal]:
        """What is refused in it."""
        for block in self._blocks:
            self._block(block)
        for attribute in _attributes(self._blocks):
            self._expression(attribute.expression, attribute.position)
        return self._found

    def _refuse(self, position: Position, what: str) -> None:
        self._found.append(Refusal(position, what))

    def _block(self, block: Block) -> None:
        match block.type:
            case "resource" | "data":
                self._resource(block)
            case "check":
                for inner in block.of_type("data"):
                    self._resource(inner)
            case "provider":
                self._provider(block)
            case "module":
                self._module(block)
            case "terraform":
                self._settings(block)
            case _ if block.type not in _TOP_BLOCKS:
                self._refuse(block.position, f"has a block {block.type}, which is not known to be harmless")
        for inner in _inner_blocks(block):
            if inner.type == "provisioner" and block.type in ("resource", "data", "removed"):
                self._refuse(inner.position, f"has the provisioner {' '.join(inner.labels)}, which runs programs")

    def _resource(self, block: Block) -> None:
        kind = block.labels[0] if block.labels else ""
        label = f"{block.type} {kind}"
        if label in _FORBIDDEN_TYPES:
            self._refuse(block.position, f"has {label}, which runs code while a plan is made")
        elif label not in _BUILT_IN:
            explicit = block.attributes.get("provider")
            name = kind.split("_")[0] if explicit is None else _first_word(explicit.expression)
            self._require_provider(name, block.position, label)
        for name, attribute in block.attributes.items():
            is_path = name in _FILE_ATTRIBUTES or (name == "source" and kind in _FILE_SOURCES)
            if is_path and not _is_inside(attribute.expression):
                self._refuse(attribute.position, f"lets {name} name a file that may be outside of the stack's folder")

    def _require_provider(self, name: str, position: Position, label: str) -> None:
        for source in sorted(self._providers.get(name, {f"hashicorp/{name}"}) - ALLOWED_PROVIDERS):
            self._refuse(position, f"has {label} of the provider {source or name!r}, which is not on the allow-list")

    def _provider(self, block: Block) -> None:
        name = block.labels[0] if block.labels else ""
        self._require_provider(name, block.position, "settings")
        for label, position in _names(block):
            if label not in _PROVIDER_SETTINGS:
                self._refuse(position, f"sets {label} of the provider {name}; Pavior says where and as whom")

    def _module(self, block: Block) -> None:
        source = plain_text(block.attributes.get("source"))
        target = beside(folder_of(self._path), source) if source and source.startswith(("./", "../")) else None
        root = PurePosixPath(self._stack.folder)
        if target is None or not PurePosixPath(target).is_relative_to(root) or target == "..":
            self._refuse(block.position, f"calls a module from {source!r}, which is not a folder of this stack")

    def _settings(self, block: Block) -> None:
        for label, position in _names(block):
            if label not in _SETTINGS:
                self._refuse(position, f"sets {label}, which is Pavior's to set")
        for inner in block.of_type("required_providers"):
            for attribute in inner.attributes.values():
                source = _source(attribute)
                if source not in ALLOWED_PROVIDERS:
                    self._refuse(
                        attribute.position, f"requires the provider {source or attribute.name!r}, not on the allow-list"
                    )

    def _expression(self, expression: Expression, position: Position, *, is_template: bool = False) -> None:
        for call in calls(expression):
            if call.function.startswith("provider::"):
                self._require_provider(call.function.split("::")[1], position, f"the function {call.function}")
            elif call.function.removeprefix("core::") in _FORBIDDEN_FUNCTIONS:
                self._refuse(position, f"calls {call.function}, whose template cannot be checked")
            elif call.function.removeprefix("core::") in _FILE_FUNCTIONS:
                self._file_function(call, position, is_template=is_template)

    def _file_function(self, call: Call, position: Position, *, is_template: bool) -> None:
        # The second argument of `fileset` is a pattern of paths.
        paths = call.arguments if call.function.endswith("fileset") else call.arguments[:1]
        if not paths or call.is_expanded or not all(map(_is_inside, paths)):
            self._refuse(
                position, f"lets {call.function} read a file by a path that is not plain or not in the stack's folder"
            )
        elif call.function.endswith("templatefile") and not is_template:
            path = _path_of(call.arguments[0]) or ""
            # It is found from the module's folder or from the root's, so both are looked at.
            for folder in sorted({folder_of(self._path), self._stack.folder}):
                if (name := (PurePosixPath(folder) / path).as_posix()) in self._stack.files:
                    self._template(name)

    def _template(self, path: str) -> None:
        try:
            text = self._stack.files[path].decode()
        except UnicodeDecodeError:
            self._refuse(Position(path, 1, 1), "is used as a template and is not UTF-8")
            return
        expression = read_template_text(path, text, read_expression)
        self._expression(expression, Position(path, 1, 1), is_template=True)


def _sources(blocks: tuple[Block, ...]) -> Iterator[tuple[str, str]]:
    """Local names of required providers with their sources; one that cannot be told is empty."""
    for block in blocks:
        for inner in block.of_type("required_providers") if block.type == "terraform" else ():
            for attribute in inner.attributes.values():
                yield attribute.name, _source(attribute)


def _source(attribute: Attribute) -> str:
    expression = attribute.expression
    if isinstance(expression, Object):
        for key, value in expression.items:
            if reads_as(key) == "source":
                source = reads_as(value) if isinstance(value, Literal) else None
                return _without_registry(source or "")
    elif not isinstance(expression, Literal):
        return ""
    return f"hashicorp/{attribute.name}"


def _without_registry(source: str) -> str:
    for registry in _REGISTRIES:
        source = source.removeprefix(registry)
    return source.lower()


def _first_word(expression: Expression) -> str:
    if isinstance(expression, Traversal):
        expression = expression.root
    return (reads_as(expression) or "").split(".")[0]


def _inner_blocks(block: Block) -> Iterator[Block]:
    for inner in block.blocks:
        yield inner
        yield from _inner_blocks(inner)


def _names(block: Block) -> Iterator[tuple[str, Position]]:
    """What a block sets, by name."""
    for attribute in block.attributes.values():
        yield attribute.name, attribute.position
    for inner in block.blocks:
        is_dynamic = inner.type == "dynamic" and bool(inner.labels)
        yield inner.labels[0] if is_dynamic else inner.type, inner.position


def _attributes(blocks: tuple[Block, ...]) -> Iterator[Attribute]:
    for block in blocks:
        yield from block.attributes.values()
        yield from _attributes(block.blocks)


def _is_inside(path: Expression) -> bool:
    """Whether a path is plain text that cannot lead out of the stack's folder, or is built on `path.module`."""
    text = _path_of(path)
    if text is None:
        return False
    parts = PurePosixPath(text).parts
    return bool(parts) and not PurePosixPath(text).is_absolute() and ".." not in parts and not text.startswith("~")


def _path_of(path: Expression) -> str | None:
    """A plain path, relative to the module's folder; None when it is not plain."""
    if isinstance(path, Literal):
        return path.value if isinstance(path.value, str) else None
    if isinstance(path, Template) and path.parts and path.parts[0] in _MODULE_FOLDERS:
        rest = path.parts[1:]
        texts = [part.value for part in rest if isinstance(part, Literal) and isinstance(part.value, str)]
        if len(texts) == len(rest) and texts and texts[0].startswith("/"):
            return "." + "".join(texts)
    return None


_MODULE_FOLDERS = (
    Traversal(Name("path"), (GetAttribute("module"),)),
    Traversal(Name("path"), (GetAttribute("root"),)),
)
