"""What would have to change: the source, evaluated against what is there, resource by resource."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from pavior.adapters.engines.embedded.evaluating import Evaluator
from pavior.adapters.engines.embedded.ordering import Work, order_addresses
from pavior.adapters.engines.embedded.schema import Schema, changed, propose
from pavior.adapters.engines.embedded.session import Session, type_of
from pavior.adapters.engines.embedded.stack import LoadedStack, invalid
from pavior.adapters.engines.embedded.state import Output, State, StateResource
from pavior.adapters.engines.masking import find_sensitive
from pavior.adapters.engines.values import UNKNOWN, Evaluation, Path, Values, has_unknown
from pavior.environments.ports import EngineEvent, Report
from pavior.resources.model import Action


@dataclass(frozen=True, slots=True)
class Planned:
    """One resource, as it is and as it would be. Values are in clear; leaves may be Unknown.

    Args:
        identity: The cloud's id of what is there, or empty.
        dependencies: Addresses that it leans on, by the source; of a deletion, by the state.
        needed: Addresses that what is there leans on.
        replace_paths: Attributes that cannot be changed in place.
    """

    address: str
    type: str
    name: str
    action: Action
    before: Values | None = field(repr=False)
    after: Values | None = field(repr=False)
    identity: str = ""
    before_sensitive: tuple[Path, ...] = ()
    after_sensitive: tuple[Path, ...] = ()
    dependencies: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()
    references: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    replace_paths: tuple[str, ...] = ()

    @property
    def schema(self) -> Schema:
        """Of its type."""
        return type_of(self.type).schema

    @property
    def work(self) -> Work:
        """For ordering."""
        return Work(self.address, self.action, needs=self.dependencies, needed=self.needed)


@dataclass(frozen=True, slots=True)
class Proposal:
    """Everything that would change, and what is there.

    Args:
        stored: The state as it was given.
        refreshed: The same with values as they are now, without what is gone.
        planned: Every resource of source and state, those of the source after what they depend on.
    """

    stored: State
    refreshed: State
    planned: tuple[Planned, ...]
    outputs: Mapping[str, Output]

    @property
    def changes(self) -> tuple[Planned, ...]:
        """Without those that stay as they are."""
        return tuple(item for item in self.planned if item.action is not Action.NO_OP)


def refresh(state: State, session: Session, report: Report) -> State:
    """The state with each resource as it is now. What is gone is left out; what an interrupted try made is found.

    Raises:
        UnavailableError: `cloud-unreachable`, `engine-failed`; never a part of it.
    """
    resources: dict[str, StateResource] = {}
    total = len(state.resources)
    for done, resource in enumerate(state.resources.values(), start=1):
        found = _refresh_one(resource, session)
        if found is not None:
            resources[resource.address] = found
        report(EngineEvent(f"Read {resource.address}.", resource.address, done, total))
    return replace(state, resources=resources)


def _refresh_one(resource: StateResource, session: Session) -> StateResource | None:
    kind, address = type_of(resource.type), resource.address
    identity = resource.identity
    if not identity:
        identity = session.find_made(kind, address, resource.operation, resource.values) or ""
    values = session.read(kind, address, identity, resource.values) if identity else None
    return None if values is None else replace(resource, identity=identity, values=values, operation="")


def propose_changes(stack: LoadedStack, stored: State, refreshed: State, evaluator: Evaluator) -> Proposal:
    """Compare source and cloud. `evaluator` knows afterwards what each address would be.

    Raises:
        InvalidError: `stack-invalid`, `stack-unsupported`.
        UnavailableError: `cloud-unreachable`, `engine-failed` when a data source cannot be read.
    """
    planned: list[Planned] = []
    if not stack.is_destroy:
        for address in order_addresses(stack.dependencies):
            item = plan_one(stack, address, refreshed.resources.get(address), evaluator)
            evaluator.learn(address, item.after or {}, item.after_sensitive)
            planned.append(item)
    for address in refreshed.resources:
        if stack.is_destroy and address in stack.resources and stack.resources[address].lifecycle.prevent_destroy:
            raise invalid([f"{address} would be destroyed, and says prevent_destroy"])
    declared = {item.address for item in planned}
    planned += [_deletion(resource) for resource in refreshed.resources.values() if resource.address not in declared]
    outputs = {} if stack.is_destroy else evaluator.outputs()
    return Proposal(stored, refreshed, tuple(planned), outputs)


def plan_one(stack: LoadedStack, address: str, current: StateResource | None, evaluator: Evaluator) -> Planned:
    """What would happen to one resource of the source, as far as `evaluator` knows the others."""
    block = stack.resources[address]
    schema = type_of(block.type).schema
    live = None if current is None else current.values
    evaluated = _ignoring(block.lifecycle.ignore_changes, schema, evaluator.evaluate(address), current)
    stack.require_sound(address, schema, evaluated.clear)
    after, sensitive = desired(schema, evaluated, live, stack.default_tags)
    action, replaced = Action.CREATE, tuple[str, ...]()
    if live is not None:
        names = changed(schema, live, after)
        replaced = tuple(name for name in names if schema[name].forces_new)
        if replaced:
            action = Action.REPLACE
            after, sensitive = desired(schema, evaluated, None, stack.default_tags)
        else:
            action = Action.UPDATE if names else Action.NO_OP
    if replaced and block.lifecycle.prevent_destroy:
        raise invalid([f"{address} would be replaced, and says prevent_destroy"])
    return Planned(
        address=address,
        type=block.type,
        name=block.name,
        action=action,
        before=live,
        after=after,
        identity="" if current is None else current.identity,
        before_sensitive=() if current is None else current.sensitive,
        after_sensitive=sensitive,
        dependencies=stack.dependencies[address],
        needed=() if current is None else current.dependencies,
        references=block.references,
        replace_paths=replaced,
    )


def _ignoring(
    names: tuple[str, ...], schema: Schema, evaluated: Evaluation, current: StateResource | None
) -> Evaluation:
    """What the source says once and then leaves alone."""
    if current is None or not names:
        return evaluated
    kept = {
        name: current.values.get(name)
        for name, attribute in schema.items()
        if attribute.is_settable and (name in names or names == ("all",))
    }
    hidden = {name: UNKNOWN for name in kept if any(path[0] == name for path in current.sensitive)}
    return Evaluation({**evaluated.clear, **kept}, {**evaluated.tainted, **kept, **hidden})


def desired(
    schema: Schema, evaluated: Evaluation, live: Values | None, default_tags: Evaluation
) -> tuple[Values, tuple[Path, ...]]:
    """The values that the source wants, and which of them are sensitive."""
    clear = _with_all_tags(schema, propose(schema, evaluated.clear, live), live, default_tags.clear)
    tainted = _with_all_tags(schema, propose(schema, evaluated.tainted, live), live, default_tags.tainted)
    return clear, find_sensitive(clear, tainted)


def _with_all_tags(schema: Schema, values: Values, live: Values | None, default_tags: Values) -> Values:
    if "tags_all" not in schema:
        return values
    tags = values["tags"]
    if tags is not None and not isinstance(tags, dict):
        return {**values, "tags_all": UNKNOWN}
    every = {**default_tags, **(tags or {})}
    known = None if live is None else live.get("tags_all")
    return {**values, "tags_all": known if known == every and not has_unknown(every) else every}


def _deletion(resource: StateResource) -> Planned:
    return Planned(
        address=resource.address,
        type=resource.type,
        name=resource.name,
        action=Action.DELETE,
        before=resource.values,
        after=None,
        identity=resource.identity,
        before_sensitive=resource.sensitive,
        dependencies=resource.dependencies,
        needed=resource.dependencies,
        references=resource.references,
    )
