"""A team that runs Terraform by itself keeps its state in Pavior: with the real program, over HTTP."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.journeys.terminal import Terminal

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("terraform") is None, reason="terraform is not on PATH"),
]

# Built into the program, so that no provider is needed.
STACK = """\
terraform {
  backend "http" {}
}

variable "word" {
  default = "one"
}

resource "terraform_data" "it" {
  input = var.word
}

resource "terraform_data" "slow" {
  triggers_replace = var.word

  provisioner "local-exec" {
    command = "while test -e hold; do sleep 0.1; done"
  }
}
"""


CATALOG = """\
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: billing
spec:
  type: service
  lifecycle: production
  owner: payments
"""


@dataclass(frozen=True)
class Stack:
    """A folder with a stack whose state is kept at Pavior."""

    folder: Path
    address: str
    secret: str

    @property
    def environment(self) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "TF_IN_AUTOMATION": "1",
            "CHECKPOINT_DISABLE": "1",
            "TF_CLI_CONFIG_FILE": os.devnull,
            "TF_HTTP_ADDRESS": self.address,
            "TF_HTTP_LOCK_ADDRESS": self.address,
            "TF_HTTP_UNLOCK_ADDRESS": self.address,
            "TF_HTTP_USERNAME": "ci",
            "TF_HTTP_PASSWORD": self.secret,
            "TF_HTTP_RETRY_MAX": "0",
        }

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(  # noqa: PLW1510 - the tests read the status
            ["terraform", *arguments],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=60,
        )

    def apply_until_held(self, word: str) -> subprocess.Popen[str]:
        """An apply that has the lock, and goes on only when the file `hold` is gone."""
        (self.folder / "hold").touch()
        process = subprocess.Popen(
            ["terraform", "apply", "-input=false", "-auto-approve", f"-var=word={word}"],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        while "Creating..." not in (line := process.stdout.readline()):
            assert line, "it ended before it made anything"
        return process

    def ok(self, *arguments: str) -> str:
        finished = self.run(*arguments)
        assert finished.returncode == 0, (arguments, finished)
        return finished.stdout


@pytest.fixture(scope="module")
def terminal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Terminal, str]]:
    """A served installation with one adopted service, and where it is."""
    terminal = Terminal(tmp_path_factory.mktemp("terminal"))
    repository = terminal.folder / "billing"
    repository.mkdir()
    (repository / "catalog-info.yaml").write_text(CATALOG, encoding="utf-8")
    with terminal.up() as address:
        terminal.ok("team", "create", "payments", "--title", "Payments")
        terminal.ok("user", "invite", "pat", "--role", "platform", "--team", "payments")
        terminal.ok("adopt", repository, by="pat")
        yield terminal, address


@pytest.fixture(scope="module")
def stack(terminal: tuple[Terminal, str]) -> Stack:
    """With a token that may do nothing but keep this one state."""
    keeper, address = terminal
    rights = ("--permission", "state:read", "--permission", "state:write")
    limits = ("--environment", "billing/prod", "--team", "payments", "--days", "1")
    made = keeper.read("token", "create", "ci-billing", *rights, *limits, by="pat")
    folder = keeper.folder / "stack"
    folder.mkdir()
    (folder / "main.tf").write_text(STACK, encoding="utf-8")
    return Stack(folder, f"{address}/state/v1/billing/prod", made["secret"])


def test_terraform_keeps_its_state_here_with_every_version_of_it(terminal: tuple[Terminal, str], stack: Stack) -> None:
    keeper, _ = terminal

    stack.ok("init", "-input=false")
    stack.ok("apply", "-input=false", "-auto-approve")
    stack.ok("apply", "-input=false", "-auto-approve", "-var=word=two")

    assert stack.ok("state", "list").split() == ["terraform_data.it", "terraform_data.slow"]
    assert not (stack.folder / "terraform.tfstate").exists()
    history = keeper.read("state", "history", "billing/prod", by="pat")
    assert history["lock"] is None
    assert {item["written_by"] for item in history["versions"]} == {"token:pat/ci-billing"}
    assert json.loads(keeper.ok("state", "pull", "billing/prod", by="pat"))["resources"][0]["instances"][0][
        "attributes"
    ]["input"] == {"type": "string", "value": "two"}


def test_a_second_apply_is_told_who_holds_the_lock(terminal: tuple[Terminal, str], stack: Stack) -> None:
    keeper, _ = terminal
    first = stack.apply_until_held("three")
    try:
        second = stack.run("plan", "-input=false", "-no-color")
        lock = keeper.read("state", "history", "billing/prod", by="pat")["lock"]
    finally:
        (stack.folder / "hold").unlink()
        first.communicate(timeout=60)

    assert second.returncode == 1
    assert "Error acquiring the state lock" in second.stderr
    assert f"ID={lock['id']}" in second.stderr
    assert (lock["holder"], lock["info"]["Operation"]) == ("token:pat/ci-billing", "OperationTypeApply")
    assert first.returncode == 0
    assert keeper.read("state", "history", "billing/prod", by="pat")["lock"] is None


def test_the_lock_of_a_program_that_died_is_taken_away_by_who_may(terminal: tuple[Terminal, str], stack: Stack) -> None:
    keeper, _ = terminal
    dying = stack.apply_until_held("four")
    dying.kill()
    dying.communicate(timeout=60)
    (stack.folder / "hold").unlink()
    lock = keeper.read("state", "history", "billing/prod", by="pat")["lock"]["id"]

    by_the_token = stack.run("force-unlock", "-force", lock)
    keeper.ok("state", "unlock", "billing/prod", "--reason", "its runner is gone", by="pat")
    after = stack.run("plan", "-input=false", "-var=word=four")

    assert by_the_token.returncode == 1
    assert after.returncode == 0
    events = [item["event"] for item in keeper.read("audit", "list", by="pat")["items"]]
    event = next(item for item in events if item["verb"] == "state.unlocked")
    assert (event["actor"], event["details"]["reason"]) == ("pat", "its runner is gone")


def test_the_token_of_one_state_opens_no_other(terminal: tuple[Terminal, str], stack: Stack) -> None:
    _, address = terminal
    other = Stack(stack.folder, f"{address}/state/v1/billing/dev", stack.secret)
    wrong = Stack(stack.folder, stack.address, "pavior_guess")

    elsewhere = other.run("init", "-input=false", "-reconfigure", "-no-color")
    stranger = wrong.run("init", "-input=false", "-reconfigure", "-no-color")

    assert (elsewhere.returncode, stranger.returncode) == (1, 1)
    assert "HTTP remote state endpoint invalid auth" in elsewhere.stderr
    assert "HTTP remote state endpoint requires auth" in stranger.stderr
