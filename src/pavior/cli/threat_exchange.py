"""`pavior threat export` and `import`: a threat model in the forms that others read. Needs no server."""

import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

import click
from msgspec import Struct

from pavior.catalog.documents import Bounds, read_documents
from pavior.cli.answer import ANSWER_IS_NO, Answer, Part, Table, Text, to_json
from pavior.cli.checking.replacing import replace_file
from pavior.cli.launcher import Launcher
from pavior.cli.threat_files import read_model_file
from pavior.cli.threat_library import controls_here
from pavior.cli.verb import OpenVerb
from pavior.kernel.errors import ConflictError, InvalidError, MissingError
from pavior.threatmodels.diff_telling import tell_count
from pavior.threatmodels.drawing import draw
from pavior.threatmodels.mermaid import to_mermaid
from pavior.threatmodels.model import ThreatModel
from pavior.threatmodels.otm_collecting import NotTaken
from pavior.threatmodels.otm_reading import OtmReading, from_otm
from pavior.threatmodels.otm_writing import write_otm
from pavior.threatmodels.reading import control_names
from pavior.threatmodels.writing import render_model

_PUBLIC = "it reads and writes files that you can read and write anyway."
# What comes of the largest model that a file may hold.
_BOUNDS = Bounds(size_bytes=32 * 1024 * 1024, nodes=1_500_000)
_MOST_TOLD = 20
_POSITION = re.compile(r"/[0-9]+(?=/|$)")

Write = Callable[[ThreatModel], str | bytes]


def _paper(model: ThreatModel) -> bytes:
    # Most exports need nothing of what pages read.
    from pavior.reports.threat_page import show_model
    from pavior.reports.threat_paper import print_threat_page

    return print_threat_page(show_model(model))


# What a model can be written as, the plainest first.
FORMATS: Mapping[str, Write] = {
    "yaml": render_model,
    "json": lambda model: json.dumps(to_json(model), ensure_ascii=False, indent=2) + "\n",
    "otm": write_otm,
    "mermaid": to_mermaid,
    "svg": draw,
    "pdf": _paper,
}


class Written(Struct, frozen=True):
    """What was written where."""

    service: str
    format: str
    output: str


class Imported(Struct, frozen=True):
    """What came of a foreign model.

    Args:
        output: Where it was written; empty when it was not.
    """

    service: str
    output: str
    elements: int
    flows: int
    threats: int
    not_taken: tuple[NotTaken, ...]
    not_kept: tuple[NotTaken, ...]


@click.command("export", cls=OpenVerb, public_because=_PUBLIC, example="pavior threat export --format otm")
@click.argument("path", type=click.Path(path_type=Path), default=".")
@click.option("--format", "form", type=click.Choice(list(FORMATS)), required=True, help="What to write it as.")
@click.option("--output", type=click.Path(path_type=Path), help="The file to write; standard output without it.")
def export_model(launcher: Launcher, path: Path, form: str, output: Path | None, is_json: bool) -> Answer | int:  # noqa: ARG001 - every open verb takes it
    """Write the threat model at PATH, a file or its folder, in another form.

    OTM is the Open Threat Model 0.2; importing it again gives the same model. Mermaid, SVG and PDF show the data flows;
    PDF needs pavior[pdf].
    """
    written = FORMATS[form](read_model_file(path, control_ids=_control_ids(launcher)))
    body = written.encode() if isinstance(written, str) else written
    if output is None:
        sys.stdout.buffer.write(body)
        sys.stdout.flush()
        return 0
    replace_file(output, body)
    return Answer(Written(str(path), form, str(output)), (Text(f"{output} is written."),))


