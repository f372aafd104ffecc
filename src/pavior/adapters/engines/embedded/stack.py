"""The source of one stack: read, checked to be within the subset, and ready to be evaluated."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pavior.adapters.engines.embedded.checking import Problem, find_problems
from pavior.adapters.engines.embedded.data_sources import DATA_SOURCES
from pavior.adapters.engines.embedded.schema import Schema
from pavior.adapters.engines.embedded.supported import PROVIDER, RESOURCE_TYPES
from pavior.adapters.engines.sources import digest_of, read_files, require_variables, secrets_of
from pavior.adapters.engines.values import Evaluation, Json, Values, split, walk
from pavior.adapters.hcl.module import Module, ResourceBlock, read_module
from pavior.adapters.hcl.values import Term
from pavior.adapters.source_rules import require_safe_source
from pavior.environments.ports import Stack
from pavior.kernel.errors import InvalidError
from pavior.kernel.verdicts import UnknownReason
from pavior.resources.model import Unknown

Lookup = Callable[[str], Mapping[str, Term] | None]

_PROVIDER_SETTINGS = ("default_tags", "region")


@dataclass(frozen=True, slots=True)
class LoadedStack:
    """One stack.

    Args:
        resources: Managed resources by address, in the order of files and lines.
        dependencies: Managed addresses to the managed addresses that must be there before, also through data sources.
        region: Of the provider, or empty when the source does not say.
        default_tags: Of the provider.
        digest: SHA-256 in hex of files and variables.
        secrets: Texts that may be seen nowhere.
    """

    environment: str
    is_destroy: bool
    resources: Mapping[str, ResourceBlock]
    data: Mapping[str, ResourceBlock]
    dependencies: Mapping[str, tuple[str, ...]]
    region: str
    default_tags: Evaluation
    digest: str
    secrets: frozenset[str] = field(repr=False)
    _module: Module = field(repr=False)

    def values(self, address: str, lookup: Lookup) -> dict[str, Term]:
        """Attributes of a resource or data source as the source gives them. Raises InvalidError `stack-invalid`."""
        return self._module.values(self.resources.get(address) or self.data[address], lookup)

    @property
    def outputs(self) -> Mapping[str, bool]:
        """Name to whether it is declared sensitive."""
        return {name: output.is_sensitive for name, output in self._module.outputs.items()}

    def output(self, name: str, lookup: Lookup) -> Term:
        """The value of an output."""
        return self._module.output(name, lookup)

    def variables(self) -> dict[str, Term]:
        """Every variable with its value, which may be a Secret."""
        return {name: self._module.variable(name) for name in sorted(self._module.variables)}

    def require_sound(self, address: str, schema: Schema, config: Values) -> None:
        """Raises InvalidError `stack-unsupported`, `stack-invalid` for what is wrong with one resource."""
        problems = [*find_problems(schema, config), *_unresolved(config)]
        unsupported = [f"{address}: {item.path}" for item in problems if item.is_unsupported]
        if unsupported:
            raise beyond_subset(unsupported)
        if problems:
            raise invalid([f"{address}: {item.path} {item.why}" for item in problems])

    def require_known(self, address: str, config: Values) -> None:
        """Raises InvalidError `stack-invalid` when the time has come to make it, and a value is still not known."""
        unknown = [path for path, leaf in walk(config) if isinstance(leaf, Unknown)]
        if unknown:
            raise invalid(f"{address}: {'.'.join(map(str, path))} is still not known" for path in unknown)

    def configuration(self) -> Json:
        """What the source refers to and which blocks it has, in the form of the plan JSON, without any value."""
        seen: dict[str, Json] = {}
        for block in (*self.resources.values(), *self.data.values()):
            address = block.address.split("[")[0]
            seen.setdefault(
                address,
                {
                    "address": address,
                    "mode": block.mode,
                    "type": block.type,
                    "name": block.name,
                    "provider_config_key": "aws",
                    "expressions": _nest(block.references, _written(block.attribute_positions)),
                    "schema_version": RESOURCE_TYPES[block.type].schema_version if block.mode == "managed" else 0,
                },
            )
        return {
            "provider_config": {"aws": {"name": "aws", "full_name": PROVIDER}},
            "root_module": {"resources": [seen[address] for address in sorted(seen)]},
        }


def load_stack(stack: Stack) -> LoadedStack:
    """Read the source without asking the cloud anything.

    Raises:
        InvalidError: `stack-refused`, `stack-unsupported`, `variable-missing`, `stack-invalid`, and those of
            `adapters.hcl.module.read_module`.
    """
    files = read_files(stack)
    require_safe_source(files)
    given = {**stack.variables, **stack.sensitive_variables}
    module = read_module(files, given, frozenset(stack.sensitive_variables))
    _require_subset(module)
    require_variables(module, given)
    resources = {block.address: block for block in module.resources}
    data = {block.address: block for block in module.data}
    region, default_tags = _provider_settings(module)
    return LoadedStack(
        environment=stack.environment,
        is_destroy=stack.is_destroy,
        resources=resources,
        data=data,
        dependencies={address: _managed_dependencies(block, data) for address, block in resources.items()},
        region=region,
        default_tags=default_tags,
        digest=digest_of(files, given),
        secrets=secrets_of(stack, module),
        _module=module,
    )


def beyond_subset(names: Iterable[str]) -> InvalidError:
    """This engine does not offer these."""
    told = ", ".join(dict.fromkeys(names))
    return InvalidError(
        "stack-unsupported",
        f"The embedded engine does not offer: {told}. This stack needs OpenTofu or Terraform.",
        fix="Leave that out, or choose the engine opentofu or terraform for this environment; "
        "docs/reference/embedded-engine.md lists what is offered.",
        context={"unsupported": told},
    )


def invalid(problems: Iterable[str]) -> InvalidError:
    """Terraform would refuse these too."""
    told = "; ".join(dict.fromkeys(problems))
    return InvalidError(
        "stack-invalid",
        f"The stack cannot be planned: {told}.",
        fix="Correct the source; `terraform validate` or `tofu validate` checks most of it.",
        context={"problems": told},
    )


def _require_subset(module: Module) -> None:
    names = [f"module.{call.name}" for call in module.module_calls]
    names += [f"the block {' '.join((block.type, *block.labels))}" for block in module.others]
    for provider in module.providers:
        if provider.name != "aws":
            names.append(f"provider {provider.name}")
        elif provider.alias:
            names.append(f"provider aws with the alias {provider.alias}")
        else:
            settings = (*provider.block.attributes, *(block.type for block in provider.block.blocks))
            names += [f"provider aws: {name}" for name in settings if name not in _PROVIDER_SETTINGS]
    names += [name for block in module.resources for name in _beyond(block, block.type in RESOURCE_TYPES)]
    names += [name for block in module.data for name in _beyond(block, block.type in DATA_SOURCES)]
    names += [f"{item.subject} ({item.why})" for item in module.skipped]
    if names or not module.complete:
        raise beyond_subset(names or ["something that might hold resources"])


def _beyond(block: ResourceBlock, is_offered: bool) -> list[str]:  # noqa: FBT001 - private
    if not is_offered:
        return [block.address]
    names = []
    if block.provider != "aws":
        names.append(f"{block.address}: provider {block.provider}")
    if block.lifecycle.create_before_destroy:
        names.append(f"{block.address}: create_before_destroy")
    names += [f"{block.address}: {name} of lifecycle" for name in block.lifecycle.others]
    names += [
        f"{block.address}: ignore_changes of a part, {name}"
        for name in block.lifecycle.ignore_changes
        if not name.isidentifier()
    ]
    return names


def _provider_settings(module: Module) -> tuple[str, Evaluation]:
    region: Json = ""
    tags: Json = {}
    for provider in module.providers:
        values = module.provider_values(provider)
        problems = _unresolved(split(values).clear)
        if problems:
            raise invalid(f"provider aws: {item.path} {item.why}" for item in problems)
        region = values.get("region", region)
        for block in values.get("default_tags") or []:
            tags = block.get("tags") or {}
    if not isinstance(region, str) or not isinstance(tags, dict):
        raise invalid(["provider aws: region and default_tags must be known, and are not secret as a whole"])
    return region, split(tags)


def _managed_dependencies(block: ResourceBlock, data: Mapping[str, ResourceBlock]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    waiting, seen = list(block.dependencies), set[str]()
    while waiting:
        address = waiting.pop(0)
        if address in seen:
            continue
        seen.add(address)
        if address in data:
            waiting += data[address].dependencies
        else:
            found[address] = None
    return tuple(found)


def _unresolved(config: Values) -> list[Problem]:
    return [
        Problem(".".join(map(str, path)), f"has no value: {leaf.detail or 'it could not be evaluated'}")
        for path, leaf in walk(config)
        if isinstance(leaf, Unknown) and leaf.reason is UnknownReason.NOT_EVALUATED
    ]


def _written(positions: Iterable[str]) -> dict[str, Any]:
    """The blocks that are written, with the names in them: one that a configuration lacks was made dynamically."""
    paths = tuple(positions)
    holders = {path[:end] for path in paths for end, letter in enumerate(path) if letter == "."}
    tree: dict[str, Any] = {}
    for path in paths:
        *way, last = path.split(".")
        if (
            path in holders
            or not way
            or len(way) % 2
            or not all(index.isdecimal() for index in way[1::2])
            or last.isdecimal()
        ):
            continue
        at = tree
        for name, index in zip(way[::2], way[1::2], strict=True):
            blocks = at.setdefault(name, [])
            blocks += [{} for _ in range(int(index) + 1 - len(blocks))]
            at = blocks[int(index)]
        at.setdefault(last, {"constant_value": None})
    return {name: blocks for name, blocks in tree.items() if isinstance(blocks, list)}


def _nest(references: Mapping[str, tuple[str, ...]], tree: dict[str, Any]) -> dict[str, Any]:
    """Dotted paths as the tree of Terraform's `expressions`, in `tree`."""
    for path, addresses in references.items():
        *way, last = path.split(".")
        at = tree
        for name, index in zip(way[::2], way[1::2], strict=False):
            if not index.isdecimal():
                break
            blocks = at.setdefault(name, [])
            blocks += [{} for _ in range(int(index) + 1 - len(blocks))]
            at = blocks[int(index)]
        else:
            at[last] = {"references": list(addresses)}
    return tree
