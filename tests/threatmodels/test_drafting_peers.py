"""Drafts of what others test their scanners with: whatever it is, there is a draft, and it is a model that holds."""

import tarfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import find_peers

from pavior.adapters.readers.kubernetes import read_manifests
from pavior.adapters.readers.terraform_plan import read_planned_graph
from pavior.adapters.readers.terraform_source import read_source_tolerantly
from pavior.kernel.errors import InvalidError
from pavior.resources.model import ResourceGraph
from pavior.threatmodels.drafting_repository import draft_repository
from pavior.threatmodels.merging_threats import first_model
from pavior.threatmodels.reading import check_threat_model
from pavior.threatmodels.writing import render_model

_ARCHIVES = ("g1_checkov", "g8_parser_robustness")


@pytest.fixture(scope="module")
def peers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The inputs of other scanners, unpacked."""
    folder = tmp_path_factory.mktemp("peers")
    found = find_peers()
    assert found is not None
    for name in _ARCHIVES:
        with tarfile.open(found / "open" / f"{name}.tar.gz") as archive:
            # The filter came with Python 3.11.4.
            careful: dict[str, Any] = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
            archive.extractall(folder, **careful)  # noqa: S202 - the peers' own archive
    return folder


def graphs(folder: Path) -> Iterator[tuple[str, ResourceGraph]]:
    """Each stack, each file of manifests and each plan, with where it is."""
    stacks: dict[Path, dict[str, bytes]] = defaultdict(dict)
    for path in sorted(folder.rglob("*")):
        if path.suffix == ".tf":
            stacks[path.parent][path.name] = path.read_bytes()
        elif path.suffix in (".yaml", ".yml"):
            yield str(path), read_manifests({path.name: path.read_bytes()})
        elif path.suffix == ".json" and b"terraform_version" in (body := path.read_bytes()):
            try:
                yield str(path), read_planned_graph(body)
            except InvalidError:
                # What no reader takes has no draft either.
                continue
    for stack, files in stacks.items():
        yield str(stack), read_source_tolerantly(files, {}, frozenset())


@pytest.mark.peers
def test_everything_that_is_read_has_a_draft_that_holds(peers: Path) -> None:
    seen = 0
    for place, graph in graphs(peers):
        draft = draft_repository([graph], {}, service="peer")
        reading = check_threat_model(render_model(first_model(draft.model, ())).encode(), control_ids=frozenset())
        assert reading.problems == (), place
        assert reading.model is not None
        seen += 1
    assert seen > 1_000
