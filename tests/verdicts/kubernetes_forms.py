"""A manifest as others write it: as one JSON list, and as a cluster gives its objects back.

The second is made after what the API server is documented to do; there is no cluster here to record one from. Source:
https://kubernetes.io/docs/reference/kubernetes-api/, the fields that say "Defaults to", and `metadata` and `status`.
"""

import json
from typing import Any

import yaml

_POD = {
    "dnsPolicy": "ClusterFirst",
    "restartPolicy": "Always",
    "schedulerName": "default-scheduler",
    "securityContext": {},
    "terminationGracePeriodSeconds": 30,
}
_CONTAINER = {
    "imagePullPolicy": "IfNotPresent",
    "resources": {},
    "terminationMessagePath": "/dev/termination-log",
    "terminationMessagePolicy": "File",
}
# Kinds that no namespace holds.
_OF_THE_CLUSTER = frozenset(("ClusterRole", "ClusterRoleBinding", "Namespace", "PersistentVolume"))


def objects(manifest: bytes) -> list[dict[str, Any]]:
    """The objects of a manifest, those of lists too."""
    found: list[dict[str, Any]] = []
    for document in yaml.safe_load_all(manifest):
        if isinstance(document, dict):
            found += document["items"] if document.get("kind") == "List" else [document]
    return found


def as_list(manifest: bytes) -> bytes:
    """All objects as a `List` in JSON, which `kubectl apply` takes as well."""
    return json.dumps({"apiVersion": "v1", "kind": "List", "items": objects(manifest)}).encode()


def as_returned(manifest: bytes) -> bytes:
    """All objects as `kubectl get -o json` would print them: with the server's defaults, its metadata and a status."""
    items = [_returned(item, number) for number, item in enumerate(objects(manifest), start=1)]
    return json.dumps(
        {"apiVersion": "v1", "kind": "List", "metadata": {"resourceVersion": ""}, "items": items}
    ).encode()


def _returned(item: dict[str, Any], number: int) -> dict[str, Any]:
    metadata = {
        "creationTimestamp": "2026-11-01T12:00:00Z",
        "generation": 1,
        "resourceVersion": str(1000 + number),
        "uid": f"00000000-0000-4000-8000-{number:012d}",
    }
    if item.get("kind") not in _OF_THE_CLUSTER:
        metadata["namespace"] = "default"
    found = {**item, "metadata": {**metadata, **(item.get("metadata") or {})}}
    if "spec" in found:
        found["spec"] = _spec(item)
        found["status"] = {"observedGeneration": 1}
    return found


def _spec(item: dict[str, Any]) -> Any:
    """The spec with the defaults of its pod, wherever that stands."""
    spec = item["spec"]
    if not isinstance(spec, dict):
        return spec
    if item["kind"] == "Pod":
        return _pod(spec)
    if item["kind"] == "CronJob" and isinstance(spec.get("jobTemplate"), dict):
        job = spec["jobTemplate"]
        return {**spec, "jobTemplate": {**job, "spec": _with_template(job.get("spec"))}}
    return _with_template(spec)


def _with_template(spec: Any) -> Any:
    template = spec.get("template") if isinstance(spec, dict) else None
    if not isinstance(template, dict) or not isinstance(template.get("spec"), dict):
        return spec
    return {**spec, "template": {**template, "spec": _pod(template["spec"])}}


def _pod(spec: dict[str, Any]) -> dict[str, Any]:
    pod = {**_POD, **spec}
    for name in ("containers", "initContainers"):
        if isinstance(pod.get(name), list):
            pod[name] = [{**_CONTAINER, **item} if isinstance(item, dict) else item for item in pod[name]]
    return pod
