"""Containers that a provider runs: what they may do to the machine, where they run, and who can look inside."""

from typing import Final

from msgspec import Struct

from pavior.resources.model import Resource, Unknown, Value
from pavior.resources.views.facts import Fact, Source, any_of, ask, read_text
from pavior.resources.views.index import GraphIndex
from pavior.resources.views.keys import own_key
from pavior.resources.views.kinds import ViewType, of_types
from pavior.resources.views.nested import blocks, containers, is_given, unread, within

CLUSTER_TYPES: Final = ("aws_ecs_cluster",)
SERVICE_TYPES: Final = ("aws_ecs_service", "aws_ecs_task_set")
_TASK, _JOB, _BUILD = "aws_ecs_task_definition", "aws_batch_job_definition", "aws_codebuild_project"
TASK_TYPES: Final = (_TASK, _JOB)

_EXEC = "configuration.0.execute_command_configuration"
_MEASURED = ("enabled", "enhanced")


class ContainerTask(Struct, frozen=True):
    """Containers that run together.

    Args:
        has_read_only_root: For each container, whether its own file system cannot be written.
        volumes_in_transit: For each network file system that it mounts, whether traffic to it is encrypted.
        has_separate_roles: What starts the containers and what runs in them are not the same role.
        unread: Why not every container could be read, or None.
        volumes_unread: Why not every volume could be read, or None.
    """

    resource: Resource
    satellites: tuple[Resource, ...]
    has_read_only_root: tuple[Fact[bool], ...]
    volumes_in_transit: tuple[Fact[bool], ...]
    has_separate_roles: Fact[bool]
    unread: Unknown | None = None
    volumes_unread: Unknown | None = None


class ContainerPrivilege(Struct, frozen=True):
    """Containers, and whether each is as mighty as the machine that it runs on."""

    resource: Resource
    satellites: tuple[Resource, ...]
    is_privileged: tuple[Fact[bool], ...]
    unread: Unknown | None = None


class ContainerCluster(Struct, frozen=True):
    """A place where containers run.

    Args:
        is_measured: Load, restarts and network of each container are collected.
        opens_sessions: How sessions of people inside of containers are set up is said here, and not switched off.
        has_session_key: Such sessions are encrypted with a key of ours.
        encrypts_session_logs: What was typed and answered is encrypted where it is kept.
    """

    resource: Resource
    satellites: tuple[Resource, ...]
    is_measured: Fact[bool]
    opens_sessions: Fact[bool]
    has_session_key: Fact[bool]
    encrypts_session_logs: Fact[bool]


class ContainerService(Struct, frozen=True):
    """Containers that are kept running."""

    resource: Resource
    satellites: tuple[Resource, ...]
    has_public_address: Fact[bool]


def build_container_task(resource: Resource, index: GraphIndex) -> ContainerTask:
    """From `aws_ecs_task_definition` and `aws_batch_job_definition`."""
    del index
    own = Source(resource)
    path, found, missing = _containers(own)
    is_task = resource.type == _TASK
    volumes = _task_volumes(own) if is_task else _job_volumes(path, found)
    # A task names its volumes beside its containers, a job inside of them.
    volumes_unread = volumes if isinstance(volumes, Unknown) else None if is_task else missing
    return ContainerTask(
        resource=resource,
        satellites=(),
        has_read_only_root=tuple(_switch(path, item, "readonlyrootfilesystem") for item in found),
        volumes_in_transit=() if isinstance(volumes, Unknown) else volumes,
        has_separate_roles=_roles(own) if is_task else _job_roles(path, found),
        unread=missing,
        volumes_unread=volumes_unread,
    )


def build_container_privilege(resource: Resource, index: GraphIndex) -> ContainerPrivilege:
    """From the same, and from `aws_codebuild_project`, whose builds run in a container."""
    del index
    own = Source(resource)
    if resource.type == _BUILD:
        paths = blocks(own, "environment")
        if isinstance(paths, Unknown):
            return ContainerPrivilege(resource, (), (), paths)
        return ContainerPrivilege(resource, (), tuple(own.truth(f"{place}.privileged_mode") for place in paths))
    path, found, missing = _containers(own)
    return ContainerPrivilege(resource, (), tuple(_switch(path, item, "privileged") for item in found), unread=missing)


