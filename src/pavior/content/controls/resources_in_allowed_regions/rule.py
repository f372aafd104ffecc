"""Nothing lies where nobody looks."""

from pavior.policy.model import RuleResult
from pavior.policy.parameters import Parameters
from pavior.policy.rules import failed, passed, unknown
from pavior.resources.model import Unknown
from pavior.resources.views.located import Located


def rule(located: Located, parameters: Parameters) -> RuleResult:
    """Passed when the region is one of `regions`; not asked while nobody has set them."""
    region = located.region
    if isinstance(region.value, Unknown):
        return unknown("in which region it lies", region.value, region)
    allowed = parameters.texts("regions")
    return passed() if region.value in allowed else failed(f"It lies in {region.value}, which is not allowed.", region)
