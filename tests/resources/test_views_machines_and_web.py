"""The views of machines, disks, lists of subnets and web entries, where they are tricky."""

import pytest

from pavior.kernel.verdicts import Position, UnknownReason
from pavior.resources.model import GraphFormat, Resource, ResourceGraph, Unknown, Value
from pavior.resources.views import GraphIndex, index_graph
from pavior.resources.views.disk import build_disks
from pavior.resources.views.facts import Fact, Source, Truth
from pavior.resources.views.machine import build_machine, build_machine_metadata
from pavior.resources.views.subnet_acl import build_subnet_acl
from pavior.resources.views.tls_endpoint import build_tls_endpoint
from pavior.resources.views.web_entry import build_web_entry
from pavior.resources.views.web_firewall import select_firewall_rules
from pavior.resources.views.web_tls import build_entry_traffic, select_entry_traffic
from pavior.resources.views.written import as_written, block_paths, is_set

LATER = Unknown(UnknownReason.KNOWN_AFTER_APPLY)
NEVER = Unknown(UnknownReason.NOT_EVALUATED, "no value")


def a_resource(kind: str, name: str = "a", **values: Value) -> Resource:
    return Resource(f"{kind}.{name}", kind, values)


def an_index(*resources: Resource, complete: bool = True) -> GraphIndex:
    return index_graph(ResourceGraph(GraphFormat.TERRAFORM_PLAN, resources, complete=complete))


def test_what_a_plan_does_not_know_and_nobody_wrote_is_not_written() -> None:
    position = Position("main.tf", 1, 1)
    machine = Resource(
        "aws_instance.a",
        "aws_instance",
        {"metadata_options": LATER, "subnet_id": LATER, "root_block_device": LATER, "user_data": NEVER},
        references={"subnet_id": ("aws_subnet.a",)},
        attribute_positions={"root_block_device.0.encrypted": position},
    )

    assert as_written(machine).values == {"subnet_id": LATER, "root_block_device": LATER, "user_data": NEVER}


def test_blocks_are_found_as_a_list_as_one_and_not_at_all() -> None:
    source = Source(a_resource("x", many=[{}, {}], one={"a": 1}, hidden=NEVER, text="t"))

    assert block_paths(source, "many") == ("many.0", "many.1")
    assert block_paths(source, "one") == ("one",)
    assert block_paths(source, "none") == ()
    assert block_paths(source, "hidden") is NEVER
    assert isinstance(block_paths(source, "text"), Unknown)


@pytest.mark.parametrize(
    ("value", "expected"), [(None, False), ("", False), ("x", True), (LATER, True), (NEVER, NEVER)]
)
def test_what_the_apply_will_tell_is_set(value: Value, expected: Truth) -> None:
    written = Resource("x.a", "x", {"name_": value}, references={"name_": ("aws_kms_key.a",)})

    assert is_set(Source(written), "name_") == expected


def test_what_only_the_provider_will_report_is_not_set() -> None:
    assert is_set(Source(a_resource("x", name_=LATER)), "name_") is False


def test_a_planned_machine_without_a_word_gives_credentials_without_a_token() -> None:
    machine = build_machine_metadata(a_resource("aws_instance", metadata_options=LATER), an_index())

    assert machine.needs_token == Fact(value=False, attribute="metadata_options.0.http_tokens")


def test_a_machine_is_as_its_template_says() -> None:
    template = a_resource(
        "aws_launch_template",
        metadata_options=[{"http_tokens": "required"}],
        network_interfaces=[{"associate_public_ip_address": "true"}],
    )
    machine = Resource(
        "aws_instance.a",
        "aws_instance",
        {"launch_template": [{"id": LATER}]},
        references={"launch_template.0.id": (template.address,)},
    )

    found = build_machine(machine, an_index(machine, template))

    metadata = build_machine_metadata(machine, an_index(machine, template))
    assert metadata.needs_token == Fact(True, "metadata_options.0.http_tokens", template.address)
    assert found.has_public_address == Fact(True, "network_interfaces.0.associate_public_ip_address", template.address)


def test_a_root_disk_counts_though_nobody_mentions_it() -> None:
    disks = build_disks(a_resource("aws_instance", ebs_block_device=[{"encrypted": True}]), an_index())

    assert [fact.value for fact in disks.are_encrypted] == [False, True]