def build_container_cluster(resource: Resource, index: GraphIndex) -> ContainerCluster:
    """From `aws_ecs_cluster`."""
    del index
    own = Source(resource)
    logging = own.text(f"{_EXEC}.0.logging")
    is_set_up = is_given(own, _EXEC)
    opens = is_set_up.value
    if opens is True:
        opens = ask(logging.value, lambda word: word != "NONE")
    encrypts = (
        own.truth(f"{_EXEC}.0.log_configuration.0.cloud_watch_encryption_enabled").value,
        own.truth(f"{_EXEC}.0.log_configuration.0.s3_bucket_encryption_enabled").value,
    )
    return ContainerCluster(
        resource=resource,
        satellites=(),
        is_measured=_is_measured(own),
        opens_sessions=own.fact(_EXEC, opens),
        has_session_key=own_key(own, f"{_EXEC}.0.kms_key_id"),
        encrypts_session_logs=own.fact(f"{_EXEC}.0.log_configuration", any_of(encrypts)),
    )


def build_container_service(resource: Resource, index: GraphIndex) -> ContainerService:
    """From `aws_ecs_service` and `aws_ecs_task_set`."""
    del index
    return ContainerService(resource, (), Source(resource).truth("network_configuration.0.assign_public_ip"))


def _is_measured(own: Source) -> Fact[bool]:
    paths = blocks(own, "setting")
    if isinstance(paths, Unknown):
        return own.fact("setting", paths)
    for place in paths:
        name, value = own.text(f"{place}.name").value, own.text(f"{place}.value")
        if isinstance(name, Unknown):
            return own.fact(place, name)
        if name == "containerInsights":
            return own.fact(value.attribute, ask(value.value, lambda word: word in _MEASURED))
    return own.truth("setting.container_insights")


def _containers(own: Source) -> tuple[str, list[dict[str, Value]], Unknown | None]:
    """Where they stand, those that could be read, and why the others could not."""
    path, found = containers(own)
    missing = next((unread(item) for item in found if not isinstance(item, dict)), None)
    return path, [item for item in found if isinstance(item, dict)], missing


def _switch(path: str, container: dict[str, Value], name: str) -> Fact[bool]:
    """Off when it is not said; the reference of container definitions gives false for these."""
    if container.get(name) is None:
        return Fact(value=False, attribute=path)
    return Fact(within(container).truth(name).value, path)


def _task_volumes(own: Source) -> tuple[Fact[bool], ...] | Unknown:
    volumes = blocks(own, "volume")
    if isinstance(volumes, Unknown):
        return volumes
    found: list[Fact[bool]] = []
    for volume in volumes:
        shares = blocks(own, f"{volume}.efs_volume_configuration")
        if isinstance(shares, Unknown):
            return shares
        for share in shares:
            word = own.text(f"{share}.transit_encryption")
            found.append(own.fact(word.attribute, ask(word.value, lambda text: text == "ENABLED")))
    return tuple(found)


def _job_volumes(path: str, given: list[dict[str, Value]]) -> tuple[Fact[bool], ...] | Unknown:
    found: list[Fact[bool]] = []
    for container in given:
        volumes = container.get("volumes")
        if volumes is None:
            continue
        if not isinstance(volumes, list):
            return unread(volumes)
        for volume in volumes:
            share = volume.get("efsvolumeconfiguration") if isinstance(volume, dict) else volume
            if isinstance(share, dict):
                word = read_text(share.get("transitencryption") or "DISABLED")
                found.append(Fact(ask(word, lambda text: text == "ENABLED"), path))
            elif share is not None:
                return unread(share)
    return tuple(found)


def _roles(own: Source) -> Fact[bool]:
    first, second = own.value("execution_role_arn"), own.value("task_role_arn")
    at = "task_role_arn"
    if not first or not second:
        return own.fact(at, value=True)
    if isinstance(first, str) and isinstance(second, str):
        return own.fact(at, first != second)
    one, other = set(own.references("execution_role_arn")), set(own.references(at))
    if one and other:
        return own.fact(at, one != other)
    return own.fact(at, unread(second if isinstance(second, Unknown) else first))


def _job_roles(path: str, given: list[dict[str, Value]]) -> Fact[bool]:
    for container in given:
        first, second = container.get("executionrolearn"), container.get("jobrolearn")
        if not first or not second:
            continue
        if not isinstance(first, str) or not isinstance(second, str):
            if isinstance(first, Unknown) and first == second and first.detail:
                # Both are the same thing, whatever it will be.
                return Fact(value=False, attribute=path)
            return Fact(unread(first if isinstance(second, str) else second), path)
        if first == second:
            return Fact(value=False, attribute=path)
    return Fact(value=True, attribute=path)


VIEW_TYPES: Final = (
    ViewType("ContainerCluster", of_types(*CLUSTER_TYPES), build_container_cluster),
    ViewType("ContainerPrivilege", of_types(*TASK_TYPES, _BUILD), build_container_privilege),
    ViewType("ContainerService", of_types(*SERVICE_TYPES), build_container_service),
    ViewType("ContainerTask", of_types(*TASK_TYPES), build_container_task),
)
