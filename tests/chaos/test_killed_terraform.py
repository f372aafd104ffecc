"""A worker that is killed while Terraform applies: Terraform comes to its end, and the next worker goes on."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.chaos.sites import Site, a_site, wait_until

from pavior.environments.model import ChangeStatus
from pavior.runs.model import RunState

pytestmark = [pytest.mark.terraform, pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.fixture
def site(tmp_path: Path, terraform_mirror: Path) -> Iterator[Site]:
    environment = {"PAVIOR_ENGINE": "terraform", "PAVIOR_TERRAFORM_MIRROR": str(terraform_mirror)}
    with a_site(tmp_path, environment) as made:
        yield made


def log_of(site: Site, run_id: str) -> str:
    return "\n".join(line.text for line in site.installation.application.runs.list_log(site.cast.admin, run_id))


def test_what_terraform_was_applying_is_there_once_and_known(site: Site) -> None:
    dying = site.start("w1")
    site.create("orders")
    wait_until(lambda: site.find_state("apply-C-1-1") is RunState.RUNNING)
    wait_until(lambda: "Made aws_" in log_of(site, "apply-C-1-1"))

    os.kill(dying.pid, signal.SIGKILL)
    dying.wait()
    site.start("w2")
    run = site.wait_for("apply-C-1-1")

    application, admin = site.installation.application, site.cast.admin
    assert (run.state, run.error_code, run.attempts) == (RunState.SUCCEEDED, "", 2)
    assert application.pages.get_change(admin, "C-1").change.status is ChangeStatus.VERIFIED
    assert site.keys_described_as_of("orders") == ["Enabled"], "a key is there twice, or not at all"
    assert application.audit.verify(admin).is_intact
    assert not list((site.installation.settings.home / "work" / "engines").glob("*/apply"))
