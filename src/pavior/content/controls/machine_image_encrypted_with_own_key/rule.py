"""The disks in an image have a lock of ours."""

from collections.abc import Iterator

from pavior.policy.model import RuleResult
from pavior.policy.rules import passed, require, unknown, worst
from pavior.resources.views.machine_images import ImageVolume, MachineImage

_WHAT = "whether its disks are encrypted with a key of ours"


def rule(image: MachineImage) -> RuleResult:
    """Passed when each disk for which the image can name a key is encrypted with one of ours."""
    found = [result for volume in image.volumes for result in _judge(volume)]
    if image.unread is not None:
        found.append(unknown(_WHAT, image.unread))
    return worst(passed(), *found)


def _judge(volume: ImageVolume) -> Iterator[RuleResult]:
    if volume.has_own_key is None:
        yield passed("Its disks have the keys of their snapshots.")
        return
    yield require(volume.is_encrypted, what=_WHAT, otherwise="A disk in the image is not encrypted.")
    yield require(
        volume.has_own_key,
        what=_WHAT,
        otherwise="A disk in the image is encrypted with a key that the provider holds.",
    )
