"""A waiver means the same everywhere, and stops meaning anything everywhere at the same instant.

What is expected is written here by hand, from the meaning of a waiver; docs/reference/waiver-conformance.md shows it.
"""

import ast
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.conformance import checks
from tests.conformance.scenes import FORMERLY, HOUR, PROBES, a_scene
from tests.conftest import Compare

from pavior.policy.level_documents import VALID_FOR
from pavior.policy.waiver_surfaces import SURFACES
from pavior.workflows.follow_waivers import follow_waivers

SECOND, FIVE_MINUTES = timedelta(seconds=1), timedelta(minutes=5)
AHEAD = FIVE_MINUTES - 2 * HOUR
# By the document that a check is given; it is read by clocks that are not ours.
CHECKS = tuple(checks.PROBES)
# These speak of the waiver, and not of the resource: one that reaches something else is in force all the same.
OF_THE_WAIVER = ("count of waivers in force", "the waiver itself")


@dataclass(frozen=True)
class Row:
    """One waiver, and what is expected of it at an instant.

    Args:
        told: What the waiver is.
        when: The instant, as a clock of ours shows it, before (-) or after its end.
        is_excused: Whether the public bucket of orders/dev is.
        is_in_force: Whether the waiver excuses anything at all.
        exceptions: Surface to what it says instead; None for neither, because it is unknown there.
        is_end_seen: Whether the end was seen by another clock before this one, which is behind, shows its instant.
        signed: When the document for a check was signed, before the waiver's end by the server's clock.
    """

    told: str
    when: timedelta
    is_excused: bool
    is_in_force: bool
    came_of_it: str = "approved"
    wish: Mapping[str, Any] = field(default_factory=dict)
    control: str = ""
    exceptions: Mapping[str, bool | None] = field(default_factory=dict)
    is_end_seen: bool = False
    signed: timedelta = -HOUR

    def expected(self, surface: str) -> bool | None:
        return self.exceptions.get(surface, self.is_in_force if surface in OF_THE_WAIVER else self.is_excused)


# There a waiver ends five minutes early.
EARLY = dict.fromkeys(CHECKS, False)
UNKNOWN = dict.fromkeys(CHECKS, None)
# A proof and a document are of the hour before the end: they cannot know of what nobody had seen by then.
ROWS = (
    Row("approved", -HOUR, True, True),
    Row("approved", -FIVE_MINUTES - SECOND, True, True),
    Row("approved; another clock, 5 minutes ahead, shows its end", -FIVE_MINUTES, True, True, exceptions=EARLY),
    Row("approved", -SECOND, True, True, exceptions=EARLY),
    Row("approved; its end is this moment", timedelta(), False, False),
    Row("approved", SECOND, False, False),
    Row("approved; another clock, 5 minutes behind, shows its end", FIVE_MINUTES, False, False),
    Row(
        "expired, which was seen; this clock is 5 minutes behind",
        -FIVE_MINUTES,
        False,
        False,
        is_end_seen=True,
        # It was signed before, and is verified without us; its end is in it, and 5 minutes away by this clock.
        exceptions={"signed Decision": True},
    ),
    Row("approved; the document is valid for one more second", -HOUR, True, True, signed=SECOND - HOUR - VALID_FOR),
    Row("approved; the document ends this moment", -HOUR, True, True, signed=-HOUR - VALID_FOR, exceptions=UNKNOWN),
    Row("approved; this clock is 5 minutes behind the one that signed", -2 * HOUR, True, True, signed=AHEAD),
    Row(
        "approved; it is behind by one second more",
        -2 * HOUR,
        True,
        True,
        signed=AHEAD + SECOND,
        exceptions=UNKNOWN,
    ),
    Row("requested", -HOUR, False, False, came_of_it="requested"),
    Row("denied", -HOUR, False, False, came_of_it="denied"),
    Row("revoked", -HOUR, False, False, came_of_it="revoked"),
    Row("of another resource", -HOUR, False, True, wish={"subject": "aws_s3_bucket.other"}),
    Row("of another environment", -HOUR, False, True, wish={"environment": "orders/prod"}),
    Row("of other files", -HOUR, False, True, wish={"subject": "", "path": "infra/legacy/**"}),
    Row("of the files", -HOUR, True, True, wish={"subject": "", "path": "infra/**"}),
    Row("of the files, at its end", timedelta(), False, False, wish={"subject": "", "path": "infra/**"}),
    Row("of every resource", -HOUR, True, True, wish={"subject": "", "is_whole": True}),
    Row("of the service", -HOUR, True, True, wish={"environment": "orders/*"}),
    Row("of the service, at its end", timedelta(), False, False, wish={"environment": "orders/*"}),
    Row("of everything", -HOUR, True, True, wish={"environment": "*", "subject": "", "is_whole": True}),
    Row("of a control by its former id", -HOUR, True, True, control=FORMERLY),
    Row(
        "of another control",
        -HOUR,
        False,
        True,
        control="another-control",
        exceptions={"count of waivers in force": False},
    ),
)


