"""The small parts: dates, diffs, values, words, the road of a Change, the files that pages load."""

import gzip
import re
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pavior.environments.model import ChangeKind, ChangeStatus
from pavior.kernel.clock import tell_instant
from pavior.kernel.verdicts import UnknownReason
from pavior.policy.model import DecisionOutcome, Effect
from pavior.resources.model import Action, Sensitive, Unknown
from pavior.runs.model import RunState
from pavior.testing.builders import (
    NOON,
    a_blocked_decision,
    a_change,
    a_decision,
    a_plan,
    a_resource_change,
    a_run,
    an_approval,
)
from pavior.testing.views import a_change_view
from pavior.web import moments, words
from pavior.web.assets import load_assets
from pavior.web.diffs import LineKind, parse_diff
from pavior.web.rendering import address
from pavior.web.road import StepState, road_of
from pavior.web.values import planned_resource, value_text

D, C, X, A, S = StepState.DONE, StepState.CURRENT, StepState.STOPPED, StepState.AHEAD, StepState.SKIPPED


@pytest.mark.parametrize(
    ("distance", "told"),
    [
        (timedelta(0), "just now"),
        (timedelta(seconds=-59), "just now"),
        (timedelta(seconds=30), "in less than a minute"),
        (timedelta(seconds=-60), "1 minute ago"),
        (timedelta(minutes=-119), "1 hour ago"),
        (timedelta(hours=-24), "1 day ago"),
        (timedelta(days=6, hours=23), "in 6 days"),
    ],
)
def test_a_moment_is_told_by_its_distance(distance: timedelta, told: str) -> None:
    assert moments.relative(NOON + distance, NOON) == told


def test_a_moment_is_shown_in_utc_wherever_it_was_written() -> None:
    written = datetime(2026, 11, 24, 14, tzinfo=timezone(timedelta(hours=2)))

    assert tell_instant(written) == "2026-11-24 12:00 UTC"
    assert moments.day(written) == "2026-11-24"
    assert moments.exact(written) == "2026-11-24T12:00:00Z"
    assert moments.clock_time(written.astimezone(UTC)) == "12:00:00"


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (0.0, "0.0 s"),
        (4.24, "4.2 s"),
        (41, "41 s"),
        (60, "1 min"),
        (185, "3 min 5 s"),
        (7800, "2 h 10 min"),
        (3600, "1 h"),
        (6 * 86400 + 3 * 3600 + 59, "6 d 3 h"),
    ],
)
def test_a_span_is_told_in_its_two_largest_units(seconds: float, told: str) -> None:
    assert moments.span(seconds) == told


DIFF = """\
diff --git a/infra/main.tf b/infra/main.tf
index 1..2 100644
--- a/infra/main.tf
+++ b/infra/main.tf
@@ -7,3 +7,4 @@ resource
 keep
-old
+new
+++ more
 keep
diff --git a/gone.md b/gone.md
deleted file mode 100644
--- a/gone.md
+++ /dev/null
@@ -1 +0,0 @@
-bye
\\ No newline at end of file
"""


def test_a_diff_has_files_lines_and_numbers() -> None:
    changed, gone = parse_diff(DIFF)

    assert (changed.path, changed.what, changed.added, changed.removed) == ("infra/main.tf", "changed", 2, 1)
    assert [(line.kind, line.old, line.new, line.text) for line in changed.lines[1:]] == [
        (LineKind.CONTEXT, 7, 7, "keep"),
        (LineKind.REMOVED, 8, None, "old"),
        (LineKind.ADDED, None, 8, "new"),
        (LineKind.ADDED, None, 9, "++ more"),
        (LineKind.CONTEXT, 9, 10, "keep"),
    ]
    assert (gone.path, gone.what) == ("gone.md", "deleted")
    assert gone.lines[-1].kind is LineKind.NOTE


def test_a_note_instead_of_a_diff_is_shown() -> None:
    (only,) = parse_diff("No diff: There is no commit abc.")

    assert [line.text for line in only.lines] == ["No diff: There is no commit abc."]
    assert parse_diff("") == ()


