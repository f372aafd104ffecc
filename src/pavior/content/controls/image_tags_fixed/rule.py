"""What a tag names does not change."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import require
from pavior.resources.views.image_registry import ImageRegistry


def rule(registry: ImageRegistry) -> RuleResult:
    """Passed when a tag, once given, cannot be moved to another image."""
    return require(
        registry.has_fixed_tags,
        what="whether tags of images can be moved",
        otherwise="A tag can be moved to another image: image_tag_mutability is not IMMUTABLE.",
    )
