"""What resources connect by their own words: triggers, subscriptions, target groups, security groups. Pure."""

from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct

from pavior.resources.model import Resource, Value
from pavior.resources.views.facts import Source, without_indexes
from pavior.threatmodels.drafting_elements import Grouping, block_of
from pavior.threatmodels.drafting_flows import PROTOCOLS, FoundFlow, Surety
from pavior.threatmodels.model import ElementKind

_ITSELF: Final = ""
# Flows between two groups are drawn one by one as long as there are no more of them.
MAXIMUM_PAIRS: Final = 64


class Wire(Struct, frozen=True):
    """Two attributes of a resource that say what it connects.

    Args:
        source: Names what sends; empty for the resource itself.
        target: Names what receives; empty for the resource itself.
        of: Where the other end must be of one kind: what is fetched from a store, is asked of a program.
    """

    source: str
    target: str
    of: ElementKind | None = None


_WIRES: Final[Mapping[str, tuple[Wire, ...]]] = {
    "aws_alb_target_group_attachment": (Wire("target_group_arn", "target_id"),),
    "aws_api_gateway_integration": (Wire("rest_api_id", "uri"),),
    "aws_apigatewayv2_integration": (Wire("api_id", "integration_uri"),),
    "aws_autoscaling_attachment": (
        Wire("lb_target_group_arn", "autoscaling_group_name"),
        Wire("alb_target_group_arn", "autoscaling_group_name"),
        Wire("elb", "autoscaling_group_name"),
    ),
    "aws_autoscaling_group": (Wire("target_group_arns", _ITSELF), Wire("load_balancers", _ITSELF)),
    "aws_cloudfront_distribution": (
        Wire("origin", _ITSELF, ElementKind.DATA_STORE),
        Wire(_ITSELF, "origin", ElementKind.PROCESS),
    ),
    "aws_cloudtrail": (
        Wire(_ITSELF, "s3_bucket_name"),
        Wire(_ITSELF, "cloud_watch_logs_group_arn"),
        Wire(_ITSELF, "sns_topic_name"),
    ),
    "aws_cloudwatch_event_target": (Wire("rule", "arn"),),
    "aws_cloudwatch_log_subscription_filter": (Wire("log_group_name", "destination_arn"),),
    "aws_ecs_service": (Wire("load_balancer", _ITSELF),),
    "aws_elb": (Wire(_ITSELF, "instances"),),
    "aws_elb_attachment": (Wire("elb", "instance"),),
    "aws_kinesis_firehose_delivery_stream": (
        Wire("kinesis_source_configuration", _ITSELF),
        Wire(_ITSELF, "extended_s3_configuration"),
        Wire(_ITSELF, "s3_configuration"),
        Wire(_ITSELF, "redshift_configuration"),
        Wire(_ITSELF, "elasticsearch_configuration"),
    ),
    "aws_lambda_event_source_mapping": (Wire("event_source_arn", "function_name"),),
    "aws_lambda_permission": (Wire("source_arn", "function_name"),),
    "aws_lb_target_group_attachment": (Wire("target_group_arn", "target_id"),),
    "aws_s3_bucket_logging": (Wire("bucket", "target_bucket"),),
    "aws_s3_bucket_notification": (
        Wire("bucket", "lambda_function"),
        Wire("bucket", "queue"),
        Wire("bucket", "topic"),
    ),
    "aws_s3_bucket_replication_configuration": (Wire("bucket", "rule"),),
    "aws_scheduler_schedule": (Wire(_ITSELF, "target"),),
    "aws_sfn_state_machine": (Wire(_ITSELF, "definition"),),
    "aws_sns_topic_subscription": (Wire("topic_arn", "endpoint"),),
    "aws_volume_attachment": (Wire("volume_id", "instance_id"), Wire("instance_id", "volume_id")),
    "google_compute_attached_disk": (Wire("disk", "instance"), Wire("instance", "disk")),
    "google_pubsub_subscription": (Wire("topic", "push_config"),),
    "azurerm_virtual_machine_data_disk_attachment": (
        Wire("managed_disk_id", "virtual_machine_id"),
        Wire("virtual_machine_id", "managed_disk_id"),
    ),
}
# Rules of security groups: where the group stands that lets in, and where the one that is let in.
_RULES: Final = {
    "aws_security_group_rule": ("security_group_id", "source_security_group_id"),
    "aws_vpc_security_group_ingress_rule": ("security_group_id", "referenced_security_group_id"),
}
_GROUP: Final = "aws_security_group"


