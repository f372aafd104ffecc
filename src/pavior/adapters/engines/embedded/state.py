"""What the engine knows it made: its own document, sealed by whoever stores it, because secrets are in clear here."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pavior.adapters.engines.values import Path, Values
from pavior.kernel.errors import InvalidError

_FORMAT = "pavior-embedded-state"
_VERSION = 1


@dataclass(frozen=True, slots=True)
class StateResource:
    """One thing that exists, or that was about to be made when this was written.

    Args:
        identity: The cloud's id of it; empty while it is not known whether the thing was made.
        operation: Token of the operation that makes it; empty once it is whole.
        sensitive: Paths in `values` that must not leave the engine in clear.
        dependencies: Addresses that must outlive it.
    """

    address: str
    type: str
    name: str
    identity: str
    values: Values = field(repr=False)
    operation: str = ""
    sensitive: tuple[Path, ...] = ()
    dependencies: tuple[str, ...] = ()
    references: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Output:
    """One output of the stack."""

    value: Any = field(repr=False)
    is_sensitive: bool = False


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an apply has come.

    Args:
        plan: Which plan, by the digest of its JSON.
        begun: Addresses whose action was about to start, or more.
        done: Addresses whose action has ended, in order.
    """

    plan: str
    begun: tuple[str, ...] = ()
    done: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class State:
    """Everything that exists of one environment, in the order in which it was made.

    Args:
        instance: Identity of the cloud that holds it.
        region: Where in that cloud; empty before anything was made.
        progress: Of the apply that wrote this, until it has ended.
        secrets: Texts that went into it, so that they are known again when they turn up elsewhere in the cloud.
    """

    environment: str
    instance: str = ""
    region: str = ""
    resources: Mapping[str, StateResource] = field(default_factory=dict)
    outputs: Mapping[str, Output] = field(default_factory=dict)
    progress: Progress | None = None
    secrets: tuple[str, ...] = field(default=(), repr=False)

    def with_resource(self, resource: StateResource) -> "State":
        """With this one added or replaced."""
        return replace(self, resources={**self.resources, resource.address: resource})

    def without_resource(self, address: str) -> "State":
        """Without the one at `address`."""
        return replace(self, resources={name: item for name, item in self.resources.items() if name != address})


def write_state(state: State) -> bytes:
    """As UTF-8 JSON; equal states give equal bytes."""
    document = {
        "format": _FORMAT,
        "version": _VERSION,
        "environment": state.environment,
        "instance": state.instance,
        "region": state.region,
        "secrets": state.secrets,
        "resources": [
            {
                "address": item.address,
                "type": item.type,
                "name": item.name,
                "identity": item.identity,
                "values": item.values,
                "operation": item.operation,
                "sensitive": item.sensitive,
                "dependencies": item.dependencies,
                "references": dict(item.references),
            }
            for item in state.resources.values()
        ],
        "outputs": {
            name: {"value": item.value, "sensitive": item.is_sensitive} for name, item in state.outputs.items()
        },
        "progress": None
        if state.progress is None
        else {"plan": state.progress.plan, "begun": state.progress.begun, "done": state.progress.done},
    }
    return json.dumps(document, sort_keys=True).encode()


def read_state(content: bytes) -> State:
    """What `write_state` wrote.

    Raises:
        InvalidError: `state-unreadable`, also for one that a newer version wrote.
    """
    try:
        document = json.loads(content)
        _require_version(document)
        resources = [_read_resource(item) for item in document["resources"]]
        progress = document["progress"]
        return State(
            environment=document["environment"],
            instance=document["instance"],
            region=document["region"],
            secrets=tuple(document["secrets"]),
            resources={item.address: item for item in resources},
            outputs={
                name: Output(item["value"], is_sensitive=item["sensitive"])
                for name, item in document["outputs"].items()
            },
            progress=None
            if progress is None
            else Progress(progress["plan"], tuple(progress["begun"]), tuple(progress["done"])),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InvalidError(
            "state-unreadable",
            "The stored state of this environment is not one that this version of the embedded engine wrote.",
            fix="Start the version of Pavior that wrote it, or restore the state from a backup.",
        ) from error


def _read_resource(item: dict[str, Any]) -> StateResource:
    return StateResource(
        address=item["address"],
        type=item["type"],
        name=item["name"],
        identity=item["identity"],
        values=item["values"],
        operation=item["operation"],
        sensitive=tuple(tuple(path) for path in item["sensitive"]),
        dependencies=tuple(item["dependencies"]),
        references={path: tuple(addresses) for path, addresses in item["references"].items()},
    )


def _require_version(document: Any) -> None:
    if (document["format"], document["version"]) != (_FORMAT, _VERSION):
        raise ValueError(document["version"])
