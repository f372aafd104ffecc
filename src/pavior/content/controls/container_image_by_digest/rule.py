"""Every image is named by the fingerprint of its content."""

import re

from pavior.policy.model import RuleResult
from pavior.policy.rules import failed, passed, unknown
from pavior.policy.workloads import each_container
from pavior.resources.model import Unknown
from pavior.resources.views.pod_containers import Container
from pavior.resources.views.workload import Workload

_DIGEST = re.compile(r"@sha256:[0-9a-f]{64}$|@sha512:[0-9a-f]{128}$")
_WHAT = "which content an image has"


def rule(workload: Workload) -> RuleResult:
    """Passed when every image ends with the digest of its content."""
    return each_container(workload, _judge, what=_WHAT)


def _judge(container: Container) -> RuleResult:
    image = container.image
    if isinstance(image.value, Unknown):
        return unknown(_WHAT, image.value, image)
    if _DIGEST.search(image.value):
        return passed()
    return failed(f"The image of {container.title} is not named by its digest.", image)
