"""A cloud and an engine in memory, for tests of workflows.

Its stacks are `infra/*.json`: address to attributes. In a text, `${name}` stands for a variable; the text
`(chosen by the cloud)` is known after the apply, and then is what `MemoryCloud.choices` says, or `chosen`.
The engine keeps what the port promises: it refreshes before it plans, refuses a plan that no longer fits the world,
journals around each thing, goes on from its journal, and stops between two things when asked to.
"""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from msgspec import structs

from pavior.environments.ports import (
    ApplyResult,
    CloudTarget,
    EngineEvent,
    EnginePlan,
    Journal,
    Purpose,
    Report,
    Stack,
)
from pavior.kernel.errors import ConflictError, InvalidError, UnavailableError
from pavior.kernel.verdicts import Position, UnknownReason
from pavior.resources.adoption import Adopted, Adoption, LeftOut, Wish
from pavior.resources.codec import decode_plan_reading, encode_plan_reading
from pavior.resources.drift import compare
from pavior.resources.model import (
    Action,
    GraphFormat,
    PlanReading,
    Resource,
    ResourceChange,
    ResourceGraph,
    Sensitive,
    Unknown,
    Value,
)

CHOSEN_BY_THE_CLOUD = "(chosen by the cloud)"
_VARIABLE = re.compile(r"\$\{(\w+)\}")

_NO_VALUE = "\N{REPLACEMENT CHARACTER}"
_PROGRESS = ("begun", "done")

Things = dict[str, dict[str, Any]]


@dataclass(slots=True)
class MemoryCloud:
    """Holds what was made, and knows how often.

    Args:
        things: By environment and address, what is there, as anybody may edit it behind the platform's back.
        made: How often each thing was made.
        breaks_at: Address that cannot be made or changed at the moment.
        silent_after: Address after whose change the cloud does not answer any more.
        before: Called with each address before it is made, changed or deleted.
        while_reading: Called whenever what is there is read for a plan.
    """

    name: str = "memory"
    is_forgetful: bool = True
    number: int = 1
    is_answering: bool = True
    things: dict[str, Things] = field(default_factory=dict)
    made: Counter[str] = field(default_factory=Counter)
    choices: dict[str, Any] = field(default_factory=dict)
    breaks_at: str = ""
    silent_after: str = ""
    purposes: list[tuple[str, Purpose]] = field(default_factory=list)
    before: Callable[[str], object] = lambda _: None
    while_reading: Callable[[], object] = lambda: None

    def target(self, environment: str, purpose: Purpose = Purpose.PLAN) -> CloudTarget:
        """See `Cloud`. `purposes` is what it was asked for."""
        self.require_answer()
        self.purposes.append((environment, purpose))
        return CloudTarget("aws", "eu-west-1", "memory:", f"memory-{self.number}")

    def ping(self) -> None:
        """See `Cloud`."""
        self.require_answer()

    def restart(self) -> None:
        """Forget everything, as the sandbox does."""
        self.number += 1
        self.things.clear()

    def of(self, environment: str) -> Things:
        """What is there in `orders/dev`."""
        self.require_answer()
        return self.things.setdefault(environment, {})

    def put(self, environment: str, address: str, values: Mapping[str, Any]) -> dict[str, Any]:
        """Make or change one thing, and give it as it is then."""
        self._touch(address)
        there = self.of(environment)
        if address not in there:
            self.made[f"{environment} {address}"] += 1
        there[address] = {
            name: self.choices.get(f"{address}.{name}", "chosen") if value == CHOSEN_BY_THE_CLOUD else value
            for name, value in values.items()
        }
        if address == self.silent_after:
            self.is_answering = False
        return dict(there[address])

    def remove(self, environment: str, address: str) -> None:
        """Delete one thing, if it is there."""
        self._touch(address)
        self.of(environment).pop(address, None)

    def require_answer(self) -> None:
        """Raises UnavailableError `cloud-unreachable`."""
        if not self.is_answering:
            raise UnavailableError("cloud-unreachable", "The cloud does not answer.", fix="Wait until it does.")

    def _touch(self, address: str) -> None:
        self.before(address)
        self.require_answer()
        if address == self.breaks_at:
            raise UnavailableError("apply-failed", f"The cloud refused {address}.", fix="Try again later.")


