"""What a rule says: the results it may give, and how several become one."""

from collections.abc import Callable
from typing import Final

from pavior.kernel.verdicts import Outcome, UnknownReason
from pavior.policy.model import RuleResult
from pavior.resources.model import Unknown
from pavior.resources.views.facts import Fact

# Looking a member up in its enumeration costs as much as making a result.
_FAILED: Final = Outcome.FAILED
_HELD: Final = Outcome.PASSED
_UNKNOWN: Final = Outcome.UNKNOWN
# The most frequent answer of all, which cannot be changed and so need not be made anew.
_PASSED = RuleResult(Outcome.PASSED)


def passed(message: str = "") -> RuleResult:
    """It holds."""
    return RuleResult(Outcome.PASSED, message) if message else _PASSED


def failed(message: str, at: Fact[object] | None = None) -> RuleResult:
    """It does not hold, and `at` is where that is said; without it, at the subject itself."""
    if at is None:
        return RuleResult(_FAILED, message)
    return RuleResult(_FAILED, message, at.attribute, None, at.decided_by)


def unknown(what: str, why: Unknown, at: Fact[object] | None = None) -> RuleResult:
    """Nobody can say.

    Args:
        what: What would have to be known, such as `whether public ACLs are refused`.
        why: The value that is not known.
    """
    if why.reason is UnknownReason.KNOWN_AFTER_APPLY:
        because = f"{why.detail or 'its value'} becomes known with the apply"
    else:
        because = why.detail or "its value could not be resolved"
    message = f"It is not known {what}: {because}."
    if at is None:
        return RuleResult(Outcome.UNKNOWN, message, reason=why.reason)
    return RuleResult(Outcome.UNKNOWN, message, at.attribute, why.reason, at.decided_by)


def require(fact: Fact[bool], *, what: str, otherwise: str | Callable[[], str]) -> RuleResult:
    """Passed when the fact is true, failed with `otherwise` when it is false, unknown `what` when it is not known.

    Args:
        what: As `unknown` has it.
        otherwise: The message, or what makes it, where that is worth saving for those that fail.
    """
    value = fact.value
    if type(value) is Unknown:
        return unknown(what, value, fact)
    if value:
        return _PASSED
    return failed(otherwise if isinstance(otherwise, str) else otherwise(), fact)


def worst(*results: RuleResult) -> RuleResult:
    """The one that decides: failed before not evaluated before known after the apply before passed.

    The first of its kind when there are several. Of nothing, unknown: no evidence is not a pass.
    """
    if not results:
        return unknown("whether it holds", Unknown(UnknownReason.NOT_EVALUATED, "nothing was looked at"))
    # Most is well, and need not be compared.
    if all(result.outcome is _HELD for result in results):
        return results[0]
    return min(results, key=_gravity)


_GRAVITIES = {Outcome.ERRORED: 0, Outcome.FAILED: 1, Outcome.PASSED: 4}


def _gravity(result: RuleResult) -> int:
    outcome = result.outcome
    if outcome is _UNKNOWN:
        return 3 if result.reason is UnknownReason.KNOWN_AFTER_APPLY else 2
    return _GRAVITIES[outcome]
