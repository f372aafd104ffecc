"""A proposal as Terraform's plan JSON, format 1.2, masked: https://developer.hashicorp.com/terraform/internals/json-format."""

import json
from collections.abc import Iterable, Mapping

from pavior.adapters.engines.embedded.planning import Planned, Proposal
from pavior.adapters.engines.embedded.schema import changed
from pavior.adapters.engines.embedded.session import type_of
from pavior.adapters.engines.embedded.stack import LoadedStack
from pavior.adapters.engines.embedded.state import Output, State, StateResource
from pavior.adapters.engines.embedded.supported import PROVIDER
from pavior.adapters.engines.masking import Mask, unknown_marks
from pavior.adapters.engines.values import Json, Path, Values, has_unknown, reveal
from pavior.adapters.hcl.values import Term, has_secret
from pavior.resources.model import Action

FORMAT_VERSION = "1.2"
_STATE_FORMAT_VERSION = "1.0"

_ACTIONS = {
    Action.NO_OP: ["no-op"],
    Action.CREATE: ["create"],
    Action.UPDATE: ["update"],
    Action.DELETE: ["delete"],
    Action.REPLACE: ["delete", "create"],
}


def write_plan(
    proposal: Proposal, stack: LoadedStack, data: Mapping[str, Values], mask: Mask, *, version: str
) -> bytes:
    """UTF-8 JSON in the order of Terraform's own documents; equal proposals give equal bytes.

    Args:
        data: Values of the data sources that were read, by address.
        version: Of this engine.
    """
    terraform_version = f"embedded-{version}"
    document: Json = {
        "format_version": FORMAT_VERSION,
        "terraform_version": terraform_version,
        "variables": {name: {"value": _variable(value, mask)} for name, value in stack.variables().items()},
        "planned_values": _values(
            [_planned_resource(item, mask) for item in _by_address(proposal.planned) if item.after is not None],
            {name: _output(output, mask) for name, output in proposal.outputs.items()},
        ),
        "resource_drift": _drift(proposal, mask),
        "resource_changes": [_change(item, mask) for item in _by_address(proposal.planned)],
        "output_changes": _output_changes(proposal, mask),
        "prior_state": {
            "format_version": _STATE_FORMAT_VERSION,
            "terraform_version": terraform_version,
            "values": _values(
                [
                    *(_data_resource(address, values, stack, mask) for address, values in sorted(data.items())),
                    *(_state_resource(item, mask) for item in _sorted_resources(proposal.refreshed)),
                ],
                {name: _output(output, mask) for name, output in proposal.stored.outputs.items()},
            ),
        },
        "configuration": stack.configuration(),
        "applyable": bool(proposal.changes) or dict(proposal.outputs) != dict(proposal.stored.outputs),
        "complete": True,
        "errored": False,
    }
    if not document["resource_drift"]:
        del document["resource_drift"]
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def _by_address(planned: Iterable[Planned]) -> list[Planned]:
    return sorted(planned, key=lambda item: item.address)


def _sorted_resources(state: State) -> list[StateResource]:
    return [resource for _, resource in sorted(state.resources.items())]


def _values(resources: list[Json], outputs: Json) -> Json:
    root = {"resources": resources} if resources else {}
    return {**({"outputs": outputs} if outputs else {}), "root_module": root}


def _variable(value: Term, mask: Mask) -> Json:
    return mask.as_json(reveal(value), [()] if has_secret(value) else ())


def _head(address: str, type_name: str, name: str, *, mode: str = "managed") -> Json:
    head = {"address": address, "mode": mode, "type": type_name, "name": name, "provider_name": PROVIDER}
    # `count` and `for_each` put an index behind the name.
    index = address.removesuffix("]").partition(f"{type_name}.{name}[")[2]
    return {**head, "index": json.loads(index)} if index else head


def _planned_resource(item: Planned, mask: Mask) -> Json:
    return {
        **_head(item.address, item.type, item.name),
        "schema_version": type_of(item.type).schema_version,
        "values": mask.as_json(item.after, item.after_sensitive),
        "sensitive_values": mask.marks(item.after, item.after_sensitive),
    }


