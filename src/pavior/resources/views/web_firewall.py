"""What a web firewall stops."""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from pavior.kernel.verdicts import UnknownReason
from pavior.resources.model import Resource, Unknown
from pavior.resources.views.facts import Fact, Source, Truth, all_of, any_of, ask, negated
from pavior.resources.views.index import GraphIndex, is_meant
from pavior.resources.views.kinds import Selection, ViewType
from pavior.resources.views.load_balancer import BALANCER_TYPES
from pavior.resources.views.web_entry import API_V2_TYPE, DISTRIBUTION_TYPE, FIREWALL_LINKS, STAGE_TYPE
from pavior.resources.views.written import block_paths

FIREWALL_TYPE: Final = "aws_wafv2_web_acl"
_GUARDED = (*BALANCER_TYPES, STAGE_TYPE, API_V2_TYPE)
# Lists of AWS that hold the rules, and the rules about this flaw; docs.aws.amazon.com/waf/latest/developerguide/
# aws-managed-rule-groups-baseline.html#aws-managed-rule-groups-baseline-known-bad-inputs
_LIST = "AWSManagedRulesKnownBadInputsRuleSet"
_RULE_NAMES = ("Log4JRCE", "Log4JRCE_HEADER", "Log4JRCE_QUERYSTRING", "Log4JRCE_BODY", "Log4JRCE_URIPATH")


class FirewallRules(Struct, frozen=True):
    """What is stopped before a web entry, or by a firewall that stands before none in this graph.

    Args:
        stops_known_exploits: Requests that are known to take over software are refused, and not only counted.
    """

    resource: Resource
    satellites: tuple[Resource, ...]
    stops_known_exploits: Fact[bool]


def select_firewall_rules(index: GraphIndex) -> tuple[Resource, ...]:
    """Entries before which a firewall of this graph stands, and firewalls that stand before none."""
    entries = [item for item in index.of_type(*_GUARDED, DISTRIBUTION_TYPE) if _firewall_of(item, index)]
    used = {firewall.address for entry in entries if (firewall := _firewall_of(entry, index)) is not None}
    return (*entries, *(item for item in index.of_type(FIREWALL_TYPE) if item.address not in used))


def build_firewall_rules(resource: Resource, index: GraphIndex) -> FirewallRules | None:
    """From `aws_wafv2_web_acl`, or from what it stands before."""
    if resource.type == FIREWALL_TYPE:
        return FirewallRules(resource, (), _stops(Source(resource)))
    firewall = _firewall_of(resource, index)
    if firewall is None:
        return None
    return FirewallRules(resource, (firewall,), _stops(Source(firewall, firewall.address)))


def _firewall_of(entry: Resource, index: GraphIndex) -> Resource | None:
    if entry.type == DISTRIBUTION_TYPE:
        return _named(Source(entry), "web_acl_id", index)
    ties = (item for link in FIREWALL_LINKS for item in index.attached(entry, link).satellites)
    return next((found for tie in ties if (found := _named(Source(tie), "web_acl_arn", index)) is not None), None)


def _named(own: Source, path: str, index: GraphIndex) -> Resource | None:
    """The firewall that surely stands at `path`."""
    found = (index.find(address) for address in own.references(path))
    firewalls = (item for item in found if item is not None and item.type == FIREWALL_TYPE)
    return next((item for item in firewalls if is_meant(own.value(path), item)), None)


def _stops(own: Source) -> Fact[bool]:
    paths = block_paths(own, "rule")
    if isinstance(paths, Unknown):
        return own.fact("rule", paths)
    if not paths and own.value("rule_json") is not None:
        return own.fact("rule_json", Unknown(UnknownReason.NOT_EVALUATED, "its rules are given as one text"))
    return own.fact("rule", any_of(_is_stopping(own, path) for path in paths))


def _is_stopping(own: Source, rule: str) -> Truth:
    group = f"{rule}.statement.0.managed_rule_group_statement.0"
    name = own.value(f"{group}.name")
    if name is None:
        return False
    named: Truth = name if isinstance(name, Unknown) else name == _LIST
    counts = any_of((_stands(own, f"{rule}.override_action.0.count"), *_exceptions(own, group)))
    # With it the rules look at some requests only.
    is_narrowed = _stands(own, f"{group}.scope_down_statement")
    return all_of((named, negated(counts), negated(is_narrowed)))


def _exceptions(own: Source, group: str) -> Iterator[Truth]:
    """Whether one of the rules is taken out, or turned into one that does not block."""
    for block in ("excluded_rule", "rule_action_override"):
        paths = block_paths(own, f"{group}.{block}")
        if isinstance(paths, Unknown):
            yield paths
            continue
        for path in paths:
            is_about = ask(own.text(f"{path}.name").value, lambda name: name in _RULE_NAMES)
            blocks = _stands(own, f"{path}.action_to_use.0.block")
            yield all_of((is_about, negated(blocks)))


def _stands(own: Source, path: str) -> Truth:
    paths = block_paths(own, path)
    return paths if isinstance(paths, Unknown) else bool(paths)


VIEW_TYPES: Final = (
    ViewType(
        "FirewallRules",
        Selection((*_GUARDED, DISTRIBUTION_TYPE, FIREWALL_TYPE), select_firewall_rules),
        build_firewall_rules,
    ),
)
