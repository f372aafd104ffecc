"""What the catalog needs of a forge: the place where repositories and proposals live."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Author:
    """Who a commit is by."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """A branch that wants to become part of the protected branch.

    Args:
        commit: Full hash of its head.
        is_behind: True when it does not contain the head of the protected branch.
    """

    repository: str
    branch: str
    commit: str
    title: str
    author: Author
    committed_at: datetime
    is_behind: bool


@dataclass(frozen=True, slots=True)
class CommitCheck:
    """A result shown beside a commit. `state` is `pending`, `passed`, `failed` or `errored`."""

    name: str
    state: str
    summary: str
    link: str


class Forge(Protocol):
    """Repositories with one protected branch, `main`, that only Pavior moves."""

    name: str

    def create_repository(
        self, repository: str, files: Mapping[str, bytes], *, author: Author, message: str, now: datetime
    ) -> str:
        """Make a repository whose first commit on main holds `files`, and give that commit's hash.

        Doing it again with the same files is no error and gives the same hash.

        Raises:
            ConflictError: `repository-exists` with other content.
        """

    def has_repository(self, repository: str) -> bool:
        """Whether there is one of this name."""

    def clone_url(self, repository: str) -> str:
        """What a developer gives to `git clone`."""

    def head(self, repository: str) -> str:
        """Hash of main's head. Raises MissingError `repository-missing`."""

    def resolve(self, repository: str, revision: str) -> str:
        """Full hash of the commit that `revision` (a hash or its beginning, at least 7 digits) names.

        Raises:
            MissingError: `commit-missing`, also when the beginning is ambiguous.
        """

    def is_ancestor(self, repository: str, ancestor: str, commit: str) -> bool:
        """Whether `commit` contains `ancestor`; each contains itself. Raises MissingError `commit-missing`."""

    def checkout(self, repository: str, commit: str, into: Path) -> None:
        """Write the tree of `commit` into the empty folder `into`, without `.git`, without running anything.

        Raises:
            MissingError: `commit-missing`.
            InvalidError: `tree-unsafe` for a symlink or a path that leaves the folder.
        """

    def read_file(self, repository: str, commit: str, path: str) -> bytes | None:
        """One file of a commit, or None when it holds no such file. Raises MissingError `commit-missing`."""

    def list_proposals(self, repository: str) -> tuple[Proposal, ...]:
        """All branches but main, newest first."""

    def get_proposal(self, repository: str, branch: str) -> Proposal:
        """Raises MissingError `proposal-missing`."""

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
        """Commit `files` (None deletes) on top of commit `base` to a branch. Repeating it is no error."""

    def merge(self, repository: str, commit: str) -> None:
        """Move main forward to `commit`; no error when main already contains it.

        Raises:
            ConflictError: `proposal-behind` when main is not an ancestor of `commit`.
        """

    def diff(self, repository: str, base: str, commit: str) -> str:
        """Unified diff between two commits, at most 1 MiB."""

    def set_check(self, repository: str, commit: str, check: CommitCheck) -> None:
        """Show a result beside a commit."""

    def list_checks(self, repository: str, commit: str) -> tuple[CommitCheck, ...]:
        """Results shown beside a commit, by name."""

    def take_pushes(self) -> tuple[tuple[str, str, str], ...]:
        """(repository, branch, commit) pushed since the last call, oldest first; each given at least once."""
