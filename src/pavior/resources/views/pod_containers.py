"""The containers of a workload, and what each of them may do."""

import re
from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct

from pavior.kernel.verdicts import UnknownReason
from pavior.resources.model import Unknown, Value
from pavior.resources.views.facts import Fact, Source
from pavior.resources.views.manifests import Part, plain_text

SECURITY = "securityContext"
_APPARMOR = "container.apparmor.security.beta.kubernetes.io/"
# How the annotations of older clusters name what the fields of newer ones name.
_PROFILES = {"runtime/default": "RuntimeDefault", "unconfined": "Unconfined"}
_LOCAL = "localhost/"
_LABELS = ("type", "user", "role")
_NAME = re.compile(r"[A-Za-z0-9._-]{1,63}")
# Source: github.com/distribution/reference, regexp.go: a registry with its port, the path, a tag and a digest.
_IMAGE = re.compile(
    r"(?:[A-Za-z0-9.\[\]:-]+/)?[a-z0-9][a-z0-9._-]*(?:/[a-z0-9][a-z0-9._-]*)*(?::\w[\w.-]{0,127})?"
    r"(?:@[A-Za-z][A-Za-z0-9+._-]*:[0-9A-Fa-f]+)?",
    re.ASCII,
)
_ZERO = re.compile(r"[+-]?0*\.?0*(?:[eE][+-]?[0-9]+|[A-Za-z]*)")


class Role(StrEnum):
    """When a container runs."""

    MAIN = "container"
    INIT = "init container"
    EPHEMERAL = "ephemeral container"


FIELDS = {"containers": Role.MAIN, "initContainers": Role.INIT, "ephemeralContainers": Role.EPHEMERAL}


class Annotations(Struct, frozen=True):
    """The pod's annotations, and where they stand."""

    path: str
    value: Value


class Container(Struct, frozen=True):
    """One container, with what the pod says for all of them where it says nothing itself.

    Args:
        title: How a message calls it, such as `Container web`.
        image: Empty when no image is named.
        non_root: Whether it is refused when it would start as root.
        added: Capabilities beyond those of every container.
        seccomp: Its profile (`RuntimeDefault`, `Localhost`, `Unconfined`), or empty when nobody says.
        host_ports: Ports of the node; 0 is none.
        has_memory_request: A limit is a request too.
        secrets: Where a secret becomes an environment variable; true for each.
    """

    title: str
    role: Role
    path: str
    image: Fact[str]
    privileged: Fact[bool]
    allows_escalation: Fact[bool]
    read_only_root: Fact[bool]
    non_root: Fact[bool]
    host_process: Fact[bool]
    proc_mount: Fact[str]
    added: tuple[Fact[str], ...]
    dropped: tuple[Fact[str], ...]
    seccomp: Fact[str]
    host_ports: tuple[Fact[int], ...]
    has_memory_limit: Fact[bool]
    has_memory_request: Fact[bool]
    has_cpu_limit: Fact[bool]
    has_cpu_request: Fact[bool]
    has_readiness_probe: Fact[bool]
    has_liveness_probe: Fact[bool]
    secrets: tuple[Fact[bool], ...]


def read_container(source: Source, path: str, role: Role, pod: Part) -> Container:
    """One item of `containers`, `initContainers` or `ephemeralContainers`."""
    value = source.value(path)
    partial = None if isinstance(value, dict) and value.get("image") is not None else _partial(value)
    own = Part(source, path, "Container", partial)
    security = Part(source, f"{path}.{SECURITY}", "Container", partial)
    name = source.value(f"{path}.name")
    title = name if isinstance(name, str) and _NAME.fullmatch(name) else path.rpartition(".")[2]
    inherited = Part(source, f"{pod.path}.{SECURITY}", "Container", partial)
    return Container(
        title=f"{role.value.capitalize()} {title}",
        role=role,
        path=path,
        image=_image(own),
        privileged=own.truth(f"{SECURITY}.privileged"),
        allows_escalation=own.truth(f"{SECURITY}.allowPrivilegeEscalation"),
        read_only_root=own.truth(f"{SECURITY}.readOnlyRootFilesystem"),
        non_root=_inherited(own, pod, "runAsNonRoot"),
        host_process=_inherited(own, pod, "windowsOptions.hostProcess"),
        proc_mount=security.text("procMount", "Default"),
        added=security.texts("capabilities.add"),
        dropped=security.texts("capabilities.drop"),
        seccomp=_seccomp(security, inherited),
        host_ports=_host_ports(own),
        has_memory_limit=_amount(own, "resources.limits.memory"),
        has_memory_request=_requested(own, "memory"),
        has_cpu_limit=_amount(own, "resources.limits.cpu"),
        has_cpu_request=_requested(own, "cpu"),
        has_readiness_probe=own.is_said("readinessProbe"),
        has_liveness_probe=own.is_said("livenessProbe"),
        secrets=(*_secret_items(own, "env", "valueFrom.secretKeyRef"), *_secret_items(own, "envFrom", "secretRef")),
    )


