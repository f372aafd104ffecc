"""The forge of tests keeps the promises of the real one, so that what stands on it is tested truly."""

from datetime import timedelta
from pathlib import Path

import pytest

from pavior.adapters.forges.local_git import LocalGit
from pavior.catalog.ports import Author, CommitCheck, Forge
from pavior.kernel.errors import ConflictError, MissingError
from pavior.testing.builders import NOON
from pavior.testing.memory_forge import MemoryForge

MARA = Author("Mara Lind", "mara@example.com")
FILES = {"README.md": b"# Orders\n", "infra/main.tf": b"block = true\n"}
NO_COMMIT = "0" * 40


@pytest.fixture(params=["local_git", "memory"])
def forge(request: pytest.FixtureRequest, tmp_path: Path) -> Forge:
    return LocalGit(tmp_path / "forge") if request.param == "local_git" else MemoryForge()


@pytest.fixture
def first(forge: Forge) -> str:
    return forge.create_repository("orders", FILES, author=MARA, message="Create orders", now=NOON)


def propose(forge: Forge, base: str, branch: str = "open", body: bytes | None = b"block = false\n") -> str:
    later = NOON + timedelta(minutes=1)
    made = forge.propose(
        "orders", branch, {"infra/main.tf": body}, base=base, author=MARA, message="Open it\n\nWhy.", now=later
    )
    return made.commit


def test_making_the_same_repository_again_gives_the_same_commit(forge: Forge, first: str) -> None:
    assert forge.create_repository("orders", FILES, author=MARA, message="Create orders", now=NOON) == first
    assert forge.head("orders") == first
    with pytest.raises(ConflictError, match="repository-exists"):
        forge.create_repository("orders", {"x": b""}, author=MARA, message="Other", now=NOON)


def test_a_file_is_read_as_a_commit_holds_it(forge: Forge, first: str) -> None:
    commit = propose(forge, first)

    assert forge.read_file("orders", first, "infra/main.tf") == b"block = true\n"
    assert forge.read_file("orders", commit, "infra/main.tf") == b"block = false\n"
    assert forge.read_file("orders", commit, "README.md") == b"# Orders\n"


@pytest.mark.parametrize("path", ["nothing", "infra", "infra/", "README.md/x", "", "../README.md"])
def test_what_is_no_file_of_the_commit_is_none(forge: Forge, first: str, path: str) -> None:
    assert forge.read_file("orders", first, path) is None


def test_reading_from_what_there_is_not_is_missing(forge: Forge, first: str) -> None:
    with pytest.raises(MissingError, match="commit-missing"):
        forge.read_file("orders", NO_COMMIT, "README.md")
    with pytest.raises(MissingError, match="repository-missing"):
        forge.read_file("ledger", first, "README.md")


def test_a_proposal_takes_its_title_from_the_first_line(forge: Forge, first: str) -> None:
    commit = propose(forge, first)

    found = forge.get_proposal("orders", "open")
    assert (found.commit, found.title, found.author, found.is_behind) == (commit, "Open it", MARA, False)
    assert forge.list_proposals("orders") == (found,)
    with pytest.raises(MissingError, match="proposal-missing"):
        forge.get_proposal("orders", "shut")


def test_proposing_the_same_again_is_no_error_and_something_else_is(forge: Forge, first: str) -> None:
    assert propose(forge, first) == propose(forge, first)
    with pytest.raises(ConflictError, match="proposal-exists"):
        propose(forge, first, body=b"block = maybe\n")


def test_a_file_that_a_proposal_deletes_is_gone(forge: Forge, first: str, tmp_path: Path) -> None:
    commit = propose(forge, first, body=None)
    into = tmp_path / "tree"
    into.mkdir()

    forge.checkout("orders", commit, into)

    assert [path.relative_to(into).as_posix() for path in into.rglob("*") if path.is_file()] == ["README.md"]


def test_main_moves_forward_only(forge: Forge, first: str) -> None:
    opened, closed = propose(forge, first), propose(forge, first, "close", b"block = always\n")

    forge.merge("orders", opened)
    forge.merge("orders", opened)

    assert forge.head("orders") == opened
    assert forge.get_proposal("orders", "close").is_behind
    with pytest.raises(ConflictError, match="proposal-behind"):
        forge.merge("orders", closed)


def test_who_contains_whom(forge: Forge, first: str) -> None:
    commit = propose(forge, first)

    assert forge.is_ancestor("orders", first, commit)
    assert forge.is_ancestor("orders", commit, commit)
    assert not forge.is_ancestor("orders", commit, first)


def test_a_difference_shows_the_lines(forge: Forge, first: str) -> None:
    shown = forge.diff("orders", first, propose(forge, first)).splitlines()

    assert "-block = true" in shown
    assert "+block = false" in shown
    assert "--- a/infra/main.tf" in shown
    with pytest.raises(MissingError, match="commit-missing"):
        forge.diff("orders", NO_COMMIT, first)


@pytest.mark.parametrize("digits", [7, 12, 40])
def test_a_commit_is_found_by_its_beginning(forge: Forge, first: str, digits: int) -> None:
    assert forge.resolve("orders", first[:digits]) == first


@pytest.mark.parametrize("revision", ["", "0000000", NO_COMMIT])
def test_what_begins_no_commit_is_missing(forge: Forge, first: str, revision: str) -> None:
    assert first
    with pytest.raises(MissingError, match="commit-missing"):
        forge.resolve("orders", revision)


def test_checks_stand_beside_a_commit_and_the_last_word_counts(forge: Forge, first: str) -> None:
    forge.set_check("orders", first, CommitCheck("controls", "pending", "", ""))
    forge.set_check("orders", first, CommitCheck("a-test", "failed", "1 failed.", ""))
    forge.set_check("orders", first, CommitCheck("controls", "passed", "All.", ""))

    assert [(item.name, item.state) for item in forge.list_checks("orders", first)] == [
        ("a-test", "failed"),
        ("controls", "passed"),
    ]
