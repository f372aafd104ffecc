"""What `pavior check --fix` writes makes the control pass, on the control's own failing cases."""

from pathlib import Path

import pytest

from pavior.adapters.adopting.fixing import write_attributes
from pavior.adapters.readers.terraform_source import read_source
from pavior.content import load_controls
from pavior.content.loading import CONTROLS_FOLDER
from pavior.kernel.verdicts import Outcome, Phase
from pavior.policy.evaluation import evaluate
from pavior.policy.model import Control
from pavior.resources.fixing import WantedAttribute

FIXED = [control for control in load_controls() if control.fix is not None]


def _failing_cases(control: Control) -> list[Path]:
    folder = CONTROLS_FOLDER / control.id.replace("-", "_")
    return [folder / "remedy.tf", *sorted((folder / "cases" / "fails").glob("*.tf"))]


def _outcomes(control: Control, text: bytes) -> dict[str, Outcome]:
    graph = read_source({"main.tf": text}, {}, frozenset())
    return {verdict.subject: verdict.outcome for verdict in evaluate(graph, (control,), Phase.CODE).verdicts}


def test_at_least_twenty_controls_have_a_fix() -> None:
    assert len(FIXED) >= 20


@pytest.mark.parametrize("control", FIXED, ids=lambda control: control.id)
def test_the_fix_of_a_control_makes_its_failing_cases_pass(control: Control) -> None:
    assert control.fix is not None
    passing = 0
    for path in _failing_cases(control):
        text = path.read_bytes()
        graph = read_source({"main.tf": text}, {}, frozenset())
        failing = {name for name, outcome in _outcomes(control, text).items() if outcome is Outcome.FAILED}
        subjects = [item for item in graph.resources if item.address in failing and item.type in control.fix.types]
        wanted = [WantedAttribute(item.address, control.fix.attribute, control.fix.value) for item in subjects]

        written = write_attributes({"main.tf": text}, ".", wanted)

        after = _outcomes(control, written.files.get("main.tf", text))
        passing += sum(after[item.address] is Outcome.PASSED for item in subjects)
    assert passing


# What fails, where it is neither the other truth nor 1; and what a resource needs to be what the control is about.
_WRONG = {
    "database-snapshots-taken": "0",
    "image-tags-fixed": '"MUTABLE"',
    "load-balancer-guards-against-desync": '"monitor"',
    "function-not-public": '"NONE"',
    "web-entry-modern-tls": '"ELBSecurityPolicy-2016-08"',
}
_NEEDED = {
    "aws_alb_listener": '  protocol = "HTTPS"\n',
    "aws_elasticache_cluster": '  engine = "redis"\n',
    "aws_lb_listener": '  protocol = "HTTPS"\n',
}


@pytest.mark.parametrize(
    ("control", "resource_type"),
    [(control, kind) for control in FIXED if control.fix is not None for kind in control.fix.types],
    ids=lambda item: item if isinstance(item, str) else item.id,
)
def test_of_each_type_that_it_names_the_fix_is_what_decides(control: Control, resource_type: str) -> None:
    assert control.fix is not None
    value = control.fix.value
    wrong = _WRONG.get(control.id) or (str(not value).lower() if isinstance(value, bool) else "1")
    needed = _NEEDED.get(resource_type, "")
    text = f'resource "{resource_type}" "one" {{\n{needed}  {control.fix.attribute} = {wrong}\n}}\n'.encode()
    subject = f"{resource_type}.one"
    assert _outcomes(control, text)[subject] is Outcome.FAILED

    written = write_attributes(
        {"main.tf": text}, ".", [WantedAttribute(subject, control.fix.attribute, control.fix.value)]
    )

    assert _outcomes(control, written.files["main.tf"])[subject] is Outcome.PASSED
