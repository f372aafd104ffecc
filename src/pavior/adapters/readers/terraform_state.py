"""Terraform's and OpenTofu's state: the file itself (version 4), or what `show -json` makes of it.

The file's format is the programs' own and documented nowhere; this was read from states of Terraform 1.11.4.
"""

from collections.abc import Iterator
from typing import Any

import msgspec

from pavior.adapters.readers.plan_values import mapping_of
from pavior.adapters.readers.terraform_plan import MAXIMUM_PLAN_BYTES, read_state
from pavior.kernel.errors import InvalidError
from pavior.resources.model import GraphFormat, Resource, ResourceGraph, Skipped

_VERSION = 4


class _Instance(msgspec.Struct):
    attributes: dict[str, Any] | None = None
    attributes_flat: dict[str, Any] | None = None
    sensitive_attributes: list[Any] = []
    index_key: int | str | None = None
    deposed: str = ""


class _Resource(msgspec.Struct):
    type: str
    name: str
    mode: str = "managed"
    module: str = ""
    provider: str = ""
    instances: list[_Instance] = []


class _File(msgspec.Struct):
    version: int = 0
    format_version: str = ""
    resources: list[_Resource] = []


def read_state_file(body: bytes) -> ResourceGraph:
    """The resources of a state, in either form. Hidden values become `Sensitive`.

    Raises:
        InvalidError: `state-unreadable`, and those of `terraform_plan.read_state` for what `show -json` printed.
    """
    if len(body) > MAXIMUM_PLAN_BYTES:
        raise _unreadable(f"it has {len(body)} bytes; at most {MAXIMUM_PLAN_BYTES} are read")
    try:
        file = msgspec.json.decode(body.removeprefix(b"\xef\xbb\xbf"), type=_File)
    except (msgspec.MsgspecError, ValueError) as error:
        # Of values only kinds and places are named, never what they hold.
        raise _unreadable(str(error).rstrip(".")) from error
    except RecursionError as error:
        raise _unreadable("it is nested too deeply") from error
    if file.format_version:
        return read_state(body)
    if file.version != _VERSION:
        raise _unreadable(f"it has version {file.version}, and {_VERSION} is read")
    resources: list[Resource] = []
    skipped: list[Skipped] = []
    for found in file.resources:
        for item in _instances(found):
            (resources if isinstance(item, Resource) else skipped).append(item)  # type: ignore[arg-type] # as asked
    return ResourceGraph(GraphFormat.STATE, tuple(resources), tuple(skipped), not skipped)


def _instances(found: _Resource) -> Iterator[Resource | Skipped]:
    mode = "data." if found.mode == "data" else ""
    prefix = f"{found.module}." if found.module else ""
    for instance in found.instances:
        address = f"{prefix}{mode}{found.type}.{found.name}{_index(instance.index_key)}"
        if instance.deposed:
            yield Skipped(address, "an older object in its place is to be deleted, and was not looked at")
        elif instance.attributes is None:
            yield Skipped(address, "its attributes are written as Terraform before 0.12 did")
        else:
            yield Resource(
                address=address,
                type=found.type,
                values=mapping_of(
                    instance.attributes, sensitive=_marks(instance.attributes, instance.sensitive_attributes)
                )
                or {},
                mode=found.mode,
                provider=found.provider,
            )


def _index(key: int | str | None) -> str:
    if key is None:
        return ""
    # As Terraform writes it in addresses.
    return f"[{key}]" if isinstance(key, int) else f"[{msgspec.json.encode(key).decode()}]"


def _marks(attributes: dict[str, Any], paths: list[Any]) -> Any:
    """Paths as the tree of marks that a plan has. What a path does not lead to hides the whole attribute.

    So do elements of lists, and attributes without a type of their own, which the file keeps as value and type.
    """
    marks: dict[str, Any] = {}
    for path in paths:
        steps = [_step(step) for step in path] if isinstance(path, list) else []
        if not steps or steps[0] is None:
            return True
        place, value = marks, attributes
        known = [step for step in steps if step is not None]
        for number, step in enumerate(known):
            inside = value.get(step)
            is_last = number + 1 == len(steps)
            if is_last or not isinstance(inside, dict) or not _leads_on(inside, steps[number + 1]):
                place[step] = True
                break
            if place.get(step) is True:
                break
            place, value = place.setdefault(step, {}), inside
    return marks


def _leads_on(inside: dict[str, Any], step: str | None) -> bool:
    return step is not None and step in inside


def _step(step: Any) -> str | None:
    if not isinstance(step, dict):
        return None
    value = step.get("value")
    if isinstance(value, dict):
        value = value.get("value")
    return value if isinstance(value, str) else None


def _unreadable(why: str) -> InvalidError:
    return InvalidError(
        "state-unreadable",
        f"The state cannot be read: {why}.",
        fix="Give a state file of version 4, or the output of `terraform show -json`, whole and unchanged.",
    )
