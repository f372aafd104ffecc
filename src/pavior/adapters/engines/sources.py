"""What every engine asks of a stack's source before it begins: that it is safe, and that its variables have values."""

import hashlib
import json
from collections.abc import Mapping

from pavior.adapters.engines.values import walk
from pavior.adapters.hcl.module import Module
from pavior.adapters.hcl.values import Secret
from pavior.environments.ports import Stack
from pavior.kernel.errors import InvalidError
from pavior.resources.model import Unknown
from pavior.storage.masking import SHORTEST_SECRET_CHARACTERS


def read_files(stack: Stack) -> dict[str, bytes]:
    """All files of the stack, by path from the checkout.

    Raises:
        InvalidError: `stack-refused` for a symbolic link.
    """
    files: dict[str, bytes] = {}
    for path in sorted(stack.folder.rglob("*")):
        name = f"{stack.folder.name}/{path.relative_to(stack.folder).as_posix()}"
        if path.is_symlink():
            raise InvalidError(
                "stack-refused",
                f"{name} is a symbolic link, which could lead anywhere on the machine of the engine.",
                fix="Put the file itself there.",
                context={"path": name},
            )
        if path.is_file():
            files[name] = path.read_bytes()
    return files


def require_variables(module: Module, given: Mapping[str, str]) -> None:
    """Raises InvalidError `variable-missing`."""
    # The source may set it in a file of variables.
    missing = [
        name
        for name, variable in module.variables.items()
        if variable.default is None and name not in given and isinstance(module.variable(name), Unknown)
    ]
    if missing:
        raise InvalidError(
            "variable-missing",
            f"The stack needs a value for: {', '.join(sorted(missing))}.",
            fix="Give it with the Change, or give the variable a default in the source.",
            context={"variables": sorted(missing)},
        )


def digest_of(files: Mapping[str, bytes], given: Mapping[str, str]) -> str:
    """SHA-256 in hex of files and variables."""
    parts = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    return hashlib.sha256(json.dumps([parts, dict(given)], sort_keys=True).encode()).hexdigest()


def secrets_of(stack: Stack, module: Module) -> frozenset[str]:
    """Texts of sensitive variables that are long enough to be told from chance."""
    texts = set(stack.sensitive_variables.values())
    for name in module.variables:
        value = module.variable(name)
        if isinstance(value, Secret):
            texts |= {leaf for _, leaf in walk(value.value) if isinstance(leaf, str)}
    return frozenset(text for text in texts if len(text) >= SHORTEST_SECRET_CHARACTERS)
