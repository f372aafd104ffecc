"""What a draft could not see, so that nobody takes a short list for a safe one. Pure."""

from collections.abc import Iterator
from typing import Final, cast

from pavior.policy.exposure import find_ways
from pavior.resources.model import READ_AS_MEANT, GraphFormat, Resource, ResourceGraph, Skipped, Unknown
from pavior.resources.views import VIEWS
from pavior.resources.views.identity import IdentityPolicy
from pavior.resources.views.policies import PolicyDocument
from pavior.threatmodels.drafting_elements import Grouping, block_of, group
from pavior.threatmodels.drafting_grants import told_actions
from pavior.threatmodels.drafting_wires import find_admissions

_POLICY: Final = "IdentityPolicy"
# How the types begin of what lies around things and between them, watches them, or exists for Terraform alone.
_AROUND: Final = (
    "aws_acm_",
    "aws_appautoscaling_",
    "aws_autoscaling_",
    "aws_ami",
    "aws_budgets_",
    "aws_cloudwatch_dashboard",
    "aws_cloudwatch_metric_alarm",
    "aws_config_",
    "aws_default_",
    "aws_eip",
    "aws_flow_log",
    "aws_iam_",
    "aws_internet_gateway",
    "aws_egress_only_internet_gateway",
    "aws_key_pair",
    "aws_main_route_table_association",
    "aws_nat_gateway",
    "aws_network_",
    "aws_route",
    "aws_security_group",
    "aws_service_discovery_",
    "aws_subnet",
    "aws_vpc",
    "aws_waf",
    "azurerm_public_ip",
    "azurerm_resource_group",
    "azurerm_role_",
    "azurerm_route",
    "azurerm_subnet",
    "azurerm_virtual_network",
    "google_compute_address",
    "google_compute_firewall",
    "google_compute_global_address",
    "google_compute_network",
    "google_compute_route",
    "google_compute_subnetwork",
    "google_project_",
    "google_service_account",
    "local_",
    "null_",
    "random_",
    "terraform_data",
    "time_",
    "tls_",
    # Of Kubernetes.
    "ClusterRole",
    "ConfigMap",
    "HorizontalPodAutoscaler",
    "Kustomization",
    "LimitRange",
    "Namespace",
    "NetworkPolicy",
    "PodDisruptionBudget",
    "PodSecurityPolicy",
    "PriorityClass",
    "ResourceQuota",
    "Role",
    "Service",
    "StorageClass",
)


def find_gaps(graph: ResourceGraph) -> tuple[Skipped, ...]:
    """What was not read, policies that could not be, and what is open with nothing behind it in sight."""
    grouping = group(graph)
    # Of manifests that were all read it is only told which files are none.
    is_remark = graph.format is GraphFormat.KUBERNETES_MANIFEST and graph.complete
    unread = (item for item in graph.skipped if item.kind != READ_AS_MEANT and not is_remark)
    return tuple(
        dict.fromkeys(
            (*unread, *_unknown_policies(grouping), *_doubtful_ways(grouping), *_crowds(grouping), *_undrawn(grouping))
        )
    )


def _unknown_policies(grouping: Grouping) -> Iterator[Skipped]:
    for resource in VIEWS[_POLICY].select(grouping.index):
        view = cast("IdentityPolicy | None", VIEWS[_POLICY].build(resource, grouping.index))
        for document in () if view is None else view.documents:
            if isinstance(document.value, Unknown):
                yield Skipped(resource.address, f"what it allows is not known{_detail(document.value)}")
                continue
            actions = _allowed_elsewhere(document.value, grouping)
            if actions:
                told = told_actions(actions)
                yield Skipped(resource.address, f"it allows {told} also on what is not made here, or on everything")
        for managed in () if view is None else view.managed:
            if isinstance(managed.value, str):
                name = managed.value.rpartition("/")[2]
                yield Skipped(resource.address, f"what {name} allows is for AWS to say, so no flow was drawn from it")


def _allowed_elsewhere(document: PolicyDocument, grouping: Grouping) -> list[str]:
    """What is allowed on resources of which none is in sight."""
    found: dict[str, None] = {}
    for statement in document.statements:
        if statement.effect == "Allow" and not all(
            grouping.things_of(grouping.meant_by(leaf)) for leaf in statement.resources
        ):
            found.update(dict.fromkeys(action for action in statement.actions if isinstance(action, str)))
    return list(found)


def _detail(value: Unknown) -> str:
    return f": {value.detail}" if value.detail else ""


def _doubtful_ways(grouping: Grouping) -> Iterator[Skipped]:
    for way in find_ways(grouping.index):
        if isinstance(way.is_open, Unknown):
            yield Skipped(way.address, f"whether it lets everybody in is not known{_detail(way.is_open)}")
        if way.is_open is True and not grouping.things.get(block_of(way.address)):
            yield Skipped(way.address, "it lets everybody in, and nothing that was drawn is behind it")


def _undrawn(grouping: Grouping) -> Iterator[Skipped]:
    """Types of which nothing is known; what lies around things and between them holds no data."""
    types = [
        members[0].type
        for block, members in grouping.blocks.items()
        if members[0].mode == "managed" and not grouping.things.get(block) and not _holds_nothing(members[0])
    ]
    if types:
        named = ", ".join(dict.fromkeys(types))
        yield Skipped("other resources", f"what they do is not known here, so they are not drawn: {named}")


def _holds_nothing(resource: Resource) -> bool:
    group = str(resource.values.get("apiVersion", "")).partition("/")[0]
    # An entry of the catalog describes, and is read as that.
    return resource.type.startswith(_AROUND) or group.endswith("backstage.io")


def _crowds(grouping: Grouping) -> Iterator[Skipped]:
    for admission in find_admissions(grouping):
        if admission.is_too_wide:
            count = len(admission.sources) * len(admission.targets)
            yield Skipped(
                admission.by.address, f"it lets {count} pairs of elements meet, which were not drawn one by one"
            )
