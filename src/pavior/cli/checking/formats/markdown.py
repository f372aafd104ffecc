"""The comment on a pull request: one table, the fixes below it, and never longer than a comment may be."""

import re
from collections.abc import Iterable

from pavior.cli.checking.formats import Told
from pavior.cli.checking.items import Item, Standing
from pavior.cli.checking.remarks import Remark
from pavior.cli.printing import clean, one_line
from pavior.kernel.verdicts import Outcome
from pavior.policy.rendering import Denial

# GitHub takes so many; GitLab takes a million.
MOST_CHARACTERS = 65_536
# What the table may take, and the fixes after it; together less, and the rest is for the words around them.
_TABLE_CHARACTERS = 40_000
_FIX_CHARACTERS = 20_000
_CELL_CHARACTERS = 200
_OUTCOMES = (Outcome.FAILED, Outcome.ERRORED, Outcome.UNKNOWN, Outcome.PASSED)
_WORDS = {
    Standing.STOPS: "**stops**",
    Standing.WARNED_OF: "warned of",
    Standing.OBSERVED: "observed",
    Standing.WAIVED: "waived",
    Standing.SET_ASIDE: "set aside",
    Standing.NOT_KNOWN: "not known",
}
REMARKS = {
    "passed-over": "not read",
    "read-as-meant": "read as meant",
    "not-looked-at": "not looked at",
    "excluded": "excluded",
    "no-control": "no control",
    "not-asked": "not asked",
    "other-version": "other version",
    "not-asked-there": "not asked there",
    "not-here": "not here",
    "waiver-ended": "waiver ended",
}
# All but letters, digits, and marks that mean nothing in GitHub's dialect where they stand.
_MEANINGFUL = re.compile(r"[.:](?!\s|$)|[^\w ,;'/=()%+?.:\u200b\u2026-]|_")
# How whoever posts the comment finds the one of last time.
_MARKER = "<!-- pavior check -->"


def render(told: Told) -> str:
    """The text of the comment."""
    counts = ", ".join(f"{told.report.counts[outcome]} {outcome.value}" for outcome in _OUTCOMES)
    paragraphs = [_MARKER, f"### Pavior: {prose(told.sentence)}", f"{code(told.report.path)}: {counts}"]
    paragraphs += [_table(told), _fixes(told)]
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph) + "\n"


def _table(told: Told) -> str:
    # What is cut at the end, where there is too much, is what matters least.
    stopping = [_row_of_remark(item) for item in told.remarks if item.does_stop]
    others = [_row_of_remark(item) for item in told.remarks if item.does_matter and not item.does_stop]
    rows = [*stopping, *map(_row, told.items), *others]
    if not rows:
        return ""
    shown = list(_within(rows, _TABLE_CHARACTERS))
    table = "\n".join(("| | severity | control | where | what |", "|---|---|---|---|---|", *shown))
    more = len(rows) - len(shown)
    return f"{table}\n\n... and {more} more, which `pavior check` tells." if more else table


def _row_of_remark(item: Remark) -> str:
    if item.does_stop:
        word = "**not known**" if item.code == "not-evaluated" else "**not read**"
        return _cells(word, "", item.code, "", item.text)
    return _cells(REMARKS[item.code], "", "", code(item.subject), item.text)


def _row(item: Item) -> str:
    denial = item.denial
    where = code(denial.subject)
    if denial.position is not None:
        where += f"<br>{code(str(denial.position))}"
    is_broken = denial.outcome is Outcome.ERRORED and not item.waived
    word = "**broken**" if is_broken else _WORDS[item.standing]
    what = f"It is {item.waived.told}. {denial.message}" if item.waived else denial.message
    return _cells(word, denial.severity.value, denial.control, where, what)


def _cells(word: str, severity: str, control: str, where: str, what: str) -> str:
    return f"| {word} | {severity} | {code(control)} | {where} | {prose(what)} |"


def _fixes(told: Told) -> str:
    """Risk and fix of each control that stops it, closed until somebody opens it."""
    firsts: dict[str, Denial] = {}
    for item in told.items:
        if item.standing is Standing.STOPS and item.is_failure:
            firsts.setdefault(item.denial.control, item.denial)
    texts = [_fix(denial) for denial in firsts.values()]
    shown = list(_within(texts, _FIX_CHARACTERS))
    if len(shown) < len(texts):
        shown.append(f"... and the fixes of {len(texts) - len(shown)} more controls: `pavior control show CONTROL`.")
    return "\n\n".join(shown)


def _fix(denial: Denial) -> str:
    fix = clean(denial.fix).strip("\n")
    # Longer than any run of them inside, so that nothing inside ends it.
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", fix)), default=0))
    return (
        f"<details><summary>{prose(denial.control)}: {prose(denial.title)}</summary>\n\n{prose(denial.risk, 1000)}\n\n"
        f"{fence}{denial.fix_language}\n{fix}\n{fence}\n\n"
        f"Lesson: {code(denial.lesson)}. Owned by {prose(denial.owner)}; ask to be excused: "
        f"{code(denial.waiver_command)}, or say that it is wrong: {code(denial.dispute_command)}.\n\n</details>"
    )


def code(text: str) -> str:
    """`text` as code, whatever it holds; empty for nothing."""
    text = clipped(one_line(text), _CELL_CHARACTERS)
    if not text:
        return ""
    # Inside marks nothing is read but the mark itself and, in a table, the bar.
    return f"<code>{_entities(text)}</code>" if "`" in text or "|" in text or "\\" in text else f"`{text}`"


def prose(text: str, characters: int = _CELL_CHARACTERS) -> str:
    """`text` as words: no markup, no link, no mention of anybody."""
    return _entities(clipped(one_line(text), characters))


def clipped(text: str, characters: int) -> str:
    """At most so many characters, with an ellipsis where something is missing."""
    return text if len(text) <= characters else f"{text[: characters - 1]}\N{HORIZONTAL ELLIPSIS}"


def _entities(text: str) -> str:
    """Every mark that could mean something as a character reference, which never does; source: CommonMark, 2.5."""
    # GitHub looks for people and issues after that, so these are parted from what follows.
    parted = re.sub(r"([@#])", "\\1\N{ZERO WIDTH SPACE}", text)
    return _MEANINGFUL.sub(lambda found: f"&#{ord(found[0])};", parted)


def _within(texts: Iterable[str], characters: int) -> Iterable[str]:
    for text in texts:
        characters -= len(text) + 2
        if characters < 0:
            return
        yield text
