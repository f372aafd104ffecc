"""No database runs a version that lets its users read files of the host."""

from collections.abc import Mapping

from pavior.policy.model import RuleResult
from pavior.policy.rules import failed, passed, unknown
from pavior.resources.model import Unknown
from pavior.resources.views.database_upkeep import PostgresEngine

# The first small version of each large one that is closed; aws.amazon.com/security/security-bulletins/AWS-2022-004.
_FIXED: Mapping[tuple[int, ...], int] = {(13,): 3, (12,): 7, (11,): 12, (10,): 17, (9, 6): 22, (9, 5): 26}
_FIXED_IN_AURORA: Mapping[tuple[int, ...], int] = {(11,): 9, (10,): 14}


def rule(engine: PostgresEngine) -> RuleResult:
    """Passed when the version is one in which the hole is closed, or the provider chooses it, who offers no other."""
    version = engine.version
    if isinstance(version.value, Unknown):
        return unknown("which version the database runs", version.value, version)
    fixed = _FIXED_IN_AURORA if engine.is_aurora else _FIXED
    words = version.value.split(".")
    # Before 10, the first two numbers were the large version.
    large = tuple(int(word) for word in words[: 2 if words[0] == "9" else 1] if word.isdecimal())
    small = words[len(large)] if len(words) > len(large) else ""
    if large in fixed and small.isdecimal() and int(small) < fixed[large]:
        return failed(f"In version {version.value}, users of the database can read files of its host.", version)
    return passed()
