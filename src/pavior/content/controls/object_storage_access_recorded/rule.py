"""Who asked for which object is written down."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import require
from pavior.resources.views.object_store import ObjectAccess


def rule(access: ObjectAccess) -> RuleResult:
    """Passed when the access log of the store goes somewhere."""
    return require(
        access.is_recorded,
        what="whether requests for objects are written down",
        otherwise="Nobody writes down who asks for which object.",
    )
