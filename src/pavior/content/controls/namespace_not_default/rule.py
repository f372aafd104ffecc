"""Every object has a namespace that somebody chose."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import require
from pavior.resources.model import Unknown
from pavior.resources.views.facts import Fact
from pavior.resources.views.namespaced import Namespaced

_NOBODYS = "default"


def rule(thing: Namespaced) -> RuleResult:
    """Passed when the object names a namespace that is not `default`."""
    namespace = thing.namespace
    is_chosen = namespace.value if isinstance(namespace.value, Unknown) else namespace.value != _NOBODYS
    return require(
        Fact(is_chosen, namespace.attribute, namespace.decided_by),
        what="in which namespace it lives",
        otherwise="It lives in the namespace called default.",
    )
