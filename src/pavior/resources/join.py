"""Plan and source of the same commit as one graph: the plan knows values, the source knows lines and structure. Pure.

A plan hides a whole policy document behind one unknown when a single leaf of it is chosen by the provider. The source
has the document, and only that leaf is unknown there.
"""

import json
import re
from collections.abc import Mapping

from msgspec import structs

from pavior.kernel.verdicts import UnknownReason
from pavior.resources.model import Resource, ResourceGraph, Sensitive, Unknown, Value

# `["x"]` and `[0]`, also with brackets and escaped quotes inside the key.
_INDEX = re.compile(r'\[(?:"(?:[^"\\]|\\.)*"|\d+)\]')


def join(plan_graph: ResourceGraph, source_graph: ResourceGraph) -> ResourceGraph:
    """The plan's resources, in its order, each with what the source says of its address.

    The plan decides what there is and what it is worth: a resource that stands in the source alone (its count is 0)
    is left out, a known or hidden value is never replaced, and a single value that the plan does not know stays
    unknown. Instances such as `aws_s3_bucket.a["x"]` are found under their own address, or their block's.
    """
    by_address = {resource.address: resource for resource in source_graph.resources}
    return structs.replace(
        plan_graph,
        resources=tuple(_joined(resource, _find(by_address, resource.address)) for resource in plan_graph.resources),
        skipped=tuple(dict.fromkeys((*plan_graph.skipped, *source_graph.skipped))),
    )


def _find(by_address: Mapping[str, Resource], address: str) -> Resource | None:
    exact = by_address.get(address)
    return exact or by_address.get(_INDEX.sub("", address))


def _joined(planned: Resource, written: Resource | None) -> Resource:
    if written is None:
        return planned
    return structs.replace(
        planned,
        values={name: _value(value, written.values.get(name)) for name, value in planned.values.items()},
        position=written.position or planned.position,
        references=_references(planned, written),
        attribute_positions={**planned.attribute_positions, **written.attribute_positions},
        # The source may say more of what was set than the plan alone did.
        unwritten=None,
    )


def _references(planned: Resource, written: Resource) -> dict[str, tuple[str, ...]]:
    paths = (*planned.references, *(path for path in written.references if path not in planned.references))
    return {
        path: tuple(dict.fromkeys((*planned.references.get(path, ()), *written.references.get(path, ()))))
        for path in paths
    }


def _value(planned: Value, written: Value) -> Value:
    if isinstance(planned, Unknown):
        is_hidden_by_plan = planned.reason is UnknownReason.KNOWN_AFTER_APPLY
        # The plan does not say what the value waits for, nor whether that is only a part of a text.
        is_same = isinstance(written, Unknown) and written.reason is planned.reason
        return written if is_hidden_by_plan and (is_same or _is_tree(written)) else planned
    if isinstance(planned, dict) and isinstance(written, dict):
        return {name: _value(value, written.get(name)) for name, value in planned.items()}
    if isinstance(planned, list) and isinstance(written, list):
        return [_value(item, _partner(item, index, planned, written)) for index, item in enumerate(planned)]
    return planned


def _partner(item: Value, index: int, planned: list[Value], written: list[Value]) -> Value:
    """What `item` was written as, or None when that is not certain: sets change their order."""
    if len(planned) == len(written) and all(map(_may_be_same, planned, written)):
        return written[index]
    possible = [candidate for candidate in written if _may_be_same(item, candidate)]
    rivals = [other for other in planned if possible and _may_be_same(other, possible[0])]
    return possible[0] if len(possible) == 1 and len(rivals) == 1 else None


def _may_be_same(planned: Value, written: Value) -> bool:
    """Whether nothing that both sides know differs. What one side leaves out, it does not know."""
    if planned is None or written is None or isinstance(planned, Unknown | Sensitive):
        return True
    if isinstance(written, Unknown | Sensitive):
        return True
    if isinstance(planned, dict) and isinstance(written, dict):
        return all(_may_be_same(value, written.get(name)) for name, value in planned.items())
    if isinstance(planned, list) and isinstance(written, list):
        return len(planned) == len(written)
    if isinstance(planned, dict | list) or isinstance(written, dict | list):
        # A text that holds JSON on one side, its tree on the other.
        return isinstance(planned, str) or isinstance(written, str)
    return _text(planned) == _text(written)


def _text(value: Value) -> str:
    """The provider turns `"443"` into 443 and `"true"` into true."""
    return json.dumps(value) if isinstance(value, bool | int | float) else str(value)


def _is_tree(written: Value) -> bool:
    if isinstance(written, str):
        try:
            return isinstance(json.loads(written), dict | list)
        except ValueError:
            return False
    return isinstance(written, dict | list)
