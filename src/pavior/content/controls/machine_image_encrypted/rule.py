"""The disks in an image are encrypted."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import passed, require, unknown, worst
from pavior.resources.views.machine_images import MachineImage

_WHAT = "whether its disks are encrypted"


def rule(image: MachineImage) -> RuleResult:
    """Passed when each disk that the image describes is encrypted."""
    found = [
        require(volume.is_encrypted, what=_WHAT, otherwise="A disk in the image is not encrypted.")
        for volume in image.volumes
    ]
    if image.unread is not None:
        found.append(unknown(_WHAT, image.unread))
    return worst(passed(), *found)
