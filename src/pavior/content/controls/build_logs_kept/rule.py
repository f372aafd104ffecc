"""Builds leave a record."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import require
from pavior.resources.views.builds import BuildProject


def rule(build: BuildProject) -> RuleResult:
    """Passed when the output goes to a log group, as it does when nothing is said, or to object storage."""
    return require(
        build.keeps_logs,
        what="whether what it prints is kept",
        otherwise="What it prints is kept nowhere: both kinds of logs are switched off.",
    )
