"""A replay tries other values as `pavior.yaml` would have them, and an edited rule of this machine alone."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from msgspec import structs

from pavior.content.loading import CONTROLS_FOLDER, load_control
from pavior.identity.model import Surface
from pavior.kernel.errors import ForbiddenError, InvalidError
from pavior.policy.parameters import Parameter, ParameterType, given_by_text, with_value
from pavior.reports.tried_control import try_control
from pavior.testing.people import an_actor

BACKUPS = load_control(CONTROLS_FOLDER / "database_backups_kept_a_week")
OPERATOR = replace(an_actor(), surface=Surface.CLI)


def copied(tmp_path: Path, name: str = "database_backups_kept_a_week") -> Path:
    folder = tmp_path / name
    shutil.copytree(CONTROLS_FOLDER / "database_backups_kept_a_week", folder)
    return folder


def test_nothing_typed_is_nothing_tried() -> None:
    assert try_control(OPERATOR, BACKUPS, {}) is None


def test_a_typed_value_is_in_force_and_another_version() -> None:
    tried = try_control(OPERATOR, BACKUPS, {"backup_days": "30"})

    assert tried is not None
    (parameter,) = tried.parameters
    assert (parameter.value, parameter.origin) == (30, "the replay")
    assert tried.version != BACKUPS.version


@pytest.mark.parametrize("given", [{"backup_days": "soon"}, {"backup_days": "-1"}, {"backup_dys": "7"}])
def test_a_value_is_checked_as_one_that_is_written_down(given: dict[str, str]) -> None:
    with pytest.raises(InvalidError, match="configuration-invalid"):
        try_control(OPERATOR, BACKUPS, given)


def test_an_edited_folder_gives_its_rule_and_keeps_what_the_operator_chose(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    rule = folder / "rule.py"
    rule.write_text(rule.read_text(encoding="utf-8") + "\n# Edited.\n", encoding="utf-8")
    chosen = structs.replace(BACKUPS, parameters=(with_value(BACKUPS.parameters[0], 14, "controls.yaml:3"),))

    tried = try_control(OPERATOR, chosen, {}, folder)

    assert tried is not None
    assert tried.version not in (BACKUPS.version, chosen.version)
    assert (tried.parameters[0].value, tried.parameters[0].origin) == (14, "controls.yaml:3")


def test_the_folder_of_another_control_is_refused(tmp_path: Path) -> None:
    folder = copied(tmp_path)

    with pytest.raises(InvalidError, match="control-folder-of-another"):
        try_control(OPERATOR, load_control(CONTROLS_FOLDER / "key_rotation"), {}, folder)


@pytest.mark.parametrize("surface", [Surface.API, Surface.PORTAL])
def test_no_rule_is_taken_from_elsewhere(tmp_path: Path, surface: Surface) -> None:
    with pytest.raises(ForbiddenError, match="control-folder-elsewhere"):
        try_control(replace(OPERATOR, surface=surface), BACKUPS, {}, copied(tmp_path))


@pytest.mark.parametrize(
    ("kind", "text", "meant"),
    [
        (ParameterType.INTEGER, "30", 30),
        (ParameterType.INTEGER, "a month", "a month"),
        (ParameterType.BOOLEAN, "true", True),
        (ParameterType.BOOLEAN, "yes", "yes"),
        (ParameterType.TEXT, "30", "30"),
        (ParameterType.TEXTS, "eu-west-1, eu-central-1", ["eu-west-1", "eu-central-1"]),
        (ParameterType.TEXTS, "", []),
        (ParameterType.INTEGERS, "1,2, three", [1, 2, "three"]),
    ],
)
def test_a_typed_text_means_what_the_type_takes(kind: ParameterType, text: str, meant: object) -> None:
    assert given_by_text(Parameter("any", kind, "Anything."), text) == meant
