"""Whoever comes in through it sees one folder."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import require
from pavior.resources.views.file_system import FileAccessPoint


def rule(door: FileAccessPoint) -> RuleResult:
    """Passed when its root directory is a folder, not the whole file system."""
    return require(
        door.has_own_root,
        what="whether the access point leads to a folder of its own",
        otherwise="It leads to the root of the file system, and so to the files of everybody else.",
    )
