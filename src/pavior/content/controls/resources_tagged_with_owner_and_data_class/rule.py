"""Everything says whose it is and how careful to be with it."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import failed, passed, unknown, worst
from pavior.resources.model import Unknown
from pavior.resources.views.tagged import Tagged

# AWS and Google tell `Owner` from `owner`, so there is one spelling.
REQUIRED_TAGS = ("owner", "data-class")


def rule(tagged: Tagged) -> RuleResult:
    """Passed when the tags `owner` and `data-class` (`REQUIRED_TAGS`) are set to something."""
    return worst(*(_judge(tagged, name) for name in REQUIRED_TAGS))


def _judge(tagged: Tagged, name: str) -> RuleResult:
    tag = tagged.tag(name)
    if isinstance(tag.value, Unknown):
        return unknown(f"whether the tag {name} is set", tag.value, tag)
    return passed() if tag.value.strip() else failed(f"The tag {name} is missing.", tag)
