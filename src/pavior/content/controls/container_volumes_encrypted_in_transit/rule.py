"""Files are not readable on their way."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import passed, require, unknown, worst
from pavior.resources.views.containers import ContainerTask

_WHAT = "whether traffic to a file system is encrypted"


def rule(task: ContainerTask) -> RuleResult:
    """Passed when traffic to each network file system is encrypted; also when there is none."""
    found = [
        require(fact, what=_WHAT, otherwise="Files travel in the clear: transit_encryption is not ENABLED.")
        for fact in task.volumes_in_transit
    ]
    if task.volumes_unread is not None:
        found.append(unknown(_WHAT, task.volumes_unread))
    return worst(passed(), *found)
