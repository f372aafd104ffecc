"""What rules about access have in common: whether one of many permissions allows something. Pure."""

from collections.abc import Callable

from pavior.policy.model import RuleResult
from pavior.policy.rules import failed, passed, unknown, worst
from pavior.policy.workloads import forbid
from pavior.resources.model import Unknown
from pavior.resources.views.access import AccessGrant, AccessRole, AccessRule
from pavior.resources.views.facts import Fact, Truth


def none_allows(
    subject: AccessRole | AccessGrant, is_bad: Callable[[AccessRule], Truth], *, what: str, otherwise: str
) -> RuleResult:
    """Passed when `is_bad` of no permission; unknown `what` when not every permission is known."""
    judged = (
        forbid(Fact(is_bad(rule), rule.attribute, rule.decided_by), what=what, otherwise=otherwise)
        for rule in subject.rules
    )
    return worst(passed(), *judged, unread(subject, what))


def unread(subject: AccessRole | AccessGrant, what: str) -> RuleResult:
    """Unknown `what` when not every permission is known, else passed: what is known has been judged elsewhere."""
    if subject.unread is not None and isinstance(subject.unread.value, Unknown):
        return unknown(what, subject.unread.value, subject.unread)
    return passed()


def failed_at(rule: AccessRule, message: str) -> RuleResult:
    """It does not hold, because of this permission."""
    return failed(message, Fact(value=True, attribute=rule.attribute, decided_by=rule.decided_by))
