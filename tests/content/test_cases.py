"""Every control is tried on its own cases: those that pass, those that fail, and those that nobody can tell."""

import json
from pathlib import Path

import pytest

from pavior.adapters.readers.kubernetes import read_manifests
from pavior.adapters.readers.terraform_source import read_source
from pavior.content import load_controls
from pavior.content.loading import CONTROLS_FOLDER
from pavior.kernel.verdicts import Outcome, Phase, UnknownReason
from pavior.policy.evaluation import evaluate
from pavior.policy.model import Control
from pavior.resources.codec import decode_graph
from pavior.resources.model import GraphFormat, ResourceGraph

KINDS = {"passes": Outcome.PASSED, "fails": Outcome.FAILED, "unknown": Outcome.UNKNOWN}
PHASES = {
    GraphFormat.TERRAFORM_PLAN: Phase.PLAN,
    GraphFormat.TERRAFORM_SOURCE: Phase.CODE,
    GraphFormat.KUBERNETES_MANIFEST: Phase.CODE,
    GraphFormat.STATE: Phase.LIVE,
    GraphFormat.LIVE: Phase.LIVE,
}
CASES = sorted(path for path in CONTROLS_FOLDER.glob("*/cases/*/*") if path.suffix in {".tf", ".yaml", ".json"})
CONTROLS = {control.id: control for control in load_controls()}


def _name(path: Path) -> str:
    return "-".join(path.relative_to(CONTROLS_FOLDER).parts)


def _graph(path: Path) -> ResourceGraph:
    if path.suffix == ".json":
        return decode_graph(json.loads(path.read_text(encoding="utf-8")))
    if path.suffix == ".yaml":
        return read_manifests({"manifest.yaml": path.read_bytes()})
    return read_source({"main.tf": path.read_bytes()}, {}, frozenset())


def _control_of(path: Path) -> Control:
    return CONTROLS[path.parents[2].name.replace("_", "-")]


@pytest.mark.parametrize("path", CASES, ids=_name)
def test_a_case_gives_what_its_folder_says(path: Path) -> None:
    graph = _graph(path)

    evaluation = evaluate(graph, (_control_of(path),), PHASES[graph.format])

    assert graph.resources
    assert [(item.subject, item.outcome.value) for item in evaluation.verdicts] == [
        (item.subject, KINDS[path.parent.name].value) for item in evaluation.verdicts
    ], [item.message for item in evaluation.verdicts]
    assert evaluation.verdicts
    for verdict in evaluation.verdicts:
        assert verdict.message or verdict.outcome is Outcome.PASSED
        # A case in source has lines to point to.
        assert verdict.position is not None or path.suffix == ".json"
    # Where none of its types occurs, a control is not even loaded.
    types = _control_of(path).types
    subjects = [graph.find(verdict.subject) for verdict in evaluation.verdicts]
    assert not types or {subject.type for subject in subjects if subject is not None} <= set(types)


@pytest.mark.parametrize("path", [path for path in CASES if path.parent.name == "unknown"], ids=_name)
def test_only_a_plan_may_be_told_by_the_apply(path: Path) -> None:
    graph = _graph(path)

    for phase in (Phase.CODE, Phase.LIVE):
        verdicts = evaluate(graph, (_control_of(path),), phase).verdicts
        assert {verdict.reason for verdict in verdicts} == {UnknownReason.NOT_EVALUATED}


@pytest.mark.parametrize("control", CONTROLS.values(), ids=lambda control: control.id)
@pytest.mark.parametrize("kind", KINDS)
def test_every_control_has_cases_of_every_kind(control: Control, kind: str) -> None:
    folder = CONTROLS_FOLDER / control.id.replace("-", "_") / "cases" / kind

    assert [path for path in CASES if path.parent == folder]


def test_no_case_is_overlooked() -> None:
    stray = [
        path
        for path in CONTROLS_FOLDER.glob("*/cases/**/*")
        if path.is_file() and path not in CASES and "__pycache__" not in path.parts
    ]

    assert stray == []
    assert len(CASES) > 3 * len(CONTROLS)
