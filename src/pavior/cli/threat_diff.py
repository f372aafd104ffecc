"""`pavior threat diff`: what a working tree does to a service's threats, as the check of its proposal will tell it."""

import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import click

from pavior.cli.answer import Answer, Part, Table, Text, to_json
from pavior.cli.checking.changed import ENDINGS
from pavior.cli.checking.formats.markdown import code, prose
from pavior.cli.checking.source_files import find_candidates
from pavior.cli.launcher import CheckTools, Launcher
from pavior.cli.threat_files import read_body, read_model_file
from pavior.cli.threat_library import library_here
from pavior.cli.threat_sources import draft_at
from pavior.cli.verb import OpenVerb
from pavior.kernel.errors import InvalidError, MissingError, find_full_disk
from pavior.threatmodels.diffing import ModelDiff, with_removed
from pavior.threatmodels.drafting_repository import Draft
from pavior.threatmodels.library_model import LibraryThreat
from pavior.threatmodels.model import ThreatModel
from pavior.threatmodels.reading import THREAT_MODEL_FILE, ThreatModelReading, check_threat_model, control_names
from pavior.threatmodels.review_rules import BUILT_IN_RULES, read_review_rules
from pavior.threatmodels.seeing import Proposed, Seen, compare, see

FORMATS = ("text", "markdown", "mermaid", "svg")
# Where a repository keeps what proposals are compared with, the surest first.
_DEFAULT_BASES = ("origin/HEAD", "origin/main", "main", "master")

_DEEPEST = 100


@click.command(
    "diff",
    cls=OpenVerb,
    public_because="it reads files that you can read anyway.",
    example="pavior threat diff --base origin/main --format markdown",
)
@click.argument("path", type=click.Path(path_type=Path, readable=False), default=".")
@click.option(
    "--base",
    metavar="REVISION|FILE",
    default="",
    help="What to compare with: a commit or branch, from where HEAD left it, or a file or folder with a model. "
    "Without it, the default branch.",
)
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True, help="How to tell it.")
@click.option(
    "--rules",
    "rules_file",
    metavar="FILE",
    type=click.Path(path_type=Path, readable=False),
    help="The TOML file of PAVIOR_THREAT_REVIEWS; the built-in rules without it.",
)
def diff_threats(
    launcher: Launcher, path: Path, base: str, form: str, rules_file: Path | None, is_json: bool
) -> Answer | int:
    """Tell what the working tree at PATH does to the threats of its service, and whether that asks for a review.

    The model and what a draft of the source sees are compared: what threatmodel.yaml does not mention is seen too.
    """
    here = _here(launcher)
    rules = BUILT_IN_RULES if rules_file is None else read_review_rules(_read(rules_file))
    after = _see(path, here)
    before = _before(path, base, after, here)
    proposed = compare(before, after, rules)
    told = _formatted(before, after, proposed, form)
    if told and not is_json:
        sys.stdout.write(told)
        sys.stdout.flush()
        return 0
    return Answer(_document(proposed), _parts(proposed))


@dataclass(frozen=True, slots=True)
class _Here:
    """What is known before a model is read."""

    tools: CheckTools
    control_ids: frozenset[str]
    library: tuple[LibraryThreat, ...]


def _here(launcher: Launcher) -> _Here:
    controls, library = library_here(launcher)
    return _Here(launcher.check_tools(), control_names(controls), library)


def _before(path: Path, base: str, after: Seen, here: _Here) -> Seen | None:
    if base and Path(base).exists():
        model = read_model_file(Path(base), control_ids=here.control_ids)
        # A model alone says nothing of the source, which then is the same on both sides.
        return see(ThreatModelReading(model, None, ()), b"", after.draft, here.library)
    # What no reader takes is told on both sides, or it would seem new.
    files = _earlier(path, base, (*ENDINGS, *find_candidates(path)), here.tools)
    if not files:
        return None
    with tempfile.TemporaryDirectory(prefix="pavior-threats-") as folder:
        # Whoever looks for settings goes up to the top of a working tree.
        Path(folder, ".git").mkdir()
        root = Path(folder, path.resolve().name or "service")
        _lay_out(files, root)
        return _see(root, here)


