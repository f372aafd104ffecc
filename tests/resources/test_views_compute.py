"""Views of functions, containers, clusters, builds and images: the facts that are easily got wrong."""

from collections.abc import Mapping

import pytest

from pavior.kernel.verdicts import UnknownReason
from pavior.resources.model import GraphFormat, Resource, ResourceGraph, Unknown, Value
from pavior.resources.views import VIEWS, View, index_graph
from pavior.resources.views.containers import ContainerPrivilege, ContainerTask
from pavior.resources.views.functions import CallPermission, Function
from pavior.resources.views.machine_images import MachineImage
from pavior.resources.views.managed_kubernetes import ManagedCluster
from pavior.resources.views.program_environment import ProgramEnvironment

LATER = Unknown(UnknownReason.KNOWN_AFTER_APPLY, "aws_sqs_queue.failures.arn")
NOBODY_KNOWS = Unknown(UnknownReason.NOT_EVALUATED, "var.x has no value")


def view_of(
    name: str, resource_type: str, values: Mapping[str, Value], *others: Resource, is_complete: bool = True
) -> View:
    written = dict.fromkeys(values, ())
    resource = Resource(f"{resource_type}.this", resource_type, values, references=written)
    graph = ResourceGraph(GraphFormat.TERRAFORM_SOURCE, (resource, *others), complete=is_complete)
    view = VIEWS[name].build(resource, index_graph(graph))
    assert view is not None
    return view


def a_function(values: Mapping[str, Value], *others: Resource, is_complete: bool = True) -> Function:
    view = view_of("Function", "aws_lambda_function", values, *others, is_complete=is_complete)
    assert isinstance(view, Function)
    return view


def a_task(resource_type: str, values: Mapping[str, Value]) -> ContainerTask:
    view = view_of("ContainerTask", resource_type, values)
    assert isinstance(view, ContainerTask)
    return view


def test_a_queue_that_the_apply_makes_keeps_failures() -> None:
    assert a_function({"dead_letter_config": [{"target_arn": LATER}]}).keeps_failures.value is True
    assert a_function({"dead_letter_config": [{"target_arn": NOBODY_KNOWS}]}).keeps_failures.value == NOBODY_KNOWS
    assert a_function({"dead_letter_config": [{"target_arn": ""}]}).keeps_failures.value is False


def test_in_an_incomplete_source_failures_may_be_kept_by_what_was_not_read() -> None:
    assert a_function({}).keeps_failures.value is False
    assert isinstance(a_function({}, is_complete=False).keeps_failures.value, Unknown)


def test_a_destination_in_the_settings_for_events_keeps_failures() -> None:
    events = Resource(
        "aws_lambda_function_event_invoke_config.this",
        "aws_lambda_function_event_invoke_config",
        {
            "function_name": "orders",
            "destination_config": [{"on_failure": [{"destination": "arn:aws:sqs:::failures"}]}],
        },
    )

    view = a_function({"function_name": "orders"}, events)

    assert view.keeps_failures.value is True
    assert view.keeps_failures.decided_by == events.address
    assert view.satellites == (events,)


def test_a_function_without_an_environment_has_no_settings() -> None:
    assert a_function({}).has_environment.value is False
    assert a_function({"environment": []}).has_environment.value is False
    assert a_function({"environment": [{"variables": {"A": "b"}}]}).has_environment.value is True


@pytest.mark.parametrize(("login", "principal"), [("NONE", "*"), ("AWS_IAM", ""), (NOBODY_KNOWS, NOBODY_KNOWS)])
def test_an_address_of_a_function_is_for_everybody_without_a_login(login: Value, principal: Value) -> None:
    view = view_of("CallPermission", "aws_lambda_function_url", {"authorization_type": login})

    assert isinstance(view, CallPermission)
    assert view.principal.value == principal


