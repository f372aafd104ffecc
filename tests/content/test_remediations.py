"""What a denial offers to paste makes the control pass where it failed.

`remedy.tf` of a control is a stack that fails, with two marks around the lines whose place the fix takes.
"""

import re

import pytest

from pavior.adapters.readers.terraform_source import read_source
from pavior.content import load_controls
from pavior.content.cases import with_case_values
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


@pytest.mark.parametrize("control", CONTROLS, ids=lambda control: control.id)
def test_the_fix_to_paste_fixes_it(control: Control) -> None:
    folder = CONTROLS_FOLDER / control.id.replace("-", "_")
    stack = (folder / "remedy.tf").read_text(encoding="utf-8")
    control = with_case_values(folder, control)
    fix = next(item.text for item in control.remediations if item.language == "terraform")

    fixed, places = _PLACE.subn(lambda _: f"{fix}\n", stack)

    assert places == 1
    assert outcomes(control, stack) == {Outcome.FAILED}
    assert outcomes(control, fixed) == {Outcome.PASSED}
