"""What programs write down cannot be read from the storage below."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import require
from pavior.resources.views.file_system import FileSystem


def rule(files: FileSystem) -> RuleResult:
    """Passed when the file system is encrypted at rest, with whatever key."""
    return require(
        files.is_encrypted,
        what="whether the file system is encrypted",
        otherwise="Files are stored in clear: encrypted is not true.",
    )
