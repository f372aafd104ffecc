"""Bare repositories in a folder: what a developer may do with git, and what only Pavior does."""

import subprocess
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pavior.adapters.forges.local_git import LocalGit
from pavior.catalog.ports import Author, Forge
from pavior.kernel.errors import ConflictError, InvalidError, MissingError

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
DANA = Author("dana", "dana@example.com")
FILES = {"README.md": b"# Orders\n", "infra/main.tf": b"# nothing yet\n"}
NO_COMMIT = "0" * 40

Finished = subprocess.CompletedProcess[str]
Clone = Callable[[], Path]


def a_repository(forge: Forge, name: str = "orders") -> str:
    return forge.create_repository(name, FILES, author=DANA, message="Create orders", now=NOON)


# What a developer does


def test_a_repository_is_cloned_by_its_path_with_its_files_in_it(
    forge: LocalGit, a_clone: Clone, git: Callable[..., Finished]
) -> None:
    first = a_repository(forge)

    clone = a_clone()

    assert (clone / "README.md").read_bytes() == b"# Orders\n"
    assert git(clone, "rev-parse", "HEAD").stdout.strip() == first == forge.head("orders")
    assert git(clone, "log", "-1", "--format=%an %ae %aI %s").stdout.strip() == (
        "dana dana@example.com 2026-11-24T12:00:00+00:00 Create orders"
    )


def test_a_pushed_branch_is_a_proposal(
    forge: LocalGit, a_clone: Clone, commit_in: Callable[..., str], push: Callable[..., Finished]
) -> None:
    a_repository(forge)
    clone = a_clone()
    commit = commit_in(clone, "bigger-queue")

    assert push(clone, "bigger-queue").returncode == 0

    proposal = forge.get_proposal("orders", "bigger-queue")
    assert (proposal.commit, proposal.title, proposal.author.name) == (commit, "Work on bigger-queue", "dana")
    assert not proposal.is_behind
    assert forge.list_proposals("orders") == (proposal,)


def test_a_push_to_main_is_refused_and_says_what_to_do_instead(
    forge: LocalGit, a_clone: Clone, commit_in: Callable[..., str], push: Callable[..., Finished]
) -> None:
    first = a_repository(forge)
    clone = a_clone()
    commit_in(clone, "main")

    refused = push(clone, "main")

    assert refused.returncode != 0
    assert "push-to-main-refused: main of orders only moves when a Change has passed the gate." in refused.stderr
    assert "fix: Push a branch, then: pavior change open orders/dev --branch NAME" in refused.stderr
    assert forge.head("orders") == first


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        pytest.param(["--force", "HEAD:main"], "push-to-main-refused", id="by force"),
        pytest.param(["+HEAD:refs/heads/main"], "push-to-main-refused", id="by a forced refspec"),
        pytest.param([":main"], "push-to-main-refused", id="by deleting it"),
        pytest.param(["HEAD:refs/heads/other", "HEAD:refs/heads/main"], "push-to-main-refused", id="beside another"),
        pytest.param(["--atomic", "HEAD:refs/heads/main"], "push-to-main-refused", id="atomically"),
        pytest.param(["--no-verify", "HEAD:main"], "push-to-main-refused", id="without hooks of one's own"),
        pytest.param(["HEAD:refs/tags/v1"], "push-of-ref-refused", id="as a tag"),
        pytest.param(["HEAD:refs/pavior/making/x"], "push-of-ref-refused", id="as a reference of ours"),
        pytest.param(["HEAD:refs/replace/" + "0" * 40], "push-of-ref-refused", id="as a replacement"),
        pytest.param(["HEAD:refs/heads/-x"], "branch-name-invalid", id="as an option"),
        pytest.param(["HEAD:refs/heads/a b"], "", id="as a name with a blank"),
        pytest.param(["HEAD:refs/heads/$(x)"], "branch-name-invalid", id="as a command"),
    ],
)
def test_nothing_but_branches_can_be_pushed(
    forge: LocalGit,
    arguments: list[str],
    code: str,
    a_clone: Clone,
    commit_in: Callable[..., str],
    push: Callable[..., Finished],
) -> None:
    first = a_repository(forge)
    clone = a_clone()
    commit_in(clone, "work")

    refused = push(clone, *arguments)

    assert refused.returncode != 0
    assert code in refused.stderr
    assert forge.head("orders") == first
    assert forge.list_proposals("orders") == ()


@pytest.mark.parametrize(
    ("before", "variables"),
    [
        pytest.param(["-c", "core.hooksPath=/dev/null"], {}, id="on the command line"),
        pytest.param([], {"GIT_CONFIG_PARAMETERS": "'core.hooksPath=/dev/null'"}, id="as git hands settings on"),
        pytest.param(
            [],
            {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "core.hooksPath", "GIT_CONFIG_VALUE_0": "/dev/null"},
            id="in the environment",
        ),
        pytest.param([], {"GIT_DIR": "."}, id="with the repository as one's own"),
    ],
)
def test_hooks_cannot_be_switched_off_by_whoever_pushes(
    forge: LocalGit,
    before: list[str],
    variables: dict[str, str],
    a_clone: Clone,
    commit_in: Callable[..., str],
    git: Callable[..., Finished],
) -> None:
    first = a_repository(forge)
    clone = a_clone()
    commit_in(clone, "work")
    folder = clone if "GIT_DIR" not in variables else clone / ".git"
    (clone / ".gitconfig").write_text("[core]\n\thooksPath = /dev/null\n", encoding="utf-8")

    refused = git(folder, *before, "push", "-q", "origin", "HEAD:main", variables={"HOME": str(clone), **variables})

    assert "push-to-main-refused" in refused.stderr
    assert forge.head("orders") == first


