"""The programs that are the cluster itself: its API server, its controllers, and the store behind them."""

import posixpath
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from msgspec import Struct

from pavior.kernel.verdicts import UnknownReason
from pavior.resources.model import Resource, Unknown, Value
from pavior.resources.views.facts import Fact, Source
from pavior.resources.views.index import GraphIndex
from pavior.resources.views.kinds import Selection, ViewType
from pavior.resources.views.manifests import Part, plain_text
from pavior.resources.views.workload import WORKLOAD_KINDS, pod_path, select_workloads

_PROGRAMS: Final = {
    "ApiServer": "kube-apiserver",
    "ControllerManager": "kube-controller-manager",
    "ClusterStore": "etcd",
}
# Where a file says what the command does not.
_FILES = ("--config", "--config-file", "--authorization-config")
# The store looks at its environment too, and at nothing else when it has a file.
# Source: etcd.io/docs/v3.5/op-guide/configuration/.
_STORE = "etcd"
_OF_STORE = "ETCD_"
_FILE_OF_STORE = "--config-file"
# Flags that may be given more than once, each time with more of a list.
_LISTS = (
    "--authorization-mode",
    "--disable-admission-plugins",
    "--enable-admission-plugins",
    "--listen-client-urls",
)
_GIVEN = "true"
# What separates the words of a shell.
_BETWEEN = re.compile(r"[\s;&|()<>\"'`]+")
_NAMED = re.compile(r"--?([A-Za-z0-9.-]+)=")


class ControlPlane(Struct, frozen=True):
    """One program of the cluster, with what its command says.

    Args:
        arguments: By name with its dashes; one without a value has the value `true`.
        unread: Why an argument that is absent may be given all the same, or None.
            Of a program that is started in a way that is not understood, no argument is there.
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
        items = Part(own, pod_path(resource), "PodSpec").items("containers")
        containers = [Part(own, place, "Container") for place, item in items if isinstance(item, dict)]
        for container in containers:
            words = _words(container)
            if words and isinstance(words[0].value, str) and posixpath.basename(words[0].value) == program:
                return _read(container, program, words[1:])
        for container in containers:
            if _may_start(container, program):
                why = Unknown(UnknownReason.NOT_EVALUATED, f"how {program} is started there is not understood")
                return ControlPlane(resource, (), {}, _command(container), why)
        return None

    return build


def _words(container: Part) -> tuple[Fact[str], ...]:
    return (*container.texts("command"), *container.texts("args"))


def _command(container: Part) -> Fact[bool]:
    return Fact(value=True, attribute=container.place("command" if container.is_given("command") else "args"))


def _may_start(container: Part, program: str) -> bool:
    """Whether the program stands in a word, as after `sh -c`, or is what the image starts by itself."""
    source = Source(container.resource)
    for word in _words(container):
        text = source.value(word.attribute)
        if isinstance(text, str) and any(posixpath.basename(part) == program for part in _BETWEEN.split(text)):
            return True
    image = container.text("image").value
    path = image.partition("@")[0] if isinstance(image, str) else ""
    named = path.rpartition("/")[2].partition(":")[0]
    return named == program and container.value("command") in (None, [])


def _read(container: Part, program: str, words: tuple[Fact[str], ...]) -> ControlPlane:
    source = Source(container.resource)
    arguments: dict[str, Fact[str]] = {}
    unread: Unknown | None = None
    is_value = False
    for number, word in enumerate(words):
        was_value, is_value = is_value, False
        if isinstance(word.value, Unknown):
            named = _named(source.value(word.attribute))
            if named:
                arguments[named] = word
                continue
            unread = word.value
            if not was_value:
                # It may be any flag, also one that was given before.
                arguments = {name: Fact(word.value, word.attribute) for name in arguments}
            continue
        name, equals, value = word.value.strip().partition("=")
        if not name.startswith("-"):
            continue
        following = words[number + 1] if number + 1 < len(words) else None
        given: Fact[str] = Fact(value.strip() if equals else _GIVEN, word.attribute)
        if not equals and following is not None and not _is_flag(source.value(following.attribute)):
            given, is_value = Fact(following.value, following.attribute), True
        flag = f"--{name.lstrip('-')}"
        arguments[flag] = _joined(arguments[flag], given) if flag in arguments and flag in _LISTS else given
    command = Fact(value=True, attribute=container.place("command"))
    file = next((name for name in _FILES if name in arguments), None)
    if unread is None and file is not None:
        unread = Unknown(UnknownReason.NOT_EVALUATED, f"the file that {file} names may say it")
    if program == _STORE:
        unread = unread or _environment(container)
        if _FILE_OF_STORE in arguments or _has_file_of_store(container):
            arguments = {}
    return ControlPlane(container.resource, (), arguments, command, unread)


def _named(raw: Value) -> str:
    """The flag of a word of which only the value is not known; empty when the flag is not known either."""
    found = _NAMED.match(raw.strip()) if isinstance(raw, str) else None
    return "" if found is None else f"--{found[1]}"


def _is_flag(raw: Value) -> bool:
    return isinstance(raw, str) and raw.startswith("-")


def _joined(first: Fact[str], second: Fact[str]) -> Fact[str]:
    if isinstance(first.value, Unknown):
        return first
    return second if isinstance(second.value, Unknown) else Fact(f"{first.value},{second.value}", second.attribute)


def _environment(container: Part) -> Unknown | None:
    """Why the environment may say what the command of the store does not, or None."""
    why = Unknown(UnknownReason.NOT_EVALUATED, "the environment of the store may say it")
    if container.value("envFrom") not in (None, []):
        return why
    for _, item in container.items("env"):
        name = plain_text(item.get("name")) if isinstance(item, dict) else why
        if isinstance(name, Unknown) or name.startswith(_OF_STORE):
            return why
    return None


def _has_file_of_store(container: Part) -> bool:
    return any(isinstance(item, dict) and item.get("name") == "ETCD_CONFIG_FILE" for _, item in container.items("env"))


VIEW_TYPES: Final = tuple(
    ViewType(name, Selection(tuple(WORKLOAD_KINDS), _select), _builder(program)) for name, program in _PROGRAMS.items()
)