@dataclass(slots=True)
class MemoryEngine:
    """Implements `environments.ports.Engine` on a `MemoryCloud`."""

    cloud: MemoryCloud
    name: str = "memory"
    version: str = "1"

    def plan(self, stack: Stack, *, state: bytes | None, target: CloudTarget, report: Report) -> EnginePlan:
        """See `Engine`."""
        desired = {} if stack.is_destroy else _desired(stack)
        known = _read(state, stack, target)
        live = self._live(known)
        self.cloud.while_reading()
        report(EngineEvent(f"Read {len(live)} things.", "", len(live), len(live)))
        changes = _changes(desired, live)
        secrets = {*known["secrets"], *stack.sensitive_variables.values()}
        after = {address: changes[address]["after"] if address in changes else live[address] for address in desired}
        reading = PlanReading(
            graph=_graph(after, secrets, GraphFormat.TERRAFORM_PLAN),
            changes=tuple(
                ResourceChange(
                    address,
                    _type(address),
                    Action(change["action"]),
                    before=_masked(change["before"], secrets),
                    after=_masked(change["after"], secrets),
                )
                for address, change in changes.items()
            ),
            prior=_graph(live, secrets, GraphFormat.TERRAFORM_PLAN),
            format_version="1.2",
            terraform_version=self.version,
        )
        return EnginePlan(
            plan_json=json.dumps(encode_plan_reading(reading), sort_keys=True).encode(),
            saved_plan=json.dumps({"instance": target.instance, "changes": changes, "seen": live}).encode(),
        )

    def apply(
        self,
        stack: Stack,
        plan: EnginePlan,
        *,
        state: bytes | None,
        target: CloudTarget,
        journal: Journal,
        report: Report,
        is_cancelled: Callable[[], bool],
    ) -> ApplyResult:
        """See `Engine`."""
        saved = json.loads(plan.saved_plan)
        journaled = journal.load()
        now = _read(journaled or state, stack, target)
        if journaled is None:
            # How far another apply came says nothing of this one.
            now = {name: value for name, value in now.items() if name not in _PROGRESS}
            now["resources"] = now["resources"] | saved["seen"]
        now["secrets"] = sorted({*now["secrets"], *stack.sensitive_variables.values()})
        done: list[str] = now.setdefault("done", [])
        if saved["instance"] != target.instance:
            raise _stale("The plan was made for another cloud")
        for address, change in saved["changes"].items():
            if address in done:
                continue
            if is_cancelled():
                raise ConflictError(
                    "run-cancelled",
                    f"The apply was cancelled before {address}.",
                    fix="Start it again when you want it after all.",
                )
            there = self.cloud.of(stack.environment).get(address)
            if there != change["before"] and now.get("begun") != address:
                raise _stale(f"{address} is not as it was when the plan was made")
            now["begun"] = address
            journal.save(json.dumps(now).encode())
            report(EngineEvent(f"{change['action']} {address}", address, len(done), len(saved["changes"])))
            self._take(stack.environment, address, change["after"], now["resources"])
            done.append(address)
            journal.save(json.dumps(now).encode())
        whole = {name: value for name, value in now.items() if name not in _PROGRESS}
        return ApplyResult(state=json.dumps(whole).encode(), applied=tuple(done))

    def observe(self, *, state: bytes, target: CloudTarget, report: Report) -> ResourceGraph:
        """See `Engine`."""
        known = json.loads(state)
        return _graph(self._live(known), known["secrets"], GraphFormat.LIVE)

    def read_state(self, state: bytes) -> ResourceGraph:
        """See `Engine`."""
        known = json.loads(state)
        return _graph(known["resources"], known["secrets"], GraphFormat.STATE)

    def outputs(self, state: bytes) -> Mapping[str, object]:
        """See `Engine`. It has none."""
        return {}

    @property
    def has_terraform_state(self) -> bool:
        """It can pretend."""
        return True

    def terraform_state(self, state: bytes) -> bytes | None:
        """In Terraform's form as far as it goes: with the addresses for resources."""
        known = json.loads(state)
        own = {"version": 4, "serial": known.get("serial", 1), "lineage": known["environment"]}
        return json.dumps(own | {"resources": sorted(known["resources"])}).encode()

    def with_terraform_state(self, state: bytes, own: bytes) -> bytes:
        """What is not in `own` is forgotten."""
        known, told = json.loads(state), json.loads(own)
        kept = {address: values for address, values in known["resources"].items() if address in told["resources"]}
        return json.dumps(known | {"serial": told["serial"], "resources": kept}).encode()

    def supported_types(self) -> Iterable[str]:
        """See `Engine`. All."""
        return ()

    def _live(self, known: Mapping[str, Any]) -> Things:
        # What was begun may have been made just before a crash.
        ours = {*known["resources"], known.get("begun")}
        return {name: dict(values) for name, values in self.cloud.of(known["environment"]).items() if name in ours}

    def _take(self, environment: str, address: str, after: Mapping[str, Any] | None, resources: Things) -> None:
        if after is None:
            self.cloud.remove(environment, address)
            resources.pop(address, None)
        else:
            resources[address] = self.cloud.put(environment, address, after)


