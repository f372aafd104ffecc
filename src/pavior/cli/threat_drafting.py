"""`pavior threat draft`: the threat model that source, plan and catalog tell, merged with what people wrote."""

from collections.abc import Iterator
from pathlib import Path

import click

from pavior.cli.answer import ANSWER_IS_NO, Answer, Part, Table, Text, to_json
from pavior.cli.launcher import Launcher
from pavior.cli.threat_files import read_body, read_model_file, replace_model
from pavior.cli.threat_library import library_here
from pavior.cli.threat_sources import draft_at
from pavior.cli.verb import OpenVerb
from pavior.kernel.errors import InvalidError
from pavior.resources.model import Skipped
from pavior.threatmodels.diff_telling import tell_count
from pavior.threatmodels.drafting_repository import Draft
from pavior.threatmodels.editing import edit_model
from pavior.threatmodels.merging import Merged, MergedItem, merge
from pavior.threatmodels.merging_threats import merge_threats
from pavior.threatmodels.model import SECTIONS, Item, ThreatModel
from pavior.threatmodels.reading import THREAT_MODEL_FILE, check_threat_model, control_names
from pavior.threatmodels.writing import render_model

_SECTION_WORDS = {
    "assets": "asset",
    "boundaries": "boundary",
    "elements": "element",
    "flows": "flow",
    "threats": "threat",
}


@click.command(
    "draft",
    cls=OpenVerb,
    public_because="it reads files that you can read anyway.",
    example="pavior threat draft . --write",
)
@click.argument("path", type=click.Path(path_type=Path, readable=False), default=".")
@click.option(
    "--plan",
    metavar="FILE",
    type=click.Path(path_type=Path, readable=False),
    help="Read this plan, and the source where it is one stack. From: terraform show -json PLANFILE.",
)
@click.option(
    "--var", "variables", metavar="NAME=VALUE", multiple=True, help="A value for a variable of Terraform; repeatable."
)
@click.option("--write", "is_write", is_flag=True, help="Put it into PATH/threatmodel.yaml, beside what people wrote.")
@click.option(
    "--check",
    "is_check",
    is_flag=True,
    help="Exit status 1 when PATH/threatmodel.yaml is not what a draft would leave.",
)
def draft_threats(
    launcher: Launcher,
    path: Path,
    plan: Path | None,
    variables: tuple[str, ...],
    is_write: bool,
    is_check: bool,
    is_json: bool,  # noqa: ARG001 - every open verb takes it
) -> Answer:
    """Draft the threat model of the service at PATH, or what is new in it.

    Elements, boundaries and flows come from Terraform, manifests, the catalog and the golden path; threats from the
    library. All of it is marked as inferred until somebody takes that line away. What people wrote is never changed.
    """
    if is_write and is_check:
        raise InvalidError(
            "threat-draft-ambiguous",
            "--write changes the file, and --check only asks about it.",
            fix="Leave one of them out.",
        )
    tools = launcher.check_tools()
    controls, library = library_here(launcher)
    draft, moved = draft_at(path, tools, plan=plan, variables=variables)
    file = path / THREAT_MODEL_FILE
    body = read_body(file) if file.is_file() else None
    ids = control_names(controls)
    fresh = ThreatModel(draft.model.service, draft.model.scope)
    before = fresh if body is None else read_model_file(file, control_ids=ids)
    merged = merge(before, draft.model, is_complete=draft.is_complete, moved=moved)
    merged = merge_threats(merged, library)
    is_written = is_write and (body is None or not merged.is_same)
    text = render_model(merged.model).encode() if body is None else body
    if is_written:
        text = text if body is None else _edited(file, body, before, merged.model, ids)
        _require_readable(text, ids, len(merged.model.elements))
        replace_model(file, text, was=body)
    return _answer(file, draft, merged, text.decode(), is_new=body is None, is_written=is_written, is_check=is_check)


