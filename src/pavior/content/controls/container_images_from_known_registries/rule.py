"""Every image comes from where somebody looks after it."""

from functools import partial

from pavior.policy.model import RuleResult
from pavior.policy.parameters import Parameters
from pavior.policy.rules import failed, passed, unknown
from pavior.policy.workloads import each_container
from pavior.resources.model import Unknown
from pavior.resources.views.pod_containers import Container
from pavior.resources.views.workload import Workload

_WHAT = "where an image comes from"
# What a name without a registry means: github.com/distribution/reference, normalize.go.
_DEFAULT_REGISTRY, _OFFICIAL = "docker.io", "library"


def rule(workload: Workload, parameters: Parameters) -> RuleResult:
    """Passed when every image lies in one of `registries`; not asked while nobody has set them."""
    return each_container(workload, partial(_judge, registries=parameters.texts("registries")), what=_WHAT)


def _judge(container: Container, registries: tuple[str, ...]) -> RuleResult:
    image = container.image
    if isinstance(image.value, Unknown):
        return unknown(_WHAT, image.value, image)
    if not image.value:
        return failed(f"{container.title} names no image.", image)
    place = _place(image.value)
    if any(f"{place}/".startswith(f"{registry}/") for registry in registries):
        return passed()
    return failed(f"The image of {container.title} comes from {place}, which is not on the list.", image)


def _place(image: str) -> str:
    """Registry and repository, without tag and digest."""
    name = image.partition("@")[0]
    head, slash, last = name.rpartition("/")
    name = f"{head}{slash}{last.partition(':')[0]}"
    first, slash, rest = name.partition("/")
    if not slash:
        return f"{_DEFAULT_REGISTRY}/{_OFFICIAL}/{name}"
    # A path has no capital letters, so that a word with one is a host.
    if "." in first or ":" in first or first == "localhost" or first != first.lower():
        return name
    return f"{_DEFAULT_REGISTRY}/{first}/{rest}"
