"""Terraform's and OpenTofu's JSON for plans and states as resource graphs, with nothing hidden in clear.

Source: developer.hashicorp.com/terraform/internals/json-format, formats 1.0 to 1.2; 0.1 and 0.2 are the same under
the numbers they had before Terraform 1.1.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from msgspec import structs

from pavior.adapters.readers.plan_references import ConfigurationModule, PlannedAddress, References
from pavior.adapters.readers.plan_values import has_mark, mapping_of
from pavior.kernel.errors import InvalidError
from pavior.resources.mirrors import without_mirrored
from pavior.resources.model import Action, GraphFormat, PlanReading, Resource, ResourceChange, ResourceGraph, Skipped

# A plan of 10,000 resources has about 24 MB.
MAXIMUM_PLAN_BYTES = 256 * 1024 * 1024
_MAXIMUM_MODULE_DEPTH = 50

_VERSION = re.compile(r"(?:1\.\d{1,4}|0\.[12])")
_ACTIONS = {
    ("no-op",): Action.NO_OP,
    ("create",): Action.CREATE,
    ("read",): Action.READ,
    ("update",): Action.UPDATE,
    ("delete",): Action.DELETE,
    ("delete", "create"): Action.REPLACE,
    ("create", "delete"): Action.REPLACE,
}
# The provider cannot delete an access control list: it forgets it, and the bucket keeps it.
_LEAVES_ALL_AS_IT_IS = frozenset(("aws_s3_bucket_acl",))
_NOTHING_BEGUN: frozenset[str] = frozenset()
_QUIET = (Action.NO_OP, Action.READ)


class _Resource(msgspec.Struct):
    address: str
    type: str
    name: str = ""
    mode: str = "managed"
    index: int | str | None = None
    provider_name: str = ""
    values: Any = None
    sensitive_values: Any = None


class _Module(msgspec.Struct):
    address: str = ""
    resources: list[_Resource] = []
    child_modules: "list[_Module]" = []


class _Values(msgspec.Struct):
    root_module: _Module | None = None


class _Change(msgspec.Struct):
    actions: list[str]
    before: msgspec.Raw = msgspec.Raw(b"null")
    after: msgspec.Raw = msgspec.Raw(b"null")
    after_unknown: Any = None
    before_sensitive: Any = None
    after_sensitive: Any = None


class _ResourceChange(msgspec.Struct):
    address: str
    change: _Change
    type: str = ""
    mode: str = "managed"
    deposed: str = ""


class _Deferred(msgspec.Struct):
    resource_change: _ResourceChange | None = None


class _State(msgspec.Struct):
    format_version: str = ""
    terraform_version: str = ""
    values: _Values | None = None


class _Configuration(msgspec.Struct):
    root_module: ConfigurationModule | None = None


class _Plan(msgspec.Struct):
    format_version: str = ""
    terraform_version: str = ""
    planned_values: _Values | None = None
    resource_changes: list[_ResourceChange] = []
    deferred_changes: list[_Deferred] = []
    prior_state: _State | None = None
    configuration: _Configuration | None = None
    complete: bool = True
    errored: bool = False


def read_plan(body: bytes) -> PlanReading:
    """What a plan says, from `terraform show -json`.

    Hidden values become `Sensitive`; where the document was masked by an engine of ours, with the fingerprint.
    The graph is not complete when the plan says of itself that it is not.

    Raises:
        InvalidError: `plan-unreadable`, `plan-version-unknown`, `plan-too-large`, `plan-errored`.
    """
    plan = _plan(body)
    changes: list[ResourceChange] = []
    for item in plan.resource_changes:
        action = _action(item)
        if action is not None and action not in _QUIET:
            changes.append(_change(item, action))
    return PlanReading(
        graph=_planned_graph(plan),
        changes=tuple(changes),
        prior=_state_graph(plan.prior_state),
        format_version=plan.format_version,
        terraform_version=plan.terraform_version,
    )


def read_planned_graph(body: bytes) -> ResourceGraph:
    """The graph alone of what `read_plan` gives; what a check asks about, for half of the work.

    Raises:
        InvalidError: As `read_plan`.
    """
    return _planned_graph(_plan(body))


def read_state(body: bytes) -> ResourceGraph:
    """The resources of a state, from `terraform show -json`.

    Raises:
        InvalidError: `plan-unreadable`, `plan-version-unknown`, `plan-too-large`.
    """
    state = _decode(body, _State)
    _require_version(state.format_version)
    return _state_graph(state)


def _plan(body: bytes) -> _Plan:
    plan: _Plan = _decode(body, _Plan)
    _require_version(plan.format_version)
    if plan.errored:
        raise InvalidError(
            "plan-errored",
            "Terraform stopped with an error while it made this plan, so the plan is only a part of one.",
            fix="Correct what `terraform plan` names, and plan again.",
        )
    if plan.planned_values is None and not plan.resource_changes:
        raise _unreadable("it has neither planned values nor resource changes")
    return plan


def _planned_graph(plan: _Plan) -> ResourceGraph:
    unknown = {item.address: item.change.after_unknown for item in plan.resource_changes if not item.deposed}
    planned = [(_planned_address(prefix, item), item) for prefix, item in _walk(plan.planned_values)]
    root = plan.configuration.root_module if plan.configuration else None
    # What a data source found while the plan was made stands only in the state before it.
    known = {item.address for _, item in planned}
    found = [
        (_planned_address(prefix, item), item)
        for prefix, item in _walk(plan.prior_state.values if plan.prior_state else None)
        if item.mode == "data" and item.address not in known
    ]
    references = References(root, [place for place, _ in (*planned, *found)])
    planned += [(place, item) for place, item in found if references.of(place) is not None]
    marks = [unknown.get(item.address) for _, item in planned]
    resources = tuple(
        _resource(item, marked, references.of(place, marked))
        for (place, item), marked in zip(planned, marks, strict=True)
    )
    forgotten = (item.address for item in plan.resource_changes if _action(item) is None)
    skipped = (
        *map(_deferred, plan.deferred_changes),
        *(Skipped(address, "it would no longer be managed, and stay as it is") for address in forgotten),
    )
    is_complete = plan.complete and not plan.deferred_changes
    return ResourceGraph(GraphFormat.TERRAFORM_PLAN, _without_deleted(resources, plan), skipped, is_complete)


def _decode(body: bytes, kind: type[Any]) -> Any:
    if len(body) > MAXIMUM_PLAN_BYTES:
        raise InvalidError(
            "plan-too-large",
            f"The plan has {len(body)} bytes; at most {MAXIMUM_PLAN_BYTES} are read.",
            fix="Plan a smaller stack.",
        )
    if body[:2] == b"PK":
        raise _unreadable("it is the saved plan itself, not its JSON")
    if body.startswith(b"[command]"):
        # The wrapper of hashicorp/setup-terraform does this.
        raise _unreadable("a wrapper around Terraform printed a line of its own before it")
    try:
        return msgspec.json.decode(_utf8(body), type=kind)
    except (msgspec.MsgspecError, ValueError) as error:
        # Of values only kinds and places are named, never what they hold.
        raise _unreadable(str(error).rstrip(".")) from error
    except RecursionError as error:
        raise _unreadable("it is nested too deeply") from error


def _utf8(body: bytes) -> bytes:
    """PowerShell writes UTF-16, and some editors a mark before UTF-8."""
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return body.decode("utf-16").encode()
    return body.removeprefix(b"\xef\xbb\xbf")


def _unreadable(why: str) -> InvalidError:
    return InvalidError(
        "plan-unreadable",
        f"The plan cannot be read: {why}.",
        fix="Give the output of `terraform show -json PLANFILE` or `tofu show -json PLANFILE`, whole and unchanged.",
    )


def _require_version(version: str) -> None:
    if not version:
        raise _unreadable("it has no format_version, so it is no plan")
    if not _VERSION.fullmatch(version):
        raise InvalidError(
            "plan-version-unknown",
            f"The plan has format version {version[:40]!r}; this Pavior reads 1.x.",
            fix="Use a version of Terraform or OpenTofu whose JSON has format 1.x, or a newer Pavior.",
        )


def _walk(values: _Values | None) -> Iterator[tuple[str, _Resource]]:
    """Every resource with the prefix of its module, such as `module.a["x"].`."""
    waiting = [(values.root_module, 0)] if values is not None and values.root_module is not None else []
    while waiting:
        module, depth = waiting.pop()
        if depth > _MAXIMUM_MODULE_DEPTH:
            raise _unreadable(f"modules are nested deeper than {_MAXIMUM_MODULE_DEPTH} levels")
        prefix = f"{module.address}." if module.address else ""
        for resource in module.resources:
            yield prefix, resource
        waiting += ((child, depth + 1) for child in reversed(module.child_modules))


def _planned_address(prefix: str, item: _Resource) -> PlannedAddress:
    mode = "data." if item.mode == "data" else ""
    return PlannedAddress(item.address, prefix, f"{mode}{item.type}.{item.name}", item.index)


def _resource(item: _Resource, unknown: Any, references: Mapping[str, tuple[str, ...]] | None) -> Resource:
    if references is None:
        # Nobody can say then what was written, so it may have been each value that is not known yet.
        marks = unknown if isinstance(unknown, dict) else dict.fromkeys(item.values or {}, unknown)
        references = {name: () for name, mark in marks.items() if has_mark(mark)}
    return Resource(
        address=item.address,
        type=item.type,
        values=mapping_of(item.values, unknown=unknown, sensitive=item.sensitive_values) or {},
        mode=item.mode,
        provider=item.provider_name,
        references=references,
        unwritten=_unwritten(unknown, references),
    )


def _unwritten(unknown: Any, references: Mapping[str, tuple[str, ...]]) -> tuple[str, ...] | None:
    """The attributes that are marked whole and that no expression gives; None when marks stand within one."""
    if not isinstance(unknown, dict):
        return None
    begun = {path.partition(".")[0].partition("[")[0] for path in references} if references else _NOTHING_BEGUN
    told = []
    for name, marks in unknown.items():
        if marks is True:
            if name not in begun:
                told.append(name)
        elif marks and has_mark(marks):
            return None
    return tuple(told)


def _state_graph(state: _State | None) -> ResourceGraph:
    resources = tuple(_resource(item, None, {}) for _, item in _walk(state.values if state else None))
    return ResourceGraph(GraphFormat.STATE, resources)


def _action(item: _ResourceChange) -> Action | None:
    """None for what is forgotten: it leaves the state, and nothing happens to it."""
    actions = tuple(item.change.actions)
    if "forget" in actions:
        return None
    if actions not in _ACTIONS:
        raise _unreadable(f"{item.address} has the actions {', '.join(actions)[:80]!r}, which mean nothing to us")
    return _ACTIONS[actions]


def _change(item: _ResourceChange, action: Action) -> ResourceChange:
    change = item.change
    return ResourceChange(
        address=item.address,
        type=item.type,
        action=action,
        before=mapping_of(_json(change.before), sensitive=change.before_sensitive),
        after=mapping_of(_json(change.after), unknown=change.after_unknown, sensitive=change.after_sensitive),
    )


def _without_deleted(resources: tuple[Resource, ...], plan: _Plan) -> tuple[Resource, ...]:
    """The resources as they will be once others are deleted.

    A planned bucket still repeats the encryption that it had, also where the plan deletes the resource that sets it.
    """
    gone = (
        (item, mapping_of(_json(item.change.before), sensitive=item.change.before_sensitive))
        for item in plan.resource_changes
        if _action(item) is Action.DELETE and item.type not in _LEAVES_ALL_AS_IT_IS
    )
    deleted = ResourceGraph(
        GraphFormat.STATE,
        tuple(Resource(item.address, item.type, before) for item, before in gone if before is not None),
    )
    if not deleted.resources:
        return resources
    return tuple(
        structs.replace(item, values=without_mirrored(item, item.values, item.values, deleted)[0]) for item in resources
    )


def _json(raw: msgspec.Raw) -> Any:
    try:
        return msgspec.json.decode(raw)
    except RecursionError as error:
        raise _unreadable("it is nested too deeply") from error


def _deferred(item: _Deferred) -> Skipped:
    address = item.resource_change.address if item.resource_change else "a resource"
    return Skipped(address, "Terraform deferred it to a later plan")
