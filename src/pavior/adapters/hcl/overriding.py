"""Override files: what `override.tf` and `*_override.tf` change of what the other files of their folder say.

Source: https://developer.hashicorp.com/terraform/language/files/override, and for blocks within blocks
internal/configs/module_merge_body.go of Terraform.
"""

from collections.abc import Sequence
from pathlib import PurePosixPath

from msgspec.structs import replace

from pavior.adapters.hcl.declarations import plain_text, source_invalid
from pavior.adapters.hcl.syntax import Attribute, Block, File

Key = tuple[str, ...]


def is_override(path: str) -> bool:
    """Whether Terraform reads this file after all others, to change what they say."""
    name = PurePosixPath(path).name.removesuffix(".json")
    return name == "override.tf" or name.endswith("_override.tf")


def overridden(files: Sequence[File], *, is_strict: bool) -> tuple[File, ...]:
    """The files of one folder, each as it counts after all overrides; override files keep what has nothing to override.

    Args:
        files: In the order of their names, in which later overrides win.

    Raises:
        InvalidError: `source-invalid` when an override has nothing to override, which Terraform refuses. Unless
            `is_strict`, it then counts as if it stood in a file like any other.
    """
    overrides = [file for file in files if is_override(file.path)]
    if not overrides:
        return tuple(files)
    base = {file.path: list(file.blocks) for file in files if not is_override(file.path)}
    left: dict[str, list[Block]] = {}
    for file in overrides:
        for block in file.blocks:
            rest = _override(base, block)
            if rest is None:
                continue
            if is_strict:
                raise source_invalid(block.position, f"there is no {' '.join((block.type, *block.labels))} to override")
            left.setdefault(file.path, []).append(rest)
    return tuple(replace(file, blocks=tuple({**base, **left}.get(file.path, ()))) for file in files)


def _override(base: dict[str, list[Block]], override: Block) -> Block | None:
    """Put into its base; what had none, or None."""
    if override.type == "locals":
        return _override_locals(base, override)
    key = _key(override)
    for blocks in base.values():
        for index, block in enumerate(blocks):
            if _key(block) == key:
                blocks[index] = _merged(block, override)
                return None
    # Settings of Terraform itself need no base.
    if override.type == "terraform":
        next(iter(base.values()), []).append(override)
        return None
    return override


def _key(block: Block) -> Key:
    alias = plain_text(block.attributes.get("alias")) or "" if block.type == "provider" else ""
    return (block.type, *block.labels, alias)


def _override_locals(base: dict[str, list[Block]], override: Block) -> Block | None:
    left: dict[str, Attribute] = dict(override.attributes)
    for blocks in base.values():
        for index, block in enumerate(blocks):
            if block.type == "locals":
                known = {name: left.pop(name) for name in block.attributes if name in left}
                blocks[index] = replace(block, attributes={**block.attributes, **known})
    return replace(override, attributes=left) if left else None


def _merged(block: Block, override: Block) -> Block:
    """Attributes one by one; blocks of a type all together, but for those that Terraform merges one by one."""
    by_attribute = {"lifecycle", "required_providers"}
    replaced = {_means(inner) for inner in override.blocks} - by_attribute
    if {"backend", "cloud"} & replaced:
        replaced |= {"backend", "cloud"}
    kept: list[Block] = []
    merged: set[str] = set()
    for inner in block.blocks:
        if _means(inner) in replaced:
            continue
        others = [item for item in override.blocks if item.type == inner.type and inner.type in by_attribute]
        merged.update(item.type for item in others)
        for other in others:
            inner = replace(inner, attributes={**inner.attributes, **other.attributes})  # noqa: PLW2901 - built up
        kept.append(inner)
    added = [inner for inner in override.blocks if inner.type not in merged]
    return replace(block, attributes={**block.attributes, **override.attributes}, blocks=(*kept, *added))


def _means(block: Block) -> str:
    """The type of the blocks that it is or makes."""
    return block.labels[0] if block.type == "dynamic" and len(block.labels) == 1 else block.type