def _lay_out(files: Mapping[str, bytes], root: Path) -> None:
    # Git keeps trees that no file system takes: a name of 300 letters, or a file and a folder of one name.
    if any(name.count("/") > _DEEPEST for name in files):
        raise _not_writable(f"one lies deeper than {_DEEPEST} folders")
    try:
        for name, content in files.items():
            target = root / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
    except OSError as error:
        raise find_full_disk(error) or _not_writable(str(error.strerror)) from error


def _not_writable(why: str) -> InvalidError:
    return InvalidError(
        "base-not-writable",
        f"What to compare with holds files that cannot be written out: {why}.",
        fix="Compare with another commit, or with a file or folder that holds a model: --base FILE.",
    )


def _earlier(path: Path, base: str, endings: tuple[str, ...], tools: CheckTools) -> Mapping[str, bytes]:
    if base:
        return tools.read_earlier(path, base, endings)[1]
    for name in _DEFAULT_BASES:
        try:
            return tools.read_earlier(path, name, endings)[1]
        except MissingError as missing:
            if missing.code != "base-commit-missing":
                raise
    raise MissingError(
        "base-commit-missing",
        f"The repository of {path.resolve()} has no branch {' or '.join(_DEFAULT_BASES[1:])}.",
        fix="Name what to compare with: pavior threat diff --base REVISION.",
    )


def _see(root: Path, here: _Here) -> Seen:
    try:
        draft, _ = draft_at(root, here.tools)
    except InvalidError as nothing:
        if nothing.code != "threat-nothing-to-draft":
            raise
        draft = Draft(ThreatModel(root.resolve().name, ""), (), is_complete=True)
    file = root / THREAT_MODEL_FILE
    body = read_body(file) if file.is_file() else b""
    reading = check_threat_model(body, control_ids=here.control_ids) if file.is_file() else None
    return see(reading, body, draft, here.library)


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise MissingError(
            "review-rules-missing",
            f"There are no rules to read at {file}: {error.strerror}.",
            fix="Name the file that PAVIOR_THREAT_REVIEWS names, or leave --rules out.",
        ) from error


def _formatted(before: Seen | None, after: Seen, proposed: Proposed, form: str) -> str:
    """The whole output; empty for what is told in parts."""
    if form == "text":
        return ""
    if form == "markdown":
        return _markdown(proposed)
    model = with_removed(None if before is None else before.whole, after.whole)
    marks = {id_: mark.value for id_, mark in proposed.diff.marks().items()}
    if form == "mermaid":
        from pavior.threatmodels.mermaid import to_mermaid

        return to_mermaid(model, marks)
    # What lays it out takes long to load.
    from pavior.threatmodels.drawing import Shown, draw

    return draw(model, Shown(marks=marks))


def _markdown(proposed: Proposed) -> str:
    title = "a security review is asked for" if proposed.reasons else "no security review is needed"
    lines = ["<!-- pavior threat diff -->", f"### Threats: {title}", "", prose(proposed.paragraph, 2_000), ""]
    if proposed.reasons:
        lines += ["| rule | why |", "|---|---|"]
        lines += [f"| {code(item.rule)} | {prose(item.told, 400)} |" for item in proposed.reasons]
        lines.append("")
    return "\n".join(lines)


def _parts(proposed: Proposed) -> tuple[Part, ...]:
    rows = tuple((item.rule, item.told) for item in proposed.reasons)
    return (
        Text(f"{proposed.paragraph}\n"),
        Table(("what", "section", "ids"), tuple(_rows(proposed.diff)), "The model and the draft are the same."),
        Text(""),
        Table(("rule", "why a security review will be asked for"), rows, "No security review is needed."),
    )


def _rows(diff: ModelDiff) -> list[tuple[str, str, str]]:
    return [
        (mark, item.section, ", ".join(ids))
        for item in diff.sections
        for mark, ids in (("added", item.added), ("changed", item.changed), ("removed", item.removed))
        if ids
    ]


def _document(proposed: Proposed) -> object:
    return to_json(
        {
            "is_review_asked": bool(proposed.reasons),
            "paragraph": proposed.paragraph,
            "reasons": proposed.reasons,
            "controls": proposed.controls,
            "diff": proposed.diff,
        }
    )
