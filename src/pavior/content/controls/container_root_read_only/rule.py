"""What an image holds stays as it is."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import passed, require, unknown, worst
from pavior.resources.views.containers import ContainerTask

_WHAT = "whether a container can change its own files"


def rule(task: ContainerTask) -> RuleResult:
    """Passed when the root file system of every container is read-only."""
    found = [
        require(
            fact,
            what=_WHAT,
            otherwise="A container can change its own files: readonlyRootFilesystem is not true for each.",
        )
        for fact in task.has_read_only_root
    ]
    if task.unread is not None:
        found.append(unknown(_WHAT, task.unread))
    return worst(passed(), *found)
