"""`pavior threat export` as a picture, as text, and on paper."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.cli.tools import tools_with
from tests.threatmodels.diagrams import a_shop

from pavior.cli.root import invoke
from pavior.testing.builders import a_control
from pavior.threatmodels.writing import render_model

BEGINS = {"svg": b'<svg xmlns="http://www.w3.org/2000/svg" class="dfd"', "mermaid": b"flowchart LR\n", "pdf": b"%PDF-"}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """With the threat model of a shop."""
    model = a_shop(2)
    threats = tuple(replace(threat, controls=("doors-closed",)) for threat in model.threats)
    (tmp_path / "threatmodel.yaml").write_text(render_model(replace(model, threats=threats)), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("form", list(BEGINS))
def test_a_model_is_written_as_a_picture_as_text_and_on_paper(form: str, folder: Path, launcher: Any) -> None:
    launcher.tools = tools_with(load_controls=lambda: (a_control(id="doors-closed"),))

    status = invoke(["threat", "export", "--format", form, "--output", "written"], launcher)

    assert status == 0
    assert (folder / "written").read_bytes().startswith(BEGINS[form])