def find_wires(grouping: Grouping, ids: Mapping[str, str]) -> Iterator[FoundFlow]:
    """What is connected by triggers, subscriptions, target groups, origins and the like."""
    for type_, wires in _WIRES.items():
        for resource in grouping.index.of_type(type_):
            for wire in wires:
                for source in _ends(resource, wire.source, wire.of, grouping):
                    for target in _ends(resource, wire.target, wire.of, grouping):
                        yield FoundFlow(ids[source], ids[target], f"{resource.address} connects them", Surety.WIRED)


def _ends(resource: Resource, attribute: str, of: ElementKind | None, grouping: Grouping) -> tuple[str, ...]:
    if attribute == _ITSELF:
        return grouping.things_of([block_of(resource.address)])
    named = grouping.named_at(resource, attribute)
    things = grouping.things_of(named or grouping.meant_by(resource.values.get(attribute)))
    return tuple(thing for thing in things if of in (None, grouping.wholes[thing].kind))


class Admission(Struct, frozen=True):
    """One security group that lets in another.

    Args:
        by: The resource that says it.
        sources: Blocks of the things that are let in.
        targets: Blocks of the things that let them in.
        port: Where it is one that is known.
    """

    by: Resource
    sources: tuple[str, ...]
    targets: tuple[str, ...]
    port: int | None = None

    @property
    def is_too_wide(self) -> bool:
        """Whether so many things are in the two groups that drawing each with each would hide everything."""
        return len(self.sources) * len(self.targets) > MAXIMUM_PAIRS


def find_admissions(grouping: Grouping) -> Iterator[Admission]:
    """Which groups let in which, with the things that are in them."""
    for type_, (own, other) in _RULES.items():
        for rule in grouping.index.of_type(type_):
            if rule.values.get("type") != "egress":
                port = _port(rule.values)
                yield _admission(rule, grouping.named_at(rule, other), grouping.named_at(rule, own), port, grouping)
    for group in grouping.index.of_type(_GROUP):
        for path in group.references:
            if without_indexes(path) in ("ingress.security_groups", "ingress"):
                block = Source(group).value(path.replace("[", ".").replace("]", "").rpartition(".")[0] or path)
                port = _port(block) if isinstance(block, dict) else None
                yield _admission(group, grouping.named_at(group, path), (block_of(group.address),), port, grouping)


def _admission(
    by: Resource, sources: tuple[str, ...], targets: tuple[str, ...], port: int | None, grouping: Grouping
) -> Admission:
    groups = [block for block in sources if grouping.blocks[block][0].type == _GROUP]
    return Admission(by, grouping.things_of(groups), grouping.things_of(targets), port)


def _port(rule: Mapping[str, Value]) -> int | None:
    first, last = rule.get("from_port"), rule.get("to_port")
    return first if isinstance(first, int) and first == last and first > 0 else None


def find_admitted(grouping: Grouping, ids: Mapping[str, str]) -> Iterator[FoundFlow]:
    """What may reach what because a security group lets in another."""
    for admission in find_admissions(grouping):
        if not admission.is_too_wide:
            port = f" on port {admission.port}" if admission.port else ""
            because = f"{admission.by.address} lets it in{port}"
            protocol = PROTOCOLS.get(admission.port or 0, "")
            for source in admission.sources:
                for target in admission.targets:
                    yield FoundFlow(ids[source], ids[target], because, Surety.ALLOWED, protocol)