@pytest.mark.parametrize("row", ROWS, ids=[f"{row.told} {row.when.total_seconds():+.0f}s" for row in ROWS])
def test_a_waiver_means_the_same_on_every_surface(row: Row, tmp_path: Path) -> None:
    scene = a_scene(tmp_path, wish=row.wish, came_of_it=row.came_of_it, control=row.control, signed=row.signed)
    if row.is_end_seen:
        scene.stage.clock.moment = scene.end
        assert follow_waivers(scene.stage.platform) == (scene.waiver_id,)
    now = scene.end + row.when
    scene.stage.clock.moment = now

    told = {name: ask(scene, now) for name, ask in PROBES.items()}
    scene.stage.database.close()

    assert told == {name: row.expected(name) for name in PROBES}


def test_every_surface_has_a_column() -> None:
    assert sorted(PROBES) == sorted(surface.name for surface in SURFACES)
    assert {name for row in ROWS for name in row.exceptions} <= set(PROBES)
    assert set(OF_THE_WAIVER) <= set(PROBES)


# Whoever calls one of these, or has one of the functions below, asks whether something is waived.
CALLED = {
    "is_in_force",
    "is_waived",
    "find_in_force",
    "list_ever_approved",
    "find_signed",
    "find_waiver_in",
    "find_waiver_of",
    "waived_of",
    "list_in_force",
    "list_in_force_of",
    "count_active_by_control",
    "list_active_waivers",
    "count_open_by_control",
    "count_open_by_service",
    "set_waiver",
}
IMPORTED = {
    ("pavior.policy.decision", "decide"),
    ("pavior.policy.decision", "weigh"),
    ("pavior.policy.waivers", "longest"),
    ("pavior.workflows.gate", "judge"),
}
# They ask, and show nothing of their own: with why.
NO_SURFACE = {
    "policy.waivers": "what all of them go by",
    "policy.waiver_model": "the same",
    "policy.decision": "the same, for the gate",
    "policy.recomputing": "asks what was waived at an instant of the past",
    "reports.recomputed": "hands the waivers to it",
    "workflows.answer_change": "gives what the plan gate says",
    "workflows.override_gate": "the same",
    "workflows.overrides_in_force": "the same",
    "workflows.rename_controls": "lets it go on under another id",
    "workflows.waiver_desk": "ends it",
    "workflows.observe_environment": "hands the waivers to the findings",
    "workflows.sign_levels": "hands the waivers to checks",
    "cli.checking.given_levels": "reads them there",
    "cli.checking.looking": "keeps it out of a baseline that is written",
    "cli.checking.items": "hands what is excused to the forms of a check",
    "demo.steps": "shows the surfaces at work",
}


