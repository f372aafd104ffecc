"""Who may read a disk is decided by a key that we hold."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import require, worst
from pavior.resources.views.disk import Disks


def rule(subject: Disks) -> RuleResult:
    """Passed when each disk is encrypted and names a key of ours; a key that the apply will make is named."""
    judged = (
        require(
            fact,
            what="whether the disk is encrypted with a key of ours",
            otherwise="The disk is not encrypted with a key of ours.",
        )
        for fact in subject.have_own_key
    )
    return worst(*judged)