@click.command(
    "import", cls=OpenVerb, public_because=_PUBLIC, example="pavior threat import orders.otm --output new.yaml"
)
@click.argument("source", type=click.Path(path_type=Path))
@click.option("--output", type=click.Path(path_type=Path), help="The file to write; it must not be there yet.")
@click.option("--partial", is_flag=True, help="Write what could be taken, also when something could not.")
def import_model(launcher: Launcher, source: Path, output: Path | None, partial: bool, is_json: bool) -> Answer:  # noqa: ARG001 - every open verb takes it
    """Make a threat model out of SOURCE, an Open Threat Model 0.1 or 0.2 in JSON or YAML.

    What could not be taken, and what there is no place for, is told with where it stands. Exit status 1 when something
    could not be taken; nothing is written then without --partial.
    """
    if output is not None and output.exists():
        raise ConflictError(
            "threat-model-exists",
            f"There is something at {output} already.",
            fix="Choose another name, or move it away.",
        )
    reading = _read(source, _control_ids(launcher))
    if reading.model is None:
        raise InvalidError(
            "otm-unreadable",
            f"{source} is no Open Threat Model: {reading.not_taken[0].pointer}: {reading.not_taken[0].why}",
            fix="Export it again as OTM 0.2, or give the file that is one.",
        )
    model = reading.model
    is_written = output is not None and (partial or not reading.not_taken)
    if output is not None and is_written:
        replace_file(output, render_model(model).encode())
    document = Imported(
        service=model.service,
        output=str(output) if is_written else "",
        elements=len(model.elements),
        flows=len(model.flows),
        threats=len(model.threats),
        not_taken=reading.not_taken,
        not_kept=reading.not_kept,
    )
    return Answer(document, tuple(_parts(document)), ANSWER_IS_NO if reading.not_taken else 0)


def _control_ids(launcher: Launcher) -> frozenset[str]:
    return control_names(controls_here(launcher))


def _read(source: Path, control_ids: frozenset[str]) -> OtmReading:
    try:
        with source.open("rb") as file:
            body = file.read(_BOUNDS.size_bytes + 1)
    except OSError as error:
        raise MissingError(
            "threat-model-missing", f"{source} cannot be read: {error.strerror}.", fix="Name a file that is there."
        ) from error
    return from_otm(_tree(source, body), control_ids=control_ids)


def _tree(source: Path, body: bytes) -> Mapping[str, object]:
    # JSON is YAML, and the reader of YAML is bounded.
    reading = read_documents(body, _BOUNDS)
    trees = [document.value for document in reading.documents]
    if not reading.problems and len(trees) == 1 and isinstance(trees[0], dict):
        return trees[0]
    problem = next(iter(reading.problems), None)
    told = f"line {problem.line}: {problem.message}" if problem else "it is no one mapping."
    raise InvalidError(
        "otm-unreadable",
        f"{source} is no Open Threat Model: {told}",
        fix="Export it again as OTM 0.2, or give the file that is one.",
    )


def _parts(document: Imported) -> Iterator[Part]:
    counted = ", ".join(
        tell_count(count, section)
        for count, section in (
            (document.elements, "elements"),
            (document.flows, "flows"),
            (document.threats, "threats"),
        )
    )
    yield Text(f"Read of {document.service}: {counted}.")
    if document.output:
        yield Text(f"{document.output} is written. See what is left to do: pavior threat lint {document.output}")
    elif document.not_taken:
        yield Text("Nothing is written, since not all of it could be taken; with --output and --partial the rest is.")
    else:
        yield Text("Nothing is written without --output.")
    for title, items in (("not taken", document.not_taken), ("not kept", document.not_kept)):
        rows = tuple(_rows(items))
        if rows:
            yield Table((title, "why"), rows[:_MOST_TOLD], "")
        if len(rows) > _MOST_TOLD:
            yield Text(f"And {len(rows) - _MOST_TOLD} more; --json tells all of them.")


def _rows(items: Iterable[NotTaken]) -> Iterator[tuple[str, str]]:
    """What is the same of many, such as a field of each component, is told once."""
    found: dict[tuple[str, str], list[str]] = {}
    for item in items:
        found.setdefault((_POSITION.sub("/-", item.pointer), item.why), []).append(item.pointer)
    for (_, why), pointers in found.items():
        more = f" and {len(pointers) - 1} like it" if len(pointers) > 1 else ""
        yield f"{pointers[0]}{more}", why
