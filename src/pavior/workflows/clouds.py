"""Whether the cloud that holds an environment is still the same, and what of its state that leaves."""

from pavior.environments.errors import sandbox_restarted
from pavior.environments.model import Change, ChangeKind, Environment
from pavior.environments.ports import CloudTarget
from pavior.environments.vault import SealedKind
from pavior.storage.database import Transaction
from pavior.workflows.platform import Platform


def is_forgotten(environment: Environment, target: CloudTarget) -> bool:
    """Whether another cloud stands where the environment was."""
    return bool(environment.cloud_instance) and environment.cloud_instance != target.instance


def require_same_cloud(environment: Environment, target: CloudTarget) -> None:
    """Raises ConflictError `sandbox-restarted` when the cloud that held the environment is no more."""
    if is_forgotten(environment, target):
        raise sandbox_restarted(environment.id)


def require_cloud_for(change: Change, environment: Environment, target: CloudTarget) -> None:
    """Raises ConflictError `sandbox-restarted`, except for a Change that can begin from nothing.

    That is a rebuild, a destruction, and the first deployment, which has nothing that could be rebuilt.
    """
    if change.kind not in (ChangeKind.REBUILD, ChangeKind.DESTROY) and environment.commit:
        require_same_cloud(environment, target)


def find_state(
    platform: Platform, transaction: Transaction, environment: Environment, target: CloudTarget
) -> bytes | None:
    """What was applied last; None when nothing was, or when its cloud has forgotten it."""
    if is_forgotten(environment, target):
        return None
    return platform.vault.find(transaction, SealedKind.STATE, environment.id)
