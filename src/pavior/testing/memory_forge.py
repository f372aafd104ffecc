"""A forge that lives in memory, for tests of what stands on one."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from difflib import unified_diff
from pathlib import Path

from pavior.catalog.ports import Author, CommitCheck, Proposal
from pavior.kernel.errors import ConflictError, MissingError

_SHORTEST_PREFIX = 7


@dataclass(frozen=True, slots=True)
class _Commit:
    files: Mapping[str, bytes]
    parent: str
    author: Author
    title: str
    at: datetime


@dataclass(slots=True)
class _Repository:
    main: str
    branches: dict[str, str] = field(default_factory=dict)
    commits: dict[str, _Commit] = field(default_factory=dict)
    checks: dict[str, dict[str, CommitCheck]] = field(default_factory=dict)


class MemoryForge:
    """Implements `catalog.ports.Forge`; a commit's hash is made of what it holds."""

    name = "memory"

    def __init__(self) -> None:
        self._repositories: dict[str, _Repository] = {}

    def create_repository(
        self, repository: str, files: Mapping[str, bytes], *, author: Author, message: str, now: datetime
    ) -> str:
        """See `Forge`."""
        commit = _Commit(dict(files), "", author, message.splitlines()[0], now)
        known = self._repositories.get(repository)
        if known is None:
            made = _hash(commit)
            self._repositories[repository] = _Repository(made, commits={made: commit})
            return made
        first = next(iter(known.commits))
        if dict(known.commits[first].files) != dict(files):
            raise ConflictError(
                "repository-exists",
                f"There is a repository {repository} with other content.",
                fix="Choose another name.",
            )
        return first

    def has_repository(self, repository: str) -> bool:
        """See `Forge`."""
        return repository in self._repositories

    def clone_url(self, repository: str) -> str:
        """See `Forge`."""
        self._require(repository)
        return f"memory:{repository}.git"

    def head(self, repository: str) -> str:
        """See `Forge`."""
        return self._require(repository).main

    def resolve(self, repository: str, revision: str) -> str:
        """See `Forge`."""
        commits = self._require(repository).commits
        found = [name for name in commits if len(revision) >= _SHORTEST_PREFIX and name.startswith(revision)]
        if len(found) != 1:
            raise _commit_missing(repository, revision)
        return found[0]

    def is_ancestor(self, repository: str, ancestor: str, commit: str) -> bool:
        """See `Forge`."""
        self._commit(repository, ancestor)
        known = self._require(repository).commits
        self._commit(repository, commit)
        while commit:
            if commit == ancestor:
                return True
            commit = known[commit].parent
        return False

    def checkout(self, repository: str, commit: str, into: Path) -> None:
        """See `Forge`."""
        for path, body in self._commit(repository, commit).files.items():
            target = into / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(body)

    def read_file(self, repository: str, commit: str, path: str) -> bytes | None:
        """See `Forge`."""
        return self._commit(repository, commit).files.get(path)

    def list_proposals(self, repository: str) -> tuple[Proposal, ...]:
        """See `Forge`."""
        found = [self.get_proposal(repository, branch) for branch in self._require(repository).branches]
        return tuple(sorted(found, key=lambda item: (item.committed_at, item.branch), reverse=True))

    def get_proposal(self, repository: str, branch: str) -> Proposal:
        """See `Forge`."""
        known = self._require(repository)
        if branch not in known.branches:
            raise MissingError(
                "proposal-missing",
                f"{repository} has no branch {branch}.",
                fix=f"Push it first: git push origin {branch}.",
            )
        name = known.branches[branch]
        commit = known.commits[name]
        return Proposal(
            repository=repository,
            branch=branch,
            commit=name,
            title=commit.title,
            author=commit.author,
            committed_at=commit.at,
            is_behind=not self.is_ancestor(repository, known.main, name),
        )

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
        known = self._require(repository)
        merged: dict[str, bytes | None] = {**self._commit(repository, base).files, **files}
        kept = {path: body for path, body in merged.items() if body is not None}
        commit = _Commit(kept, base, author, message.splitlines()[0], now)
        name = _hash(commit)
        if known.branches.get(branch, name) != name:
            raise ConflictError(
                "proposal-exists",
                f"The branch {branch} of {repository} holds something else already.",
                fix="Choose another name for the branch.",
            )
        known.commits[name] = commit
        known.branches[branch] = name
        return self.get_proposal(repository, branch)

    def merge(self, repository: str, commit: str) -> None:
        """See `Forge`."""
        known = self._require(repository)
        if self.is_ancestor(repository, commit, known.main):
            return
        if not self.is_ancestor(repository, known.main, commit):
            raise ConflictError(
                "proposal-behind",
                f"{commit[:12]} does not contain the head of main of {repository}.",
                fix="Rebase the branch on main, push it, and open the Change again.",
            )
        known.main = commit

    def diff(self, repository: str, base: str, commit: str) -> str:
        """See `Forge`."""
        before, after = self._commit(repository, base).files, self._commit(repository, commit).files
        lines: list[str] = []
        for path in sorted({*before, *after}):
            old, new = _lines(before.get(path, b"")), _lines(after.get(path, b""))
            lines.extend(unified_diff(old, new, f"a/{path}", f"b/{path}", lineterm=""))
        return "\n".join(lines)

    def set_check(self, repository: str, commit: str, check: CommitCheck) -> None:
        """See `Forge`."""
        self._commit(repository, commit)
        self._require(repository).checks.setdefault(commit, {})[check.name] = check

    def list_checks(self, repository: str, commit: str) -> tuple[CommitCheck, ...]:
        """See `Forge`."""
        self._commit(repository, commit)
        checks = self._require(repository).checks.get(commit, {})
        return tuple(checks[name] for name in sorted(checks))

    def take_pushes(self) -> tuple[tuple[str, str, str], ...]:
        """See `Forge`. Nobody pushes to memory."""
        return ()

    def _require(self, repository: str) -> _Repository:
        if repository not in self._repositories:
            raise MissingError(
                "repository-missing",
                f"There is no repository {repository}.",
                fix="List services and their repositories with: pavior service list.",
            )
        return self._repositories[repository]

    def _commit(self, repository: str, commit: str) -> _Commit:
        found = self._require(repository).commits.get(commit)
        if found is None:
            raise _commit_missing(repository, commit)
        return found


def _lines(body: bytes) -> list[str]:
    return body.decode("utf-8", "replace").splitlines()


def _hash(commit: _Commit) -> str:
    files = {path: hashlib.sha256(body).hexdigest() for path, body in commit.files.items()}
    told = json.dumps([sorted(files.items()), commit.parent, commit.author.name, commit.title, commit.at.isoformat()])
    return hashlib.sha256(told.encode()).hexdigest()[:40]


def _commit_missing(repository: str, commit: str) -> MissingError:
    return MissingError(
        "commit-missing",
        f"{repository} has no commit {commit[:40]!r}.",
        fix="Give the full hash of a commit that was pushed.",
    )
