"""Pavior's own threat model: it is sound, and what it says that stops a threat is there and does."""

import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from pavior.adapters.readers.kubernetes import read_manifests
from pavior.content import load_controls
from pavior.content.loading import CONTROLS_FOLDER
from pavior.kernel.verdicts import Phase
from pavior.policy.evaluation import evaluate
from pavior.threatmodels.model import ThreatModel, ThreatState
from pavior.threatmodels.reading import THREAT_MODEL_FILE, check_threat_model
from pavior.threatmodels.standing import Deployed, judge
from pavior.threatmodels.standing_model import CaseOutcome

CONTROLS = load_controls()
NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)


@pytest.fixture
def model(root: Path) -> ThreatModel:
    reading = check_threat_model(
        (root / THREAT_MODEL_FILE).read_bytes(), control_ids=frozenset(item.id for item in CONTROLS)
    )

    assert reading.problems == ()
    assert reading.model is not None
    return reading.model


def named_tests(model: ThreatModel) -> list[str]:
    return sorted({name for threat in model.threats for name in threat.tests})


def run_pytest(root: Path, names: Sequence[str], *options: str) -> subprocess.CompletedProcess[str]:
    ids = [f"{module.replace('.', '/')}.py::{test}" for module, _, test in (name.partition("::") for name in names)]
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options, *ids],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )


def test_everything_that_it_speaks_of_is_a_part_of_the_picture(model: ThreatModel) -> None:
    ends = {end for flow in model.flows for end in (flow.source, flow.target)}
    held = {id_ for element in model.elements for id_ in element.assets}

    assert len(model.threats) > 30
    assert [element.id for element in model.elements if element.id not in ends] == []
    assert [asset.id for asset in model.assets if asset.id not in held] == []
    assert [threat.id for threat in model.threats if not threat.places] == []


def test_each_threat_of_the_library_that_it_names_is_there(model: ThreatModel) -> None:
    library = {path.name.replace("_", "-") for path in (CONTROLS_FOLDER.parent / "threats").iterdir() if path.is_dir()}

    assert {threat.library for threat in model.threats if threat.library} - library == set()


def test_each_test_that_it_names_is_one_of_make_test(model: ThreatModel, root: Path) -> None:
    names = named_tests(model)
    collected = run_pytest(root, names, "--collect-only", "-m", "not slow")

    assert len(names) > 100
    assert collected.returncode == 0, collected.stdout[-2000:]
    found = {line for line in collected.stdout.splitlines() if "::" in line}
    assert {f"{line.partition('.py::')[0].replace('/', '.')}::{line.partition('.py::')[2]}" for line in found} == set(
        names
    )


def test_a_report_calls_them_as_it_does(model: ThreatModel, root: Path, tmp_path: Path) -> None:
    names = [name for name in named_tests(model) if "test_level_documents" in name or "test_sealing" in name]
    report = tmp_path / "report.xml"
    ran = run_pytest(root, names, f"--junit-xml={report}")

    assert ran.returncode == 0, ran.stdout[-2000:]
    assert len(names) > 2
    # Written a moment ago, by ourselves.
    cases = ET.parse(report).iter("testcase")  # noqa: S314
    assert {f"{case.get('classname')}::{case.get('name')}" for case in cases} == set(names)


def test_with_its_manifests_and_with_its_tests_green_this_is_what_stays_open(model: ThreatModel, root: Path) -> None:
    manifests = {path.name: path.read_bytes() for path in (root / "deploy" / "kubernetes").glob("pavior.yaml")}
    verdicts = sorted(evaluate(read_manifests(manifests), CONTROLS, Phase.CODE).verdicts, key=lambda item: item.control)
    deployed = Deployed(
        "pavior/prod",
        verdicts={control: tuple(items) for control, items in groupby(verdicts, key=lambda item: item.control)},
        cases=dict.fromkeys(named_tests(model), CaseOutcome.PASSED),
    )

    stand = {item.threat.id: item.state for item in judge(model, deployed, NOON)}

    assert {id_ for id_, state in stand.items() if state is ThreatState.OPEN} == {
        "image-replaced",
        "release-not-proven",
    }
    # Stopped by words alone; SECURITY.md says the same to whoever runs Pavior.
    assert {id_ for id_, state in stand.items() if state is ThreatState.NOT_EVALUATED} == {
        "backup-forged",
        "contribution-takes-over-the-build",
        "engine-not-isolated",
        "keys-and-data-read-together",
        "operator-acts-as-others",
        "provider-is-hostile",
        "repositories-written-directly",
        "traffic-read-on-the-way",
        "worker-taken-over",
    }
