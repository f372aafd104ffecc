"""The whole of Pavior in this process, with its worker and a sandbox cloud of its own, for journeys through it."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from pavior.adapters.clouds.aws import AwsClients
from pavior.bootstrap import Installation
from pavior.demo.stage import Stage, gather_cast
from pavior.identity.model import Surface, local_operator
from pavior.launching.launcher import everything
from pavior.settings import Settings, read_settings


@dataclass(frozen=True)
class Road:
    """An installation that works, and the people of the demo.

    Args:
        keys: Folder of the keys; outside the data folder.
        told: Every line of every run's log that was waited for.
    """

    installation: Installation
    stage: Stage
    keys: Path
    told: list[str]

    @property
    def home(self) -> Path:
        """The data folder."""
        return self.installation.settings.home

    def create_service(self, name: str) -> None:
        """By a developer of the demo's team, deployed to dev."""
        stage = self.stage
        parameters = {"name": name, "team": "payments", "data_class": "internal"}
        run = stage.application.creation.create_service(stage.cast.developer, "python-service", parameters)
        stage.wait_for_run(run.id)
        stage.wait_for_change(stage.newest_change(f"{name}/dev").id)

    def clone(self, name: str, into: Path) -> Path:
        """A developer's clone."""
        url = self.stage.application.pages.get_service(self.stage.cast.developer, name).clone_url
        subprocess.run(["git", "clone", "-q", url, into], check=True, timeout=60, capture_output=True)
        return into

    def push(self, clone: Path, branch: str) -> None:
        """Everything that was edited in the clone, as a branch."""
        for command in (
            ["checkout", "-q", "-B", branch],
            ["add", "-A"],
            ["-c", "user.name=dana", "-c", "user.email=dana@pavior.local", "commit", "-q", "-m", f"Edit in {branch}"],
            ["push", "-q", "-f", "origin", branch],
        ):
            subprocess.run(["git", "-C", clone, *command], check=True, timeout=60, capture_output=True)


def settings_in(folder: Path, **more: str) -> Settings:
    """Of an installation that keeps everything below `folder`.

    Args:
        more: Further variables.
    """
    environment = {"PAVIOR_HOME": str(folder / "data"), "PAVIOR_KEYS": str(folder / "keys"), "PAVIOR_PORT": "0"}
    return read_settings({**environment, **more}, user_home=folder)


@pytest.fixture(scope="module")
def road(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Road]:
    """One for the tests of a module, which use services of different names."""
    with open_road(tmp_path_factory.mktemp("road")) as opened:
        yield opened


@contextmanager
def open_road(folder: Path, **more: str) -> Iterator[Road]:
    """An installation with further variables."""
    (folder / "clones").mkdir()
    settings = settings_in(folder, **more)
    told: list[str] = []
    with everything(settings) as installation:
        cast = gather_cast(installation.application, local_operator(Surface.DEMO))
        cloud = AwsClients(installation.platform.cloud.target("any/dev"))
        stage = Stage(installation.application, cast, cloud, folder / "clones", settings.home, told.append)
        yield Road(installation, stage, settings.keys_folder, told)