def test_whoever_asks_whether_something_is_waived_is_a_surface(root: Path) -> None:
    source = root / "src" / "pavior"
    known = {module for surface in SURFACES for module in surface.modules} | set(NO_SURFACE)

    asking = {_module(path, source) for path in source.rglob("*.py") if "testing" not in path.parts and _asks(path)} | {
        _module(path, source)
        for path in (source / "web" / "templates").glob("*.html")
        if re.search(r"\b(is_waived|is_in_force|waived_until)\b", path.read_text(encoding="utf-8"))
    }

    assert asking - known == set()
    assert known - asking - {"policy.attesting"} == set(), "it asks no more, or the name is wrong"


def _module(path: Path, source: Path) -> str:
    return ".".join(path.relative_to(source).with_suffix("").parts)


def _asks(path: Path) -> bool:
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    called = (node.func for node in nodes if isinstance(node, ast.Call))
    names = {getattr(item, "attr", getattr(item, "id", "")) for item in called}
    imported = {(node.module, alias.name) for node in nodes if isinstance(node, ast.ImportFrom) for alias in node.names}
    # Of a check the report knows, and what tells it takes it from there.
    taken = {node.attr for node in nodes if isinstance(node, ast.Attribute)} if "checking" in path.parts else set()
    return bool(names & CALLED or imported & IMPORTED or "waived" in taken)


@pytest.mark.generated
def test_the_page_shows_what_is_expected(reference_page: Compare) -> None:
    reference_page("waiver-conformance.md", as_page())


def as_page() -> str:
    cells: Callable[[Row, str], str] = lambda row, name: _word(name, is_yes=row.expected(name))  # noqa: E731 - one line
    lines = [
        "# What a waiver does, everywhere",
        "",
        "<!-- Generated from the expectations in tests/conformance/test_waivers.py by `make docs`; edit those. -->",
        "",
        "The bucket `aws_s3_bucket.files` of `orders/dev` is public, live and in a Change that is planned. One waiver",
        "is there, as each row says. Each column is a surface; the tests ask all of them, and one without a column",
        "fails them. Instants are those of the clock that asks, before and after the waiver's end.",
        "",
    ]
    for title, is_away in (("With us", False), ("Away from us", True)):
        names = [surface.name for surface in SURFACES if surface.is_away is is_away]
        lines += [
            f"## {title}",
            "",
            f"| the waiver | by the clock | {' | '.join(names)} |",
            f"|---|---|{'---|' * len(names)}",
            *(
                f"| {row.told} | {_instant(row.when)} | {' | '.join(cells(row, name) for name in names)} |"
                for row in ROWS
            ),
            "",
        ]
    lines += [
        "- **excused**: it does not stop anything, is shown as waived, and is never counted as passed. **counts**: it",
        "  does. **unknown**: the check says so, ends with 3, and lets nothing pass. **in force**, **over**: what is",
        "  said of the waiver itself, wherever it reaches.",
        "",
        "What is not ours to end: a signed Decision and a document for `pavior check` are read without us. Both hold",
        "the end of each waiver that they rest on, and the document an end of its own, 24 hours after it was signed.",
        "Unless a row says otherwise it was signed an hour before the waiver's end. A waiver that is *revoked* later",
        "is not known to their readers until they get them anew; the gate, asked again before every apply, knows at",
        "once.",
        "",
        "## Where each is asked",
        "",
        *(f"- *{item.name}*: {item.says}. `{'`, `'.join(item.modules)}`" for item in SURFACES),
        "",
    ]
    return "\n".join(lines)


def _word(surface: str, *, is_yes: bool | None) -> str:
    if is_yes is None:
        return "unknown"
    if surface in OF_THE_WAIVER:
        return "in force" if is_yes else "over"
    return "**excused**" if is_yes else "counts"


def _instant(when: timedelta) -> str:
    seconds = int(when.total_seconds())
    if not seconds:
        return "its end"
    minutes, rest = divmod(abs(seconds), 60)
    told = " ".join(part for part in (f"{minutes} min" if minutes else "", f"{rest} s" if rest else "") if part)
    return f"{told} {'before' if seconds < 0 else 'after'}"
