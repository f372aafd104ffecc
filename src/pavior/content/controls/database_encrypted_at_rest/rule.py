"""What lies on the disks of a database is encrypted."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import require
from pavior.resources.views.database import Database


def rule(database: Database) -> RuleResult:
    """Passed when the database encrypts what it writes to disk, with whatever key."""
    return require(
        database.is_encrypted,
        what="whether the disks of the database are encrypted",
        otherwise="Records lie on the disk, and in every snapshot, so that they can be read.",
    )
