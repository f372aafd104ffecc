"""A snapshot says whose it is."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import require
from pavior.resources.views.database_recovery import SnapshotTags


def rule(tags: SnapshotTags) -> RuleResult:
    """Passed when the tags of a database are copied to its snapshots."""
    return require(
        tags.are_copied,
        what="whether tags are copied to snapshots",
        otherwise="Snapshots of this database have no tags.",
    )
