"""What belongs together in Kubernetes manifests, and how data flows there, by names and labels. Pure."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from msgspec import Struct

from pavior.resources.model import Resource, Value
from pavior.resources.views.facts import Source
from pavior.resources.views.network_policies import selects
from pavior.resources.views.workload import WORKLOAD_KINDS, pod_path
from pavior.threatmodels.drafting_flows import Surety

_HOST = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9-]+)*")
_SCALERS: Final = ("HorizontalPodAutoscaler", "VerticalPodAutoscaler", "ScaledObject")
_CONTAINERS: Final = ("containers", "initContainers")
# Annotations of cloud providers that keep a balancer within the network; each is a beginning and what must stand there.
_INTERNAL: Final = {
    "service.beta.kubernetes.io/aws-load-balancer-internal": ("true", "0.0.0.0/0"),
    "service.beta.kubernetes.io/aws-load-balancer-scheme": ("internal",),
    "service.beta.kubernetes.io/azure-load-balancer-internal": ("true",),
    "networking.gke.io/load-balancer-type": ("internal",),
    "cloud.google.com/load-balancer-type": ("internal",),
}


class _Place(Struct, frozen=True):
    """What an object is called, and in which namespace."""

    namespace: str
    name: str


class Manifests:
    """The objects of a graph by kind, namespace and name."""

    def __init__(self, resources: Iterable[Resource]) -> None:
        self._by_kind: dict[str, list[Resource]] = defaultdict(list)
        self._named: dict[tuple[str, str, str], Resource] = {}
        for resource in resources:
            if "metadata" in resource.values:
                place = _place(resource)
                self._by_kind[resource.type].append(resource)
                self._named[resource.type, place.namespace, place.name] = resource
        self.workloads = [item for kind in WORKLOAD_KINDS for item in self._by_kind[kind]]
        self._labelled: dict[str, list[tuple[Resource, Value]]] = defaultdict(list)
        self._by_label: dict[tuple[str, str, Value], list[tuple[Resource, Value]]] = defaultdict(list)
        for item in self.workloads:
            namespace, labels = _place(item).namespace, _labels(item)
            self._labelled[namespace].append((item, labels))
            for key, value in _mapping(labels).items():
                if isinstance(value, str):
                    self._by_label[namespace, key, value].append((item, labels))
        self._behind_service: dict[str, tuple[Resource, ...]] = {}

    def parts(self) -> Iterator[tuple[str, str]]:
        """Addresses of what completes a workload, each with the workload's."""
        for service in self._by_kind["Service"]:
            for workload in self._behind(service):
                yield service.address, workload.address
        for policy in self._by_kind["NetworkPolicy"]:
            for workload in self._selected(_place(policy).namespace, policy.values.get("spec")):
                yield policy.address, workload.address
        for kind in _SCALERS:
            for scaler in self._by_kind[kind]:
                target = _mapping(_mapping(scaler.values.get("spec")).get("scaleTargetRef"))
                found = self._find(str(target.get("kind")), _place(scaler).namespace, target.get("name"))
                if found is not None:
                    yield scaler.address, found.address
        for workload in self.workloads:
            name = _pod(workload).get("serviceAccountName")
            account = self._find("ServiceAccount", _place(workload).namespace, name)
            if account is not None:
                yield account.address, workload.address
        yield from self._bindings()

    def _bindings(self) -> Iterator[tuple[str, str]]:
        for kind in ("RoleBinding", "ClusterRoleBinding"):
            for binding in self._by_kind[kind]:
                namespace = _place(binding).namespace
                for subject in _items(binding.values.get("subjects")):
                    where = subject.get("namespace") or namespace
                    account = self._find("ServiceAccount", str(where), subject.get("name"))
                    if subject.get("kind") == "ServiceAccount" and account is not None:
                        yield binding.address, account.address
                role = _mapping(binding.values.get("roleRef"))
                for where in (namespace, ""):
                    found = self._find(str(role.get("kind")), where, role.get("name"))
                    if found is not None:
                        yield found.address, binding.address

    def flows(self) -> Iterator[tuple[str, str, str, Surety]]:
        """Addresses of what sends and of what receives, with the reason."""
        for ingress in self._by_kind["Ingress"]:
            for name in _backends(ingress.values.get("spec")):
                service = self._find("Service", _place(ingress).namespace, name)
                for workload in self._behind(service) if service is not None else ():
                    because = f"{ingress.address} passes requests on to {service.address if service else name}"
                    yield ingress.address, workload.address, because, Surety.WIRED
        for policy in self._by_kind["NetworkPolicy"]:
            yield from self._admitted(policy)
        for workload in self.workloads:
            yield from self._used(workload)

    def entries(self) -> Iterator[tuple[str, bool | None, str]]:
        """Addresses of what lets in from outside of the cluster, whether it is the internet, and why."""
        for ingress in self._by_kind["Ingress"]:
            because = f"{ingress.address} takes requests from outside of the cluster; from how far is not known"
            yield ingress.address, None, because
        for service in self._by_kind["Service"]:
            kind = _mapping(service.values.get("spec")).get("type")
            if kind != "LoadBalancer":
                continue
            annotations = _mapping(_mapping(service.values.get("metadata")).get("annotations"))
            is_internal = any(str(annotations.get(name)).lower() in words for name, words in _INTERNAL.items())
            if not is_internal:
                for workload in self._behind(service):
                    yield workload.address, True, f"{service.address} is a load balancer of its own, and not internal"

    def _behind(self, service: Resource) -> tuple[Resource, ...]:
        """The workloads that a service passes requests on to."""
        if service.address not in self._behind_service:
            selector = _mapping(service.values.get("spec")).get("selector")
            wanted: Value = {"podSelector": {"matchLabels": selector}}
            found = self._selected(_place(service).namespace, wanted) if selector else ()
            self._behind_service[service.address] = tuple(found)
        return self._behind_service[service.address]

    def _selected(self, namespace: str, spec: Value) -> Iterator[Resource]:
        """The workloads whose pods a selector surely means."""
        wanted = _mapping(_mapping(_mapping(spec).get("podSelector")).get("matchLabels"))
        # Who has not this one label is not meant, whatever else is asked for.
        pair = next(((key, value) for key, value in wanted.items() if isinstance(value, str)), None)
        some = self._labelled.get(namespace, []) if pair is None else self._by_label.get((namespace, *pair), [])
        return (item for item, labels in some if selects(spec, labels) is True)

    def _find(self, kind: str, namespace: str, name: Value) -> Resource | None:
        return self._named.get((kind, namespace, name)) if isinstance(name, str) else None

    def _admitted(self, policy: Resource) -> Iterator[tuple[str, str, str, Surety]]:
        spec = _mapping(policy.values.get("spec"))
        namespace = _place(policy).namespace
        for peer in (peer for rule in _items(spec.get("ingress")) for peer in _items(rule.get("from"))):
            if not peer.get("podSelector") or peer.get("namespaceSelector"):
                continue
            for source in self._selected(namespace, {"podSelector": peer["podSelector"]}):
                for target in self._selected(namespace, dict(spec)):
                    yield source.address, target.address, f"{policy.address} lets it in", Surety.ALLOWED

    def _used(self, workload: Resource) -> Iterator[tuple[str, str, str, Surety]]:
        namespace = _place(workload).namespace
        pod = _pod(workload)
        for volume in _items(pod.get("volumes")):
            name = _mapping(volume.get("secret")).get("secretName")
            claim = _mapping(volume.get("persistentVolumeClaim")).get("claimName")
            yield from self._read("Secret", namespace, name, workload)
            stored = self._find("PersistentVolumeClaim", namespace, claim)
            if stored is not None:
                because = f"{workload.address} mounts {stored.address}"
                yield stored.address, workload.address, because, Surety.WIRED
                yield workload.address, stored.address, because, Surety.WIRED
        for container in (item for name in _CONTAINERS for item in _items(pod.get(name))):
            for whole in _items(container.get("envFrom")):
                yield from self._read("Secret", namespace, _mapping(whole.get("secretRef")).get("name"), workload)
            for variable in _items(container.get("env")):
                key = _mapping(_mapping(variable.get("valueFrom")).get("secretKeyRef"))
                yield from self._read("Secret", namespace, key.get("name"), workload)
                yield from self._called(variable.get("value"), namespace, workload)

    def _read(
        self, kind: str, namespace: str, name: Value, workload: Resource
    ) -> Iterator[tuple[str, str, str, Surety]]:
        found = self._find(kind, namespace, name)
        if found is not None:
            yield found.address, workload.address, f"{workload.address} is given {found.address}", Surety.WIRED

    def _called(self, text: Value, namespace: str, workload: Resource) -> Iterator[tuple[str, str, str, Surety]]:
        for host in _HOST.findall(text) if isinstance(text, str) else ():
            name, _, rest = host.partition(".")
            service = self._find("Service", rest.partition(".")[0] or namespace, name)
            for target in self._behind(service) if service is not None else ():
                because = f"The environment of {workload.address} names {service.address if service else host}"
                yield workload.address, target.address, because, Surety.CONFIGURED


