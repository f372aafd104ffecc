"""What a draft is made of: everything at a place, read as `pavior check` reads it, and asked no control."""

import posixpath
from pathlib import Path

from msgspec import structs

from pavior.cli.checking.given_variables import read_given
from pavior.cli.checking.looking import look
from pavior.cli.checking.report import Looked
from pavior.cli.checking.request import CheckRequest
from pavior.cli.checking.settling import settle
from pavior.cli.checking.source_files import find_stacks
from pavior.cli.launcher import CheckTools
from pavior.kernel.errors import InvalidError, MissingError
from pavior.policy.model import NotLookedAt
from pavior.resources.model import Skipped
from pavior.threatmodels.drafting_moves import find_moves
from pavior.threatmodels.drafting_repository import DESCRIBING_FILES, Draft, draft_repository

_SHOWN = 3


def draft_at(
    root: Path, tools: CheckTools, *, plan: Path | None = None, variables: tuple[str, ...] = ()
) -> tuple[Draft, dict[str, str]]:
    """The draft of what lies in a folder, and the resources that its `moved` blocks rename, new address to old.

    Args:
        plan: Terraform's plan as JSON, read instead of the source, and together with it where there is one stack.
        variables: Values for variables of Terraform, each as `NAME=VALUE`.

    Raises:
        InvalidError: `threat-nothing-to-draft`, and what `look` raises.
        MissingError: `path-missing`.
    """
    if not root.is_dir():
        raise MissingError(
            "path-missing",
            f"There is no folder {root}.",
            fix="Give the folder of the service, in which its threatmodel.yaml is or will be.",
        )
    described = {name: (root / name).read_bytes() for name in DESCRIBING_FILES if (root / name).is_file()}
    stacks = find_stacks(root)
    request = CheckRequest(path=root, given=read_given(variables, ()))
    if plan is not None:
        source = root / stacks[0].folder if len(stacks) == 1 else None
        request = CheckRequest(path=plan, source=source, given=request.given)
    looked = _look(request, tools, may_be_none=bool(described))
    draft = draft_repository([item.graph for item in looked], described, fallback_name=root.resolve().name)
    here = root.resolve().name
    unread = [
        Skipped(here if item.folder in ("", ".") else item.folder, why.summary)
        for item in looked
        for why in item.problems
    ]
    others = [_other(kind) for item in looked for kind in item.evaluation.coverage.not_looked_at]
    told = dict.fromkeys(_seen_from(root, item) for item in (*unread, *draft.not_read, *others))
    # A plan is of one stack: what it does not name may be of another.
    is_complete = draft.is_complete and not unread and plan is None
    whole = Draft(draft.model, tuple(told), is_complete)
    return whole, {new: old for stack in stacks for new, old in find_moves(stack.files).items()}


def _look(request: CheckRequest, tools: CheckTools, *, may_be_none: bool) -> list[Looked]:
    """What is there; no control is asked."""
    settled = settle(request, tools)
    unasked = structs.replace(settled, own=structs.replace(settled.own, controls=()))
    try:
        return look(unasked, tools)[1]
    except InvalidError as error:
        if error.code != "nothing-to-check":
            raise
        if may_be_none:
            return []
        raise InvalidError(
            "threat-nothing-to-draft",
            f"There is no Terraform, no Kubernetes manifest and no catalog-info.yaml at or below {request.path}.",
            fix="Give the folder of a service, or a plan with --plan FILE.",
        ) from error


def _other(kind: NotLookedAt) -> Skipped:
    """Infrastructure of a kind that no reader takes."""
    shown = ", ".join(kind.subjects[:_SHOWN])
    more = len(kind.subjects) - _SHOWN
    return Skipped(f"{shown} and {more} more" if more > 0 else shown, kind.why)


def _seen_from(root: Path, item: Skipped) -> Skipped:
    """With paths from the root on, as two trees are compared that lie at different places."""
    place = posixpath.normpath(root.as_posix())
    if place == ".":
        return item
    subject, why = (text.replace(f"In {place}: ", "").replace(f"{place}/", "") for text in (item.subject, item.why))
    return Skipped(subject, why, item.kind)
