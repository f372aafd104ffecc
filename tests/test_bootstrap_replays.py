"""Replays of the fleet and plans of levels do the same work, so they take turns."""

from pathlib import Path

from pavior.bootstrap import open_installation
from pavior.settings import read_settings


def test_a_replay_and_a_plan_of_a_level_wait_for_the_same_places(tmp_path: Path) -> None:
    environment = {"PAVIOR_HOME": str(tmp_path / "home"), "PAVIOR_KEYS": str(tmp_path / "keys")}

    with open_installation(read_settings(environment, user_home=tmp_path)) as installation:
        application = installation.application

        assert application.levels.replays is application.pages.replays
