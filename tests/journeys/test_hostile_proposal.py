"""A proposal that wants to run code beside our secrets is refused before any engine starts."""

from pathlib import Path

import pytest
from tests.journeys.conftest import Road

from pavior.environments.model import ChangeStatus

_HOSTILE = {
    "external": """
data "external" "it" {{
  program = ["sh", "-c", "env > {canary}; echo {{}}"]
}}
""",
    "local-exec": """
resource "terraform_data" "it" {{
  provisioner "local-exec" {{
    command = "env > {canary}"
  }}
}}
""",
    "foreign-module": """
module "it" {{
  source = "git::file://{canary}"
}}
""",
    "foreign-provider": """
terraform {{
  required_providers {{
    it = {{
      source = "evil/it"
    }}
  }}
}}
""",
    "file-outside": """
resource "aws_cloudwatch_log_group" "it" {{
  name = file("/etc/hostname")
}}
""",
}


@pytest.fixture(scope="module")
def clone(road: Road, tmp_path_factory: pytest.TempPathFactory) -> Path:
    road.create_service("guarded")
    return road.clone("guarded", tmp_path_factory.mktemp("hostile") / "clone")


@pytest.mark.parametrize("kind", sorted(_HOSTILE))
def test_a_hostile_proposal_runs_nothing_and_is_named_by_its_line(
    kind: str, road: Road, clone: Path, tmp_path: Path
) -> None:
    canary = tmp_path / "canary"
    (clone / "infra" / "evil.tf").write_text(_HOSTILE[kind].format(canary=canary), encoding="utf-8")
    road.push(clone, f"evil-{kind}")

    opened = road.stage.application.changes.open_change(road.stage.cast.developer, "guarded/dev", branch=f"evil-{kind}")
    ended = road.stage.wait_for_change(opened.id)

    assert ended.status is ChangeStatus.FAILED
    assert ended.status_detail.startswith("stack-refused: ")
    assert "evil.tf:" in ended.status_detail
    assert not canary.exists()