def test_a_push_with_options_changes_nothing_of_what_is_refused(
    forge: LocalGit, a_clone: Clone, commit_in: Callable[..., str], push: Callable[..., Finished]
) -> None:
    first = a_repository(forge)
    clone = a_clone()
    commit_in(clone, "work")

    assert push(clone, "-o", "merge", "HEAD:main").returncode != 0
    assert forge.head("orders") == first


def test_a_commit_with_a_git_folder_in_it_cannot_be_pushed(
    forge: LocalGit, tmp_path: Path, a_clone: Clone, push: Callable[..., Finished], git: Callable[..., Finished]
) -> None:
    a_repository(forge)
    clone = a_clone()
    blob = git(clone, "hash-object", "-w", "README.md").stdout.strip()
    hidden = tmp_path / "entry"
    hidden.write_bytes(b"100644 config\0" + bytes.fromhex(blob))
    inner = git(clone, "hash-object", "-t", "tree", "-w", "--literally", str(hidden)).stdout.strip()
    hidden.write_bytes(b"40000 .GIT\0" + bytes.fromhex(inner))
    tree = git(clone, "hash-object", "-t", "tree", "-w", "--literally", str(hidden)).stdout.strip()
    commit = git(clone, "commit-tree", tree, "-p", "HEAD", "-m", "Trick").stdout.strip()
    assert commit

    refused = push(clone, f"{commit}:refs/heads/trick")

    assert refused.returncode != 0
    assert "hasDotgit" in refused.stderr
    assert forge.list_proposals("orders") == ()


# What Pavior does


def test_making_a_repository_again_with_the_same_files_is_no_error_and_with_others_it_is(forge: LocalGit) -> None:
    first = a_repository(forge)

    assert a_repository(forge) == first
    with pytest.raises(ConflictError, match="repository-exists"):
        forge.create_repository("orders", {"README.md": b"else\n"}, author=DANA, message="Again", now=NOON)
    assert forge.head("orders") == first


def test_the_same_files_author_and_moment_give_the_same_hash_in_every_forge(tmp_path: Path) -> None:
    assert a_repository(LocalGit(tmp_path / "one")) == a_repository(LocalGit(tmp_path / "other"))


def test_a_repository_that_is_not_there_or_cannot_be_named_is_told_apart(forge: LocalGit) -> None:
    with pytest.raises(MissingError, match="repository-missing"):
        forge.head("orders")
    assert not forge.has_repository("orders")
    for name in ("", "..", "a/b", "Orders", "a" * 200, "x.git", "-x", "a..b", "x.lock"):
        with pytest.raises(InvalidError, match="repository-name-invalid"):
            forge.has_repository(name)


def test_a_proposal_is_made_once_and_merged_once(forge: LocalGit) -> None:
    base = a_repository(forge)
    files: dict[str, bytes | None] = {"infra/size.tf": b"# large\n", "README.md": None}

    def propose() -> str:
        return forge.propose(
            "orders", "pavior/size", files, base=base, author=DANA, message="Set size", now=NOON
        ).commit

    commit = propose()
    assert propose() == commit

    forge.merge("orders", commit)
    forge.merge("orders", commit)
    assert forge.head("orders") == commit
    assert forge.list_proposals("orders") == ()
    assert forge.read_file("orders", commit, "infra/size.tf") == b"# large\n"
    assert forge.read_file("orders", commit, "README.md") is None
    assert forge.diff("orders", base, commit).count("\n+# large") == 1


def test_proposing_at_another_moment_or_by_another_person_is_the_same_proposal(forge: LocalGit) -> None:
    base = a_repository(forge)
    made = [
        forge.propose(
            "orders",
            "pavior/size",
            {"a": b"1"},
            base=base,
            author=Author(name, "x@example.com"),
            message="Set size",
            now=NOON + timedelta(hours=hours),
        ).commit
        for hours, name in enumerate(("dana", "pat"))
    ]

    assert made[0] == made[1]


def test_a_branch_that_holds_something_else_is_not_written_over(forge: LocalGit) -> None:
    base = a_repository(forge)
    kept = forge.propose("orders", "x", {"a": b"1"}, base=base, author=DANA, message="One", now=NOON)

    with pytest.raises(ConflictError, match="proposal-exists"):
        forge.propose("orders", "x", {"a": b"2"}, base=base, author=DANA, message="Two", now=NOON)
    assert forge.get_proposal("orders", "x") == kept


