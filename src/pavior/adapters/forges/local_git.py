"""Bare repositories in a folder: a forge without a server, where a clone is made by path.

repositories/<name>.git    bare; main is moved by Pavior alone
hooks/                     refuse pushes to main, leave word of the others
pushes/                    word of pushes that were not taken yet
checks/<name>/<commit>/    one JSON file for each check
"""

import hashlib
import json
import os
import secrets
import shutil
import stat
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from pavior.adapters.forges.commits import make_commit, write_tree
from pavior.adapters.forges.git import git
from pavior.adapters.forges.hooks import HOOKS_FOLDER, PUSHES_FOLDER, write_hooks
from pavior.catalog.names import (
    PROTECTED_BRANCH,
    is_abbreviated_hash,
    is_commit_hash,
    require_branch_name,
    require_repository_name,
)
from pavior.catalog.ports import Author, CommitCheck, Proposal
from pavior.kernel.errors import ConflictError, InvalidError, MissingError, PaviorError, UnavailableError

MAXIMUM_DIFF_BYTES = 1024 * 1024
MAXIMUM_WORD_BYTES = 1024 * 1024
MAXIMUM_PUSH_BYTES = 256 * 1024 * 1024
_DIFF_READ_BYTES = 16 * MAXIMUM_DIFF_BYTES
_CUT = "\n(The rest of the difference is left out: it is too long.)\n"
_MAIN = f"refs/heads/{PROTECTED_BRANCH}"
_MAKING = "refs/pavior/making"
_NO_COMMIT = "0" * 40
_MOVE_ATTEMPTS = 5
_LISTED = "%(refname)%00%(objectname)%00%(subject)%00%(authorname)%00%(authoremail:trim)%00%(committerdate:unix)"
_REPOSITORY_SETTINGS = (
    ("core.hooksPath", f"../../{HOOKS_FOLDER}"),
    # What is pushed is looked at before it is kept: no .git folders, no broken objects.
    ("receive.fsckObjects", "true"),
    ("receive.maxInputSize", str(MAXIMUM_PUSH_BYTES)),
    ("receive.autogc", "false"),
)


