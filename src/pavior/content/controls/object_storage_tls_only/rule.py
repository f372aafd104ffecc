"""The policy refuses every request that does not come over TLS."""

from collections.abc import Callable

from pavior.kernel.verdicts import UnknownReason
from pavior.policy.model import RuleResult
from pavior.policy.rules import require, unknown
from pavior.resources.model import Unknown
from pavior.resources.views.facts import Fact, Leaf, Truth, all_of, any_of, ask
from pavior.resources.views.object_store import ObjectStore
from pavior.resources.views.policies import Condition, Statement

_WHAT = "whether requests without TLS are refused"
# `BoolIfExists` refuses also where the key is missing, which it never is.
_OPERATORS = ("bool", "boolifexists")
_EVERY_ACTION = ("*", "s3:*")


def rule(store: ObjectStore) -> RuleResult:
    """Passed when one statement denies everything to everybody, for the bucket and what is in it, without TLS."""
    policy = store.policy
    if isinstance(policy.value, Unknown):
        return unknown(_WHAT, policy.value, policy)
    refused = any_of(_refuses(statement) for statement in policy.value.statements)
    return require(
        Fact(refused, policy.attribute, policy.decided_by),
        what=_WHAT,
        otherwise="Nothing in the policy of the bucket refuses requests that come without TLS.",
    )


def _refuses(statement: Statement) -> Truth:
    return all_of(
        (
            ask(statement.effect, lambda effect: effect == "Deny"),
            any_of(ask(principal.name, lambda name: name == "*") for principal in statement.principals),
            any_of(ask(action, lambda action: action.lower() in _EVERY_ACTION) for action in statement.actions),
            _covers_everything(statement.resources),
            # Conditions narrow a statement, so there must be this one and no other.
            len(statement.conditions) == 1 and _is_without_tls(statement.conditions[0]),
        )
    )


def _is_without_tls(condition: Condition) -> Truth:
    return all_of(
        (
            ask(condition.operator, lambda operator: operator.lower() in _OPERATORS),
            ask(condition.key, lambda key: key.lower() == "aws:securetransport"),
            any_of(ask(value, lambda value: value.lower() == "false") for value in condition.values),
        )
    )


def _covers_everything(resources: tuple[Leaf, ...]) -> Truth:
    missing = [part for part in (_is_bucket, _is_objects) if not _is_covered(resources, part)]
    if not missing:
        return True
    unknowns = [leaf for leaf in resources if isinstance(leaf, Unknown)]
    later = [leaf for leaf in unknowns if leaf.reason is UnknownReason.KNOWN_AFTER_APPLY]
    # S3 takes no resource outside of the bucket, so as many as are missing, told by the apply, are those; the live
    # bucket is asked again with their text.
    if len(later) >= len(missing):
        return True
    return unknowns[0] if unknowns else False


def _is_covered(resources: tuple[Leaf, ...], part: Callable[[str], bool]) -> bool:
    return any(isinstance(leaf, str) and part(leaf.rpartition(":::")[2]) for leaf in resources)


def _is_bucket(name: str) -> bool:
    return "/" not in name


def _is_objects(name: str) -> bool:
    prefix = name.removesuffix("*")
    return prefix != name and ("/" not in prefix or (prefix.count("/") == 1 and prefix.endswith("/")))
