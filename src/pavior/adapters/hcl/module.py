"""The way in: the root module of some files.

A policy attribute is either JSON text or, where a leaf of it is not known, the tree itself: `Module.values` gives
Unknown for such a text, as a plan does; with `with_trees` it gives the tree, so that a rule sees the rest.
"""

from collections.abc import Mapping

from pavior.adapters.hcl.model import Lifecycle, Module, ResourceBlock
from pavior.adapters.hcl.reading import Reader
from pavior.adapters.hcl.session import Lookup, knows_nothing
from pavior.adapters.hcl.values import ResourceValues, Secret

__all__ = [
    "Lifecycle",
    "Lookup",
    "Module",
    "Reader",
    "ResourceBlock",
    "ResourceValues",
    "Secret",
    "knows_nothing",
    "read_module",
]


def read_module(
    files: Mapping[str, bytes],
    variables: Mapping[str, str],
    sensitive: frozenset[str],
    *,
    folder: str | None = None,
    is_strict: bool = True,
) -> Module:
    """The root module of these files.

    Args:
        files: By path relative to the checkout, such as `infra/main.tf`; those of called modules too.
        variables: Values as text, turned into the declared types. Those that are not declared are left out.
        sensitive: Names of variables whose values are secret, beside those declared so.
        folder: Of the root module; by default the first one with Terraform files that no other one calls.
        is_strict: What cannot be read is an error. Otherwise it is in `skipped`.

    Raises:
        InvalidError: `source-unparsable`, `source-too-large`, `source-too-complex`, `source-invalid`, `source-cyclic`.
    """
    reader = Reader(files, is_strict=is_strict)
    return reader.read(folder or next(iter(reader.root_folders()), "."), variables, sensitive)
