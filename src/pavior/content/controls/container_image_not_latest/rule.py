"""Every image is named with a version."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import failed, passed, unknown
from pavior.policy.workloads import each_container
from pavior.resources.model import Unknown
from pavior.resources.views.pod_containers import Container
from pavior.resources.views.workload import Workload

_MOVING = "latest"
_DIGEST = "@sha256:"
_WHAT = "which version of an image runs"


def rule(workload: Workload) -> RuleResult:
    """Passed when every image has a digest, or a tag that is not `latest`."""
    return each_container(workload, _judge, what=_WHAT)


def _judge(container: Container) -> RuleResult:
    image = container.image
    if isinstance(image.value, Unknown):
        return unknown(_WHAT, image.value, image)
    if not image.value:
        return failed(f"{container.title} names no image.", image)
    if _DIGEST in image.value:
        return passed()
    # A colon before the last slash belongs to the port of the registry.
    tag = image.value.rpartition("/")[2].partition(":")[2]
    if not tag:
        return failed(f"The image of {container.title} has no version, which means the latest.", image)
    return failed(f"The image of {container.title} is the latest one.", image) if tag == _MOVING else passed()
