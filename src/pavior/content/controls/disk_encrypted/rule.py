"""What is on a disk is of no use without its key."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import require, worst
from pavior.resources.views.disk import Disks


def rule(subject: Disks) -> RuleResult:
    """Passed when each disk, the one that a machine starts from too, is encrypted."""
    judged = (
        require(
            fact,
            what="whether the disk is encrypted",
            otherwise="The disk is not encrypted.",
        )
        for fact in subject.are_encrypted
    )
    return worst(*judged)
