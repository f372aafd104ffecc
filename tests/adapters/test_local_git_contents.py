"""What of a repository is written to disk, shown and told: trees, differences, checks, word of pushes."""

import os
import subprocess
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pavior.adapters.forges import local_git as module
from pavior.adapters.forges.hooks import write_hooks
from pavior.adapters.forges.local_git import LocalGit
from pavior.catalog.ports import Author, CommitCheck, Forge
from pavior.kernel.errors import ConflictError, InvalidError, MissingError

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
DANA = Author("dana", "dana@example.com")
FILES = {"README.md": b"# Orders\n", "infra/main.tf": b"# nothing yet\n"}
NO_COMMIT = "0" * 40

Finished = subprocess.CompletedProcess[str]
Clone = Callable[[], Path]


def a_repository(forge: Forge, name: str = "orders") -> str:
    return forge.create_repository(name, FILES, author=DANA, message="Create orders", now=NOON)


# Writing a tree to disk


def checked_out(forge: Forge, commit: str, folder: Path) -> Path:
    folder.mkdir()
    forge.checkout("orders", commit, folder)
    return folder


def test_a_checkout_holds_the_files_and_no_git_folder(forge: LocalGit, tmp_path: Path) -> None:
    commit = a_repository(forge)

    folder = checked_out(forge, commit, tmp_path / "tree")

    found = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert found == FILES
    with pytest.raises(ConflictError, match="folder-not-empty"):
        forge.checkout("orders", commit, folder)


def test_an_executable_stays_one_through_a_proposal(
    forge: LocalGit, tmp_path: Path, a_clone: Clone, push: Callable[..., Finished], git: Callable[..., Finished]
) -> None:
    a_repository(forge)
    clone = a_clone()
    git(clone, "checkout", "-q", "-b", "work")
    (clone / "run").write_text("#!/bin/sh\n", encoding="utf-8")
    (clone / "run").chmod(0o755)
    git(clone, "add", "run")
    git(clone, "commit", "-q", "-m", "Run")
    push(clone, "work")
    base = forge.get_proposal("orders", "work").commit

    changed = forge.propose("orders", "x", {"run": b"#!/bin/sh\n:\n"}, base=base, author=DANA, message="x", now=NOON)

    assert (checked_out(forge, changed.commit, tmp_path / "tree") / "run").stat().st_mode & 0o777 == 0o755


def tree_with(git: Callable[..., Finished], clone: Path, entry: str) -> str:
    """A commit whose tree has one entry that git itself would not write."""
    tree = git(clone, "mktree", "--missing", stdin=f"{entry}\n").stdout.strip()
    return str(git(clone, "commit-tree", tree, "-m", "Trick").stdout.strip())


@pytest.mark.parametrize(
    ("mode", "kind", "path"),
    [
        pytest.param("120000", "blob", "link", id="a symbolic link"),
        pytest.param("160000", "commit", "sub", id="a submodule"),
        pytest.param("100644", "blob", "a\\b", id="a backslash"),
        pytest.param("100644", "blob", "git~1", id="a short name of .git"),
        pytest.param("100644", "blob", ".g\u200cit", id="a .git with letters that some disks forget"),
        pytest.param("100644", "blob", ".git ", id="a .git with a blank"),
        pytest.param("100644", "blob", "x\x01", id="a control character"),
    ],
)
def test_a_tree_that_could_do_harm_is_not_written(
    forge: LocalGit, tmp_path: Path, mode: str, kind: str, path: str, a_clone: Clone, git: Callable[..., Finished]
) -> None:
    first = a_repository(forge)
    clone = a_clone()
    blob = git(clone, "rev-parse", "HEAD:README.md").stdout.strip()
    commit = tree_with(git, clone, f"{mode} {kind} {first if kind == 'commit' else blob}\t{path}")
    # Straight into the repository, as if the check of pushes had missed it.
    bare = Path(forge.clone_url("orders"))
    fetched = git(tmp_path, f"--git-dir={bare}", "fetch", "-q", str(clone), f"{commit}:refs/pavior/test")
    into = tmp_path / "tree"
    into.mkdir()

    assert fetched.returncode == 0, fetched.stderr
    with pytest.raises(InvalidError, match="tree-unsafe"):
        forge.checkout("orders", commit, into)
    assert list(into.iterdir()) == []


@pytest.mark.parametrize(
    "path", ["../x", "/x", "a/../b", ".git/config", "a/.GIT/x", "a\\b", "", "a//b", "x\n", "git~1"]
)
def test_what_a_checkout_would_refuse_is_not_committed_either(forge: LocalGit, path: str) -> None:
    base = a_repository(forge)

    with pytest.raises(InvalidError, match="tree-unsafe"):
        forge.propose("orders", "x", {path: b"1"}, base=base, author=DANA, message="x", now=NOON)
    assert forge.list_proposals("orders") == ()


# Differences, checks, word of pushes


def test_a_long_difference_is_cut_and_says_so(forge: LocalGit, monkeypatch: pytest.MonkeyPatch) -> None:
    base = a_repository(forge)
    big = b"".join(b"line %d\n" % number for number in range(200_000))
    commit = forge.propose("orders", "x", {"big": big}, base=base, author=DANA, message="x", now=NOON).commit

    shown = forge.diff("orders", base, commit)
    assert len(shown.encode()) <= module.MAXIMUM_DIFF_BYTES
    assert shown.endswith("(The rest of the difference is left out: it is too long.)\n")
    monkeypatch.setattr(module, "_DIFF_READ_BYTES", 1000)
    assert forge.diff("orders", base, commit) == "\n(The rest of the difference is left out: it is too long.)\n"


