"""What a denial offers to paste makes the control pass where it failed.

`remedy.tf` of a control is a stack that fails, with two marks around the lines whose place the fix takes. For the
fixes of other clouds there is one for each, such as `remedy_azure.tf`.
"""

import re

import pytest

from pavior.adapters.readers.terraform_source import read_source
from pavior.content import load_controls
from pavior.content.loading import CONTROLS_FOLDER
from pavior.kernel.verdicts import Outcome, Phase
from pavior.policy.evaluation import evaluate
from pavior.policy.model import Control

CONTROLS = [item for item in load_controls() if any(fix.language == "terraform" for fix in item.remediations)]
_PLACE = re.compile(
    r"^ *# The fix takes the place of what stands here\.\n.*?^ *# Until here\.\n", re.DOTALL | re.MULTILINE
)


def outcomes(control: Control, text: str) -> set[Outcome]:
    graph = read_source({"main.tf": text.encode()}, {}, frozenset())
    assert graph.skipped == ()
    return {verdict.outcome for verdict in evaluate(graph, (control,), Phase.CODE).verdicts}


# The beginning of a type's name to what the cloud is called.
CLOUDS = {"aws": "", "azurerm": "_azure", "google": "_google"}
FIXES = [
    pytest.param(control, cloud, id=f"{control.id}{CLOUDS[cloud]}")
    for control in CONTROLS
    for cloud in CLOUDS
    if cloud == "aws" or any(f"{cloud}_" in fix.text for fix in control.remediations if fix.language == "terraform")
]


@pytest.mark.parametrize(("control", "cloud"), FIXES)
def test_the_fix_to_paste_fixes_it(control: Control, cloud: str) -> None:
    folder = CONTROLS_FOLDER / control.id.replace("-", "_")
    stack = (folder / f"remedy{CLOUDS[cloud]}.tf").read_text(encoding="utf-8")
    fix = control.fix_for(f"{cloud}_thing.this")

    fixed, places = _PLACE.subn(lambda _: f"{fix.text}\n", stack)

    assert fix.language == "terraform"
    assert cloud == "aws" or f"{cloud}_" in fix.text
    assert places == 1
    assert outcomes(control, stack) == {Outcome.FAILED}
    assert outcomes(control, fixed) == {Outcome.PASSED}


def test_every_stack_is_mended() -> None:
    """What fails in a cloud is told how to be mended there, and is tried."""
    tried = {(param.values[0].id, CLOUDS[param.values[1]]) for param in FIXES}  # type: ignore[union-attr, index]
    stacks = {
        (path.parent.name.replace("_", "-"), path.stem.removeprefix("remedy"))
        for path in CONTROLS_FOLDER.glob("*/remedy*.tf")
    }
    failing = {
        (path.parents[2].name.replace("_", "-"), name)
        for path in CONTROLS_FOLDER.glob("*/cases/fails/*.tf")
        for cloud, name in CLOUDS.items()
        if f'resource "{cloud}_' in path.read_text(encoding="utf-8")
    }

    assert tried == stacks
    assert failing - tried == set()
