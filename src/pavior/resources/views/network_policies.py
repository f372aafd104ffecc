"""Which network policy says what may reach a pod."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from pavior.kernel.verdicts import UnknownReason
from pavior.resources.model import Resource, Unknown, Value
from pavior.resources.views.facts import Fact, Truth, all_of, any_of, ask, negated
from pavior.resources.views.index import GraphIndex
from pavior.resources.views.manifests import is_of, name_of, namespace_of, plain_text

_OWN = {"NetworkPolicy": ("networking.k8s.io", "extensions")}
_EVERYWHERE = ("0.0.0.0/0", "::/0")
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
    """Whether policies of the workload's namespace restrict who may reach its pods, and which ones select them.

    Policies add up, so one that lets in everybody takes away what the others do.

    That none is there is proven only in a namespace that the files speak of: policies of others may stand elsewhere.
    """
    namespace = namespace_of(workload, index)
    if isinstance(namespace.value, Unknown):
        return namespace_unknown(namespace), ()
    here = index.once(_policies).get(namespace.value, ())
    judged = [(item, _restricts(item, labels), _opens(item, labels)) for item in here]
    for item, _, opens in judged:
        if opens is True:
            return Fact(value=False, attribute="spec.ingress", decided_by=item.address), (item,)
    chosen = tuple(item for item, restricts, _ in judged if restricts is True)
    for item, restricts, opens in judged:
        if isinstance(opens, Unknown) or (isinstance(restricts, Unknown) and not chosen):
            why = opens if isinstance(opens, Unknown) else restricts
            return Fact(why, "spec.podSelector", item.address), (item,)
    if chosen:
        return Fact(value=True, attribute="spec.podSelector", decided_by=chosen[0].address), chosen
    return Fact(_absent(namespace.value, bool(here), index)), ()


def _policies(index: GraphIndex) -> Mapping[str, Sequence[Resource]]:
    """By namespace; those whose namespace is not known are nobody's here."""
    found: dict[str, list[Resource]] = defaultdict(list)
    for item in index.of_type("NetworkPolicy"):
        namespace = namespace_of(item, index).value
        if is_of(item, _OWN) and isinstance(namespace, str):
            found[namespace].append(item)
    return found


def namespace_unknown(namespace: Fact[str]) -> Fact[bool]:
    """What cannot be said of something whose namespace is not known."""
    why = namespace.value if isinstance(namespace.value, Unknown) else Unknown(UnknownReason.NOT_EVALUATED)
    return Fact(why, namespace.attribute)


def _absent(namespace: str, has_others: bool, index: GraphIndex) -> Truth:  # noqa: FBT001 - read at one place
    foreign = next((item for item in index.of_type(*_OTHERS) if not is_of(item, _OWN)), None)
    if foreign is not None:
        return _not_evaluated(f"{foreign.address} is a policy of a network plugin, which is not understood here")
    if not index.graph.complete:
        return _not_evaluated("something was not read, and may hold one")
    is_defined = any(name_of(item) == namespace for item in index.of_type("Namespace"))
    if has_others or is_defined:
        return False
    return _not_evaluated(f"the namespace {namespace} is not made here, so its policies may stand elsewhere")


def _restricts(policy: Resource, labels: Value) -> Truth:
    """Whether it selects the pods and is about what comes in."""
    spec = policy.values.get("spec")
    return all_of((selects(spec, labels), _is_for_ingress(spec)))


def _opens(policy: Resource, labels: Value) -> Truth:
    """Whether it selects the pods, is about what comes in, and lets in somebody from everywhere, on whatever port."""
    spec = policy.values.get("spec")
    rules = spec.get("ingress") if isinstance(spec, dict) else None
    if rules is None:
        return False
    open_: Truth = _not_evaluated("its rules are no list")
    if isinstance(rules, list):
        open_ = any_of(_lets_in_everybody(rule) for rule in rules)
    return all_of((_restricts(policy, labels), open_))


def _is_for_ingress(spec: Value) -> Truth:
    types = spec.get("policyTypes") if isinstance(spec, dict) else None
    if types is None or types == []:
        return True
    if not isinstance(types, list):
        return _not_evaluated("the types of the policy are not understood")
    return any_of(ask(plain_text(item), lambda text: text == "Ingress") for item in types)


def _lets_in_everybody(rule: Value) -> Truth:
    if rule is None:
        return True
    if not isinstance(rule, dict):
        return _not_evaluated("a rule of the policy is no mapping")
    # A rule with ports and without peers lets in everybody on these ports.
    peers = rule.get("from")
    if peers is None or peers == []:
        return True
    if not isinstance(peers, list):
        return _not_evaluated("from where a rule lets in is not understood")
    return any_of(_is_everybody(peer) for peer in peers)


def _is_everybody(peer: Value) -> Truth:
    """Whether it means every address, or every pod of every namespace."""
    if not isinstance(peer, dict):
        return _not_evaluated("from where a rule lets in is not understood")
    block = peer.get("ipBlock")
    if block is not None:
        if not isinstance(block, dict):
            return _not_evaluated("from where a rule lets in is not understood")
        return all_of((not block.get("except"), ask(plain_text(block.get("cidr")), lambda cidr: cidr in _EVERYWHERE)))
    return peer.get("namespaceSelector") == {} and not peer.get("podSelector")


def selects(spec: Value, labels: Value) -> Truth:
    """Whether the policy's `podSelector` means pods with these labels; an empty one means all."""
    if not isinstance(spec, dict):
        return _not_evaluated("the policy has no spec")
    selector = spec.get("podSelector")
    if not selector:
        return True
    if not isinstance(selector, dict):
        return _not_evaluated("the selector is no mapping")
    if labels is not None and not isinstance(labels, dict):
        return labels if isinstance(labels, Unknown) else _not_evaluated("the labels of the pod are no mapping")
    given = labels or {}
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
