"""One installation, the sandbox, and workers in processes of their own, which may die."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from pavior.adapters.clouds.aws import AwsClients
from pavior.adapters.clouds.sandbox import DEFAULT_REGION, Sandbox
from pavior.bootstrap import SANDBOX_FILE, Installation, open_installation
from pavior.demo.stage import Cast, gather_cast
from pavior.identity.model import Surface, local_operator
from pavior.kernel.errors import MissingError, UnavailableError
from pavior.runs.model import Run, RunState
from pavior.settings import read_settings

SCRIPT = Path(__file__).with_name("shared_workers.py")
PATIENCE_SECONDS = 180.0


@dataclass
class Site:
    """What a test acts on.

    Args:
        environment: Settings, as variables.
    """

    installation: Installation
    cast: Cast
    environment: Mapping[str, str]
    workers: list[subprocess.Popen[str]] = field(default_factory=list)

    def start(self, name: str, moment: str = "live") -> subprocess.Popen[str]:
        """Returns when it works."""
        worker = subprocess.Popen(
            [sys.executable, str(SCRIPT), moment],
            env={"PATH": os.environ["PATH"], **self.environment, "PAVIOR_WORKER": name},
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self.workers.append(worker)
        assert worker.stdout is not None
        assert worker.stdout.readline() == "working\n"
        return worker

    def create(self, name: str) -> None:
        parameters = {"name": name, "team": "payments", "data_class": "internal", "region": DEFAULT_REGION}
        self.installation.application.creation.create_service(self.cast.developer, "python-service", parameters)

    def run(self, run_id: str) -> Run:
        return self.installation.application.runs.get_run(self.cast.admin, run_id)

    def find_state(self, run_id: str) -> RunState | None:
        """None while it is not there, or the database is not."""
        try:
            return self.run(run_id).state
        except (MissingError, UnavailableError):
            return None

    def wait_for(self, run_id: str) -> Run:
        wait_until(lambda: (state := self.find_state(run_id)) is not None and state.is_ended)
        return self.run(run_id)

    def keys_described_as_of(self, name: str) -> list[str]:
        kms = AwsClients(self.installation.platform.cloud.target("any/dev")).client("kms")
        keys = [kms.describe_key(KeyId=item["KeyId"])["KeyMetadata"] for item in kms.list_keys()["Keys"]]
        return [item["KeyState"] for item in keys if name in item["Description"]]


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.1)


@contextmanager
def a_site(folder: Path, environment: Mapping[str, str]) -> Iterator[Site]:
    """Made in `folder`, with these settings beside the folders. Whatever worker is left at the end is killed."""
    variables = {"PAVIOR_HOME": str(folder / "data"), "PAVIOR_KEYS": str(folder / "keys"), **environment}
    settings = read_settings(variables, user_home=folder)
    with Sandbox() as sandbox, open_installation(settings) as installation:
        (settings.home / SANDBOX_FILE).write_text(sandbox.endpoint_url, encoding="utf-8")
        cast = gather_cast(installation.application, local_operator(Surface.DEMO))
        made = Site(installation, cast, variables)
        try:
            yield made
        finally:
            for worker in made.workers:
                if worker.poll() is None:
                    os.killpg(worker.pid, signal.SIGKILL)
                with worker:
                    worker.wait()