def test_a_disk_made_from_a_snapshot_is_not_known_until_it_is_said() -> None:
    silent = build_disks(a_resource("aws_ebs_volume", snapshot_id="snap-1"), an_index())
    said = build_disks(a_resource("aws_ebs_volume", snapshot_id="snap-1", encrypted=True), an_index())

    assert isinstance(silent.are_encrypted[0].value, Unknown)
    assert said.are_encrypted[0].value is True


def test_a_line_of_a_list_knows_the_other_lines_of_that_list() -> None:
    one = a_resource("aws_network_acl_rule", "one", network_acl_id="acl-1", rule_number=1, rule_action="deny")
    two = a_resource("aws_network_acl_rule", "two", network_acl_id="acl-1", rule_number="2", rule_action="allow")
    other = a_resource("aws_network_acl_rule", "other", network_acl_id="acl-2", rule_number=3)
    out = a_resource("aws_network_acl_rule", "out", network_acl_id="acl-1", rule_number=4, egress="true")
    index = an_index(one, two, other, out)

    found = build_subnet_acl(two, index)

    assert found is not None
    assert [entry.number for entry in found.entries] == [2]
    assert [(entry.number, entry.decided_by) for entry in found.others] == [(1, one.address)]
    assert build_subnet_acl(out, index) is None


def test_a_listener_is_judged_with_its_balancer_or_alone_never_twice() -> None:
    balancer = a_resource("aws_lb", arn="arn:lb")
    mine = a_resource("aws_lb_listener", "mine", load_balancer_arn="arn:lb", port=80)
    elsewhere = a_resource("aws_lb_listener", "elsewhere", load_balancer_arn="arn:other", port=80)
    index = an_index(balancer, mine, elsewhere)

    assert select_entry_traffic(index) == (balancer, elsewhere)
    found = build_entry_traffic(balancer, index)
    assert found is not None
    assert found.ways == (Fact(False, "protocol", mine.address),)
    assert build_entry_traffic(a_resource("aws_lb", "idle"), an_index()) is None


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        (None, False),
        ("ELBSecurityPolicy-TLS13-1-2-2021-06", True),
        ("ELBSecurityPolicy-TLS13-1-3-2021-06", True),
        ("ELBSecurityPolicy-FS-1-2-Res-2020-10", True),
        ("ELBSecurityPolicy-TLS-1-2-Ext-2018-06", True),
        ("ELBSecurityPolicy-TLS13-1-1-2021-06", False),
        ("ELBSecurityPolicy-FS-2018-06", False),
    ],
)
def test_a_policy_is_modern_when_its_oldest_version_is(policy: str | None, expected: Truth) -> None:
    found = build_tls_endpoint(a_resource("aws_lb_listener", protocol="HTTPS", ssl_policy=policy), an_index())

    assert found is not None
    assert found.refuses_old_versions.value is expected


def test_a_listener_without_tls_is_no_end_of_tls() -> None:
    assert build_tls_endpoint(a_resource("aws_lb_listener", protocol="http"), an_index()) is None


def test_a_firewall_that_cannot_be_seen_in_half_a_graph_is_not_known() -> None:
    balancer = a_resource("aws_lb")

    whole = build_web_entry(balancer, an_index(balancer))
    half = build_web_entry(balancer, an_index(balancer, complete=False))

    assert whole is not None
    assert half is not None
    assert whole.has_firewall.value is False
    assert isinstance(half.has_firewall.value, Unknown)


def test_a_gateway_balancer_is_no_web_entry() -> None:
    assert build_web_entry(a_resource("aws_lb", load_balancer_type="gateway"), an_index()) is None


def test_a_firewall_is_judged_where_it_stands_and_alone_only_when_it_stands_nowhere() -> None:
    firewall, idle = a_resource("aws_wafv2_web_acl"), a_resource("aws_wafv2_web_acl", "idle")
    distribution = Resource(
        "aws_cloudfront_distribution.a",
        "aws_cloudfront_distribution",
        {"web_acl_id": LATER},
        references={"web_acl_id": (firewall.address,)},
    )

    assert select_firewall_rules(an_index(firewall, idle, distribution)) == (distribution, idle)


def test_a_template_that_a_condition_may_choose_does_not_decide() -> None:
    template = a_resource("aws_launch_template", metadata_options=[{"http_tokens": "required"}])
    machine = Resource(
        "aws_instance.a",
        "aws_instance",
        {"launch_template": [{"id": NEVER}]},
        references={"launch_template.0.id": (template.address,)},
    )

    assert isinstance(build_machine_metadata(machine, an_index(machine, template)).needs_token.value, Unknown)
