"""The programs that are the cluster itself: its API server, its controllers, and the store behind them."""

import posixpath
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from pavior.kernel.verdicts import UnknownReason
from pavior.resources.model import Resource, Unknown
from pavior.resources.views.facts import Fact, Source
from pavior.resources.views.index import GraphIndex
from pavior.resources.views.kinds import ViewType
from pavior.resources.views.manifests import Part
from pavior.resources.views.workload import pod_path, select_workloads

_PROGRAMS: Final = {
    "ApiServer": "kube-apiserver",
    "ControllerManager": "kube-controller-manager",
    "ClusterStore": "etcd",
}
# Where a file says what the command does not.
_FILES = ("--config", "--config-file", "--authorization-config")
_GIVEN = "true"


@dataclass(frozen=True, slots=True)
class ControlPlane:
    """One program of the cluster, with what its command says.

    Args:
        arguments: By name with its dashes; one without a value has the value `true`.
        unread: Why an argument that is absent may be given all the same, or None.
    """

    resource: Resource
    satellites: tuple[Resource, ...]
    arguments: Mapping[str, Fact[str]]
    command: Fact[bool]
    unread: Unknown | None

    def argument(self, name: str, default: str) -> Fact[str]:
        """What is given, or the program's documented default."""
        if name in self.arguments:
            return self.arguments[name]
        return Fact(default if self.unread is None else self.unread, self.command.attribute)


def _select(index: GraphIndex) -> Iterable[Resource]:
    return select_workloads(index)


def _builder(program: str) -> Callable[[Resource, GraphIndex], ControlPlane | None]:
    def build(resource: Resource, index: GraphIndex) -> ControlPlane | None:
        del index
        own = Source(resource)
        for place, item in Part(own, pod_path(resource), "PodSpec").items("containers"):
            if isinstance(item, dict):
                container = Part(own, place, "Container")
                words = (*container.texts("command"), *container.texts("args"))
                if words and isinstance(words[0].value, str) and posixpath.basename(words[0].value) == program:
                    return _read(resource, words[1:], Fact(value=True, attribute=f"{place}.command"))
        return None

    return build


def _read(resource: Resource, words: tuple[Fact[str], ...], command: Fact[bool]) -> ControlPlane:
    arguments: dict[str, Fact[str]] = {}
    unread: Unknown | None = None
    for number, word in enumerate(words):
        if isinstance(word.value, Unknown):
            unread = word.value
            continue
        name, equals, value = word.value.strip().partition("=")
        if not name.startswith("-"):
            continue
        following = words[number + 1] if number + 1 < len(words) else None
        given: Fact[str] = Fact(value.strip() if equals else _GIVEN, word.attribute)
        if not equals and following is not None and not str(following.value).startswith("-"):
            given = Fact(following.value, following.attribute)
        arguments[f"--{name.lstrip('-')}"] = given
    named = next((name for name in _FILES if name in arguments), None)
    if unread is None and named is not None:
        unread = Unknown(UnknownReason.NOT_EVALUATED, f"the file that {named} names may say it")
    return ControlPlane(resource, (), arguments, command, unread)


VIEW_TYPES: Final = tuple(ViewType(name, _select, _builder(program)) for name, program in _PROGRAMS.items())
