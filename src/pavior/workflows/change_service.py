"""Changes: opened by a person, planned and gated by the platform, approved by another person, applied once."""

from collections.abc import Mapping

from pavior.environments.model import Change
from pavior.identity.model import Actor


class Changes:
    """The verbs of a Change. Each returns at once; what takes long is a Run that can be watched."""

    def open_change(
        self,
        actor: Actor,
        environment: str,
        *,
        branch: str = "",
        commit: str = "",
        title: str = "",
        variables: Mapping[str, str] | None = None,
        sensitive_variables: Mapping[str, str] | None = None,
    ) -> Change:
        """Ask that `environment` (`orders/dev`) be brought to a proposal's branch, or to a commit of main (promotion).

        Exactly one of `branch` and `commit` is given. An open Change of the same branch and environment is superseded.

        Raises:
            InvalidError: `change-source-unclear`; MissingError: `environment-missing`, `proposal-missing`,
            `commit-missing`; ForbiddenError: `permission-denied`; ConflictError: `proposal-behind`.
        """
        raise NotImplementedError

    def plan_again(self, actor: Actor, change_id: str) -> Change:
        """Plan and gate the same commit again, for example after a waiver was approved."""
        raise NotImplementedError

    def approve_change(self, actor: Actor, change_id: str, plan_digest: str, *, reason: str = "") -> Change:
        """Approve exactly the plan of that digest. When enough have approved, the apply is enqueued in the same transaction.

        Raises:
            ConflictError: `plan-not-latest`, `change-not-awaiting-approval`; ForbiddenError: `change-self-approval`.
        """
        raise NotImplementedError

    def reject_change(self, actor: Actor, change_id: str, plan_digest: str, *, reason: str) -> Change:
        """Say no to exactly that plan; the Change ends."""
        raise NotImplementedError

    def cancel_change(self, actor: Actor, change_id: str) -> Change:
        """Withdraw it. During apply, the engine stops after the resource it is at."""
        raise NotImplementedError

    def resize(self, actor: Actor, service: str, environment: str, parameters: Mapping[str, object]) -> Change:
        """Set day-two parameters of the golden path, such as `size`: a proposal and its Change."""
        raise NotImplementedError

    def revert_drift(self, actor: Actor, environment: str) -> Change:
        """Bring the live cloud back to what was applied, through plan, gate and apply like any Change."""
        raise NotImplementedError

    def rebuild_environment(self, actor: Actor, environment: str) -> Change:
        """Make everything again after the sandbox forgot it."""
        raise NotImplementedError

    def destroy_environment(self, actor: Actor, environment: str) -> Change:
        """Take everything down: a Change whose plan deletes, and that always needs an approval in production."""
        raise NotImplementedError
