"""What other clouds call a thing is read as the same view, by modules that nobody else pays for."""

import os
import subprocess
import sys

import pytest

from pavior.content.loading import CONTROLS_FOLDER
from pavior.kernel.verdicts import UnknownReason
from pavior.resources.model import GraphFormat, Resource, ResourceGraph, Unknown, Value
from pavior.resources.views import VIEWS, index_graph
from pavior.resources.views.elsewhere import ELSEWHERE

PLACES = [(view, kind) for view, places in ELSEWHERE.items() for kind in places]
CASES = "".join(path.read_text(encoding="utf-8") for path in CONTROLS_FOLDER.glob("*/cases/*/*.tf"))
LATER = Unknown(UnknownReason.KNOWN_AFTER_APPLY)


def a_graph(*resources: Resource) -> ResourceGraph:
    return ResourceGraph(GraphFormat.TERRAFORM_PLAN, resources)


@pytest.mark.parametrize(("view", "kind"), PLACES)
def test_each_place_makes_what_its_view_says(view: str, kind: str) -> None:
    resource = Resource(f"{kind}.this", kind, {})
    index = index_graph(a_graph(resource))

    assert resource in list(VIEWS[view].select(index))
    built = VIEWS[view].build(resource, index)
    assert built is None or (type(built).__name__, built.resource) == (view, resource)


@pytest.mark.parametrize("kind", sorted({kind for _, kind in PLACES}))
def test_each_type_stands_in_a_case(kind: str) -> None:
    """What no case has was never tried."""
    assert f'resource "{kind}"' in CASES


def test_a_view_is_of_all_clouds_or_of_one() -> None:
    assert set(ELSEWHERE) <= set(VIEWS)
    assert all(ELSEWHERE.values())


def test_nobody_without_those_clouds_imports_their_modules() -> None:
    program = (
        "import sys, pavior.content, pavior.policy.evaluation\n"
        "assert pavior.content.load_controls()\n"
        "print(*sorted(name for name in sys.modules if '.azure' in name or '.google' in name))"
    )
    finished = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True, timeout=60, env={**os.environ}
    )

    assert finished.stdout.split() == []


def a_plan(kind: str, **values: Value) -> Resource:
    return Resource(f"{kind}.this", kind, values)
