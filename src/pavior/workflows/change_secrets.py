"""What a Change keeps secret, sealed: its sensitive variables, its saved plans, and the journals of its applies."""

import json
from collections.abc import Mapping
from datetime import datetime

from pavior.environments.model import Change
from pavior.environments.ports import EnginePlan
from pavior.environments.vault import SealedKind
from pavior.storage.database import Transaction
from pavior.workflows.platform import Platform

_LENGTH_BYTES = 8


def write_sensitive_variables(
    platform: Platform, transaction: Transaction, owner: str, variables: Mapping[str, str], now: datetime
) -> None:
    """Seal those of a Change or of an environment, by its id; nothing is stored when there are none."""
    if variables:
        body = json.dumps(dict(variables)).encode()
        platform.vault.write(transaction, SealedKind.VARIABLES, owner, body, now)


def read_sensitive_variables(platform: Platform, transaction: Transaction, owner: str) -> dict[str, str]:
    """In clear; keep them out of everything that is stored."""
    body = platform.vault.find(transaction, SealedKind.VARIABLES, owner)
    return {} if body is None else {str(name): str(value) for name, value in json.loads(body).items()}


def write_saved_plan(
    platform: Platform, transaction: Transaction, change_id: str, number: int, *, plan: EnginePlan, now: datetime
) -> None:
    """Seal what the engine needs to apply exactly this plan."""
    body = len(plan.plan_json).to_bytes(_LENGTH_BYTES, "big") + plan.plan_json + plan.saved_plan
    platform.vault.write(transaction, SealedKind.SAVED_PLAN, _saved_plan_owner(change_id, number), body, now)


def find_saved_plan(platform: Platform, transaction: Transaction, change_id: str, number: int) -> EnginePlan | None:
    """The plan as the engine gave it, or None when it is no longer kept."""
    body = platform.vault.find(transaction, SealedKind.SAVED_PLAN, _saved_plan_owner(change_id, number))
    if body is None:
        return None
    end = _LENGTH_BYTES + int.from_bytes(body[:_LENGTH_BYTES], "big")
    return EnginePlan(plan_json=body[_LENGTH_BYTES:end], saved_plan=body[end:])


def forget_plans(platform: Platform, transaction: Transaction, change: Change) -> None:
    """None of its plans can be applied any more."""
    for number in range(1, change.plan_number + 1):
        platform.vault.erase(transaction, SealedKind.SAVED_PLAN, _saved_plan_owner(change.id, number))
        platform.vault.erase(transaction, SealedKind.JOURNAL, apply_run_id(change.id, number))


def forget_secrets(platform: Platform, transaction: Transaction, change: Change) -> None:
    """The Change will neither be planned nor applied again."""
    platform.vault.erase(transaction, SealedKind.VARIABLES, change.id)
    forget_plans(platform, transaction, change)


def apply_run_id(change_id: str, number: int) -> str:
    """Id of the run that applies this plan, under which its journal is kept."""
    return f"apply-{change_id}-{number}"


def _saved_plan_owner(change_id: str, number: int) -> str:
    return f"{change_id}/{number}"