def read_memory_plan(plan_json: bytes) -> PlanReading:
    """The plan JSON of a `MemoryEngine`."""
    return decode_plan_reading(json.loads(plan_json))


def read_memory_source(
    files: Mapping[str, bytes], variables: Mapping[str, str], sensitive: frozenset[str]
) -> ResourceGraph:
    """The graph of a stack in memory; every address stands on a line of its own."""
    secrets = {variables[name] for name in sensitive if name in variables}
    resources = []
    for path, body in files.items():
        for line, (address, values) in enumerate(_parse(path, body).items(), start=2):
            masked = _masked(_filled(values, variables), secrets) or {}
            place = Position(path, line, line)
            written = dict.fromkeys(masked, place)
            resources.append(Resource(address, _type(address), masked, position=place, attribute_positions=written))
    return ResourceGraph(GraphFormat.TERRAFORM_SOURCE, tuple(resources))


def read_memory_source_tolerantly(
    files: Mapping[str, bytes], variables: Mapping[str, str], sensitive: frozenset[str]
) -> ResourceGraph:
    """The same, where a text with a variable that has no value is not evaluated."""
    names = {name for body in files.values() for name in _VARIABLE.findall(body.decode())}
    graph = read_memory_source(files, {**{name: f"{_NO_VALUE}{name}" for name in names}, **variables}, sensitive)
    return structs.replace(
        graph, resources=tuple(structs.replace(item, values=_without_values(item)) for item in graph.resources)
    )


def adopt_memory_source(wish: Wish) -> Adoption:
    """Whole attributes as they are live; one with a variable in it is computed, and left out."""
    stacks = {path: _parse(path, body) for path, body in wish.files.items()}
    taken, left = [], []
    for drift in compare(wish.declared, wish.live):
        live = wish.live.find(drift.address)
        things = next((it for it in stacks.values() if drift.address in it), None)
        for name in dict.fromkeys(item.path.partition(".")[0] for item in drift.properties):
            if wish.wanted and drift.address not in wish.wanted:
                left.append(LeftOut(drift.address, name, "it was not asked for"))
            elif things is None or live is None or "${" in str(things[drift.address].get(name)):
                left.append(LeftOut(drift.address, name, "it is computed"))
            else:
                things[drift.address][name] = live.values.get(name)
                taken.append(Adopted(drift.address, name))
    files = {path: json.dumps(things, indent=1).encode() for path, things in stacks.items()}
    return Adoption({path: body for path, body in files.items() if body != wish.files[path]}, tuple(taken), tuple(left))


