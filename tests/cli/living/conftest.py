"""`pavior check` in process, with the real readers and few of the real controls."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from msgspec.structs import replace

from pavior.cli.launcher import CheckTools
from pavior.cli.root import invoke
from pavior.content.loading import CONTROLS_FOLDER, load_control
from pavior.launching.later import LaterLauncher
from pavior.policy.model import Control

COMMIT = "ab" * 20
# The first two block, the third warns.
ASKED = ("disk-encrypted", "object-storage-no-public-access", "object-storage-versioned")

Check: TypeAlias = Callable[..., tuple[int, str, str]]
Changed: TypeAlias = Callable[..., tuple[int, str]]


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


@pytest.fixture
def changed(
    launcher: Any,
    tools: CheckTools,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Changed:
    """Files as they were and as they are now; gives exit status and what was printed."""

    def run(
        before: dict[str, str],
        now: dict[str, str],
        *options: str,
        at: str = ".",
        controls: tuple[Control, ...] = (),
    ) -> tuple[int, str]:
        for name, text in now.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text, encoding="utf-8")
        monkeypatch.chdir(tmp_path)

        def read_earlier(folder: Path, name: str, endings: Sequence[str]) -> tuple[str, Mapping[str, bytes]]:
            assert (folder.resolve(), name) == ((tmp_path / at).resolve() if at.endswith("/") else tmp_path, "main")
            assert {".tf", "pavior.yaml"} & set(endings)
            return COMMIT, {name: text.encode() for name, text in before.items() if name.endswith(tuple(endings))}

        launcher.tools = replace(tools, read_earlier=read_earlier)
        if controls:
            launcher.tools = replace(launcher.tools, load_controls=lambda: controls)
        status = invoke(["check", at, "--changed-since", "main", *options], launcher)
        captured = capsys.readouterr()
        return status, captured.out + captured.err

    return run
