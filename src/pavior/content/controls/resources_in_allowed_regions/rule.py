"""Nothing lies where nobody looks."""

from pavior.policy.model import RuleResult
from pavior.policy.parameters import Parameters
from pavior.policy.rules import failed, passed, unknown, worst
from pavior.resources.model import Unknown
from pavior.resources.views.facts import Fact
from pavior.resources.views.located import Located


def rule(located: Located, parameters: Parameters) -> RuleResult:
    """Passed when its region, and those of its copies, are of `regions`; not asked while nobody has set them."""
    allowed = parameters.texts("regions")
    return worst(*(_judge(region, allowed) for region in (located.region, *located.copies)))


def _judge(region: Fact[str], allowed: tuple[str, ...]) -> RuleResult:
    if isinstance(region.value, Unknown):
        return unknown("in which region it lies", region.value, region)
    return passed() if region.value in allowed else failed(f"It lies in {region.value}, which is not allowed.", region)
