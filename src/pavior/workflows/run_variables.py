"""Variables given with a Change: plain ones are shown, sensitive ones are sealed until the Change has ended."""

import json
from collections.abc import Mapping
from datetime import datetime

from pavior.environments.vault import SealedKind
from pavior.storage.database import Transaction
from pavior.workflows.platform import Platform


def write_sensitive_variables(
    platform: Platform, transaction: Transaction, change_id: str, variables: Mapping[str, str], now: datetime
) -> None:
    """Seal them; nothing is stored when there are none."""
    if variables:
        body = json.dumps(dict(variables)).encode()
        platform.vault.write(transaction, SealedKind.VARIABLES, change_id, body, now)


def read_sensitive_variables(platform: Platform, transaction: Transaction, change_id: str) -> dict[str, str]:
    """In clear; keep them out of everything that is stored."""
    body = platform.vault.find(transaction, SealedKind.VARIABLES, change_id)
    return {} if body is None else {str(name): str(value) for name, value in json.loads(body).items()}
