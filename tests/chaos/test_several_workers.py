"""Several workers of one PostgreSQL database: one is killed or stands still inside an apply, and another goes on."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from tests.postgresql import PostgresServer, postgresql

from pavior.adapters.clouds.aws import AwsClients
from pavior.adapters.clouds.sandbox import DEFAULT_REGION, Sandbox
from pavior.bootstrap import SANDBOX_FILE, Installation, open_installation
from pavior.demo.stage import Cast, gather_cast
from pavior.environments.model import ChangeStatus
from pavior.identity.model import Surface, local_operator
from pavior.kernel.errors import MissingError, UnavailableError
from pavior.runs.model import Run, RunState
from pavior.settings import read_settings
from pavior.workflows.worker_lease import DEAD_AFTER_SECONDS

pytestmark = [pytest.mark.postgresql, pytest.mark.slow, pytest.mark.timeout(300)]

SCRIPT = Path(__file__).with_name("shared_workers.py")
PATIENCE_SECONDS = 90.0
ADOPTED_WITHIN_SECONDS = 30.0


@dataclass
class Site:
    """One installation on PostgreSQL, the sandbox, and workers in processes of their own."""

    installation: Installation
    cast: Cast
    keys: Path
    server: PostgresServer
    workers: list[subprocess.Popen[str]] = field(default_factory=list)

    def start(self, name: str, moment: str = "live") -> subprocess.Popen[str]:
        """Returns when it works."""
        settings = self.installation.settings
        command = [sys.executable, str(SCRIPT), str(settings.home), str(self.keys), settings.database_url, name, moment]
        worker = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True)
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


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with postgresql() as server:
        environment = {
            "PAVIOR_HOME": str(tmp_path / "data"),
            "PAVIOR_KEYS": str(tmp_path / "keys"),
            "PAVIOR_DATABASE_URL": server.make(),
        }
        settings = read_settings(environment, user_home=tmp_path)
        with Sandbox() as sandbox, open_installation(settings) as installation:
            (settings.home / SANDBOX_FILE).write_text(sandbox.endpoint_url, encoding="utf-8")
            cast = gather_cast(installation.application, local_operator(Surface.DEMO))
            made = Site(installation, cast, tmp_path / "keys", server)
            try:
                yield made
            finally:
                for worker in made.workers:
                    if worker.poll() is None:
                        os.killpg(worker.pid, signal.SIGKILL)
                    with worker:
                        worker.wait()


def assert_all_is_well(site: Site, name: str, change_id: str) -> None:
    application, admin = site.installation.application, site.cast.admin
    assert application.pages.get_change(admin, change_id).change.status is ChangeStatus.VERIFIED
    assert site.keys_described_as_of(name) == ["Enabled"], "a key is there twice, or not at all"
    assert application.audit.verify(admin).is_intact


def test_a_worker_killed_inside_an_apply_is_followed_by_another_within_30_s(site: Site) -> None:
    dying = site.start("w1", "kill begun aws_s3_bucket.files")
    site.create("orders")
    assert dying.wait(PATIENCE_SECONDS) == -signal.SIGKILL
    died_at = time.monotonic()

    site.start("w2")
    wait_until(lambda: site.run("apply-C-1-1").attempts > 1)
    adopted_seconds = time.monotonic() - died_at
    run = site.wait_for("apply-C-1-1")

    assert (run.state, run.error_code) == (RunState.SUCCEEDED, "")
    assert adopted_seconds < ADOPTED_WITHIN_SECONDS
    assert_all_is_well(site, "orders", "C-1")


def test_a_worker_that_stood_still_and_comes_back_writes_nothing_and_ends(site: Site) -> None:
    frozen = site.start("w1", "freeze begun aws_s3_bucket.files")
    site.create("orders")
    wait_until(lambda: "T" in Path(f"/proc/{frozen.pid}/stat").read_text().rpartition(")")[2].split()[0])
    site.start("w2")

    run = site.wait_for("apply-C-1-1")
    os.kill(frozen.pid, signal.SIGCONT)
    status = frozen.wait(PATIENCE_SECONDS)

    assert (run.state, run.attempts) == (RunState.SUCCEEDED, 2)
    assert status == 5
    assert site.run("apply-C-1-1") == run
    assert_all_is_well(site, "orders", "C-1")


def test_two_workers_share_the_work_and_each_environment_has_one_apply_at_a_time(site: Site) -> None:
    site.start("w1")
    site.start("w2")

    for name in ("orders", "ledger", "search", "mails"):
        site.create(name)
    runs = [site.wait_for(f"apply-C-{number}-1") for number in range(1, 5)]

    assert {run.state for run in runs} == {RunState.SUCCEEDED}
    assert {run.attempts for run in runs} == {1}


def test_a_database_that_is_gone_for_a_while_loses_nothing(site: Site) -> None:
    site.start("w1")
    site.create("orders")
    wait_until(lambda: site.find_state("apply-C-1-1") is RunState.RUNNING)

    site.server.stop(mode="fast")
    with pytest.raises(UnavailableError):
        site.run("apply-C-1-1")
    time.sleep(DEAD_AFTER_SECONDS * 2)
    site.server.start()
    run = site.wait_for("apply-C-1-1")

    assert (run.state, run.error_code) == (RunState.SUCCEEDED, "")
    assert_all_is_well(site, "orders", "C-1")
