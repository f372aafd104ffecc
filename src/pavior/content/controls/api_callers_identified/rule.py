"""Nobody calls without saying who they are."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import passed, require
from pavior.resources.views.facts import Fact, any_of
from pavior.resources.views.web_api import ApiMethod


def rule(method: ApiMethod) -> RuleResult:
    """Passed when callers are authorized or must have a key, or when a browser only asks whether it may ask."""
    if method.is_preflight is True:
        return passed("A browser asks here whether it may ask, without credentials.")
    asks = method.asks_who
    return require(
        Fact(any_of((asks.value, method.asks_for_key.value, method.is_preflight)), asks.attribute, asks.decided_by),
        what="whether callers must say who they are",
        otherwise="Everybody may call it: it asks neither for authorization nor for a key.",
    )
