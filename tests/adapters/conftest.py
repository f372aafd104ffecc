"""A developer with git on her machine, and a forge to push to."""

import os
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from pavior.adapters.forges.local_git import LocalGit

Finished = subprocess.CompletedProcess[str]


def _git(folder: Path, *arguments: str, variables: Mapping[str, str] | None = None, stdin: str = "") -> Finished:
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "GIT_AUTHOR_NAME": "dana",
        "GIT_AUTHOR_EMAIL": "dana@example.com",
        "GIT_COMMITTER_NAME": "dana",
        "GIT_COMMITTER_EMAIL": "dana@example.com",
        **(variables or {}),
    }
    return subprocess.run(
        ["git", *arguments],
        cwd=folder,
        env=environment,
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.fixture
def git() -> Callable[..., Finished]:
    """Git as a developer runs it in a folder, whose settings are her own."""
    return _git


@pytest.fixture
def forge(tmp_path: Path) -> LocalGit:
    """Empty."""
    return LocalGit(tmp_path / "forge")


@pytest.fixture
def a_clone(forge: LocalGit, tmp_path: Path) -> Callable[[], Path]:
    """Clones repository `orders`, which must be there."""

    def clone() -> Path:
        done = _git(tmp_path, "clone", "-q", forge.clone_url("orders"), "clone")
        assert done.returncode == 0, done.stderr
        return tmp_path / "clone"

    return clone


@pytest.fixture
def commit_in() -> Callable[..., str]:
    """Commits one file to a branch of a clone, and gives the hash."""

    def commit(clone: Path, branch: str, body: str = "# more\n") -> str:
        _git(clone, "checkout", "-q", "-B", branch)
        (clone / "infra" / "main.tf").write_text(body, encoding="utf-8")
        done = _git(clone, "commit", "-q", "-a", "-m", f"Work on {branch}")
        assert done.returncode == 0, done.stderr
        return _git(clone, "rev-parse", "HEAD").stdout.strip()

    return commit


@pytest.fixture
def push() -> Callable[..., Finished]:
    """Pushes from a clone to where it was cloned from."""
    return lambda clone, *arguments: _git(clone, "push", "-q", "origin", *arguments)
