"""What is needed to apply exactly one plan: its changes in clear, and what it was made from."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pavior.adapters.engines.binding import Binding
from pavior.adapters.engines.values import Values
from pavior.kernel.errors import InvalidError
from pavior.resources.codec import decode_value, encode_value
from pavior.resources.model import Action

_FORMAT = "pavior-embedded-plan"
_VERSION = 1


@dataclass(frozen=True, slots=True)
class SavedChange:
    """One approved change, in clear; leaves may be Unknown."""

    action: Action
    before: Values | None = field(repr=False)
    after: Values | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class SavedPlan:
    """One plan.

    Args:
        plan: SHA-256 in hex of the plan JSON that people saw.
        source: SHA-256 in hex of source and variables.
        nonce: Random, so that no two plans make things with the same token.
        changes: By address; no-ops are not among them.
    """

    environment: str
    instance: str
    region: str
    plan: str
    source: str
    nonce: str
    is_destroy: bool
    changes: Mapping[str, SavedChange]

    @property
    def binding(self) -> Binding:
        """To what people saw, to source and cloud."""
        return Binding(self.environment, self.instance, self.is_destroy, self.plan, self.source)


def write_saved_plan(plan: SavedPlan) -> bytes:
    """As UTF-8 JSON."""
    document = {
        "format": _FORMAT,
        "version": _VERSION,
        "environment": plan.environment,
        "instance": plan.instance,
        "region": plan.region,
        "plan": plan.plan,
        "source": plan.source,
        "nonce": plan.nonce,
        "is_destroy": plan.is_destroy,
        "changes": {
            address: {
                "action": change.action.value,
                "before": encode_value(change.before),
                "after": encode_value(change.after),
            }
            for address, change in plan.changes.items()
        },
    }
    return json.dumps(document, sort_keys=True).encode()


def read_saved_plan(content: bytes) -> SavedPlan:
    """What `write_saved_plan` wrote.

    Raises:
        InvalidError: `saved-plan-unreadable`, also for one that a newer version wrote.
    """
    try:
        document = json.loads(content)
        _require_version(document)
        return SavedPlan(
            environment=document["environment"],
            instance=document["instance"],
            region=document["region"],
            plan=document["plan"],
            source=document["source"],
            nonce=document["nonce"],
            is_destroy=document["is_destroy"],
            changes={
                address: SavedChange(
                    Action(change["action"]), _read_values(change["before"]), _read_values(change["after"])
                )
                for address, change in document["changes"].items()
            },
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InvalidError(
            "saved-plan-unreadable",
            "The saved plan is not one that this version of the embedded engine wrote.",
            fix="Plan again.",
        ) from error


def _read_values(document: object) -> Values | None:
    decoded = decode_value(document)  # type: ignore[arg-type] # it comes from json.loads
    return decoded if isinstance(decoded, dict) else None


def _require_version(document: Any) -> None:
    if (document["format"], document["version"]) != (_FORMAT, _VERSION):
        raise ValueError(document["version"])
