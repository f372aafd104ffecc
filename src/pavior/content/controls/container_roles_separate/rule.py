"""Starting and running are different work."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import require, unknown, worst
from pavior.resources.views.containers import ContainerTask

_WHAT = "whether what starts the containers and what runs in them are two roles"


def rule(task: ContainerTask) -> RuleResult:
    """Passed when the two roles differ, or there are not two."""
    result = require(
        task.has_separate_roles,
        what=_WHAT,
        otherwise="The program has the role that starts it, and so may fetch secrets and images.",
    )
    return result if task.unread is None or not _is_in_containers(task) else worst(result, unknown(_WHAT, task.unread))


def _is_in_containers(task: ContainerTask) -> bool:
    """A batch job names its roles in the JSON that could not be read; a task names them beside it."""
    return task.has_separate_roles.attribute == "container_properties"
