"""No snapshot is for everybody."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import require
from pavior.resources.views.database_recovery import SharedSnapshot
from pavior.resources.views.facts import Fact, any_of, ask, negated

_EVERYBODY = "all"


def rule(snapshot: SharedSnapshot) -> RuleResult:
    """Passed when the snapshot is shared with nobody, or with accounts by their numbers."""
    is_public = any_of(ask(account, lambda name: name.lower() == _EVERYBODY) for account in snapshot.accounts)
    return require(
        Fact(negated(is_public), "shared_accounts"),
        what="whether everybody may restore this snapshot",
        otherwise="Everybody with an AWS account may restore this snapshot, and read all that is in it.",
    )
