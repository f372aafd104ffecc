"""Logs of builds are not readable by themselves."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import require
from pavior.resources.views.builds import BuildProject


def rule(build: BuildProject) -> RuleResult:
    """Passed when logs do not go to object storage, or are encrypted there."""
    return require(
        build.encrypts_logs,
        what="whether its logs are encrypted",
        otherwise="Its logs are kept in object storage without encryption: encryption_disabled is true.",
    )
