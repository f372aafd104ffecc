"""What runs in a cluster: a pod, or what makes pods, with all of its containers."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from msgspec import Struct

from pavior.kernel.verdicts import UnknownReason
from pavior.resources.defaults import get_default
from pavior.resources.model import Resource, Sensitive, Unknown, Value
from pavior.resources.views.facts import Fact, Source, hidden, not_understood
from pavior.resources.views.index import GraphIndex
from pavior.resources.views.kinds import Selection, ViewType
from pavior.resources.views.manifests import Part, is_of, name_of, namespace_of
from pavior.resources.views.network_policies import find_network_policy
from pavior.resources.views.pod_containers import (
    FIELDS,
    SECURITY,
    Annotations,
    Container,
    read_container,
    said_labels,
    said_profiles,
)

_ACCOUNTS = {"ServiceAccount": ("",)}
# The groups that the kinds belong to, and where the pod stands in each.
WORKLOAD_KINDS: Final = {
    "CronJob": ("batch",),
    "DaemonSet": ("apps", "extensions"),
    "Deployment": ("apps", "extensions"),
    "DeploymentConfig": ("", "apps.openshift.io"),
    "Job": ("batch",),
    "Pod": ("",),
    "PodTemplate": ("",),
    "ReplicaSet": ("apps", "extensions"),
    "ReplicationController": ("",),
    "Rollout": ("argoproj.io",),
    "StatefulSet": ("apps",),
}
_PODS = {"Pod": "", "PodTemplate": "template", "CronJob": "spec.jobTemplate.spec.template"}
_POD = "spec.template"
# These end by themselves, so nobody waits for them to be ready.
_ENDING = ("CronJob", "Job")
_NO_SOURCE = "name"
_EMPTY_DIR = "emptyDir"


class Volume(Struct, frozen=True):
    """A folder that is put into containers.

    Args:
        kind: As the field that makes it, such as `hostPath`; `emptyDir` where there is none.
        host_path: The folder or socket of the node, or empty.
    """

    kind: Fact[str]
    host_path: Fact[str]


class Workload(Struct, frozen=True):
    """A pod, or what makes pods.

    Args:
        unread: Why not every container is known, or None.
        partial: Why what is absent may stand elsewhere, or None; also when a container is only a part of one.
        ends: Whether it is a job, which ends by itself.
        said_non_root: What the pod says for all containers, where it says anything.
        users: Every user id that is named, by the pod or by a container.
        seccomp_profiles: Every profile that is named anywhere.
        selinux: Every `type`, `user` and `role` that is named, with that word.
        mounts_token: Whether the token of its account is put into it.
        network_policy: Whether a policy restricts what may come in.
    """

    resource: Resource
    satellites: tuple[Resource, ...]
    containers: tuple[Container, ...]
    unread: Fact[bool] | None
    partial: Fact[bool] | None
    ends: bool
    is_windows: Fact[bool]
    host_network: Fact[bool]
    host_pid: Fact[bool]
    host_ipc: Fact[bool]
    said_host_process: tuple[Fact[bool], ...]
    said_non_root: tuple[Fact[bool], ...]
    users: tuple[Fact[int], ...]
    seccomp_profiles: tuple[Fact[str], ...]
    apparmor_profiles: tuple[Fact[str], ...]
    selinux: tuple[tuple[str, Fact[str]], ...]
    sysctls: tuple[Fact[str], ...]
    volumes: tuple[Volume, ...]
    service_account: Fact[str]
    mounts_token: Fact[bool]
    network_policy: Fact[bool]


def select_workloads(index: GraphIndex) -> Iterable[Resource]:
    """All that is or makes a pod."""
    return (item for item in index.of_type(*WORKLOAD_KINDS) if is_of(item, WORKLOAD_KINDS))


def pod_path(workload: Resource) -> str:
    """Where the spec of its pod stands."""
    return f"{_PODS.get(workload.type, _POD)}.spec".lstrip(".")


def build_workload(resource: Resource, index: GraphIndex) -> Workload | None:
    """From any of `WORKLOAD_KINDS`; None for a Rollout that takes the pods of another object."""
    own = Source(resource)
    if resource.type == "Rollout" and own.value("spec.workloadRef") is not None:
        return None
    base, spec = _PODS.get(resource.type, _POD), pod_path(resource)
    notes = f"{base}.metadata.annotations".lstrip(".")
    annotations = Annotations(notes, own.value(notes))
    partial = _partial(own, spec)
    pod = Part(own, spec, "PodSpec", partial.value if partial and isinstance(partial.value, Unknown) else None)
    # What the pod says for its containers has their defaults.
    shared = Part(own, spec, "Container")
    containers = tuple(
        read_container(own, place, role, shared)
        for field, role in FIELDS.items()
        for place, item in Part(own, spec, "PodSpec").items(field)
        if isinstance(item, dict)
    )
    parts = tuple(
        Part(own, f"{path}.{SECURITY}", "SecurityContext") for path in (spec, *(item.path for item in containers))
    )
    account = _account(pod)
    mounts_token, satellites = _token(pod, account, resource, index)
    policy, policies = find_network_policy(resource, own.value(f"{base}.metadata.labels".lstrip(".")), index)
    os = pod.text("os.name", "linux")
    return Workload(
        resource=resource,
        satellites=(*satellites, *policies),
        containers=containers,
        unread=partial if _is_main_absent(own, spec) or _is_strange(own, spec) else None,
        partial=partial,
        ends=resource.type in _ENDING,
        is_windows=Fact(os.value if isinstance(os.value, Unknown) else os.value == "windows", os.attribute),
        host_network=pod.truth("hostNetwork"),
        host_pid=pod.truth("hostPID"),
        host_ipc=pod.truth("hostIPC"),
        said_host_process=_said(shared, "windowsOptions.hostProcess"),
        said_non_root=_said(shared, "runAsNonRoot"),
        users=tuple(part.number("runAsUser", 0) for part in parts if part.is_given("runAsUser")),
        seccomp_profiles=said_profiles(parts, "seccompProfile", annotations),
        apparmor_profiles=said_profiles(parts, "appArmorProfile", annotations),
        selinux=said_labels(parts),
        sysctls=_sysctls(pod),
        volumes=tuple(_volume(own, place, item) for place, item in pod.items("volumes")),
        service_account=account,
        mounts_token=mounts_token,
        network_policy=policy,
    )


def _partial(own: Source, spec: str) -> Fact[bool] | None:
    """Why what is absent may stand elsewhere: no pod is given, or only a part of one."""
    for path in _above(spec):
        found = own.value(path)
        if not isinstance(found, dict):
            return own.fact(path, _why(found, "the pod is not given here"))
    containers = own.value(f"{spec}.containers")
    if not isinstance(containers, list) or not containers:
        return own.fact(f"{spec}.containers", _why(containers, "its containers are not given here"))
    for number, item in enumerate(containers):
        if not isinstance(item, dict):
            return own.fact(f"{spec}.containers.{number}", _why(item, "a container is not given here"))
        if item.get("image") is None:
            why = "a container without an image is only a part of one, and the rest stands elsewhere"
            return own.fact(f"{spec}.containers.{number}", Unknown(UnknownReason.NOT_EVALUATED, why))
    for field in FIELDS:
        if _is_no_list_of_mappings(own.value(f"{spec}.{field}")):
            return own.fact(f"{spec}.{field}", Unknown(UnknownReason.NOT_EVALUATED, "they are no list of containers"))
    return None


def _above(path: str) -> Iterable[str]:
    steps = path.split(".")
    return (".".join(steps[:count]) for count in range(1, len(steps) + 1))


def _is_no_list_of_mappings(value: Value) -> bool:
    return value is not None and not (isinstance(value, list) and all(isinstance(item, dict) for item in value))


def _is_main_absent(own: Source, spec: str) -> bool:
    """Whether none of the containers is given that every pod has, whatever init containers are."""
    return own.value(f"{spec}.containers") in (None, [])


def _is_strange(own: Source, spec: str) -> bool:
    return any(_is_no_list_of_mappings(own.value(f"{spec}.{field}")) for field in FIELDS)


def _why(value: Value, absent: str) -> Unknown:
    if isinstance(value, Unknown):
        return value
    if value is None or value == []:
        return Unknown(UnknownReason.NOT_EVALUATED, absent)
    return hidden() if isinstance(value, Sensitive) else not_understood(value)


def _said(shared: Part, field: str) -> tuple[Fact[bool], ...]:
    path = f"{SECURITY}.{field}"
    return (shared.truth(path),) if shared.is_given(path) else ()


def _account(pod: Part) -> Fact[str]:
    # The second is the older name of the first, which goes before it.
    field = next((name for name in ("serviceAccountName", "serviceAccount") if pod.value(name)), "serviceAccountName")
    return pod.text(field, str(get_default("PodSpec", "serviceAccountName")))


def _token(
    pod: Part, account: Fact[str], resource: Resource, index: GraphIndex
) -> tuple[Fact[bool], tuple[Resource, ...]]:
    field = "automountServiceAccountToken"
    if pod.is_given(field):
        return pod.truth(field), ()
    if isinstance(account.value, Unknown):
        return Fact(account.value, account.attribute), ()
    namespace = namespace_of(resource, index).value
    found = [
        (Part(Source(item, item.address), "", "ServiceAccount").truth(field), item)
        for item in index.once(_accounts_by_name).get(account.value, ())
        if namespace_of(item, index).value == namespace
    ]
    if found:
        # Overlays may say it again, and one that mounts the token is enough.
        facts = [fact for fact, _ in found]
        mounting = [fact for fact in facts if fact.value is True] or [fact for fact in facts if fact.value is not False]
        return (mounting or facts)[0], tuple(account for _, account in found)
    if account.value != str(get_default("PodSpec", "serviceAccountName")):
        why = f"the service account {account.value} does not stand here, and may say it"
        return Fact(Unknown(UnknownReason.NOT_EVALUATED, why), account.attribute), ()
    return pod.truth(field), ()


def _accounts_by_name(index: GraphIndex) -> Mapping[str, Sequence[Resource]]:
    found: dict[str, list[Resource]] = defaultdict(list)
    for item in index.of_type("ServiceAccount"):
        name = name_of(item)
        if is_of(item, _ACCOUNTS) and isinstance(name, str):
            found[name].append(item)
    return found


def _sysctls(pod: Part) -> tuple[Fact[str], ...]:
    return tuple(
        Part(Source(pod.resource), place, "Sysctl").text(_NO_SOURCE)
        if isinstance(item, dict)
        else Fact(item if isinstance(item, Unknown) else not_understood(item), place)
        for place, item in pod.items(f"{SECURITY}.sysctls")
    )


def _volume(own: Source, place: str, item: Value) -> Volume:
    if not isinstance(item, dict):
        strange: Fact[str] = own.fact(place, item if isinstance(item, Unknown) else not_understood(item))
        return Volume(strange, strange)
    kinds = [name for name, value in item.items() if name != _NO_SOURCE and value is not None]
    kind = kinds[0] if kinds else next((name for name in item if name != _NO_SOURCE), _EMPTY_DIR)
    part = Part(own, place, "Volume")
    is_host = kind == "hostPath"
    return Volume(
        part.fact(kind if kind in item else "name", kind), part.text("hostPath.path") if is_host else Fact("")
    )


VIEW_TYPES: Final = (ViewType("Workload", Selection(tuple(WORKLOAD_KINDS), select_workloads), build_workload),)
