"""No snapshot is for everybody."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import require
from pavior.resources.views.database_recovery import SharedSnapshot, is_shared_with_everybody
from pavior.resources.views.facts import Fact, negated


def rule(snapshot: SharedSnapshot) -> RuleResult:
    """Passed when the snapshot is shared with nobody, or with accounts by their numbers."""
    return require(
        Fact(negated(is_shared_with_everybody(snapshot)), "shared_accounts"),
        what="whether everybody may restore this snapshot",
        otherwise="Everybody with an AWS account may restore this snapshot, and read all that is in it.",
    )
