"""Kustomizations: which files are patches and so no workloads, and what makes something that was not looked at."""

import posixpath
from collections.abc import Iterator, Mapping

from msgspec import Struct

from pavior.cli.checking.recognising import KUSTOMIZE, Kind
from pavior.resources.model import Resource, ResourceGraph, Value

# Source: kubectl.docs.kubernetes.io/references/kustomize/kustomization/.
_NAMES = ("kustomization.yaml", "kustomization.yml", "Kustomization")
_GROUP = "kustomize.config.k8s.io/"
# With these alone it makes what the files say, and nothing else.
_PLAIN = frozenset(("apiVersion", "kind", "metadata", "resources", "bases"))
_GENERATING = frozenset(
    ("configMapGenerator", "secretGenerator", "helmCharts", "helmChartInflationGenerator", "generators", "components")
)


class Kustomizations(Struct, frozen=True):
    """What the Kustomizations of a folder say.

    Args:
        patches: Paths of files that change other objects, and are none by themselves.
        others: Kustomizations that make something else than the files that they name, by their folder.
        may_hold_more: Whether one of them takes or makes objects that stand in no file here.
    """

    patches: frozenset[str] = frozenset()
    others: tuple[tuple[str, Kind], ...] = ()
    may_hold_more: bool = False


def kustomization_files(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Those of the files that are Kustomizations by their name."""
    return {path: body for path, body in files.items() if posixpath.basename(path) in _NAMES}


def read_kustomizations(graph: ResourceGraph, files: Mapping[str, bytes]) -> Kustomizations:
    """What the Kustomizations in the graph say.

    Args:
        files: All manifests by path; what is named as a resource and stands here is still an object.
    """
    patches: set[str] = set()
    resources: set[str] = set()
    others: list[tuple[str, Kind]] = []
    may_hold_more = False
    folders = {posixpath.dirname(path) for path in files}
    for item in graph.resources:
        if not _is_kustomization(item) or item.position is None:
            continue
        folder = posixpath.dirname(item.position.path)
        patches.update(_beside(folder, name) for name in _patch_files(item.values))
        named = [_beside(folder, name) for name in _named(item.values)]
        resources.update(named)
        is_elsewhere = any(name not in files and name not in folders for name in named)
        is_plain = item.values.keys() <= _PLAIN
        may_hold_more = may_hold_more or is_elsewhere or bool(item.values.keys() & _GENERATING)
        if is_elsewhere or not is_plain:
            others.append((folder or ".", KUSTOMIZE))
    return Kustomizations(frozenset(patches - resources), tuple(others), may_hold_more)


def _is_kustomization(item: Resource) -> bool:
    version = item.values.get("apiVersion")
    return item.type == "Kustomization" and isinstance(version, str) and version.startswith(_GROUP)


def _beside(folder: str, name: str) -> str:
    return posixpath.normpath(posixpath.join(folder, name)).removeprefix("./")


def _named(values: Mapping[str, Value]) -> Iterator[str]:
    for field in ("resources", "bases"):
        yield from _texts(values.get(field))


def _patch_files(values: Mapping[str, Value]) -> Iterator[str]:
    """Names of patch files. What has lines is the patch itself."""
    names = [*_texts(values.get("patchesStrategicMerge"))]
    for field in ("patches", "patchesJson6902", "replacements"):
        items = values.get(field)
        for item in items if isinstance(items, list) else ():
            path = item.get("path") if isinstance(item, dict) else item
            if isinstance(path, str):
                names.append(path)
    yield from (name for name in names if "\n" not in name)


def _texts(value: Value) -> Iterator[str]:
    yield from (item for item in (value if isinstance(value, list) else ()) if isinstance(item, str))
