"""Each parameter of each control decides something: with another value, a case that passes fails, or is asked."""

from pathlib import Path

import pytest
from msgspec import structs

from pavior.adapters.readers.kubernetes import read_manifests
from pavior.adapters.readers.terraform_source import read_source
from pavior.content import load_controls
from pavior.content.choosing import choose
from pavior.content.configuration import ChosenValue
from pavior.content.loading import CONTROLS_FOLDER
from pavior.kernel.verdicts import Outcome, Phase
from pavior.policy.evaluation import evaluate
from pavior.policy.model import Control

CONTROLS = {control.id: control for control in load_controls()}
# Control and parameter to a case that passes, and a value with which the same case fails.
STRICTER: dict[tuple[str, str], tuple[str, object]] = {
    ("api-server-audit-log-kept", "days"): ("all_three.yaml", 10_000),
    ("api-server-audit-log-kept", "files"): ("all_three.yaml", 10_000),
    ("api-server-audit-log-kept", "megabytes"): ("all_three.yaml", 10_000),
    ("container-images-from-known-registries", "registries"): ("ours.yaml", ["ghcr.io/acme"]),
    ("database-backups-kept-a-week", "backup_days"): ("a_week.tf", 8),
    ("database-snapshots-taken", "snapshot_days"): ("kept_for_a_week.tf", 8),
    ("key-rotation", "longest_days"): ("rotates.tf", 364),
    ("log-retention", "retention_days"): ("exactly_a_year.tf", 366),
    ("network-no-open-admin-ports", "ports"): ("web_for_all_ssh_for_the_office.tf", [443]),
    ("passwords-long-and-mixed", "minimum_length"): ("all_of_it.tf", 128),
    ("resources-in-allowed-regions", "regions"): ("named.tf", ["eu-north-1"]),
    ("resources-tagged-with-owner-and-data-class", "required_tags"): ("both.tf", ["owner", "cost-center"]),
    ("subnet-acl-no-open-admin-ports", "ports"): ("web_only.tf", [443]),
}
# Its default is the most that there is, so only a looser value can tell: a case that fails then passes.
LOOSER: dict[tuple[str, str], tuple[str, object]] = {
    ("passwords-not-reused", "remembered"): ("too_few.tf", 1),
}


def _outcomes(control: Control, kind: str, case: str, parameter: str, value: object) -> set[Outcome]:
    chosen = choose((control,), [ChosenValue(control.id, parameter, value, "test:1")])
    file: Path = CONTROLS_FOLDER / control.id.replace("-", "_") / "cases" / kind / case
    body = file.read_bytes()
    graph = (
        read_manifests({"a.yaml": body}) if case.endswith(".yaml") else read_source({"main.tf": body}, {}, frozenset())
    )
    return {verdict.outcome for verdict in evaluate(graph, chosen, Phase.CODE).verdicts}


@pytest.mark.parametrize(("control_id", "parameter"), STRICTER, ids=lambda item: item)
def test_a_stricter_value_fails_what_passes_without_it(control_id: str, parameter: str) -> None:
    case, value = STRICTER[control_id, parameter]

    assert Outcome.FAILED in _outcomes(CONTROLS[control_id], "passes", case, parameter, value)


@pytest.mark.parametrize(("control_id", "parameter"), LOOSER, ids=lambda item: item)
def test_a_looser_value_passes_what_fails_without_it(control_id: str, parameter: str) -> None:
    case, value = LOOSER[control_id, parameter]

    assert _outcomes(CONTROLS[control_id], "fails", case, parameter, value) == {Outcome.PASSED}


def test_every_parameter_is_tried() -> None:
    declared = {(control.id, item.name) for control in CONTROLS.values() for item in control.parameters}

    assert STRICTER.keys() | LOOSER.keys() == declared
    assert len(declared) > 8


@pytest.mark.parametrize("control_id", ["resources-in-allowed-regions", "container-images-from-known-registries"])
def test_what_only_its_user_can_know_has_no_default(control_id: str) -> None:
    control = CONTROLS[control_id]

    assert not control.is_asked
    assert structs.replace(control, parameters=()).is_asked
