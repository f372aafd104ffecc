"""Pavior as people have it: commands in a terminal beside a running `pavior up`."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PAVIOR = Path(sys.executable).parent / "pavior"


@dataclass(frozen=True, slots=True)
class Finished:
    """What a person sees of one command.

    Args:
        status: Exit status.
    """

    status: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """Of a command with `--json`."""
        return json.loads(self.out)

    @property
    def code(self) -> str:
        """Of the error, or of the error document; empty when there is none."""
        first = self.err.partition("\n")[0]
        if first.startswith("{"):
            return str(json.loads(self.err)["error"]["code"])
        return first.partition(":")[0]


@dataclass(frozen=True)
class Terminal:
    """One data folder below `folder`, and nothing of the machine's own settings.

    Args:
        more: Further variables of the environment.
    """

    folder: Path
    more: Mapping[str, str] = field(default_factory=dict)

    @property
    def home(self) -> Path:
        """The data folder."""
        return self.folder / "data"

    @property
    def environment(self) -> dict[str, str]:
        """The variables that a command gets."""
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "LANG": "C.UTF-8",
            "PAVIOR_HOME": str(self.home),
            "PAVIOR_KEYS": str(self.folder / "keys"),
            "PAVIOR_PORT": "0",
            "GIT_CONFIG_GLOBAL": os.devnull,
            **self.more,
        }

    def pavior(self, *arguments: str | Path, by: str = "", cwd: Path | None = None) -> Finished:
        """One command, as the person `by` when there is one."""
        command = [PAVIOR, *arguments, *(("--as", by) if by else ())]
        finished = subprocess.run(  # noqa: PLW1510 - tests read the status
            command, cwd=cwd or self.folder, env=self.environment, capture_output=True, text=True, timeout=120
        )
        return Finished(finished.returncode, finished.stdout, finished.stderr)

    def ok(self, *arguments: str | Path, by: str = "") -> str:
        """What a command prints that must succeed."""
        finished = self.pavior(*arguments, by=by)
        assert finished.status == 0, (arguments, finished)
        return finished.out

    def read(self, *arguments: str | Path, by: str = "") -> Any:
        """The document of a command that must succeed."""
        return json.loads(self.ok(*arguments, "--json", by=by))

    def git(self, folder: Path, *arguments: str | Path) -> str:
        """Git as a developer types it."""
        identity = ("-c", "user.name=dana", "-c", "user.email=dana@pavior.local")
        finished = subprocess.run(
            ["git", "-C", folder, *identity, *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
        return finished.stdout

    @contextmanager
    def up(self, *, has_demo: bool = False) -> Iterator[str]:
        """`pavior up` in the background, with or without the demo's data; gives the portal's address."""
        command: list[str | Path] = [PAVIOR, "up", "--json", *(() if has_demo else ("--no-demo",))]
        with (self.folder / "up.log").open("wb") as log:
            process = subprocess.Popen(
                command, cwd=self.folder, env=self.environment, stdout=subprocess.PIPE, stderr=log, text=True
            )
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line, (self.folder / "up.log").read_text(encoding="utf-8")
            yield json.loads(line)["address"]
        finally:
            process.terminate()
            process.wait(timeout=30)
            process.communicate()
