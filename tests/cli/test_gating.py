"""`pavior gate`: what it asks with."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from pavior.cli.root import invoke
from pavior.testing.builders import a_decision
from pavior.workflows.gate_plan import Gated


class FakeGate:
    """Remembers by which names it was given the source."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def gate_plan(self, actor: Any, environment: str, plan: bytes, source: Mapping[str, bytes]) -> Gated:
        self.names = list(source)
        return Gated(a_decision(), "{}", ())


@pytest.mark.parametrize(("start", "source"), [(".", "infra"), ("infra", "."), ("/", "infra")])
def test_files_are_named_from_the_root_of_the_repository_as_waivers_name_them(
    launcher: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, start: str, source: str
) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "infra/network").mkdir(parents=True)
    (tmp_path / "infra/main.tf").write_text('module "network" {\n  source = "./network"\n}\n', encoding="utf-8")
    (tmp_path / "infra/network/main.tf").write_text("", encoding="utf-8")
    (tmp_path / "plan.json").write_text("{}", encoding="utf-8")
    monkeypatch.chdir(tmp_path / start)
    gate = FakeGate()
    launcher.services["gate"] = gate
    named = tmp_path / "infra" if start == "/" else Path(source)

    invoke(["gate", str(tmp_path / "plan.json"), "--environment", "orders/dev", "--source", str(named)], launcher)

    assert gate.names == ["infra/main.tf", "infra/network/main.tf"]