@pytest.mark.parametrize(
    ("definitions", "expected"),
    [
        ('[{"name": "a", "readonlyRootFilesystem": true}, {"name": "b"}]', [True, False]),
        ([{"name": "a", "readonlyRootFilesystem": "true"}], [True]),
        ([{"name": "a", "readonlyRootFilesystem": NOBODY_KNOWS}], [NOBODY_KNOWS]),
        ([{"name": "a", "readonlyRootFilesystem": None}], [False]),
        (None, []),
    ],
)
def test_containers_are_read_from_text_and_from_trees(definitions: Value, expected: list[Value]) -> None:
    task = a_task("aws_ecs_task_definition", {"container_definitions": definitions})

    assert [fact.value for fact in task.has_read_only_root] == expected
    assert task.unread is None


@pytest.mark.parametrize("definitions", [NOBODY_KNOWS, "not JSON", [NOBODY_KNOWS], "[1]"])
def test_containers_that_cannot_be_read_are_told(definitions: Value) -> None:
    task = a_task("aws_ecs_task_definition", {"container_definitions": definitions})

    assert task.has_read_only_root == ()
    assert task.unread is not None


def test_volumes_of_a_task_are_known_though_its_containers_are_not() -> None:
    volumes: list[Value] = [{"name": "a"}, {"efs_volume_configuration": [{"transit_encryption": "ENABLED"}]}]
    task = a_task("aws_ecs_task_definition", {"container_definitions": NOBODY_KNOWS, "volume": volumes})
    job = a_task("aws_batch_job_definition", {"container_properties": NOBODY_KNOWS})

    assert [fact.value for fact in task.volumes_in_transit] == [True]
    assert task.volumes_unread is None
    assert job.volumes_unread == NOBODY_KNOWS


def test_a_build_without_an_environment_runs_no_privileged_container() -> None:
    view = view_of("ContainerPrivilege", "aws_codebuild_project", {})

    assert isinstance(view, ContainerPrivilege)
    assert (view.is_privileged, view.unread) == ((), None)


def test_settings_of_every_container_are_found() -> None:
    text = '[{"environment": [{"name": "A", "value": "1"}]}, {"environment": [{"name": "B", "value": 2}]}, {}]'
    view = view_of("ProgramEnvironment", "aws_ecs_task_definition", {"container_definitions": text})

    assert isinstance(view, ProgramEnvironment)
    assert [(item.name, item.value.value) for item in view.settings] == [("A", "1"), ("B", "2")]


@pytest.mark.parametrize("networks", [None, []])
def test_without_networks_a_cluster_is_reached_by_everybody(networks: Value) -> None:
    view = view_of("ManagedCluster", "aws_eks_cluster", {"vpc_config": [{"public_access_cidrs": networks}]})

    assert isinstance(view, ManagedCluster)
    assert view.is_public.value is True
    assert [fact.value for fact in view.public_networks] == ["0.0.0.0/0"]


def test_a_disk_that_says_it_is_encrypted_is_so_whatever_its_snapshot() -> None:
    disks: list[Value] = [{"snapshot_id": "snap-1"}, {"snapshot_id": "snap-1", "encrypted": True}, {}]
    view = view_of("MachineImage", "aws_ami", {"ebs_block_device": disks})

    assert isinstance(view, MachineImage)
    assert isinstance(view.volumes[0].is_encrypted.value, Unknown)
    assert [volume.is_encrypted.value for volume in view.volumes[1:]] == [True, False]


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("arn:aws:iam::123456789012:role/a", "arn:aws:iam::123456789012:role/b", True),
        ("arn:aws:iam::123456789012:role/a", None, True),
        ("arn:aws:iam::123456789012:role/a", "arn:aws:iam::123456789012:role/a", False),
        (LATER, LATER, False),
        (Unknown(), Unknown(), Unknown()),
        (LATER, "arn:aws:iam::123456789012:role/a", LATER),
        ("arn:aws:iam::123456789012:role/a", NOBODY_KNOWS, NOBODY_KNOWS),
    ],
)
def test_roles_of_a_job_are_the_same_only_when_that_is_sure(first: Value, second: Value, expected: Value) -> None:
    roles: dict[str, Value] = {"executionRoleArn": first, "jobRoleArn": second}

    assert a_task("aws_batch_job_definition", {"container_properties": roles}).has_separate_roles.value == expected
