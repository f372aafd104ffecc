"""The server decides by what its operator chose, and does not start with a choice that means nothing."""

import shutil
from pathlib import Path

import pytest

from pavior.bootstrap import _controls, open_installation
from pavior.content import load_controls
from pavior.kernel.errors import InvalidError, MissingError
from pavior.policy.decision import controls_digest
from pavior.policy.model import Control
from pavior.settings import read_settings

PACK = Path("docs") / "guides" / "own-controls" / "acme"


def _chosen(folder: Path, text: str) -> tuple[Control, ...]:
    file = folder / "controls.yaml"
    file.write_text(text, encoding="utf-8")
    return _controls(read_settings({"PAVIOR_CONTROLS": str(file)}, user_home=folder))[0]


def test_without_the_setting_the_controls_are_those_of_pavior(tmp_path: Path) -> None:
    found, *_ = _controls(read_settings({}, user_home=tmp_path))

    assert [control.version for control in found] == [control.version for control in load_controls()]


def test_values_and_packs_of_the_file_count_and_change_what_a_decision_names(tmp_path: Path, root: Path) -> None:
    found = _chosen(
        tmp_path,
        "version: 1\nparameters: {log-retention: {retention_days: 90}}\n" + f"packs:\n  - path: {root / PACK}\n",
    )
    by_id = {control.id: control for control in found}
    builtin = {control.id: control for control in load_controls()}

    assert set(by_id) - set(builtin) == {"acme-log-groups-named"}
    assert by_id["log-retention"].parameters[0].value == 90
    assert by_id["log-retention"].parameters[0].origin == "controls.yaml:2"
    assert {item for item in builtin if by_id[item].version != builtin[item].version} == {"log-retention"}
    assert controls_digest(found) != controls_digest(builtin.values())


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("version: 1\nexclude: [x]\n", "exclude belongs to the pavior.yaml of a repository"),
        ("version: 1\nparameters: {log-retention: {retention_days: 0}}\n", "must be an integer from 1 to 3653"),
        ("version: 1\nparameters: {no-such: {days: 1}}\n", "there is no control no-such"),
    ],
)
def test_a_file_that_is_wrong_stops_the_start(text: str, why: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidError, match=why) as raised:
        _chosen(tmp_path, text)

    assert raised.value.code == "configuration-invalid"
    assert raised.value.summary.startswith("controls.yaml:2: ")


def test_a_pack_that_is_not_there_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(MissingError) as raised:
        _chosen(tmp_path, "version: 1\npacks:\n  - path: nowhere\n")

    assert raised.value.code == "pack-missing"


def test_a_threat_of_a_pack_that_names_a_control_that_does_not_exist_stops_the_start(
    tmp_path: Path, root: Path
) -> None:
    pack = tmp_path / "acme"
    shutil.copytree(root / PACK, pack)
    threat = pack / "threats" / "acme_logs_of_nobody" / "threat.toml"
    threat.write_text(threat.read_text(encoding="utf-8").replace("acme-log-groups", "acme-doors"), encoding="utf-8")
    (tmp_path / "controls.yaml").write_text("version: 1\npacks:\n  - path: acme\n", encoding="utf-8")
    places = {"CONTROLS": "controls.yaml", "HOME": "home", "KEYS": "keys"}
    settings = read_settings({f"PAVIOR_{name}": str(tmp_path / at) for name, at in places.items()}, user_home=tmp_path)

    with pytest.raises(InvalidError, match="there is no control acme-doors-named"), open_installation(settings):
        pass
