"""The account that pods get without asking is of no use to them."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import passed, unknown
from pavior.policy.workloads import forbid
from pavior.resources.model import Unknown
from pavior.resources.views.service_account import ServiceAccount

_WHAT = "whether the default account gives its token to pods"


def rule(account: ServiceAccount) -> RuleResult:
    """Passed when the account is not the one called `default`, or does not mount its token."""
    is_default, mounts = account.is_default, account.mounts_token
    if is_default.value is False or mounts.value is False:
        return passed()
    if isinstance(is_default.value, Unknown):
        return unknown(_WHAT, is_default.value, is_default)
    return forbid(
        mounts, what=_WHAT, otherwise="The default account gives its token to every pod that names no account."
    )
