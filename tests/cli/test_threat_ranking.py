"""`pavior threat rank` tells which threat to look at first, and why."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.cli.tools import tools_with

from pavior.cli.root import invoke
from pavior.content import load_controls

CONTROLS = load_controls()
MODEL = """\
version: 2
service: orders
scope: What keeps receipts.
assets:
  - {id: receipts, title: Receipts, data_class: confidential}
elements:
  - {id: customer, title: Customer, kind: external-entity}
  - {id: files, title: Files, kind: data-store, assets: [receipts], public: true}
flows:
  - {id: read, from: customer, to: files, encrypted: true}
threats:
  - id: files-lost
    title: Files are lost
    category: denial-of-service
    severity: low
    places: [files]
  - id: files-read
    title: Somebody reads the files
    category: information-disclosure
    severity: high
    library: stored-objects-open-to-everybody
    places: [files]
"""


@pytest.fixture
def here(launcher: Any, tmp_path: Path) -> Any:
    """A service with a model."""
    (tmp_path / "threatmodel.yaml").write_text(MODEL, encoding="utf-8")
    launcher.tools = tools_with(load_controls=lambda: CONTROLS)
    return launcher


def test_threats_are_ranked_with_why_and_what_is_written_otherwise_is_told(
    here: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert invoke(["threat", "rank", str(tmp_path)], here) == 0

    head, first, second, written = capsys.readouterr().out.splitlines()
    assert head.split() == ["THREAT", "SEVERITY", "LIKELIHOOD", "IMPACT", "BECAUSE"]
    assert first.split()[:4] == ["files-read", "high", "5", "4"]
    assert first.endswith(
        "likelihood 4 anywhere; everybody reaches files (+1); impact 4: information-disclosure of confidential data"
    )
    assert second.split()[:4] == ["files-lost", "medium", "4", "3"]
    assert written == "Written otherwise in the model: files-lost (low)."


def test_json_tells_the_same(here: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert invoke(["threat", "rank", str(tmp_path), "--json"], here) == 0

    first = json.loads(capsys.readouterr().out)[0]
    assert (first["threat"], first["written"], first["severity"], first["score"]) == ("files-read", "high", "high", 20)


def test_a_model_without_threats_says_where_they_come_from(
    here: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "threatmodel.yaml").write_text(MODEL[: MODEL.index("threats:")] + "threats: []\n", encoding="utf-8")

    assert invoke(["threat", "rank", str(tmp_path)], here) == 0

    assert "pavior threat draft" in capsys.readouterr().out


def test_where_there_is_no_model_that_is_said(here: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert invoke(["threat", "rank", str(tmp_path / "nowhere")], here) == 4

    assert "threat-model-missing" in capsys.readouterr().err
