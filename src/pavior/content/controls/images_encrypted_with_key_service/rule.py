"""Images are encrypted through the key service."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import require
from pavior.resources.views.image_registry import ImageRegistry


def rule(registry: ImageRegistry) -> RuleResult:
    """Passed when the repository encrypts through the key service, with our key or one that is managed for us."""
    return require(
        registry.uses_key_service,
        what="whether images are encrypted through the key service",
        otherwise="Images are encrypted with a key of the registry itself, whose use is not on record.",
    )
