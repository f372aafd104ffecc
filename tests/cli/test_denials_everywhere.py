"""A denial says everything on every surface that has room for it; a new part without its place fails here."""

import json
from typing import Any

import pytest

from pavior.api.schemas.controls import DenialShown
from pavior.cli.answer import to_json
from pavior.cli.checking.formats.github import _of_item
from pavior.cli.checking.formats.markdown import _fix
from pavior.cli.checking.items import Item, Standing
from pavior.policy.rendering import Denial, denial_line, denial_text, denials
from pavior.testing.builders import a_blocked_decision, a_control

(DENIAL,) = denials(a_blocked_decision(), (a_control(),))
# What tells parts of the others apart, and is no sentence of its own.
_NO_WORDS = {"fix_language"}
# A table above it says where, and what is wrong there.
_TOLD_ABOVE = {"subject", "position", "attribute", "outcome", "message", "severity"}
# Its title is in the page that it leads to.
_ANNOTATION_LEAVES_OUT = {"title", "position", "attribute", "severity"}


def parts(*left_out: str) -> dict[str, str]:
    """Every part of the denial as it is written, but for these."""
    named = {name: str(getattr(DENIAL, name)).strip() for name in Denial.__struct_fields__}
    return {name: text for name, text in named.items() if name not in {*_NO_WORDS, *left_out}}


@pytest.mark.parametrize(
    ("told", "left_out"),
    [
        (denial_text(DENIAL), ()),
        (json.dumps(to_json(DENIAL)), ("position",)),
        (json.dumps(DenialShown.of(DENIAL).model_dump(mode="json")), ("position",)),
        (_fix(DENIAL), tuple(_TOLD_ABOVE)),
        (_of_item(Item(DENIAL, Standing.STOPS, "ab" * 32)).message, tuple(_ANNOTATION_LEAVES_OUT | {"control"})),
    ],
    ids=["text", "json", "api", "markdown", "annotation"],
)
def test_no_part_of_a_denial_is_left_out(told: str, left_out: tuple[str, ...]) -> None:
    missing = {name for name, text in parts(*left_out).items() if text not in told}

    assert missing == set()


def test_the_api_shows_every_field() -> None:
    assert set(DenialShown.model_fields) == set(Denial.__struct_fields__)


def test_a_line_beside_a_commit_leads_to_the_rest() -> None:
    told: Any = denial_line(DENIAL)

    assert told == (
        "object-storage-no-public-access: aws_s3_bucket.data at infra/main.tf:14: Everybody can read the bucket. "
        "Risk, fix and lesson: pavior control show object-storage-no-public-access"
    )
