"""Log groups are called as Acme calls them."""

from pavior.policy.model import RuleResult
from pavior.policy.parameters import Parameters
from pavior.policy.rules import failed, passed, unknown
from pavior.resources.model import Unknown
from pavior.resources.views.facts import Fact, read_text
from pavior.resources.views.log_group import LogGroup


def rule(logs: LogGroup, parameters: Parameters) -> RuleResult:
    """Passed when the name begins with one of `prefixes`."""
    name = Fact(read_text(logs.resource.values.get("name")), "name")
    if isinstance(name.value, Unknown):
        return unknown("how the log group is called", name.value, name)
    if name.value.startswith(parameters.texts("prefixes")):
        return passed()
    return failed(f"The log group is called {name.value!r}.", name)
