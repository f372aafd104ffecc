"""Files as they were where a branch left another, from a real working tree."""

import subprocess
from pathlib import Path

import pytest

from pavior.adapters.forges.earlier import read_earlier
from pavior.kernel.errors import PaviorError

_WHO = ("-c", "user.name=Mara", "-c", "user.email=mara@example.org", "-c", "init.defaultBranch=main")


def _git(folder: Path, *words: str) -> str:
    done = subprocess.run(["git", *_WHO, *words], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def _commit(folder: Path, files: dict[str, str]) -> str:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8", newline="")
    _git(folder, "add", "-A")
    _git(folder, "commit", "-q", "-m", "more")
    return _git(folder, "rev-parse", "HEAD")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    _git(folder, "init", "-q")
    return folder


def test_files_are_those_of_where_the_branch_left_and_relative_to_the_folder(tree: Path) -> None:
    parted = _commit(tree, {"infra/main.tf": "one\r\n", "infra/deep/a.tf": "a", "app/main.tf": "x", "infra/b.png": "p"})
    _git(tree, "checkout", "-q", "-b", "mine")
    _commit(tree, {"infra/main.tf": "mine"})
    _git(tree, "checkout", "-q", "main")
    _commit(tree, {"infra/main.tf": "theirs, later"})
    _git(tree, "checkout", "-q", "mine")
    (tree / "infra" / "main.tf").write_text("not committed", encoding="utf-8")

    commit, files = read_earlier(tree / "infra", "main", (".tf",))

    assert commit == parted
    assert files == {"main.tf": b"one\r\n", "deep/a.tf": b"a"}


def test_a_folder_that_was_not_there_was_empty(tree: Path) -> None:
    _commit(tree, {"main.tf": "x"})
    (tree / "fresh").mkdir()

    assert read_earlier(tree / "fresh", "HEAD", (".tf",))[1] == {}


def test_nothing_of_the_repository_is_run(tree: Path) -> None:
    _commit(tree, {".gitattributes": "*.tf filter=evil\n", "main.tf": "x"})
    for name in ("core.fsmonitor", "filter.evil.smudge", "filter.evil.clean", "core.pager"):
        _git(tree, "config", name, "touch ran")

    assert read_earlier(tree, "HEAD", (".tf",))[1] == {"main.tf": b"x"}
    assert not (tree / "ran").exists()


def _refused(folder: Path, name: str) -> PaviorError:
    with pytest.raises(PaviorError) as raised:
        read_earlier(folder, name, (".tf",))
    return raised.value


@pytest.mark.parametrize("name", ["", "-n", "--output=x", "a\nb", "a\0b"])
def test_what_is_an_option_or_no_name_is_refused(tree: Path, name: str) -> None:
    assert _refused(tree, name).code == "commit-name-invalid"


def test_a_folder_without_a_repository_is_told(tmp_path: Path) -> None:
    assert _refused(tmp_path, "main").code == "working-tree-missing"


def test_a_commit_that_is_not_there_is_told(tree: Path) -> None:
    assert _refused(tree, "main").code == "base-commit-missing"
    _commit(tree, {"main.tf": "x"})

    for name in ("nowhere", "main..main", "HEAD:main.tf"):
        error = _refused(tree, name)
        assert error.code == "base-commit-missing"
        assert error.fix == "Fetch it, or name one that is there; `git branch --all` lists branches."


def test_a_shallow_clone_is_told_what_to_fetch(tree: Path, tmp_path: Path) -> None:
    first = _commit(tree, {"main.tf": "1"})
    _git(tree, "checkout", "-q", "-b", "mine")
    _commit(tree, {"main.tf": "2"})
    _git(tree, "checkout", "-q", "main")
    _commit(tree, {"other.tf": "3"})
    _git(tree, "checkout", "-q", "mine")
    clone = tmp_path / "clone"
    _git(tmp_path, "clone", "-q", "--depth=1", "--no-single-branch", tree.as_uri(), "clone")

    missing, parted = _refused(clone, first), _refused(clone, "origin/main")

    assert missing.code == "base-commit-missing"
    assert "fetch-depth: 0" in missing.fix
    assert parted.code == "history-incomplete"
    assert "fetch-depth: 0" in parted.fix