class LocalGit:
    """The forge in the folder `root`, which is made on first use."""

    name = "local_git"

    def __init__(self, root: Path) -> None:
        self._root = root
        self._lock = threading.Lock()
        # Word of pushes that was given out by the last call, and is deleted by the next one.
        self._given: tuple[Path, ...] = ()

    def create_repository(
        self, repository: str, files: Mapping[str, bytes], *, author: Author, message: str, now: datetime
    ) -> str:
        """See `Forge`."""
        require_repository_name(repository)
        write_hooks(self._root)
        place = self._place(repository)
        place.parent.mkdir(parents=True, exist_ok=True)
        fresh = place.parent / f".making-{repository}-{secrets.token_hex(8)}"
        try:
            git(fresh, ["init", "--quiet", "--bare", f"--initial-branch={PROTECTED_BRANCH}", "--template=", str(fresh)])
            for name, value in _REPOSITORY_SETTINGS:
                git(fresh, ["config", name, value])
            commit = make_commit(
                fresh, files, base="", author=author, message=message, now=now, reference=f"{_MAKING}/first"
            )
            self._move(fresh, _MAIN, commit, _NO_COMMIT, made=f"{_MAKING}/first")
            try:
                # Whole or not at all: a repository appears with its first commit in it.
                fresh.rename(place)
            except OSError:
                if not place.exists():
                    raise
                return self._same_first_commit(repository, self._tree(fresh, commit))
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
        return commit

    def has_repository(self, repository: str) -> bool:
        """See `Forge`."""
        require_repository_name(repository)
        return self._place(repository).is_dir()

    def clone_url(self, repository: str) -> str:
        """See `Forge`."""
        return str(self._require(repository))

    def head(self, repository: str) -> str:
        """See `Forge`."""
        return git(self._require(repository), ["rev-parse", "--verify", _MAIN]).stdout.decode().strip()

    def resolve(self, repository: str, revision: str) -> str:
        """See `Forge`."""
        place = self._require(repository)
        found = [item for item in self._beginning_with(place, revision) if self._kind(place, item) == "commit"]
        if len(found) != 1:
            told = "more than one commit that begins" if found else "no commit that begins"
            raise MissingError(
                "commit-missing",
                f"{repository} has {told} with {revision[:40]!r}.",
                fix="Give a hash, or at least its first 7 digits: git log --oneline origin/main lists them.",
            )
        return found[0]

    def is_ancestor(self, repository: str, ancestor: str, commit: str) -> bool:
        """See `Forge`."""
        place = self._require(repository)
        for end in (ancestor, commit):
            self._require_commit(place, end)
        return self._is_ancestor(place, ancestor, commit)

    def checkout(self, repository: str, commit: str, into: Path) -> None:
        """See `Forge`."""
        place = self._require(repository)
        self._require_commit(place, commit)
        if any(into.iterdir()):
            raise ConflictError(
                "folder-not-empty", f"The folder {into} is not empty.", fix="Give an empty folder to check out into."
            )
        write_tree(place, commit, into)

    def read_file(self, repository: str, commit: str, path: str) -> bytes | None:
        """See `Forge`."""
        place = self._require(repository)
        self._require_commit(place, commit)
        found = git(place, ["cat-file", "blob", f"{commit}:{path}"], is_expected=lambda status: status in {0, 128})
        return found.stdout if found.exit_status == 0 else None

    def list_proposals(self, repository: str) -> tuple[Proposal, ...]:
        """See `Forge`."""
        merged = self._names(repository, f"--merged={_MAIN}")
        proposals = [item for item in self._proposals(repository) if f"refs/heads/{item.branch}" not in merged]
        return tuple(sorted(proposals, key=lambda item: (item.committed_at, item.branch), reverse=True))

    def get_proposal(self, repository: str, branch: str) -> Proposal:
        """See `Forge`."""
        require_branch_name(branch)
        found = next((item for item in self._proposals(repository) if item.branch == branch), None)
        if found is None:
            raise MissingError(
                "proposal-missing",
                f"{repository} has no branch {branch}.",
                fix=f"Push it first: git push origin {branch}.",
            )
        return found

    def propose(
        self,
        repository: str,
        branch: str,
        files: Mapping[str, bytes | None],
        *,
        base: str,
        author: Author,
        message: str,
        now: datetime,
    ) -> Proposal:
        """See `Forge`."""
        require_branch_name(branch)
        place = self._require(repository)
        self._require_commit(place, base)
        reference = f"refs/heads/{branch}"
        making = f"{_MAKING}/{secrets.token_hex(8)}"
        commit = make_commit(place, files, base=base, author=author, message=message, now=now, reference=making)
        existing = self._find_reference(place, reference)
        is_there = existing not in {_NO_COMMIT, base} and self._says_the_same(place, existing, commit)
        if is_there or existing == commit:
            git(place, ["update-ref", "-d", making])
            return self.get_proposal(repository, branch)
        if existing not in {_NO_COMMIT, base} or not self._move(place, reference, commit, existing, made=making):
            git(place, ["update-ref", "-d", making])
            raise ConflictError(
                "proposal-exists",
                f"The branch {branch} of {repository} holds something else already.",
                fix="Choose another name for the branch.",
            )
        return self.get_proposal(repository, branch)

    def merge(self, repository: str, commit: str) -> None:
        """See `Forge`."""
        place = self._require(repository)
        self._require_commit(place, commit)
        for _ in range(_MOVE_ATTEMPTS):
            head = self.head(repository)
            if self._is_ancestor(place, commit, head):
                return
            if not self._is_ancestor(place, head, commit):
                break
            if self._move(place, _MAIN, commit, head):
                return
        raise ConflictError(
            "proposal-behind",
            f"{commit[:12]} does not contain the head of {PROTECTED_BRANCH} of {repository}.",
            fix=f"Rebase the branch on {PROTECTED_BRANCH}, push it, and open the Change again.",
        )

    def diff(self, repository: str, base: str, commit: str) -> str:
        """See `Forge`."""
        place = self._require(repository)
        for end in (base, commit):
            self._require_commit(place, end)
        arguments = ["diff-tree", "-p", "-r", "-M", "--no-color", "--no-ext-diff", "--no-textconv", base, commit]
        try:
            printed = git(place, arguments, output_limit_bytes=_DIFF_READ_BYTES).stdout
        except UnavailableError as error:
            if error.code != "program-output-too-large":
                raise
            return _CUT
        if len(printed) <= MAXIMUM_DIFF_BYTES:
            # A file of another encoding may grow when it is shown.
            text = printed.decode("utf-8", "replace")
            if len(text.encode()) <= MAXIMUM_DIFF_BYTES:
                return text
        kept = printed[: (MAXIMUM_DIFF_BYTES - len(_CUT)) // 3]
        return kept.decode("utf-8", "replace") + _CUT

    def set_check(self, repository: str, commit: str, check: CommitCheck) -> None:
        """See `Forge`."""
        self._require_commit(self._require(repository), commit)
        folder = self._checks(repository, commit)
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / f"{hashlib.sha256(check.name.encode()).hexdigest()[:32]}.json"
        fresh = folder / f".{file.name}.{secrets.token_hex(8)}"
        said = {"name": check.name, "state": check.state, "summary": check.summary, "link": check.link}
        _write_durably(fresh, json.dumps(said).encode())
        fresh.replace(file)

    def list_checks(self, repository: str, commit: str) -> tuple[CommitCheck, ...]:
        """See `Forge`."""
        self._require_commit(self._require(repository), commit)
        checks = []
        for file in self._checks(repository, commit).glob("[!.]*.json"):
            said = json.loads(file.read_bytes())
            checks.append(CommitCheck(said["name"], said["state"], said["summary"], said["link"]))
        return tuple(sorted(checks, key=lambda check: check.name))

    def take_pushes(self) -> tuple[tuple[str, str, str], ...]:
        """See `Forge`. What one call gives, the next one forgets: a process that dies between is told again."""
        with self._lock:
            for file in self._given:
                file.unlink(missing_ok=True)
            words = filter(_is_word, (self._root / PUSHES_FOLDER).glob("push-*"))
            self._given = tuple(sorted(words, key=lambda file: (file.lstat().st_mtime_ns, file.name)))
            return tuple(push for file in self._given for push in self._pushes(file))

    def _pushes(self, file: Path) -> list[tuple[str, str, str]]:
        pushes = []
        for line in file.read_text("utf-8", "replace").splitlines():
            try:
                repository, branch, commit = line.split(" ")
                require_repository_name(repository)
                require_branch_name(branch)
            except (ValueError, PaviorError):
                continue
            if is_commit_hash(commit):
                pushes.append((repository, branch, commit))
        return pushes

    def _place(self, repository: str) -> Path:
        return (self._root / "repositories" / f"{repository}.git").absolute()

    def _checks(self, repository: str, commit: str) -> Path:
        return self._root / "checks" / repository / commit

    def _require(self, repository: str) -> Path:
        require_repository_name(repository)
        place = self._place(repository)
        if not place.is_dir():
            raise MissingError(
                "repository-missing",
                f"There is no repository {repository}.",
                fix="List services and their repositories with: pavior service list.",
            )
        return place

    def _require_commit(self, place: Path, commit: str) -> None:
        if not is_commit_hash(commit) or self._kind(place, commit) != "commit":
            raise MissingError(
                "commit-missing",
                f"{place.stem} has no commit {commit[:40]!r}.",
                fix="Give the full hash of a commit that was pushed.",
            )

    def _beginning_with(self, place: Path, revision: str) -> list[str]:
        """Objects by hash alone: a branch may have a name that looks like one."""
        if not is_abbreviated_hash(revision):
            return []
        return git(place, ["rev-parse", f"--disambiguate={revision}"]).stdout.decode().split()

    def _kind(self, place: Path, commit: str) -> str:
        finished = git(place, ["cat-file", "-t", commit], is_expected=lambda status: status in {0, 128})
        return finished.stdout.decode().strip()

    def _find_reference(self, place: Path, reference: str) -> str:
        finished = git(
            place, ["rev-parse", "--verify", "--quiet", reference], is_expected=lambda status: status in {0, 1}
        )
        return finished.stdout.decode().strip() or _NO_COMMIT

    def _move(self, place: Path, reference: str, commit: str, expected: str, *, made: str = "") -> bool:
        """Let `reference` point to `commit` if it still points to `expected`; `made` is deleted with it."""
        lines = ["start", f"update {reference} {commit} {expected}"]
        if made:
            lines.append(f"delete {made} {commit}")
        lines += ["prepare", "commit", ""]
        finished = git(
            place,
            ["update-ref", "--stdin"],
            stdin="\n".join(lines).encode(),
            is_expected=lambda status: status in {0, 128},
        )
        return finished.exit_status == 0

    def _is_ancestor(self, place: Path, ancestor: str, commit: str) -> bool:
        finished = git(
            place, ["merge-base", "--is-ancestor", ancestor, commit], is_expected=lambda status: status in {0, 1}
        )
        return finished.exit_status == 0

    def _tree(self, place: Path, commit: str) -> str:
        return git(place, ["rev-parse", "--verify", f"{commit}^{{tree}}"]).stdout.decode().strip()

    def _parents(self, place: Path, commit: str) -> str:
        return git(place, ["rev-list", "--parents", "-n", "1", commit]).stdout.decode().strip().partition(" ")[2]

    def _says_the_same(self, place: Path, one: str, other: str) -> bool:
        return self._tree(place, one) == self._tree(place, other) and self._parents(place, one) == self._parents(
            place, other
        )

    def _same_first_commit(self, repository: str, tree: str) -> str:
        place = self._require(repository)
        first = git(place, ["rev-list", "--max-parents=0", _MAIN]).stdout.decode().split()
        if len(first) != 1 or self._tree(place, first[0]) != tree:
            raise ConflictError(
                "repository-exists",
                f"There is a repository {repository} with other content.",
                fix="Choose another name.",
            )
        return first[0]

    def _names(self, repository: str, condition: str) -> frozenset[str]:
        place = self._require(repository)
        listed = git(place, ["for-each-ref", "--format=%(refname)", condition, "refs/heads/"]).stdout
        return frozenset(listed.decode("utf-8", "replace").split("\n"))

    def _proposals(self, repository: str) -> list[Proposal]:
        place = self._require(repository)
        up_to_date = self._names(repository, f"--contains={_MAIN}")
        listed = git(place, ["for-each-ref", f"--format={_LISTED}", "refs/heads/"]).stdout.decode("utf-8", "replace")
        proposals = []
        for line in listed.split("\n")[:-1]:
            reference, commit, title, name, email, committed = line.split("\0")
            branch = reference.removeprefix("refs/heads/")
            try:
                require_branch_name(branch)
            except InvalidError:
                # Main, and what was put there by hand under a name that no push may have.
                continue
            proposals.append(
                Proposal(
                    repository=repository,
                    branch=branch,
                    commit=commit,
                    title=title,
                    author=Author(name, email),
                    committed_at=datetime.fromtimestamp(int(committed), UTC),
                    is_behind=reference not in up_to_date,
                )
            )
        return proposals


def _is_word(file: Path) -> bool:
    """Whether it can be word of a push: whoever may push may also put a pipe there, or a link, or a mountain."""
    found = file.lstat()
    return stat.S_ISREG(found.st_mode) and found.st_size <= MAXIMUM_WORD_BYTES


def _write_durably(file: Path, body: bytes) -> None:
    with file.open("wb") as opened:
        opened.write(body)
        opened.flush()
        os.fsync(opened.fileno())
