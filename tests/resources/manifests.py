"""Manifests for tests of views, and the views of them."""

from typing import Any

from pavior.kernel.verdicts import UnknownReason
from pavior.resources.model import GraphFormat, Resource, ResourceGraph, Unknown, Value
from pavior.resources.views import VIEWS, index_graph
from pavior.resources.views.facts import Fact
from pavior.resources.views.index import GraphIndex
from pavior.resources.views.workload import Workload

VERSIONS = {"Deployment": "apps/v1", "CronJob": "batch/v1", "Job": "batch/v1", "Rollout": "argoproj.io/v1alpha1"}
SPEC: dict[str, Value] = {"containers": [{"name": "web", "image": "a:1"}]}


def a_manifest(kind: str, name: str = "a", version: str = "", **values: Any) -> Resource:
    metadata = {"name": name, **values.pop("metadata", {})}
    group = "rbac.authorization.k8s.io/v1" if kind.startswith(("Role", "ClusterRole")) else VERSIONS.get(kind, "v1")
    namespace = metadata.get("namespace", "default")
    return Resource(
        f"{kind}.{namespace}.{name}",
        kind,
        {"apiVersion": version or group, "kind": kind, "metadata": metadata, **values},
    )


def an_index(*resources: Resource, complete: bool = True) -> GraphIndex:
    return index_graph(ResourceGraph(GraphFormat.KUBERNETES_MANIFEST, resources, (), complete))


def views(name: str, *resources: Resource, complete: bool = True) -> list[Any]:
    index = an_index(*resources, complete=complete)
    built = (VIEWS[name].build(resource, index) for resource in VIEWS[name].select(index))
    return [view for view in built if view is not None]


def a_workload(spec: Value, *others: Resource, complete: bool = True, **metadata: Any) -> Workload:
    pod = a_manifest("Pod", metadata=metadata, spec=spec)
    workload: Workload = views("Workload", pod, *others, complete=complete)[0]
    return workload


def is_unknown(fact: Fact[Any] | None) -> bool:
    return fact is not None and isinstance(fact.value, Unknown) and fact.value.reason is UnknownReason.NOT_EVALUATED
