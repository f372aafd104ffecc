"""The comment on a pull request: what a reader of Markdown sees is what was meant, whatever names hold."""

import re
from html import unescape

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from tests.cli.checking.reports import BLOCKING, a_verdict, one_of_each, told

from pavior.cli.checking.formats.markdown import MOST_CHARACTERS, code, prose, render
from pavior.kernel.verdicts import Position

# As GitHub reads: tables, links made of bare addresses, HTML let through.
_READER = MarkdownIt("commonmark", {"html": True}).enable("table")


def test_it_says_the_sum_and_a_row_for_each_thing_that_is_not_passed() -> None:
    lines = render(one_of_each()).splitlines()

    assert lines[0] == "<!-- pavior check -->"
    assert lines[2] == "### Pavior: It is so."
    assert lines[4] == "`.`: 3 failed, 1 errored, 1 unknown, 1 passed"
    place = "`infra/main.tf:3`"
    group = "aws_cloudwatch_log_group"
    assert lines[6:15] == [
        "| | severity | control | where | what |",
        "|---|---|---|---|---|",
        "| **not read** |  | `source-unparsable` |  | other&#46;tf&#58;1 does not parse. |",
        f"| **stops** | high | `log-retention` | `{group}.app`<br>{place} | It is kept for ever. |",
        f"| **broken** | high | `log-retention` | `{group}.odd`<br>{place} | The rule broke. |",
        f"| warned of | low | `log-named` | `{group}.app`<br>{place} | It is kept for ever. |",
        f"| observed | info | `log-short` | `{group}.app`<br>{place} | It is kept for ever. |",
        f"| not known | high | `log-retention` | `{group}.far`<br>{place} | var&#46;days has no value |",
        "| not read |  |  | `chart.yaml` | it is a template |",
    ]


def test_the_fix_of_each_control_that_stops_follows_once() -> None:
    text = render(told([a_verdict(subject="aws_x.a"), a_verdict(subject="aws_x.b")]))

    assert text.count("<details>") == text.count("</details>") == 1
    assert "```terraform\nretention_in_days = 365\n```" in text
    assert "Nobody can look back." in text


@pytest.mark.parametrize("width", [10, 5_000])
def test_it_fits_into_a_comment_and_says_how_much_is_missing(width: int) -> None:
    count = 2_000
    name = "|" * width
    given_ = told(
        a_verdict(subject=f"{name}{number}", message=name, position=Position(name, number, number))
        for number in range(count)
    )

    text = render(given_)

    shown = text.count("| **stops** |")
    assert len(text) < MOST_CHARACTERS
    assert 0 < shown < count
    assert f"... and {count - shown} more, which `pavior check` tells." in text
    assert BLOCKING.title in text


_HOSTILE = (
    "a | b ` c\n# d <img src=x onerror=alert(1)> [e](http://bad.example) www.bad.example @team #1 \\| **f** &amp; ~g~"
)


def test_hostile_names_stay_text() -> None:
    html = _READER.render(render(told([a_verdict(subject=_HOSTILE, message=_HOSTILE)])))

    assert "<img" not in html
    assert "<a " not in html
    assert "<h1" not in html
    assert html.count("<tr>") == 2
    # A mention or the number of an issue is looked for in what was rendered, outside of code.
    words = re.sub(r"<code>.*?</code>", "", html)
    assert "@team" not in words
    assert "#1" not in words
    assert re.sub("[^a-z]", "", prose("@team #1")) == "team"


@given(text=st.text())
@example(text=_HOSTILE)
@example(text="``")
@example(text="a\\")
def test_a_name_is_one_cell_that_reads_as_it_is_written(text: str) -> None:
    expected = " ".join("".join(sign for sign in text if sign.isprintable() or sign in "\n\t").split())[:199]
    html = _READER.render(f"| a | b |\n|---|---|\n| {code(text)} | {prose(text)} |\n")

    cells = re.findall(r"<td>(.*?)</td>", html, flags=re.DOTALL)
    assert len(cells) == 2
    seen = [_text_of(cell).replace("\N{ZERO WIDTH SPACE}", "").replace("\N{HORIZONTAL ELLIPSIS}", "") for cell in cells]
    expected = expected.replace("\N{HORIZONTAL ELLIPSIS}", "")
    assert [item.strip()[:150] for item in seen] == [expected[:150].strip()] * 2


def _text_of(cell: str) -> str:
    bare = cell.removeprefix("<code>").removesuffix("</code>")
    assert "<" not in bare
    return unescape(bare)


@given(name=st.text(alphabet="`~a\n", max_size=12))
def test_no_fix_leaves_its_block(name: str) -> None:
    # A fix in Terraform speaks of the subject's own index.
    html = _READER.render(render(told([a_verdict(subject=f'aws_x.this["{name}"]')])))

    assert html.count("<pre>") == 1
    assert html.rstrip().endswith("</details>")