def _place(resource: Resource) -> _Place:
    metadata = _mapping(resource.values.get("metadata"))
    namespace, name = metadata.get("namespace"), metadata.get("name")
    return _Place(
        namespace if isinstance(namespace, str) and namespace else "default", name if isinstance(name, str) else ""
    )


def _pod(workload: Resource) -> Mapping[str, Value]:
    return _mapping(Source(workload).value(pod_path(workload)))


def _labels(workload: Resource) -> Value:
    path = pod_path(workload).removesuffix("spec")
    return Source(workload).value(f"{path}metadata.labels")


def _backends(spec: Value) -> Iterator[Value]:
    """Names of the services that an ingress passes requests on to, in the newer form and the older one."""
    own = _mapping(spec)
    paths = [path for rule in _items(own.get("rules")) for path in _items(_mapping(rule.get("http")).get("paths"))]
    backends = [
        _mapping(own.get("defaultBackend") or own.get("backend")),
        *(_mapping(path.get("backend")) for path in paths),
    ]
    for backend in backends:
        yield _mapping(backend.get("service")).get("name") or backend.get("serviceName")


def _mapping(value: Value) -> Mapping[str, Value]:
    return value if isinstance(value, dict) else {}


def _items(value: Value) -> Iterator[Mapping[str, Value]]:
    return (item for item in value if isinstance(item, dict)) if isinstance(value, list) else iter(())
