"""What a denial of a manifest offers to paste is true: pasted where it says, the control passes."""

import textwrap

import pytest

from pavior.adapters.readers.kubernetes import read_manifests
from pavior.content import load_controls
from pavior.content.cases import with_case_values
from pavior.content.loading import CONTROLS_FOLDER
from pavior.kernel.verdicts import Outcome, Phase
from pavior.policy.evaluation import evaluate
from pavior.policy.model import Control

CONTROLS = {
    control.id: with_case_values(CONTROLS_FOLDER / control.id.replace("-", "_"), control) for control in load_controls()
}
# In each place, the line FIX stands where the fix goes.
IMAGE = "image: registry.example/orders@sha256:" + "9f2d" * 16
POD = """apiVersion: v1
kind: Pod
metadata:
  name: orders
  namespace: shop
  labels:
    app: orders
spec:
"""
IN_POD = f"{POD}  containers:\n    - name: web\n      {IMAGE}\n  FIX\n"
IN_POD_SECURITY = f"{POD}  containers:\n    - name: web\n      {IMAGE}\n  securityContext:\n    FIX\n"
IN_CONTAINER = f"{POD}  containers:\n    - name: web\n      {IMAGE}\n      FIX\n"
IN_SECURITY = f"{POD}  containers:\n    - name: web\n      {IMAGE}\n      securityContext:\n        FIX\n"
AS_IMAGE = f"{POD}  containers:\n    - name: web\n      FIX\n"
AS_POD = f"{POD}  FIX\n"
NAMESPACE = "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop\n---\n"
AS_OBJECT = f"{NAMESPACE}{POD}  containers:\n    - name: web\n      {IMAGE}\n---\nFIX\n"
RBAC = "apiVersion: rbac.authorization.k8s.io/v1\n"
IN_ROLE = RBAC + "kind: ClusterRole\nmetadata:\n  name: deployer\nFIX\n"
REFERENCE = "roleRef:\n  apiGroup: rbac.authorization.k8s.io\n  kind: ClusterRole\n  name: deployer\n"
SUBJECTS = "subjects:\n  - kind: ServiceAccount\n    name: orders\n    namespace: shop\n"
GRANT = RBAC + "kind: ClusterRoleBinding\nmetadata:\n  name: deployer\n"
IN_BOUND_ROLE = f"{IN_ROLE}---\n{GRANT}{REFERENCE}{SUBJECTS}"
ENVIRONMENT = f"""initContainers:
  - name: prepare
    {IMAGE}
    env: [{{name: PASSWORD, valueFrom: {{secretKeyRef: {{name: orders, key: password}}}}}}]
"""


def command_of(program: str) -> str:
    return f"{IN_CONTAINER.replace('FIX', 'command:')}        - {program}\n        FIX\n"


API_SERVER, CONTROLLERS, STORE = (command_of(name) for name in ("kube-apiserver", "kube-controller-manager", "etcd"))


def rules(group: str, resource: str, verb: str) -> str:
    return f'rules:\n  - apiGroups: ["{group}"]\n    resources: ["{resource}"]\n    verbs: ["{verb}"]\n'


