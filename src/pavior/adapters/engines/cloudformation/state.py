"""What is known of one stack: its template as applied, with its parameters. Secret: parameters are in clear here."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from pavior.kernel.errors import InvalidError

_FORMAT = "pavior-cloudformation-state"
_VERSION = 1


@dataclass(frozen=True, slots=True)
class Begun:
    """An apply that was begun.

    Args:
        plan: SHA-256 in hex of the plan's JSON.
        change_set: Its ARN; empty for a destruction.
        stack_id: ARN of the stack, by which it is still found when it is gone.
        template: What the stack has when the apply has ended.
    """

    plan: str
    change_set: str
    stack_id: str
    template: str
    given: Mapping[str, str] = field(repr=False)
    secret_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StackState:
    """One stack.

    Args:
        template: As applied; empty when there is no stack.
        account: Where it lives.
        physical_ids: Logical id to what the cloud calls it.
    """

    environment: str
    instance: str
    region: str
    path: str = "infra/template.yaml"
    template: str = field(default="", repr=False)
    given: Mapping[str, str] = field(default_factory=dict, repr=False)
    secret_names: tuple[str, ...] = ()
    account: str = ""
    physical_ids: Mapping[str, str] = field(default_factory=dict)
    outputs: Mapping[str, Any] = field(default_factory=dict, repr=False)
    secret_outputs: tuple[str, ...] = ()
    begun: Begun | None = None


def write_state(state: StackState) -> bytes:
    """As UTF-8 JSON; equal states give equal bytes."""
    return json.dumps({"format": _FORMAT, "version": _VERSION, **asdict(state)}, sort_keys=True).encode()


def read_state(content: bytes) -> StackState:
    """Raises InvalidError `state-unreadable`."""
    try:
        document = json.loads(content)
        if document.pop("format") != _FORMAT or document.pop("version") != _VERSION:
            raise ValueError  # noqa: TRY301 - told with the others below
        begun = document.pop("begun")
        given: dict[str, Any] = {
            name: tuple(item) if isinstance(item, list) else item for name, item in document.items()
        }
        state = StackState(**given)
        if begun is not None:
            begun = Begun(**{**begun, "secret_names": tuple(begun["secret_names"])})
        return replace(state, begun=begun)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InvalidError(
            "state-unreadable",
            f"The state is none of the CloudFormation engine's: {type(error).__name__}.",
            fix="Restore the state of this environment from a backup.",
        ) from error
