"""Where a request went can be seen."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import require
from pavior.resources.views.web_api import ApiStage


def rule(subject: ApiStage) -> RuleResult:
    """Passed when the stage has tracing on."""
    return require(
        subject.is_traced,
        what="whether requests are traced",
        otherwise="Nobody can see the way of a request: xray_tracing_enabled is not true.",
    )