# Where the fix goes, and what stands there before; without one, the place is empty and the control fails already.
PLACES = {
    "access-no-bind-or-escalate": (IN_ROLE, rules("rbac.authorization.k8s.io", "roles", "*")),
    "access-no-certificate-approval": (IN_ROLE, rules("certificates.k8s.io", "*", "*")),
    "access-no-cluster-admin": (f"{GRANT}{SUBJECTS}FIX\n", REFERENCE.replace("deployer", "cluster-admin")),
    "access-no-impersonation": (IN_BOUND_ROLE, rules("", "serviceaccounts", "impersonate")),
    "access-no-secret-reading": (IN_BOUND_ROLE, rules("", "secrets", "get")),
    "access-no-webhook-control": (IN_ROLE, rules("admissionregistration.k8s.io", "*", "patch")),
    "access-no-wildcards": (IN_ROLE, rules("apps", "*", "get")),
    "access-not-to-default-account": (f"{GRANT}{REFERENCE}FIX\n", SUBJECTS.replace("orders", "default")),
    "api-server-audit-log": (API_SERVER, ""),
    "api-server-audit-log-kept": (API_SERVER, "- --audit-log-maxage=7"),
    "api-server-authorises": (API_SERVER, ""),
    "api-server-kubelet-encrypted": (API_SERVER, "- --kubelet-https=false"),
    "api-server-own-certificate": (API_SERVER, ""),
    "api-server-proves-itself-to-store": (API_SERVER, ""),
    "api-server-restricts-nodes": (API_SERVER, "- --authorization-mode=RBAC"),
    "cluster-store-clients-proven": (STORE, ""),
    "cluster-store-known-certificate": (STORE, "- --auto-tls"),
    "container-image-by-digest": (AS_IMAGE, "image: registry.example/orders:2.7.1"),
    "container-image-not-latest": (AS_IMAGE, "image: registry.example/orders"),
    "container-images-from-known-registries": (AS_IMAGE, "image: nginx:1.27"),
    "controller-manager-no-profiling": (CONTROLLERS, ""),
    "default-account-without-token": (
        "FIX\n",
        "apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: default\n  namespace: shop\n",
    ),
    "namespace-not-default": ("apiVersion: v1\nkind: ConfigMap\nFIX\n", "metadata:\n  name: orders\n"),
    "workload-confinement-kept": (IN_SECURITY, "appArmorProfile:\n  type: Unconfined\n"),
    "workload-cpu-limited": (IN_CONTAINER, ""),
    "workload-drops-all-capabilities": (IN_SECURITY, ""),
    "workload-memory-limited": (IN_CONTAINER, ""),
    "workload-network-policy": (AS_OBJECT, ""),
    "workload-no-account-token": (IN_POD, ""),
    "workload-no-extra-capabilities": (IN_SECURITY, "capabilities:\n  add: [SYS_ADMIN]\n"),
    "workload-no-host-namespaces": (IN_POD, "hostPID: true\n"),
    "workload-no-host-path": (IN_POD, "volumes:\n  - name: data\n    hostPath:\n      path: /data\n"),
    "workload-no-host-ports": (IN_CONTAINER, "ports:\n  - containerPort: 8080\n    hostPort: 8080\n"),
    "workload-no-host-process": (IN_SECURITY, "windowsOptions:\n  hostProcess: true\n"),
    "workload-no-privilege-escalation": (IN_SECURITY, ""),
    "workload-no-runtime-socket": (
        AS_POD,
        f"containers: [{{name: build, {IMAGE}}}]\nvolumes: [{{name: s, hostPath: {{path: /var/run/docker.sock}}}}]\n",
    ),
    "workload-no-secrets-in-environment": (IN_POD, ENVIRONMENT),
    "workload-not-privileged": (IN_SECURITY, "privileged: true\n"),
    "workload-probes": (IN_CONTAINER, ""),
    "workload-proc-masked": (IN_SECURITY, "procMount: Unmasked\n"),
    "workload-read-only-root": (IN_SECURITY, ""),
    "workload-runs-as-non-root": (IN_POD, ""),
    "workload-safe-sysctls": (IN_POD_SECURITY, 'sysctls:\n  - name: kernel.msgmax\n    value: "1"\n'),
    "workload-seccomp-set": (IN_POD, ""),
    "workload-volume-types": (
        IN_POD,
        "volumes:\n  - name: data\n    nfs:\n      server: files.example\n      path: /\n",
    ),
}


def placed(place: str, text: str) -> str:
    lines = []
    for line in place.splitlines(keepends=True):
        indent, found, _ = line.partition("FIX")
        lines.append(textwrap.indent(f"{text.rstrip()}\n", indent) if found else line)
    return "".join(lines)


def outcomes(control: Control, text: str) -> set[Outcome]:
    graph = read_manifests({"app.yaml": text.encode()})
    assert graph.skipped == ()
    return {verdict.outcome for verdict in evaluate(graph, (control,), Phase.CODE).verdicts}


@pytest.mark.parametrize("control_id", sorted(PLACES))
def test_the_fix_to_paste_fixes_it(control_id: str) -> None:
    control = CONTROLS[control_id]
    place, before = PLACES[control_id]
    fix = next(item.text for item in control.remediations if item.language == "kubernetes")

    assert outcomes(control, placed(place, before)) == {Outcome.FAILED}
    assert outcomes(control, placed(place, fix)) == {Outcome.PASSED}


def test_every_fix_is_tried() -> None:
    assert set(PLACES) == {item.id for item in CONTROLS.values() if item.remediations[0].language == "kubernetes"}