def test_a_difference_of_bytes_that_are_no_text_is_shown_all_the_same(forge: LocalGit) -> None:
    base = a_repository(forge)
    files: dict[str, bytes | None] = {"latin": b"caf\xe9\n"}
    commit = forge.propose("orders", "x", files, base=base, author=DANA, message="x", now=NOON).commit

    assert "+caf\N{REPLACEMENT CHARACTER}" in forge.diff("orders", base, commit)


def test_the_last_result_of_a_check_counts(forge: LocalGit) -> None:
    commit = a_repository(forge)
    for state in ("pending", "failed", "passed"):
        forge.set_check("orders", commit, CommitCheck("pavior/gate orders/dev", state, state, "/changes/C-1"))
    forge.set_check("orders", commit, CommitCheck("../../x", "passed", "Well.", ""))

    assert forge.list_checks("orders", commit) == (
        CommitCheck("../../x", "passed", "Well.", ""),
        CommitCheck("pavior/gate orders/dev", "passed", "passed", "/changes/C-1"),
    )


def test_every_push_is_told_at_least_once_also_to_a_forge_that_was_opened_anew(
    forge: LocalGit, tmp_path: Path, a_clone: Clone, commit_in: Callable[..., str], push: Callable[..., Finished]
) -> None:
    a_repository(forge)
    clone = a_clone()
    one = commit_in(clone, "one")
    push(clone, "one")
    assert forge.take_pushes() == (("orders", "one", one),)
    # The process died before it did anything with it.
    again = LocalGit(tmp_path / "forge")
    two = commit_in(clone, "two", body="# two\n")
    push(clone, "two", "one")

    assert again.take_pushes() == (("orders", "one", one), ("orders", "two", two))
    assert again.take_pushes() == ()
    assert again.take_pushes() == ()


def test_a_deleted_branch_is_no_push(
    forge: LocalGit, a_clone: Clone, commit_in: Callable[..., str], push: Callable[..., Finished]
) -> None:
    a_repository(forge)
    clone = a_clone()
    commit_in(clone, "one")
    push(clone, "one")
    forge.take_pushes()

    assert push(clone, ":one").returncode == 0
    assert forge.take_pushes() == ()
    with pytest.raises(MissingError, match="proposal-missing"):
        forge.get_proposal("orders", "one")


def test_what_is_not_word_of_a_push_is_passed_over(forge: LocalGit, tmp_path: Path) -> None:
    a_repository(forge)
    pushes = tmp_path / "forge" / "pushes"
    (pushes / "push-text").write_bytes(b"orders one\n../x one " + b"a" * 40 + b"\norders -x " + b"a" * 40 + b"\n\xff\n")
    os.mkfifo(pushes / "push-pipe")
    (pushes / "push-link").symlink_to("/etc/hostname")
    (pushes / "push-folder").mkdir()
    (pushes / "push-huge").write_bytes(b"orders one " + b"a" * 40 + b"\n" + b"x" * 2_000_000)

    assert forge.take_pushes() == ()
    assert forge.take_pushes() == ()


# Running git


def test_git_sees_no_variable_of_ours(forge: LocalGit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    commit = a_repository(forge)
    seen = tmp_path / "seen"
    fake = tmp_path / "bin" / "git"
    fake.parent.mkdir()
    fake.write_text(f"#!/bin/sh\nenv > {seen}\n", encoding="utf-8")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{fake.parent}:{os.environ['PATH']}")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "canary")
    monkeypatch.setenv("GIT_SSH_COMMAND", "canary")
    monkeypatch.setenv("HOME", "/canary")

    with pytest.raises(MissingError):
        forge.resolve("orders", commit)

    assert "canary" not in seen.read_text(encoding="utf-8")


def test_settings_inside_a_repository_run_nothing(
    forge: LocalGit, tmp_path: Path, git: Callable[..., Finished]
) -> None:
    commit = a_repository(forge)
    bare = Path(forge.clone_url("orders"))
    touched = tmp_path / "touched"
    for name in ("core.fsmonitor", "diff.external", "core.pager", "core.sshCommand", "uploadpack.packObjectsHook"):
        git(tmp_path, f"--git-dir={bare}", "config", name, f"touch {touched}")
    next_commit = forge.propose("orders", "x", {"a": b"1"}, base=commit, author=DANA, message="x", now=NOON).commit

    forge.diff("orders", commit, next_commit)
    forge.merge("orders", next_commit)

    assert not touched.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away; run as root to include it")
def test_a_repository_of_another_user_is_worked_with(forge: LocalGit) -> None:
    commit = a_repository(forge)
    bare = Path(forge.clone_url("orders"))
    for path in (bare, *bare.rglob("*")):
        os.chown(path, 65534, 65534)

    assert forge.head("orders") == commit


def test_a_new_forge_is_set_up_by_several_runs_at_the_same_time(tmp_path: Path) -> None:
    for attempt in range(50):
        root = tmp_path / str(attempt)
        together = threading.Barrier(4)

        def set_up(root: Path = root, together: threading.Barrier = together) -> None:
            together.wait()
            write_hooks(root)

        with ThreadPoolExecutor(4) as threads:
            for done in [threads.submit(set_up) for _ in range(4)]:
                done.result()

        assert sorted(file.name for file in (root / "hooks").iterdir()) == ["post-receive", "pre-receive"]
