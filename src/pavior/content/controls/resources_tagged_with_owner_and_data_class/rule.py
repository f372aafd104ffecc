"""Everything says whose it is and how careful to be with it."""

from pavior.policy.model import RuleResult
from pavior.policy.parameters import Parameters
from pavior.policy.rules import failed, passed, unknown, worst
from pavior.resources.model import Unknown
from pavior.resources.views.tagged import Tagged


def rule(tagged: Tagged, parameters: Parameters) -> RuleResult:
    """Passed when each of `required_tags` is set to something."""
    return worst(*(_judge(tagged, name) for name in parameters.texts("required_tags")))


def _judge(tagged: Tagged, name: str) -> RuleResult:
    tag = tagged.tag(name)
    value = tag.value
    if type(value) is Unknown:
        return unknown(f"whether the tag {name} is set", value, tag)
    return passed() if value.strip() else failed(f"The tag {name} is missing.", tag)
