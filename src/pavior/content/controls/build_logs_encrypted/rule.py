"""What a build says about itself is not kept in clear."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import require
from pavior.resources.views.build_logs import BuildLogs


def rule(logs: BuildLogs) -> RuleResult:
    """Passed when nobody has switched the encryption of such logs off."""
    return require(
        logs.is_encrypted,
        what="whether logs of builds are encrypted",
        otherwise="Logs of builds are stored in clear: encryption_disabled is true.",
    )