def said_profiles(parts: tuple[Part, ...], field: str, annotations: Annotations) -> tuple[Fact[str], ...]:
    """Every seccomp or AppArmor profile (`field`) that is named anywhere, in the words of the newest clusters.

    Annotations count for AppArmor only; those for seccomp have no effect since Kubernetes 1.27.
    Source: kubernetes.io/docs/reference/labels-annotations-taints/#seccomp-security-alpha-kubernetes-io-pod.
    """
    fields = tuple(part.text(f"{field}.type") for part in parts if part.is_given(field))
    return (*fields, *_annotated(annotations)) if field == "appArmorProfile" else fields


def said_labels(parts: tuple[Part, ...]) -> tuple[tuple[str, Fact[str]], ...]:
    """Every SELinux `type`, `user` and `role` that is named anywhere."""
    return tuple(
        (label, part.text(f"seLinuxOptions.{label}"))
        for part in parts
        for label in _LABELS
        if part.is_given("seLinuxOptions") and (label == _LABELS[0] or part.is_given(f"seLinuxOptions.{label}"))
    )


def _partial(value: Value) -> Unknown:
    if isinstance(value, Unknown):
        return value
    why = "a container without an image is only a part of one, and the rest stands elsewhere"
    return Unknown(UnknownReason.NOT_EVALUATED, why if isinstance(value, dict) else "a container is no mapping")


def _inherited(own: Part, pod: Part, field: str) -> Fact[bool]:
    path = f"{SECURITY}.{field}"
    if own.is_given(path) or not pod.is_given(path):
        return own.truth(path)
    return pod.truth(path)


def _seccomp(security: Part, inherited: Part) -> Fact[str]:
    for part in (security, inherited):
        if part.is_given("seccompProfile"):
            return part.text("seccompProfile.type")
    return security.text("seccompProfile.type")


def _annotated(annotations: Annotations) -> tuple[Fact[str], ...]:
    """The AppArmor profiles; what follows the prefix is the name of a container."""
    values = annotations.value
    if not isinstance(values, Mapping):
        return ()
    return tuple(
        Fact(_profile(plain_text(value)), f"{annotations.path}.{key}")
        for key, value in values.items()
        if key.startswith(_APPARMOR)
    )


def _profile(text: str | Unknown) -> str | Unknown:
    if isinstance(text, Unknown):
        return text
    return "Localhost" if text.startswith(_LOCAL) else _PROFILES.get(text, text)


def _host_ports(own: Part) -> tuple[Fact[int], ...]:
    found: list[Fact[int]] = []
    for place, item in own.items("ports"):
        if isinstance(item, dict):
            found.append(Part(Source(own.resource), place, "Port").number("hostPort", 0))
        else:
            found.append(Fact(item if isinstance(item, Unknown) else _strange(), place))
    return tuple(found)


def _requested(own: Part, what: str) -> Fact[bool]:
    """Kubernetes takes the limit for the request where only the limit is given."""
    request = f"resources.requests.{what}"
    return _amount(own, request if own.is_given(request) else f"resources.limits.{what}")


def _amount(own: Part, path: str) -> Fact[bool]:
    """Whether an amount stands there that is not zero: a limit of zero is none."""
    said = own.is_said(path)
    if said.value is not True:
        return said
    value = own.value(path)
    is_zero = value == 0 if isinstance(value, int | float) else bool(_ZERO.fullmatch(str(value).strip()))
    return own.fact(path, not is_zero)


def _image(own: Part) -> Fact[str]:
    """The image; Unknown for what no registry has, since something is still to be put in there."""
    found = own.text("image")
    if isinstance(found.value, Unknown) or not found.value or _IMAGE.fullmatch(found.value):
        return found
    why = "it is no name of an image, as with a placeholder that is not known here"
    return Fact(Unknown(UnknownReason.NOT_EVALUATED, why), found.attribute, found.decided_by)


def _secret_items(own: Part, field: str, reference: str) -> tuple[Fact[bool], ...]:
    found: list[Fact[bool]] = []
    for place, item in own.items(field):
        if isinstance(item, dict):
            part = Part(Source(own.resource), place, "Variable")
            if part.is_given(reference):
                found.append(part.fact(reference, value=True))
        else:
            found.append(Fact(item if isinstance(item, Unknown) else _strange(), place))
    return tuple(found)


def _strange() -> Unknown:
    return Unknown(UnknownReason.NOT_EVALUATED, "an item of it is no mapping")
