"""The tutorial does what it says: each of its commands, in its order, beside a running `pavior up`."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.journeys.terminal import PAVIOR, Terminal

_BLOCK = re.compile(r"^```sh(?: status=(\d+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_IDENTITY = {
    "GIT_AUTHOR_NAME": "Dana",
    "GIT_AUTHOR_EMAIL": "dana@pavior.local",
    "GIT_COMMITTER_NAME": "Dana",
    "GIT_COMMITTER_EMAIL": "dana@pavior.local",
}


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    """Where the road was walked once, as after `make up`."""
    terminal = Terminal(tmp_path, {"PATH": f"{PAVIOR.parent}:/usr/bin:/bin", **_IDENTITY})
    with terminal.up(has_demo=True):
        yield terminal


def test_the_first_hour_goes_as_the_tutorial_says(terminal: Terminal, root: Path) -> None:
    text = (root / "docs" / "tutorials" / "first-hour.md").read_text(encoding="utf-8")
    blocks = [(int(status or 0), commands) for status, commands in _BLOCK.findall(text)]
    said: list[str] = []
    folder = terminal.folder

    for status, commands in blocks:
        script = f"set -e\n{commands}\npwd > {terminal.folder}/place"
        if status:
            # The last command of such a block is the one that says no, and it must be that one.
            *before, last = commands.strip().splitlines()
            script = "\n".join(["set -e", *before, f"{last} || exit $?", "exit 99"])
        finished = subprocess.run(
            ["bash", "-c", script],
            cwd=folder,
            env=terminal.environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert finished.returncode == status, (commands, finished.stdout, finished.stderr)
        if not status:
            folder = Path((terminal.folder / "place").read_text(encoding="utf-8").strip())
        said.append(finished.stdout + finished.stderr)

    assert len(blocks) >= 10
    (checked, denied), waived = said[3:5], said[7]
    for told in (checked, denied):
        assert "object-storage-no-public-access (critical): " in told
        assert "block_public_policy" in told
    assert "1 failure is waived" in waived
    assert "No drift is known." in said[8]
