"""What Kubernetes does with a pod, a container or an account of which a manifest says nothing."""

from pavior.resources.defaults.row import Default

_API = "https://kubernetes.io/docs/reference/kubernetes-api"
_POD = f"{_API}/workload-resources/pod-v1"
_ACCOUNT = f"{_API}/authentication-resources/service-account-v1/"
_NAMESPACES = "https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/"

ROWS = (
    Default("PodSpec", "hostNetwork", value=False, source=f"{_POD}/#host-namespaces"),
    Default("PodSpec", "hostPID", value=False, source=f"{_POD}/#host-namespaces"),
    Default("PodSpec", "hostIPC", value=False, source=f"{_POD}/#host-namespaces"),
    Default("PodSpec", "serviceAccountName", value="default", source=f"{_POD}/#service-account"),
    Default("PodSpec", "automountServiceAccountToken", value=True, source=_ACCOUNT),
    Default("Container", "securityContext.privileged", value=False, source=f"{_POD}/#security-context-1"),
    Default("Container", "securityContext.allowPrivilegeEscalation", value=True, source=f"{_POD}/#security-context-1"),
    Default("Container", "securityContext.readOnlyRootFilesystem", value=False, source=f"{_POD}/#security-context-1"),
    Default("Container", "securityContext.runAsNonRoot", value=False, source=f"{_POD}/#security-context-1"),
    Default(
        "Container", "securityContext.windowsOptions.hostProcess", value=False, source=f"{_POD}/#security-context-1"
    ),
    Default("ServiceAccount", "automountServiceAccountToken", value=True, source=_ACCOUNT),
    Default("Object", "metadata.namespace", value="default", source=_NAMESPACES),
)
