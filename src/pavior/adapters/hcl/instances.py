"""A folder's declarations, called once: the root module, or a module that another one calls."""

from collections.abc import Mapping
from typing import TypeAlias

from msgspec import Struct, field

from pavior.adapters.hcl.declarations import Declarations, ModuleCall
from pavior.adapters.hcl.values import EvaluationError, Term, to_number, to_text
from pavior.resources.model import Unknown

Key: TypeAlias = int | str | None
# The keys of the instances with the names of their loop; or why they are not known.
Repetition: TypeAlias = Mapping[Key, Mapping[str, Term]] | Unknown


class Instance(Struct, eq=False):
    """One folder's declarations, called once.

    Args:
        prefix: Of addresses: empty for the root, `module.a["x"].` for others.
        given: Values of variables; for the root only.
        sensitive: Names of variables whose values are secret though they are not declared so.
        caller: The instance that holds the call, the call, and the key of this instance within it.
        children: Called modules by name and key; Unknown when how many there are is not known.
        unchanging: Values that depend on no resource, so they are the same whenever they are asked for.
        repetitions: How often each resource and module stands there.
        changing: Those of them whose values, not whose keys, depend on other resources.
    """

    declarations: Declarations
    files: Mapping[str, bytes]
    root_folder: str
    prefix: str = ""
    given: Mapping[str, Term] = field(default_factory=dict)
    sensitive: frozenset[str] = frozenset()
    caller: "tuple[Instance, ModuleCall, Key] | None" = None
    children: "dict[str, dict[Key, Instance] | Unknown]" = field(default_factory=dict)
    unchanging: dict[str, Term] = field(default_factory=dict)
    repetitions: "dict[str, Repetition]" = field(default_factory=dict)
    changing: set[str] = field(default_factory=set)


def index_text(key: Key) -> str:
    """The index of an address: `[0]`, `["a"]`, or nothing."""
    if key is None:
        return ""
    if isinstance(key, int):
        return f"[{key}]"
    escaped = key.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'["{escaped}"]'


def find_key(keys: Mapping[Key, object], wanted: Term) -> Key:
    """The key of an instance by what stands in an index. Raises EvaluationError."""
    key: Key = to_text(wanted)
    if key not in keys and isinstance(number := _number_or_none(wanted), int):
        key = number
    if key not in keys:
        raise EvaluationError("there is no instance with this key")
    return key


def _number_or_none(value: Term) -> int | float | None:
    try:
        return to_number(value)
    except EvaluationError:
        return None
