"""Several workers of one PostgreSQL database: one is killed or stands still inside an apply, and another goes on."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.chaos.sites import PATIENCE_SECONDS, Site, a_site, wait_until
from tests.postgresql import PostgresServer, postgresql

from pavior.environments.model import ChangeStatus
from pavior.kernel.errors import UnavailableError
from pavior.runs.model import RunState
from pavior.workflows.worker_lease import DEAD_AFTER_SECONDS

pytestmark = [pytest.mark.postgresql, pytest.mark.slow, pytest.mark.timeout(300)]

ADOPTED_WITHIN_SECONDS = 30.0


@pytest.fixture
def server() -> Iterator[PostgresServer]:
    with postgresql() as server:
        yield server


@pytest.fixture
def site(server: PostgresServer, tmp_path: Path) -> Iterator[Site]:
    with a_site(tmp_path, {"PAVIOR_DATABASE_URL": server.make()}) as made:
        yield made


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


def test_a_database_that_is_gone_for_a_while_loses_nothing(site: Site, server: PostgresServer) -> None:
    site.start("w1")
    site.create("orders")
    wait_until(lambda: site.find_state("apply-C-1-1") is RunState.RUNNING)

    server.stop(mode="fast")
    with pytest.raises(UnavailableError):
        site.run("apply-C-1-1")
    time.sleep(DEAD_AFTER_SECONDS * 2)
    server.start()
    run = site.wait_for("apply-C-1-1")

    assert (run.state, run.error_code) == (RunState.SUCCEEDED, "")
    assert_all_is_well(site, "orders", "C-1")