def _state_resource(resource: StateResource, mask: Mask) -> Json:
    return {
        **_head(resource.address, resource.type, resource.name),
        "schema_version": type_of(resource.type).schema_version,
        "values": mask.as_json(resource.values, resource.sensitive),
        "sensitive_values": mask.marks(resource.values, resource.sensitive),
    }


def _data_resource(address: str, values: Values, stack: LoadedStack, mask: Mask) -> Json:
    block = stack.data[address]
    return {
        **_head(address, block.type, block.name, mode="data"),
        "schema_version": 0,
        "values": mask.as_json(values, ()),
        "sensitive_values": mask.marks(values, ()),
    }


def _change(item: Planned, mask: Mask) -> Json:
    change: Json = {
        "actions": _ACTIONS[item.action],
        **_both(item.before, item.before_sensitive, item.after, item.after_sensitive, mask),
    }
    line = {**_head(item.address, item.type, item.name), "change": change}
    if item.action is Action.REPLACE:
        change["replace_paths"] = [[name] for name in item.replace_paths]
        line["action_reason"] = "replace_because_cannot_update"
    elif item.action is Action.DELETE:
        line["action_reason"] = "delete_because_no_resource_config"
    return line


def _both(
    before: Values | None,
    before_sensitive: Iterable[Path],
    after: Values | None,
    after_sensitive: Iterable[Path],
    mask: Mask,
) -> Json:
    return {
        "before": None if before is None else mask.as_json(before, before_sensitive),
        "after": None if after is None else mask.as_json(after, after_sensitive),
        "after_unknown": unknown_marks(after) if has_unknown(after) else {},
        "before_sensitive": False if before is None else mask.marks(before, before_sensitive),
        "after_sensitive": False if after is None else mask.marks(after, after_sensitive),
    }


def _drift(proposal: Proposal, mask: Mask) -> list[Json]:
    """What is no longer as it was left, as far as it means anything to the provider."""
    lines: list[Json] = []
    for stored in _sorted_resources(proposal.stored):
        if not stored.identity:
            continue
        now = proposal.refreshed.resources.get(stored.address)
        if now is not None and not changed(type_of(stored.type).schema, stored.values, now.values):
            continue
        after = None if now is None else now.values
        change = {
            "actions": ["delete"] if now is None else ["update"],
            **_both(stored.values, stored.sensitive, after, stored.sensitive, mask),
        }
        lines.append({**_head(stored.address, stored.type, stored.name), "change": change})
    return lines


def _output(output: Output, mask: Mask) -> Json:
    shown: Json = {"sensitive": output.is_sensitive}
    if not has_unknown(output.value):
        shown["type"] = _type_of_value(output.value)
        shown["value"] = _output_value(output, mask)
    return shown


def _output_value(output: Output, mask: Mask) -> Json:
    return mask.as_json(output.value, [()] if output.is_sensitive else ())


def _type_of_value(value: Json) -> Json:
    match value:
        case bool():
            return "bool"
        case int() | float():
            return "number"
        case list():
            return ["tuple", [_type_of_value(item) for item in value]]
        case dict():
            return ["object", {name: _type_of_value(item) for name, item in value.items()}]
        case None:
            return "dynamic"
        case _:
            return "string"


def _output_changes(proposal: Proposal, mask: Mask) -> Json:
    before, after = proposal.stored.outputs, proposal.outputs
    changes: Json = {}
    for name in sorted({*before, *after}):
        old, new = before.get(name), after.get(name)
        is_unknown = new is not None and has_unknown(new.value)
        change: Json = {
            "actions": [_output_action(old, new)],
            "before": None if old is None else _output_value(old, mask),
            "after_unknown": is_unknown,
            "before_sensitive": old is not None and old.is_sensitive,
            "after_sensitive": new is not None and new.is_sensitive,
        }
        if not is_unknown:
            change["after"] = None if new is None else _output_value(new, mask)
        changes[name] = change
    return changes


def _output_action(old: Output | None, new: Output | None) -> str:
    if old is None:
        return "create"
    if new is None:
        return "delete"
    return "no-op" if old == new else "update"
