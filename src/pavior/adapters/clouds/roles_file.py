"""The operator's file about AWS roles: which ones Pavior takes, for which environment, to plan and to apply."""

import re
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Literal

import msgspec

from pavior.adapters.operator_files import UnreadableFileError, read_operator_file
from pavior.environments.ports import Purpose
from pavior.kernel.errors import InvalidError, UnavailableError

_ROLE = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:role/[\w+=,.@/-]{1,512}")
# What AWS takes; beyond an hour the role itself has to allow it.
_FEWEST_MINUTES, _MOST_MINUTES = 15, 720
# https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html: role chaining ends after an hour.
_MOST_CHAINED_MINUTES = 60


class RoleEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One `[[roles]]`. `{service}` and `{stage}` in the names of roles are those of the environment.

    Args:
        environments: A pattern such as `*/prod`.
    """

    environments: str
    plan: str
    apply: str


class RolesFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file; the first entry that fits counts.

    Args:
        identity: By what Pavior takes a role: `token`, its own OpenID token for one environment and purpose, or
            `chain`, whatever credentials AWS tools would find on the machine.
    """

    roles: tuple[RoleEntry, ...]
    identity: Literal["token", "chain"] = "token"
    session_minutes: int = 60

    def find(self, environment: str, purpose: Purpose) -> str:
        """The role for `orders/dev`.

        Raises:
            UnavailableError: `cloud-role-missing`.
        """
        service, _, stage = environment.partition("/")
        for entry in self.roles:
            if fnmatchcase(environment, entry.environments):
                name = entry.apply if purpose is Purpose.APPLY else entry.plan
                return name.replace("{service}", service).replace("{stage}", stage)
        raise UnavailableError(
            "cloud-role-missing",
            f"PAVIOR_AWS_ROLES names no role for {environment}, so nothing is done there.",
            fix="Add an entry to that file whose pattern fits, and start again.",
            context={"environment": environment},
        )


def read_roles_file(path: Path) -> RolesFile:
    """The file, checked.

    Raises:
        InvalidError: `roles-file-invalid`; it says where and why.
    """
    try:
        found = read_operator_file(path, RolesFile)
    except UnreadableFileError as error:
        raise _invalid(path, str(error)) from error
    problem = _problem(found)
    if problem:
        raise _invalid(path, problem)
    return found


def _problem(found: RolesFile) -> str:
    if not found.roles:
        return "there are no `[[roles]]`"
    if not _FEWEST_MINUTES <= found.session_minutes <= _MOST_MINUTES:
        return f"`session_minutes` must be from {_FEWEST_MINUTES} to {_MOST_MINUTES}"
    if found.identity == "chain" and found.session_minutes > _MOST_CHAINED_MINUTES:
        return f"`session_minutes` may be {_MOST_CHAINED_MINUTES} with identity `chain`: AWS gives no more there"
    for entry in found.roles:
        for role in (entry.plan, entry.apply):
            if not _ROLE.fullmatch(role.replace("{service}", "s").replace("{stage}", "s")):
                return f"{role[:100]!r} is no role like arn:aws:iam::123456789012:role/NAME"
        if entry.plan == entry.apply:
            return f"{entry.environments[:60]!r} has one role to plan and to apply, so a plan could change something"
    return ""


def _invalid(path: Path, why: str) -> InvalidError:
    return InvalidError(
        "roles-file-invalid",
        f"PAVIOR_AWS_ROLES leads to {path}, and it does not describe roles: {why}.",
        fix="Write it as docs/guides/aws.md shows, and start again.",
    )
