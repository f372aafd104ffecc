"""Which network policy says what may reach a pod."""

from pavior.kernel.verdicts import UnknownReason
from pavior.resources.model import Resource, Unknown, Value
from pavior.resources.views.facts import Fact, Truth, all_of, negated
from pavior.resources.views.index import GraphIndex
from pavior.resources.views.manifests import is_of, name_of, namespace_of, plain_text

_OWN = {"NetworkPolicy": ("networking.k8s.io", "extensions")}
# Policies of network plugins, whose languages are their own.
_OTHERS = (
    "AdminNetworkPolicy",
    "BaselineAdminNetworkPolicy",
    "CiliumClusterwideNetworkPolicy",
    "CiliumNetworkPolicy",
    "GlobalNetworkPolicy",
    "NetworkPolicy",
)


def find_network_policy(
    workload: Resource, labels: Value, index: GraphIndex
) -> tuple[Fact[bool], tuple[Resource, ...]]:
    """Whether a policy of the workload's namespace selects its pods, and which ones do.

    That none is there is proven only in a namespace that the files speak of: policies of others may stand elsewhere.
    """
    namespace = namespace_of(workload, index)
    if isinstance(namespace.value, Unknown):
        return namespace_unknown(namespace), ()
    here = [item for item in index.of_type("NetworkPolicy") if is_of(item, _OWN)]
    here = [item for item in here if namespace_of(item, index).value == namespace.value]
    judged = [(item, selects(item.values.get("spec"), labels)) for item in here]
    chosen = tuple(item for item, truth in judged if truth is True)
    if chosen:
        return Fact(value=True, attribute="spec.podSelector", decided_by=chosen[0].address), chosen
    for item, truth in judged:
        if isinstance(truth, Unknown):
            return Fact(truth, "spec.podSelector", item.address), (item,)
    return Fact(_absent(namespace.value, bool(here), index)), ()


def namespace_unknown(namespace: Fact[str]) -> Fact[bool]:
    """What cannot be said of something whose namespace is not known."""
    why = namespace.value if isinstance(namespace.value, Unknown) else Unknown(UnknownReason.NOT_EVALUATED)
    return Fact(why, namespace.attribute)


def _absent(namespace: str, has_others: bool, index: GraphIndex) -> Truth:  # noqa: FBT001 - read at one place
    foreign = next((item for item in index.of_type(*_OTHERS) if not is_of(item, _OWN)), None)
    if foreign is not None:
        return _not_evaluated(f"{foreign.address} is a policy of a network plugin, which is not understood here")
    if not index.graph.complete:
        return _not_evaluated("something could not be read, and may hold one")
    is_defined = any(name_of(item) == namespace for item in index.of_type("Namespace"))
    if has_others or is_defined:
        return False
    return _not_evaluated(f"the namespace {namespace} is not made here, so its policies may stand elsewhere")


def selects(spec: Value, labels: Value) -> Truth:
    """Whether the policy's `podSelector` means pods with these labels; an empty one means all."""
    if not isinstance(spec, dict):
        return _not_evaluated("the policy has no spec")
    selector = spec.get("podSelector")
    if not selector:
        return True
    if not isinstance(selector, dict):
        return _not_evaluated("the selector is no mapping")
    given = labels if isinstance(labels, dict) else {}
    wanted, expressions = selector.get("matchLabels") or {}, selector.get("matchExpressions") or []
    if not isinstance(wanted, dict) or not isinstance(expressions, list):
        return _not_evaluated("the selector is not understood")
    return all_of(
        (
            *(_is_one_of(given.get(key), [value]) for key, value in wanted.items()),
            *(_holds(expression, given) for expression in expressions),
        )
    )


def _holds(expression: Value, labels: dict[str, Value]) -> Truth:
    if not isinstance(expression, dict) or not isinstance(expression.get("key"), str):
        return _not_evaluated("an expression of the selector is not understood")
    key, values = str(expression["key"]), expression.get("values")
    found, choices = labels.get(key), values if isinstance(values, list) else []
    match expression.get("operator"):
        case "In":
            return _is_one_of(found, choices)
        case "NotIn":
            return negated(_is_one_of(found, choices))
        case "Exists":
            return key in labels
        case "DoesNotExist":
            return key not in labels
        case _:
            return _not_evaluated("an operator of the selector is not known")


def _is_one_of(found: Value, choices: list[Value]) -> Truth:
    if found is None:
        return False
    text = plain_text(found)
    if isinstance(text, Unknown):
        return text
    plain = [plain_text(choice) for choice in choices]
    if text in plain:
        return True
    return next((choice for choice in plain if isinstance(choice, Unknown)), False)


def _not_evaluated(why: str) -> Unknown:
    return Unknown(UnknownReason.NOT_EVALUATED, why)
