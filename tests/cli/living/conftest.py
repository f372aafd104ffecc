"""`pavior check` in process, with the real readers and few of the real controls."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from msgspec.structs import replace

from pavior.cli.launcher import CheckTools
from pavior.cli.root import invoke
from pavior.content.loading import CONTROLS_FOLDER, load_control
from pavior.launching.later import LaterLauncher
from pavior.policy.model import Control

# The first two block, the third warns.
ASKED = ("disk-encrypted", "object-storage-no-public-access", "object-storage-versioned")

Check: TypeAlias = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="session")
def few_controls() -> tuple[Control, ...]:
    return tuple(load_control(CONTROLS_FOLDER / name.replace("-", "_")) for name in ASKED)


@pytest.fixture
def tools(few_controls: tuple[Control, ...]) -> CheckTools:
    real = LaterLauncher({}, Path("/nonexistent")).check_tools()
    return replace(real, load_controls=lambda: few_controls)


@pytest.fixture
def check(
    launcher: Any,
    tools: CheckTools,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Check:
    """Write files by name, where None takes one away; check the folder or what `at` says.

    Gives exit status, stdout and stderr.
    """

    def run(
        files: dict[str, str | None], *options: str, at: str = ".", controls: tuple[Control, ...] = ()
    ) -> tuple[int, str, str]:
        for name, text in files.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            if text is None:
                (tmp_path / name).unlink()
            else:
                (tmp_path / name).write_text(text, encoding="utf-8")
        monkeypatch.chdir(tmp_path)
        launcher.tools = replace(tools, load_controls=lambda: controls) if controls else tools
        status = invoke(["check", at, *options], launcher)
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return run
