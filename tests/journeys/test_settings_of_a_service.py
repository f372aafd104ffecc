"""A service from a golden path has a `pavior.yaml` of its own, which its checks go by and its Changes leave alone."""

from pathlib import Path

import pytest
from tests.journeys.conftest import Road

from pavior.cli.checking.looking import check_path
from pavior.cli.checking.request import CheckRequest
from pavior.environments.model import ChangeStatus
from pavior.launching.later import LaterLauncher

_SETTINGS = "version: 1\nparameters:\n  log-retention:\n    retention_days: 400\n"


def test_a_made_service_takes_settings_at_its_root_and_sets_its_size_beside_them(
    road: Road, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage, changes = road.stage, road.stage.application.changes
    developer = stage.cast.developer
    road.create_service("settled")
    clone = road.clone("settled", tmp_path / "clone")
    monkeypatch.chdir(clone)
    tools = LaterLauncher({}, tmp_path).check_tools()

    before = check_path(CheckRequest(Path()), tools)
    (clone / "pavior.yaml").write_text(_SETTINGS, encoding="utf-8")
    checked = check_path(CheckRequest(Path()), tools)
    road.push(clone, "settings")
    deployed = stage.wait_for_change(changes.open_change(developer, "settled/dev", branch="settings").id)
    resized = stage.wait_for_change(changes.resize(developer, "settled", "dev", {"size": "large"}).id)

    assert before.configuration == ""
    assert (checked.configuration, checked.problems) == ("pavior.yaml", ())
    # The golden path keeps its logs for 365 days.
    told = [item.message for item in checked.verdicts if item.control == "log-retention"]
    assert told == ["Logs are kept for 365 days, and must be for at least 400. retention_days is 400 by pavior.yaml:4."]
    assert (deployed.status, resized.status) == (ChangeStatus.VERIFIED, ChangeStatus.VERIFIED)
    made = road.clone("settled", tmp_path / "after")
    assert (made / "pavior.yaml").read_text(encoding="utf-8") == _SETTINGS
    assert 'size: "large"' in (made / ".pavior" / "golden-path.yaml").read_text(encoding="utf-8")
