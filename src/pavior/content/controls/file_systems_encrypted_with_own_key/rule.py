"""Files are encrypted with a key that we hold."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import require
from pavior.resources.views.file_system import FileSystem


def rule(files: FileSystem) -> RuleResult:
    """Passed when the file system is encrypted and names a key of ours."""
    return require(
        files.has_own_key,
        what="whether files are encrypted with a key of ours",
        otherwise="Files are encrypted with a key that the provider manages, or not at all.",
    )
