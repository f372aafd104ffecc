"""The controls as a whole: nothing is left empty, and what they say of themselves is true."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from pavior.content import load_controls
from pavior.kernel.verdicts import Severity
from pavior.policy.model import Control, Level
from pavior.resources.views import VIEWS

CONTROLS = load_controls()

# Ids are stable for ever: one that stands here is never renamed or taken away.
IDS = tuple((Path(__file__).parent / "control_ids.txt").read_text(encoding="utf-8").split())
_EQUIVALENTS = {
    "checkov": re.compile(r"CKV2?_(AWS|AZURE|GCP|K8S)_\d+"),
    "prowler": re.compile(r"[a-z0-9]+(_[a-z0-9]+)+"),
    "trivy": re.compile(r"AVD-(AWS|AZU|GCP|KSV)-\d{4}"),
    "tflint": re.compile(r"aws_[a-z_]+"),
    "aws-config": re.compile(r"[a-z-]+"),
}
_MAPPINGS = {
    "aws-fsbp": re.compile(r"[A-Z][A-Za-z0-9]+\.[1-9][0-9]*"),
    "cis-aws-3.0.0": re.compile(r"[1-5](\.[1-9][0-9]?){1,2}"),
    "cis-azure-2.0.0": re.compile(r"([1-9]|10)(\.[1-9][0-9]?){1,2}"),
    "cis-gcp-2.0.0": re.compile(r"[1-7](\.[1-9][0-9]?){1,2}"),
    "cis-kubernetes-1.8": re.compile(r"5\.[1-7]\.[1-9][0-9]?"),
    "cwe": re.compile(r"CWE-[1-9][0-9]{0,3}"),
    "nist-800-53": re.compile(r"[A-Z]{2}-[1-9][0-9]?(\([1-9][0-9]?\))?"),
    "owasp-cicd-2022": re.compile(r"CICD-SEC-([1-9]|10)"),
    "owasp-top-10-2021": re.compile(r"A(0[1-9]|10)"),
    "pci-dss-4.0": re.compile(r"([1-9]|1[0-2])(\.[1-9][0-9]?){2}"),
    "soc2-2017": re.compile(r"(CC[1-9]|A1|C1|PI1|P[1-8])\.[1-9]"),
}
every_control = pytest.mark.parametrize("control", CONTROLS, ids=lambda control: control.id)


def test_these_are_the_controls_by_id() -> None:
    assert tuple(control.id for control in CONTROLS) == IDS
    # Their addresses stand beside /controls/coverage.
    assert "coverage" not in IDS


@every_control
def test_nothing_of_a_control_is_empty(control: Control) -> None:
    assert control.title
    assert control.risk
    assert control.levels
    languages = [item.language for item in control.remediations]
    # A denial shows the first one, so it is what people write where the control looks.
    assert languages[0] in {"terraform", "kubernetes"}
    assert "cli" in languages
    assert all(item.text for item in control.remediations)
    assert control.mappings
    assert all(control.mappings.values())
    # What nobody else can know, nobody else asks either.
    is_yours = any(item.value is None for item in control.parameters)
    assert control.equivalents or is_yours
    assert all(control.equivalents.values())


@every_control
def test_ids_of_others_have_their_form(control: Control) -> None:
    wrong = [
        (key, found)
        for ids, forms in ((control.mappings, _MAPPINGS), (control.equivalents, _EQUIVALENTS))
        for key, values in ids.items()
        for found in values
        if not forms[key].fullmatch(found)
    ]

    assert wrong == []


def test_no_rule_of_a_scanner_means_two_controls() -> None:
    named = [(tool, rule) for control in CONTROLS for tool, rules in control.equivalents.items() for rule in rules]

    assert len(named) > len(CONTROLS)
    assert len(named) == len(set(named))


@every_control
def test_a_lesson_takes_about_three_minutes(control: Control) -> None:
    words = len(control.lesson.split())

    # 120 to 240 words a minute, from slow to fast readers.
    assert 3 * 120 <= words <= 3 * 240
    assert control.lesson.startswith("# ")


# What is good to know and not worth to stop anybody for, until an operator says so.
ONLY_OBSERVED = {"object-storage-access-recorded"}


@every_control
def test_production_is_never_less_strict(control: Control) -> None:
    order = list(Level)

    assert order.index(control.levels["prod"]) >= order.index(control.default_level)
    assert control.levels["prod"] is (Level.OBSERVE if control.id in ONLY_OBSERVED else Level.BLOCK)


@every_control
def test_what_is_worst_blocks_everywhere(control: Control) -> None:
    is_grave = control.severity.rank >= Severity.HIGH.rank

    assert control.default_level is Level.BLOCK or not is_grave


def test_every_view_is_read_by_a_control() -> None:
    assert {control.view for control in CONTROLS} == set(VIEWS)


def test_loading_reads_nothing_heavy() -> None:
    """The path of `pavior check`: no web, database, durable-run or cloud library."""
    program = (
        "import sys, pavior.content, pavior.policy.evaluation\n"
        "assert len(pavior.content.load_controls()) > 5\n"
        "print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    finished = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True, timeout=60, env={**os.environ}
    )
    loaded = set(finished.stdout.split())

    assert "pavior" in loaded
    heavy = {"boto3", "botocore", "dbos", "fastapi", "jinja2", "jsonschema", "rich", "sqlalchemy", "uvicorn", "yaml"}
    assert loaded & heavy == set()
