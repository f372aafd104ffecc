"""Something reads requests from the Internet before the service does."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import passed, require
from pavior.resources.views.facts import Fact, any_of, negated
from pavior.resources.views.web_entry import WebEntry


def rule(entry: WebEntry) -> RuleResult:
    """Passed when a web firewall stands before it, or it is not public, or of a kind that none can stand before."""
    if entry.needs_firewall is False:
        return passed("It is not public, or of a kind that no web firewall can stand before.")
    has = entry.has_firewall
    return require(
        Fact(any_of((has.value, negated(entry.needs_firewall))), has.attribute, has.decided_by),
        what="whether a web firewall stands before it",
        otherwise="Requests from the Internet reach it without a web firewall before it.",
    )