def test_a_branch_without_the_newest_main_is_behind_and_is_not_merged(forge: LocalGit) -> None:
    base = a_repository(forge)
    one = forge.propose("orders", "one", {"a": b"1"}, base=base, author=DANA, message="One", now=NOON)
    two = forge.propose("orders", "two", {"b": b"2"}, base=base, author=DANA, message="Two", now=NOON)
    forge.merge("orders", one.commit)

    assert forge.get_proposal("orders", "two").is_behind
    assert not forge.is_ancestor("orders", one.commit, two.commit)
    assert forge.is_ancestor("orders", base, two.commit)
    with pytest.raises(ConflictError, match="proposal-behind"):
        forge.merge("orders", two.commit)
    assert forge.head("orders") == one.commit
    forge.merge("orders", base)
    assert forge.head("orders") == one.commit


def test_of_two_that_merge_at_once_exactly_one_moves_main(forge: LocalGit) -> None:
    base = a_repository(forge)
    commits = [
        forge.propose("orders", name, {name: b"1"}, base=base, author=DANA, message=name, now=NOON).commit
        for name in ("one", "two", "three", "four")
    ]
    outcomes: list[str] = []
    ready = threading.Barrier(len(commits))

    def merge(commit: str) -> None:
        ready.wait()
        try:
            forge.merge("orders", commit)
        except ConflictError as error:
            outcomes.append(error.code)
        else:
            outcomes.append("merged")

    threads = [threading.Thread(target=merge, args=(commit,)) for commit in commits]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["merged", *["proposal-behind"] * 3]
    assert forge.head("orders") in commits


def test_a_commit_is_found_by_its_beginning_and_never_by_a_branch_that_looks_like_one(
    forge: LocalGit,
    a_clone: Clone,
    commit_in: Callable[..., str],
    push: Callable[..., Finished],
    git: Callable[..., Finished],
) -> None:
    first = a_repository(forge)
    clone = a_clone()
    second = commit_in(clone, "work")
    push(clone, f"work:refs/heads/{first[:12]}")

    assert forge.resolve("orders", first[:12]) == first
    assert forge.resolve("orders", second) == second
    tree = git(clone, "rev-parse", "HEAD^{tree}").stdout.strip()
    for revision in ("", "main", "work", first[:6], "HEAD", "--all", f"{first}^", tree, "f" * 40, f"{first[:12]} "):
        with pytest.raises(MissingError, match="commit-missing"):
            forge.resolve("orders", revision)


def test_a_commit_that_is_none_is_told_everywhere(forge: LocalGit, tmp_path: Path) -> None:
    base = a_repository(forge)
    into = tmp_path / "into"
    into.mkdir()
    for commit in (NO_COMMIT, "main", "--help", base[:12], f"{base}\n", ""):
        for call in (
            lambda commit=commit: forge.checkout("orders", commit, into),
            lambda commit=commit: forge.merge("orders", commit),
            lambda commit=commit: forge.diff("orders", base, commit),
            lambda commit=commit: forge.is_ancestor("orders", commit, base),
            lambda commit=commit: forge.list_checks("orders", commit),
            lambda commit=commit: forge.read_file("orders", commit, "README.md"),
        ):
            with pytest.raises(MissingError, match="commit-missing"):
                call()
    assert list(into.iterdir()) == []


@pytest.mark.parametrize("path", ["../orders", "/etc/passwd", "infra", "missing", "", "infra/../README.md"])
def test_a_file_that_a_commit_does_not_hold_is_none(forge: LocalGit, path: str) -> None:
    commit = a_repository(forge)

    assert forge.read_file("orders", commit, path) is None


def test_hostile_names_and_messages_become_text_and_nothing_else(
    forge: LocalGit, tmp_path: Path, git: Callable[..., Finished]
) -> None:
    base = a_repository(forge)
    message = "Title\n\ndata 3\nabc\nfrom 0000\nM 100644 inline evil\n\N{WASTEBASKET} \x1b[31m"
    author = Author("dana <root@example.com>\ncommitter x\n", "a@b\n> 0 +0000\nparent 00")

    proposal = forge.propose("orders", "x", {"a": b"1"}, base=base, author=author, message=message, now=NOON)

    bare = Path(forge.clone_url("orders"))
    raw = git(tmp_path, f"--git-dir={bare}", "cat-file", "commit", proposal.commit).stdout
    head, _, body = raw.partition("\n\n")
    assert [line.split()[0] for line in head.splitlines()] == ["tree", "parent", "author", "committer"]
    assert body == message
    assert git(tmp_path, f"--git-dir={bare}", "ls-tree", "-r", "--name-only", proposal.commit).stdout.split() == [
        "README.md",
        "a",
        "infra/main.tf",
    ]


@given(
    message=st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\0"), max_size=60),
    name=st.text(alphabet=st.characters(codec="utf-8"), max_size=30),
    body=st.binary(max_size=80),
)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_committed_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, message: str, name: str, body: bytes
) -> None:
    forge = LocalGit(tmp_path_factory.mktemp("forge"))

    commit = forge.create_repository("orders", {"a": body}, author=Author(name, name), message=message, now=NOON)

    assert forge.read_file("orders", commit, "a") == body
