"""What was overwritten or deleted can be had back."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import require
from pavior.resources.views.file_system import FileBackup


def rule(files: FileBackup) -> RuleResult:
    """Passed when its own backup is on, or a backup plan chooses it by name, by a pattern or by its tags."""
    return require(
        files.is_backed_up,
        what="whether a backup is made of the file system",
        otherwise="What is overwritten or deleted is gone: no backup is set up, and no backup plan chooses it.",
    )
