"""The socket of the container runtime stays on the machine."""

import posixpath

from pavior.policy.model import RuleResult
from pavior.policy.workloads import if_whole, none_is
from pavior.resources.views.workload import Workload

SOCKETS = (
    "run/docker.sock",
    "run/containerd/containerd.sock",
    "run/crio/crio.sock",
    "run/podman/podman.sock",
    "run/cri-dockerd.sock",
    "run/k3s/containerd/containerd.sock",
)
_WHAT = "whether the pod can reach the container runtime"


def rule(workload: Workload) -> RuleResult:
    """Passed when no volume is or holds the socket of Docker, containerd, CRI-O or Podman (`SOCKETS`)."""
    judged = none_is(
        (volume.host_path for volume in workload.volumes),
        _is_socket,
        what=_WHAT,
        otherwise=lambda _: "A volume of the pod is or holds the socket of the container runtime.",
    )
    return if_whole(workload, judged, what=_WHAT)


def _is_socket(path: str) -> bool:
    # /var/run is a link to /run.
    plain = posixpath.normpath(path).lstrip("/").removeprefix("var/")
    if not path or plain in ("", "var"):
        return bool(path)
    return any(f"{socket}/".startswith(f"{plain}/") for socket in SOCKETS)
