"""`pavior check` with the readers of a pretend language."""

from pathlib import Path
from typing import Any

import pytest
from tests.cli.checking.pretend import (
    RETENTION,
    Check,
    read_manifests,
    read_plan,
    read_source,
    read_source_tolerantly,
    read_state,
)
from tests.cli.tools import tools_with

from pavior.cli.root import invoke
from pavior.policy.model import Control


@pytest.fixture
def check(launcher: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Check:
    """Write files by name, check the folder or what `at` says, and give exit status, stdout and stderr."""

    def run(
        files: dict[str, str], *options: str, at: str = ".", controls: tuple[Control, ...] = (RETENTION,)
    ) -> tuple[int, str, str]:
        for name, text in files.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text, encoding="utf-8")
        monkeypatch.chdir(tmp_path)
        launcher.tools = tools_with(
            load_controls=lambda: controls,
            read_source=read_source,
            read_source_tolerantly=read_source_tolerantly,
            read_plan=read_plan,
            read_state=read_state,
            read_manifests=read_manifests,
            mask_lines=lambda lines, _: lines,
        )
        status = invoke(["check", at, *options], launcher)
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return run
