"""Every request that does not come over TLS is refused."""

from collections.abc import Callable

from pavior.kernel.verdicts import UnknownReason
from pavior.policy.model import RuleResult
from pavior.policy.rules import require, unknown
from pavior.resources.model import Unknown
from pavior.resources.views.facts import Fact, Leaf, Truth, all_of, any_of, ask
from pavior.resources.views.object_store import ObjectStoreConnection
from pavior.resources.views.policies import Condition, Principal, Statement

_WHAT = "whether requests without TLS are refused"
# `BoolIfExists` refuses also where the key is missing, which it never is.
_OPERATORS = ("bool", "boolifexists")
_EVERY_ACTION = ("*", "s3:*")


def rule(store: ObjectStoreConnection) -> RuleResult:
    """Passed when what comes without TLS is refused: by a switch, or by a policy for the bucket and what is in it."""
    if store.requires_tls is not None:
        return require(
            store.requires_tls, what=_WHAT, otherwise="Requests that come without TLS are answered: the switch is off."
        )
    policy = store.policy
    if isinstance(policy.value, Unknown):
        return unknown(_WHAT, policy.value, policy)
    refused = _refuse(policy.value.statements)
    return require(
        Fact(refused, policy.attribute, policy.decided_by),
        what=_WHAT,
        otherwise="Nothing in the policy of the bucket refuses requests that come without TLS.",
    )


def _refuse(statements: tuple[Statement, ...]) -> Truth:
    """Whether the statements together refuse it, for all that there is; one may be for the bucket, one for objects."""
    asked = [(statement, _refuses(statement)) for statement in statements]
    surely = tuple(leaf for statement, truth in asked if truth is True for leaf in statement.resources)
    perhaps = tuple(leaf for statement, truth in asked if truth is not False for leaf in statement.resources)
    unknowns = (truth for _, truth in asked if isinstance(truth, Unknown))
    return any_of((_covers_everything(surely), all_of((_covers_everything(perhaps), any_of(unknowns)))))


def _refuses(statement: Statement) -> Truth:
    """Whether it refuses everything that is asked without TLS, whatever it is for."""
    return all_of(
        (
            ask(statement.effect, lambda effect: effect == "Deny"),
            any_of(_is_everybody(principal) for principal in statement.principals),
            any_of(ask(action, lambda action: action.lower() in _EVERY_ACTION) for action in statement.actions),
            # Conditions narrow a statement, so there must be this one and no other.
            len(statement.conditions) == 1 and _is_without_tls(statement.conditions[0]),
        )
    )


def _is_everybody(principal: Principal) -> Truth:
    return all_of(
        (ask(principal.kind, lambda kind: kind in ("*", "AWS")), ask(principal.name, lambda name: name == "*"))
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
