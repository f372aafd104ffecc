"""What Pavior keeps of an environment: Terraform's own state, and all that is needed to look at it again. Secret."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pavior.adapters.engines.masking import Mask, secret_texts
from pavior.adapters.engines.values import Path
from pavior.kernel.errors import InvalidError
from pavior.resources.model import GraphFormat, Resource, ResourceGraph

_FORMAT = 1
_STATE_VERSION = 4


@dataclass(frozen=True, slots=True)
class StoredState:
    """One environment as it was applied.

    Args:
        instance: Identity of the cloud that it lives in.
        plan: SHA-256 of the plan that is being applied, or empty when none is.
        files: The source, by path, that it was applied from: to look at a cloud needs its providers.
        given: Values of all variables.
        secrets: Texts that may be seen nowhere.
        sensitive: By address, paths of attributes that the provider or the source calls sensitive.
        applied: Addresses that were changed under `plan`, in order.
        raw: Terraform's state, version 4; None before there is one.
    """

    environment: str
    instance: str
    files: Mapping[str, str] = field(repr=False)
    given: Mapping[str, str] = field(repr=False)
    secrets: frozenset[str] = field(repr=False)
    plan: str = ""
    sensitive: Mapping[str, tuple[Path, ...]] = field(default_factory=dict)
    applied: tuple[str, ...] = ()
    raw: Mapping[str, Any] | None = field(default=None, repr=False)

    @property
    def has_resources(self) -> bool:
        """Whether anything is in the cloud."""
        return any(True for _ in self.instances())

    def instances(self) -> Iterator[tuple[str, str, Mapping[str, Any], tuple[Path, ...]]]:
        """Address, type, attributes and sensitive paths of every managed resource."""
        for resource in (self.raw or {}).get("resources", ()):
            if resource.get("mode") != "managed":
                continue
            prefix = f"{resource['module']}." if resource.get("module") else ""
            for instance in resource.get("instances", ()):
                # A deposed object is what is left of a replacement that did not end.
                if instance.get("deposed"):
                    continue
                address = f"{prefix}{resource['type']}.{resource['name']}{_index(instance.get('index_key'))}"
                own = tuple(_steps(path) for path in instance.get("sensitive_attributes") or ())
                paths = tuple(dict.fromkeys((*self.sensitive.get(address, ()), *own)))
                yield address, resource["type"], instance.get("attributes") or {}, paths

    def graph(self, graph_format: GraphFormat, key: bytes) -> ResourceGraph:
        """The resources, with everything secret hidden."""
        instances = tuple(self.instances())
        secrets = self.all_secrets()
        mask = Mask(key, frozenset(secrets))
        return ResourceGraph(
            graph_format,
            tuple(
                Resource(address=address, type=kind, values=mask.as_graph(dict(values), paths))
                for address, kind, values, paths in instances
            ),
        )

    def all_secrets(self) -> set[str]:
        """Texts that stand at a sensitive place anywhere, too."""
        found = set(self.secrets)
        for _, _, values, paths in self.instances():
            found |= secret_texts(dict(values), paths)
        for output in (self.raw or {}).get("outputs", {}).values():
            if output.get("sensitive"):
                found |= secret_texts(output.get("value"), [()])
        return found

    def outputs(self) -> dict[str, object]:
        """Those that are not sensitive."""
        outputs = (self.raw or {}).get("outputs", {})
        return {name: item.get("value") for name, item in outputs.items() if not item.get("sensitive")}

    def with_raw(self, body: bytes) -> "StoredState":
        """The same with a newer state of Terraform's. Raises InvalidError `state-unreadable`."""
        return replace(self, raw=_read_raw(body))


def write_stored(state: StoredState) -> bytes:
    """To be sealed."""
    document = {
        "format": _FORMAT,
        "engine": "terraform",
        "environment": state.environment,
        "instance": state.instance,
        "files": dict(state.files),
        "given": dict(state.given),
        "secrets": sorted(state.secrets),
        "plan": state.plan,
        "sensitive": {address: [list(path) for path in paths] for address, paths in state.sensitive.items()},
        "applied": list(state.applied),
        "raw": state.raw,
    }
    return json.dumps(document, sort_keys=True).encode()


def read_stored(content: bytes) -> StoredState:
    """What `write_stored` wrote. Raises InvalidError `state-unreadable`."""
    try:
        document = json.loads(content)
        if (document["format"], document["engine"]) != (_FORMAT, "terraform"):
            raise _unreadable("it was written by another engine, or by a newer Pavior")
        return StoredState(
            environment=document["environment"],
            instance=document["instance"],
            files=document["files"],
            given=document["given"],
            secrets=frozenset(document["secrets"]),
            plan=document["plan"],
            sensitive={
                address: tuple(tuple(path) for path in paths) for address, paths in document["sensitive"].items()
            },
            applied=tuple(document["applied"]),
            raw=document["raw"],
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        raise _unreadable("it is cut off, or no state") from None


def _read_raw(body: bytes) -> Mapping[str, Any]:
    try:
        raw = json.loads(body)
    except ValueError:
        raise _unreadable("Terraform's state is no JSON") from None
    if not isinstance(raw, dict) or raw.get("version") != _STATE_VERSION:
        raise _unreadable(f"Terraform's state is not of version {_STATE_VERSION}")
    return raw


def _unreadable(why: str) -> InvalidError:
    return InvalidError(
        "state-unreadable",
        f"The state cannot be read: {why}.",
        fix="Restore the state of this environment from a backup.",
    )


def _index(key: object) -> str:
    if key is None:
        return ""
    return f"[{json.dumps(key)}]"


def _steps(path: object) -> Path:
    """A path of Terraform's state: a list of steps with a type and a value."""
    found: list[str | int] = []
    for step in path if isinstance(path, list) else ():
        value = step.get("value") if isinstance(step, dict) else None
        if isinstance(value, dict):
            value = value.get("value")
        if isinstance(value, str | int):
            found.append(value)
    return tuple(found)
