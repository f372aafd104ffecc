"""What leaves a build is not readable by itself."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import require
from pavior.resources.views.builds import BuildProject


def rule(build: BuildProject) -> RuleResult:
    """Passed when encryption is switched off for none of the artifacts, or there are none."""
    return require(
        build.encrypts_artifacts,
        what="whether what it makes is encrypted",
        otherwise="What it makes is not encrypted: encryption_disabled is true.",
    )