@given(st.text(alphabet="+-@ dif\n\\ab1,", max_size=200))
def test_no_diff_breaks_a_page(text: str) -> None:
    for file in parse_diff(text):
        assert file.added + file.removed <= len(file.lines)


def test_a_planned_resource_shows_only_the_leaves_that_change() -> None:
    planned = planned_resource(
        a_resource_change(
            action=Action.UPDATE,
            before={"bucket": "b", "tags": {"owner": "payments"}, "rules": [{"days": 7}], "empty": []},
            after={
                "bucket": "b",
                "tags": {"owner": "nobody"},
                "rules": [{"days": 30}],
                "arn": Unknown(),
                "empty": None,
            },
        )
    )

    assert [(item.path, item.before, item.after) for item in planned.properties] == [
        ("arn", "", "(known after apply)"),
        ("rules[0].days", "7", "30"),
        ("tags.owner", "payments", "nobody"),
    ]


def test_a_value_that_is_hidden_or_not_known_says_so_and_nothing_more() -> None:
    assert value_text(Sensitive("fingerprint")) == "(sensitive)"
    assert "fingerprint" not in value_text({"a": [Sensitive("fingerprint")]})
    assert (
        value_text(Unknown(UnknownReason.NOT_EVALUATED, "var.x has no value")) == "(not evaluated: var.x has no value)"
    )
    assert value_text(Unknown(UnknownReason.NOT_EVALUATED)) == "(not evaluated)"
    assert value_text("a" * 5000) == "a" * 4000 + "… (5000 characters)"
    assert value_text(True) == "true"


def test_every_state_of_every_kind_has_a_look() -> None:
    for kind, looks in words.LOOKS.items():
        assert issubclass(kind, StrEnum)
        assert set(looks) == set(kind)
    assert len(words.LOOKS) == 23
    assert set(words.CHANGE_KINDS) == set(ChangeKind)
    assert set(words.EFFECTS_IN_ORDER) == set(Effect)


def test_states_of_one_kind_differ_by_word_and_good_and_bad_by_shape() -> None:
    for looks in words.LOOKS.values():
        assert len({look.word for look in looks.values()}) == len(looks)
        good = {look.mark for look in looks.values() if look.tone == "good"}
        assert good.isdisjoint(look.mark for look in looks.values() if look.tone != "good")


def test_a_word_that_we_do_not_know_is_no_pass() -> None:
    assert words.check_look("brilliant").tone != "good"
    assert words.event_look("brilliant").tone != "good"
    assert words.event_look("brilliant").word == "brilliant"


NEEDS = a_plan(decision=a_decision(outcome=DecisionOutcome.NEEDS_APPROVAL, approvals_required=1))
BLOCKED = a_plan(decision=a_blocked_decision())
APPLY = a_run(kind="apply_change", state=RunState.FAILED)


@pytest.mark.parametrize(
    ("status", "plan", "runs", "states"),
    [
        (ChangeStatus.PLANNING, None, (), (C, A, A, A, A)),
        (ChangeStatus.BLOCKED, BLOCKED, (), (D, X, A, A, A)),
        (ChangeStatus.AWAITING_APPROVAL, NEEDS, (), (D, D, C, A, A)),
        (ChangeStatus.APPLYING, a_plan(), (), (D, D, S, C, A)),
        (ChangeStatus.VERIFIED, a_plan(), (), (D, D, S, D, D)),
        (ChangeStatus.APPLIED_UNVERIFIED, a_plan(), (), (D, D, S, D, X)),
        (ChangeStatus.NOTHING_TO_DO, a_plan(), (), (D, D, S, S, S)),
        (ChangeStatus.FAILED, None, (), (X, S, S, S, S)),
        (ChangeStatus.FAILED, a_plan(), (APPLY,), (D, D, S, X, S)),
        (ChangeStatus.REJECTED, NEEDS, (), (D, D, X, S, S)),
        (ChangeStatus.CANCELLED, BLOCKED, (), (D, X, S, S, S)),
        (ChangeStatus.SUPERSEDED, BLOCKED, (), (D, X, S, S, S)),
    ],
)
def test_the_road_shows_how_far_a_change_came(
    status: ChangeStatus, plan: object, runs: object, states: tuple[StepState, ...]
) -> None:
    view = a_change_view(change=a_change(status=status), plan=plan, runs=runs)

    assert tuple(step.state for step in road_of(view)) == states


