"""Names of repositories and branches: checked once, here, before they come near a path or a program."""

import re

from pavior.kernel.errors import InvalidError

_REPOSITORY = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,98}[a-z0-9])?")
_BRANCH_PART = r"[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_-])?"
_BRANCH = re.compile(rf"{_BRANCH_PART}(?:/{_BRANCH_PART})*")
_COMMIT = re.compile(r"[0-9a-f]{40}")
_ABBREVIATED = re.compile(r"[0-9a-f]{7,40}")
MAXIMUM_BRANCH_CHARACTERS = 120
PROTECTED_BRANCH = "main"


def require_repository_name(repository: str) -> None:
    """Raises InvalidError `repository-name-invalid`."""
    if not _REPOSITORY.fullmatch(repository) or ".." in repository or repository.endswith((".git", ".lock")):
        raise InvalidError(
            "repository-name-invalid",
            f"{repository[:80]!r} cannot be the name of a repository.",
            fix="Use lower-case letters, digits and . _ - with a letter or digit at both ends, at most 100 characters.",
        )


def require_branch_name(branch: str) -> None:
    """Raises InvalidError `branch-name-invalid`, also for the protected branch."""
    is_formed = _BRANCH.fullmatch(branch) and len(branch) <= MAXIMUM_BRANCH_CHARACTERS and ".." not in branch
    if not is_formed or branch == PROTECTED_BRANCH or any(part.endswith(".lock") for part in branch.split("/")):
        raise InvalidError(
            "branch-name-invalid",
            f"{branch[:80]!r} cannot be the branch of a proposal.",
            fix=f"Use letters, digits and . _ - with / between words, at most {MAXIMUM_BRANCH_CHARACTERS} "
            f"characters, and not {PROTECTED_BRANCH}.",
        )


def is_abbreviated_hash(text: str) -> bool:
    """Whether it is a hash or its beginning, at least 7 digits."""
    return _ABBREVIATED.fullmatch(text) is not None


def is_commit_hash(text: str) -> bool:
    """Whether it is a full hash as Git writes it."""
    return _COMMIT.fullmatch(text) is not None
