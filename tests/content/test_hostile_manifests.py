"""No manifest breaks a rule: whatever stands where something else is expected, the answer is one of three."""

import copy
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from pavior.adapters.readers.kubernetes import read_manifests
from pavior.content import load_controls
from pavior.content.loading import CONTROLS_FOLDER
from pavior.kernel.verdicts import Outcome, Phase
from pavior.policy.evaluation import evaluate
from pavior.resources.model import GraphFormat, Resource, ResourceGraph, Sensitive, Unknown

CONTROLS = tuple(item for item in load_controls() if item.remediations[0].language == "kubernetes")
RESOURCES = tuple(
    resource
    for path in sorted(CONTROLS_FOLDER.glob("*/cases/*/*.yaml"))
    for resource in read_manifests({path.name: path.read_bytes()}).resources
)
ODD: st.SearchStrategy[Any] = st.sampled_from(
    (
        None,
        "",
        "x",
        "${X}",
        0,
        -1,
        1.5,
        True,
        [],
        ["x"],
        [None],
        [[]],
        {},
        {"x": "y"},
        {"": None},
        Unknown(),
        Sensitive(),
    )
)


def _paths(tree: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    inner: list[tuple[str | int, ...]] = []
    if isinstance(tree, dict | list):
        for key, value in tree.items() if isinstance(tree, dict) else enumerate(tree):
            inner += [(*path, key), *_paths(value, (*path, key))]
    return inner


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_no_odd_value_breaks_a_rule(data: st.DataObject) -> None:
    resource = data.draw(st.sampled_from(RESOURCES))
    values: Any = copy.deepcopy(dict(resource.values))
    for _ in range(data.draw(st.integers(1, 2))):
        *above, last = data.draw(st.sampled_from(_paths(values) or [("spec",)]))
        place = values
        for step in above:
            place = place[step]
        place[last] = copy.deepcopy(data.draw(ODD))
    odd = Resource(resource.address, resource.type, values, position=resource.position)
    graph = ResourceGraph(GraphFormat.KUBERNETES_MANIFEST, (odd, *data.draw(st.sampled_from(((), RESOURCES[:40])))))

    verdicts = evaluate(graph, CONTROLS, Phase.CODE).verdicts

    assert [item for item in verdicts if item.outcome is Outcome.ERRORED] == []


def test_the_resources_that_are_tried_are_many() -> None:
    assert len(RESOURCES) > 100
    assert {item.type for item in RESOURCES} >= {"ClusterRole", "Deployment", "NetworkPolicy", "Pod", "RoleBinding"}