def _require_readable(text: bytes, controls: frozenset[str], elements: int) -> None:
    """Nothing is written that could not be read again, such as a model of more elements than a file takes."""
    problems = check_threat_model(text, control_ids=controls).problems
    if problems:
        raise InvalidError(
            "threat-draft-too-large",
            f"A draft of {elements} elements would be no threat model that can be read: {problems[0]}",
            fix="Draft the folder of one service, not of all.",
        )


def _edited(file: Path, body: bytes, before: ThreatModel, after: ThreatModel, controls: frozenset[str]) -> bytes:
    if check_threat_model(body, control_ids=controls).dropped is not None:
        raise InvalidError(
            "threat-model-of-first-version",
            f"{file} is of the first version, which knows no elements and no flows.",
            fix=f"Bring it to the second, then draft again: pavior threat upgrade {file} --write",
        )
    added: list[Item] = []
    removed: list[Item] = []
    for name in SECTIONS:
        were = {item.id: item for item in getattr(before, name)}
        are = {item.id: item for item in getattr(after, name)}
        added += [item for id_, item in are.items() if were.get(id_) != item]
        removed += [item for id_, item in were.items() if id_ not in are]
    return edit_model(body, added=added, removed=removed) if added or removed else body


def _answer(
    file: Path, draft: Draft, merged: Merged, text: str, *, is_new: bool, is_written: bool, is_check: bool
) -> Answer:
    document = {
        "file": str(file),
        "is_written": is_written,
        "appeared": merged.appeared,
        "changed": merged.changed,
        "vanished": merged.vanished,
        "doubted": merged.doubted,
        "missing": merged.missing,
        "unseen": merged.unseen,
        "wider": merged.wider,
        "covered": merged.covered,
        "not_read": draft.not_read,
        "is_complete": draft.is_complete,
        "model": merged.model,
    }
    parts: list[Part] = []
    if is_new and not (is_written or is_check):
        parts.append(Text(text.rstrip()))
    else:
        parts.extend(_told(merged))
    parts.extend(_gaps(draft.not_read))
    parts.append(Text(_next(file, merged, is_new=is_new, is_written=is_written)))
    is_no = is_check and not merged.is_same
    return Answer(to_json(document), tuple(parts), ANSWER_IS_NO if is_no else 0)


def _told(merged: Merged) -> Iterator[Part]:
    rows = [
        (word, _SECTION_WORDS[item.section], item.id, item.told)
        for word, items in (
            ("appeared", merged.appeared),
            ("changed", merged.changed),
            ("vanished", merged.vanished),
            ("doubted", merged.doubted),
            ("missing", merged.missing),
            ("not seen", merged.unseen),
            ("wider", merged.wider),
        )
        for item in _in_order(items)
    ]
    yield Table(("what", "section", "id", "title"), tuple(rows), "The file is what a draft would leave.")
    if merged.covered:
        ids = ", ".join(item.id for item in merged.covered)
        yield Text(f"Left out, because threats that people wrote name their controls at the same places: {ids}.")


def _in_order(items: tuple[MergedItem, ...]) -> list[MergedItem]:
    return sorted(items, key=lambda item: list(_SECTION_WORDS).index(item.section))


def _gaps(not_read: tuple[Skipped, ...]) -> Iterator[Part]:
    if not_read:
        yield Table(("not known", "why"), tuple((item.subject, item.why) for item in not_read), "")


def _next(file: Path, merged: Merged, *, is_new: bool, is_written: bool) -> str:
    counts = ", ".join(tell_count(len(getattr(merged.model, name)), name) for name in ("elements", "flows", "threats"))
    inferred = sum(item.inferred for item in merged.model.confirmable)
    told = f"\n{counts}. Inferred and not confirmed by anybody, boundaries included: {inferred}."
    if is_written:
        return f"{told} Read {file}, correct it, and take the line `inferred: true` away where it is right."
    if is_new or not merged.is_same:
        return f"{told} Nothing was written; to do so: pavior threat draft {file.parent} --write"
    return told
