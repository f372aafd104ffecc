"""The operator's file about single sign-on: which provider, and what its groups mean. See docs/guides/sign-in.md."""

from pathlib import Path
from typing import Any

import msgspec

from pavior.adapters.http import is_safe_address
from pavior.adapters.operator_files import UnreadableFileError, read_operator_file
from pavior.identity.desk import check_name
from pavior.identity.group_mapping import GroupMapping, GroupRule
from pavior.identity.model import Role
from pavior.kernel.errors import InvalidError, PaviorError
from pavior.kernel.secret_references import is_secret_reference

_LONGEST_ISSUER_CHARACTERS = 255
_LONGEST_LABEL_CHARACTERS = 40


class GroupEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One `[[groups]]`."""

    name: str
    roles: tuple[Role, ...]
    teams: tuple[str, ...] = ()


class SignInFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file.

    Args:
        issuer: Exactly as the provider writes it in its tokens.
        groups: At least one.
        client_secret: Reference to a secret; empty for a public client.
        label: On the button: "Sign in with ...".
        groups_claim: A claim of the ID token, or else of userinfo.
        name_claim: What people are called here comes from this claim, once.
    """

    issuer: str
    client_id: str
    groups: tuple[GroupEntry, ...]
    client_secret: str = ""
    label: str = "single sign-on"
    scopes: tuple[str, ...] = ("openid", "profile", "email")
    groups_claim: str = "groups"
    name_claim: str = "preferred_username"

    @property
    def mapping(self) -> GroupMapping:
        """What the groups mean."""
        return GroupMapping(
            tuple(GroupRule(entry.name, frozenset(entry.roles), frozenset(entry.teams)) for entry in self.groups)
        )


def read_sign_in_file(path: Path) -> SignInFile:
    """The file, checked.

    Raises:
        InvalidError: `sign-in-file-invalid`; it says where and why.
    """
    try:
        found = read_operator_file(path, SignInFile)
    except UnreadableFileError as error:
        raise _invalid(path, str(error)) from error
    problem = _problem(found)
    if problem:
        raise _invalid(path, problem)
    return found


def _problem(found: SignInFile) -> str:
    is_issuer = is_safe_address(found.issuer) and len(found.issuer) <= _LONGEST_ISSUER_CHARACTERS
    checks = (
        (is_issuer and "?" not in found.issuer, "`issuer` must be an https address (http only on this machine)"),
        (found.client_id and found.client_id.isprintable(), "`client_id` is empty or cannot be printed"),
        ("openid" in found.scopes, "`scopes` must hold `openid`"),
        (all(_is_scope(scope) for scope in found.scopes), "`scopes` must be words without spaces"),
        (
            1 <= len(found.label) <= _LONGEST_LABEL_CHARACTERS and found.label.isprintable(),
            f"`label` must be 1 to {_LONGEST_LABEL_CHARACTERS} characters on one line",
        ),
        (
            not found.client_secret or is_secret_reference(found.client_secret),
            "`client_secret` must name where the secret lies: env:NAME, file:/path or vault:MOUNT/PATH#FIELD",
        ),
        (found.groups, "there are no `[[groups]]`, so nobody could sign in"),
    )
    return next((why for holds, why in checks if not holds), "") or _groups_problem(found)


def _groups_problem(found: SignInFile) -> str:
    for entry in found.groups:
        if not entry.name or not entry.roles:
            return f"group {entry.name[:60]!r} needs a name and at least one role of {', '.join(Role)}"
        for team in entry.teams:
            try:
                check_name("team", team)
            except PaviorError as error:
                return f"group {entry.name[:60]!r}: {error.summary}"
    return ""


def _is_scope(scope: Any) -> bool:
    return bool(scope) and scope.isascii() and scope.isprintable() and " " not in scope


def _invalid(path: Path, why: str) -> InvalidError:
    return InvalidError(
        "sign-in-file-invalid",
        f"PAVIOR_SIGN_IN leads to {path}, and it does not describe a sign-in: {why}.",
        fix="Write it as docs/guides/sign-in.md shows, and start again.",
    )
