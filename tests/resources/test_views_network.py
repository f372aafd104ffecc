"""Who may come in is one list, wherever the rules are written."""

import pytest

from pavior.kernel.verdicts import UnknownReason
from pavior.resources.model import GraphFormat, Resource, ResourceGraph, Sensitive, Unknown, Value
from pavior.resources.views import index_graph
from pavior.resources.views.network import AccessRule, NetworkRule, build_network_rule, select_network_rules

LATER = Unknown(UnknownReason.KNOWN_AFTER_APPLY)
NEVER = Unknown(UnknownReason.NOT_EVALUATED, "no value")
GROUP = "aws_security_group.a"
SSH: dict[str, Value] = {"protocol": "tcp", "from_port": 22, "to_port": 22, "cidr_blocks": ["0.0.0.0/0"]}


def views(*resources: Resource) -> dict[str, NetworkRule | None]:
    index = index_graph(ResourceGraph(GraphFormat.TERRAFORM_PLAN, resources))
    return {resource.address: build_network_rule(resource, index) for resource in select_network_rules(index)}


def a_group(ingress: Value = None, references: dict[str, tuple[str, ...]] | None = None) -> Resource:
    return Resource(GROUP, "aws_security_group", {"id": "sg-1", "ingress": ingress}, references=references or {})


def a_rule(kind: str, **values: Value) -> Resource:
    return Resource(f"{kind}.a", kind, {"security_group_id": "sg-1", **values})


def only(*resources: Resource) -> NetworkRule:
    found = views(*resources)[GROUP]
    assert found is not None
    return found


def test_rules_inside_a_group_are_read_with_their_place() -> None:
    assert only(a_group([SSH])).ingress == (AccessRule("tcp", 22, 22, ("0.0.0.0/0",), (), "ingress.0"),)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("-1", "all"),
        (-1, "all"),
        ("ALL", "all"),
        ("6", "tcp"),
        (17, "udp"),
        ("TCP", "tcp"),
        ("50", "50"),
        (LATER, LATER),
    ],
)
def test_protocols_have_one_name(written: Value, read: object) -> None:
    assert only(a_group([{**SSH, "protocol": written}])).ingress[0].protocol == read


def test_every_kind_of_source_is_read() -> None:
    rule: dict[str, Value] = {**SSH, "ipv6_cidr_blocks": ["::/0", LATER], "prefix_list_ids": ["pl-1"]}
    found = only(a_group([rule])).ingress[0]

    assert found.networks == ("0.0.0.0/0", "::/0", LATER)
    assert found.prefix_lists == ("pl-1",)


def test_rules_of_their_own_are_gathered_into_their_group() -> None:
    old = a_rule("aws_security_group_rule", type="ingress", **SSH)
    new = a_rule("aws_vpc_security_group_ingress_rule", ip_protocol="tcp", from_port=80, to_port=80, cidr_ipv6="::/0")
    found = views(a_group(), old, new)

    assert set(found) == {GROUP}
    group = found[GROUP]
    assert group is not None
    assert group.ingress == (
        AccessRule("tcp", 22, 22, ("0.0.0.0/0",), (), "cidr_blocks", old.address),
        AccessRule("tcp", 80, 80, ("::/0",), (), "cidr_ipv6", new.address),
    )
    assert group.satellites == (old, new)


def test_a_rule_of_a_group_elsewhere_stands_for_itself() -> None:
    rule = Resource("aws_security_group_rule.a", "aws_security_group_rule", {"security_group_id": "sg-9", **SSH})
    found = views(a_group(), rule)[rule.address]

    assert found is not None
    assert found.resource is rule
    assert found.ingress == (AccessRule("tcp", 22, 22, ("0.0.0.0/0",), (), "cidr_blocks"),)


def test_a_rule_about_going_out_lets_nobody_in() -> None:
    rule = a_rule("aws_security_group_rule", type="egress", **SSH)

    assert only(a_group(), rule).ingress == ()
    assert views(rule) == {rule.address: None}


def test_rules_that_the_provider_only_reports_are_not_unread() -> None:
    assert only(a_group(LATER)).unread is None
    assert only(a_group(LATER, {"ingress": ("aws_vpc.a",)})).unread is LATER
    assert only(a_group(NEVER)).unread is NEVER
    assert only(a_group(Sensitive("f"))).unread is not None


def test_a_rule_that_cannot_be_read_may_let_in_anybody() -> None:
    found = only(a_group([LATER])).ingress[0]

    assert found.protocol is LATER
    assert found.networks == (LATER,)