def test_the_road_names_who_approved_and_counts_only_answers_to_this_plan() -> None:
    waiting = a_change(status=ChangeStatus.AWAITING_APPROVAL)
    old = an_approval(plan_digest="0" * 64)

    _, _, given, *_ = road_of(a_change_view(change=a_change(), plan=NEEDS, approvals=(an_approval(),)))
    _, _, missing, *_ = road_of(a_change_view(change=waiting, plan=NEEDS, approvals=(old,)))

    _, _, replanned, *_ = road_of(a_change_view(change=a_change(), plan=NEEDS, approvals=(old,)))

    assert given.detail == "by sam"
    assert replanned.detail == ""
    assert missing.detail == "0 of 1"


def test_an_address_quotes_its_words_and_leaves_out_what_is_empty() -> None:
    assert address("services", "a/b?c", q="", offset=0) == "/services/a%2Fb%3Fc"
    assert address("findings", state="open", service="a b&c") == "/findings?state=open&service=a+b%26c"


def test_files_are_named_after_their_content_and_can_be_sent_compressed() -> None:
    assets = load_assets()

    style = assets.by_served_name[assets.address("pavior.css").removeprefix("/static/")]
    assert b"--accent" in style.body
    assert gzip.decompress(style.compressed) == style.body
    assert {asset.media_type for asset in assets.by_served_name.values()} == {
        "text/css",
        "text/javascript",
        "image/svg+xml",
    }


def test_the_stylesheet_chooses_colours_in_one_place() -> None:
    body = load_assets().by_served_name[load_assets().address("pavior.css").removeprefix("/static/")].body.decode()
    tokens, rest = body.split("/* What plain HTML looks like. */")

    assert "@media (prefers-color-scheme: dark)" in tokens
    assert "#" not in "".join(line.split(":", 1)[1] for line in rest.splitlines() if ":" in line and ";" in line)


def test_what_is_vendored_has_its_licence_and_version_beside_it() -> None:
    from importlib.resources import files

    folder = files("pavior.web") / "static" / "vendor" / "htmx"
    assert "2.0.11" in (folder / "VERSION").read_text()
    assert "Zero-Clause BSD" in (folder / "LICENSE").read_text()
    assert 'version:"2.0.11"' in (folder / "htmx.min.js").read_text()


def _luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    channels = [int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    """Contrast ratio, WCAG 2.2."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("light", ["light", "dark"])
def test_every_text_can_be_read_on_everything_it_stands_on(light: str) -> None:
    from importlib.resources import files

    text = (files("pavior.web") / "static" / "css" / "tokens.css").read_text()
    part = text.split("@media")[0 if light == "light" else 1]
    colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", part))
    grounds = ("ground", "surface", "sunken", "hover")
    pairs = [(front, back) for front in ("text", "muted", "accent") for back in grounds]
    tones = ("good", "bad", "warn", "odd", "live", "plain")
    pairs += [(tone, back) for tone in tones for back in ("surface", "ground", f"{tone}-soft")]
    pairs += [("text", f"{tone}-soft") for tone in tones] + [("muted", f"{tone}-soft") for tone in tones]
    pairs += [("accent-strong", "accent-soft"), ("on-accent", "accent"), ("surface", "bad")]

    # 4.5 is what WCAG 2.2 asks of text at level AA (criterion 1.4.3).
    faint = {pair: round(_contrast(colours[pair[0]], colours[pair[1]]), 2) for pair in pairs}
    assert {pair: ratio for pair, ratio in faint.items() if ratio < 4.5} == {}
    assert len(pairs) > 40


def test_every_icon_that_a_page_names_is_drawn(root: Path) -> None:
    folder = root / "src" / "pavior" / "web" / "templates"
    drawn = set(re.findall(r'id="draw-([a-z-]+)"', (folder / "_drawings.html").read_text(encoding="utf-8")))
    named = {
        name
        for page in folder.glob("*.html")
        for name in re.findall(r'\bicon\("([a-z-]+)"\)', page.read_text(encoding="utf-8"))
    }

    assert len(named) > 8
    assert named - drawn == set()
