"""Settings are encrypted with a key that we hold."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import passed, require, unknown
from pavior.resources.model import Unknown
from pavior.resources.views.functions import Function


def rule(function: Function) -> RuleResult:
    """Passed when the function has no settings, or names a key of ours."""
    has_settings = function.has_environment.value
    if has_settings is False:
        return passed("It has no settings.")
    if isinstance(has_settings, Unknown) and function.has_own_key.value is False:
        return unknown("whether it has settings", has_settings, function.has_environment)
    return require(
        function.has_own_key,
        what="whether its settings are encrypted with a key of ours",
        otherwise="Its settings are encrypted with a key that the provider holds.",
    )