def _without_values(resource: Resource) -> dict[str, Value]:
    return {
        name: Unknown(UnknownReason.NOT_EVALUATED, "a variable has no value")
        if isinstance(value, str) and _NO_VALUE in value
        else value
        for name, value in resource.values.items()
    }


def _desired(stack: Stack) -> Things:
    variables = {**stack.variables, **stack.sensitive_variables}
    found: Things = {}
    for path in sorted(stack.folder.glob("*.json")):
        for address, values in _parse(path.name, path.read_bytes()).items():
            found[address] = _filled(values, variables)
    return found


def _parse(path: str, body: bytes) -> Things:
    try:
        return dict(json.loads(body))
    except ValueError as error:
        raise InvalidError(
            "stack-invalid", f"{path} is not JSON: {error}.", fix="Mend it; python -m json.tool shows where."
        ) from error


def _filled(values: Mapping[str, Any], variables: Mapping[str, str]) -> dict[str, Any]:
    def fill(found: re.Match[str]) -> str:
        if found[1] not in variables:
            raise InvalidError(
                "variable-missing", f"Variable {found[1]} has no value.", fix=f"Give it: --variable {found[1]}=VALUE."
            )
        return variables[found[1]]

    return {name: _VARIABLE.sub(fill, value) if isinstance(value, str) else value for name, value in values.items()}


def _changes(desired: Things, live: Things) -> dict[str, dict[str, Any]]:
    changes: dict[str, dict[str, Any]] = {}
    for address, wanted in desired.items():
        there = live.get(address)
        # What the cloud has chosen once, it keeps.
        kept = {name: there[name] for name in wanted if there and wanted[name] == CHOSEN_BY_THE_CLOUD and name in there}
        after = {**wanted, **kept}
        if there != after:
            changes[address] = {"action": "create" if there is None else "update", "before": there, "after": after}
    for address in reversed([name for name in live if name not in desired]):
        changes[address] = {"action": "delete", "before": live[address], "after": None}
    return changes


def _read(state: bytes | None, stack: Stack, target: CloudTarget) -> dict[str, Any]:
    if state is None:
        return {"environment": stack.environment, "instance": target.instance, "resources": {}, "secrets": []}
    known: dict[str, Any] = json.loads(state)
    if known["instance"] != target.instance:
        raise ConflictError(
            "sandbox-restarted", f"The cloud forgot {stack.environment}.", fix="Rebuild it: pavior environment rebuild."
        )
    return known


def _graph(things: Things, secrets: Iterable[str], graph_format: GraphFormat) -> ResourceGraph:
    known = set(secrets)
    return ResourceGraph(
        graph_format,
        tuple(Resource(address, _type(address), _masked(values, known) or {}) for address, values in things.items()),
    )


def _masked(values: Mapping[str, Any] | None, secrets: Iterable[str]) -> dict[str, Value] | None:
    return None if values is None else {name: _mask(value, secrets) for name, value in values.items()}


def _mask(value: Any, secrets: Iterable[str]) -> Value:
    if value == CHOSEN_BY_THE_CLOUD:
        return Unknown()
    if isinstance(value, str) and any(secret in value for secret in secrets):
        return Sensitive(hashlib.sha256(value.encode()).hexdigest()[:32])
    return value  # type: ignore[no-any-return] # JSON


def _type(address: str) -> str:
    return address.partition(".")[0]


def _stale(why: str) -> ConflictError:
    return ConflictError("plan-stale", f"{why}.", fix="Plan again, and have the new plan approved.")
