"""What engines and workflows refuse in the same words."""

from pavior.kernel.errors import ConflictError, InvalidError


def plan_stale(why: str) -> ConflictError:
    """What people approved is not what would be done."""
    return ConflictError("plan-stale", f"{why}.", fix="Plan again, and have the new plan approved.")


def state_of_another(environment: str, found: str) -> InvalidError:
    """The state given is not of this environment."""
    return InvalidError(
        "state-of-another",
        f"The state given for {environment} is that of {found}.",
        fix="Restore the state of this environment from a backup.",
    )


def sandbox_restarted(environment: str) -> ConflictError:
    """The cloud that held it is no more."""
    return ConflictError(
        "sandbox-restarted",
        f"The sandbox cloud restarted and forgot {environment}.",
        fix=f"Make it again with: pavior environment rebuild {environment}.",
    )


def cloud_changed(environment: str, there: str, here: str) -> ConflictError:
    """It lives in another account or region."""
    return ConflictError(
        "cloud-changed",
        f"{environment} lives in {there}, not in {here}.",
        fix="Use the credentials and the region that it was made with, or destroy it there first.",
    )
