"""Nothing comes in unseen."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import require
from pavior.resources.views.image_registry import ImageRegistry


def rule(registry: ImageRegistry) -> RuleResult:
    """Passed when each image is scanned when it is pushed, as this repository or a rule for the whole registry says."""
    return require(
        registry.scans_on_push,
        what="whether images are scanned when they are pushed",
        otherwise="Images come in unseen: scan_on_push is not true, and no rule scans the whole registry.",
    )
