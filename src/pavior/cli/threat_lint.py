"""`pavior threat lint` and `upgrade`: whether threat models can be read, and what they leave open. Needs no server."""

from collections.abc import Iterator
from pathlib import Path

import click
from msgspec import Struct

from pavior.catalog.backstage import read_catalog
from pavior.cli.answer import ANSWER_IS_NO, Answer, Facts, Part, Table, Text
from pavior.cli.launcher import Launcher
from pavior.cli.threat_files import find_models, read_body, replace_model
from pavior.cli.threat_library import library_here
from pavior.cli.verb import OpenVerb
from pavior.kernel.errors import InvalidError
from pavior.policy.model import Control
from pavior.threatmodels.digest import digest_of
from pavior.threatmodels.editing import upgrade_text
from pavior.threatmodels.linting import find_remarks
from pavior.threatmodels.model import ThreatModel
from pavior.threatmodels.reading import ThreatModelReading, check_threat_model, control_names

_PUBLIC = "it reads and writes files that you can read and write anyway."
_CATALOG_FILE = "catalog-info.yaml"
_COMPONENT = "component"
_path = click.argument("path", metavar="[PATH]", default=".", type=click.Path(path_type=Path))


class Linted(Struct, frozen=True):
    """What was found in one file.

    Args:
        version: Of its format.
        digest: What a sign-off of it is bound to; empty when there are problems.
        sign_off: Whether the file's own note of one is of this model: `none`, `of-this-model` or `of-another-model`.
        elements: How many; so are flows, threats, and what is still inferred.
        problems: For which it is refused, one sentence each.
        warnings: What somebody should look at, the same way.
        dropped: What of the first version is not read any more, the same way.
    """

    file: str
    service: str
    version: int
    digest: str
    sign_off: str
    elements: int
    flows: int
    threats: int
    inferred: int
    problems: tuple[str, ...]
    warnings: tuple[str, ...]
    dropped: tuple[str, ...]


class Upgrade(Struct, frozen=True):
    """What came of one file."""

    file: str
    is_written: bool
    problems: tuple[str, ...]
    dropped: tuple[str, ...]


@click.command("lint", cls=OpenVerb, public_because=_PUBLIC, example="pavior threat lint services/orders")
@_path
def lint_models(launcher: Launcher, path: Path, is_json: bool) -> Answer:  # noqa: ARG001 - every open verb takes it
    """Check the threat model at PATH, or all below it; exit status 1 when one has problems.

    Besides what its schema says: everything that is named must be there, and the service must be a component of the
    catalog-info.yaml beside it. Warnings tell what a valid model leaves open.
    """
    controls, known = library_here(launcher)
    renamed = {name: control.id for control in controls for name in control.formerly}
    library = frozenset(item.id for item in known)
    found = []
    for file in find_models(path):
        reading = _read(file, read_body(file), controls)
        model = reading.model
        remarks = () if model is None else find_remarks(model, renamed=renamed, library=library)
        found.append(_linted(file, reading, tuple(map(str, remarks))))
    parts = [part for item in found for part in _told(item)]
    is_good = not any(item.problems for item in found)
    return Answer(found, tuple(parts), 0 if is_good else ANSWER_IS_NO)


@click.command("upgrade", cls=OpenVerb, public_because=_PUBLIC, example="pavior threat upgrade services/orders --write")
@_path
@click.option("--write", "is_write", is_flag=True, help="Change the files; else only tell what would become of them.")
def upgrade_models(
    launcher: Launcher,
    path: Path,
    is_write: bool,
    is_json: bool,  # noqa: ARG001 - every open verb takes it
) -> Answer:
    """Bring threat models of the first version at or below PATH to the second; comments between threats stay.

    Exit status 1 when one has problems: it is then left as it is.
    """
    controls, _ = library_here(launcher)
    done = []
    for file in find_models(path):
        body = read_body(file)
        reading = _read(file, body, controls)
        if reading.dropped is not None:
            done.append(_upgraded(file, body, reading, is_write=is_write))
    is_good = not any(item.problems for item in done)
    return Answer(done, tuple(_told_upgrades(done)), 0 if is_good else ANSWER_IS_NO)


def _read(file: Path, body: bytes, controls: tuple[Control, ...]) -> ThreatModelReading:
    beside = file.parent / _CATALOG_FILE
    catalog = read_catalog(read_body(beside), _CATALOG_FILE).entities if beside.is_file() else ()
    components = frozenset(entity.ref.name for entity in catalog if entity.ref.kind == _COMPONENT)
    return check_threat_model(body, control_ids=control_names(controls), services=components)


def _upgraded(file: Path, body: bytes, reading: ThreatModelReading, *, is_write: bool) -> Upgrade:
    problems = reading.problems
    if is_write and reading.model is not None:
        try:
            replace_model(file, upgrade_text(body, reading.model), was=body)
        except InvalidError as refused:
            problems = (f"{refused.summary} {refused.fix}",)
    return Upgrade(str(file), is_write and not problems, problems, reading.dropped or ())


def _linted(file: Path, reading: ThreatModelReading, warnings: tuple[str, ...]) -> Linted:
    model = reading.model or ThreatModel("", "")
    version = 2 if reading.dropped is None else 1
    return Linted(
        file=str(file),
        service=model.service,
        version=version,
        digest="" if reading.model is None else digest_of(model),
        sign_off=_sign_off(model),
        elements=len(model.elements),
        flows=len(model.flows),
        threats=len(model.threats),
        inferred=sum(item.inferred for item in model.confirmable),
        problems=reading.problems,
        warnings=warnings,
        dropped=reading.dropped or (),
    )


def _sign_off(model: ThreatModel) -> str:
    if model.sign_off is None:
        return "none"
    return "of-this-model" if model.sign_off.digest == digest_of(model) else "of-another-model"


def _told(item: Linted) -> Iterator[Part]:
    rows = [("problem", problem) for problem in item.problems]
    rows += [("first version", sentence) for sentence in item.dropped]
    rows += [("warning", warning) for warning in item.warnings]
    if item.problems:
        yield Text(f"{item.file}: not a threat model that can be used.")
    else:
        counts = f"Elements {item.elements}, flows {item.flows}, threats {item.threats}, still inferred {item.inferred}"
        yield Text(f"{item.file}: the threat model of {item.service}. {counts}.")
        sign_off = item.sign_off.replace("-", " ")
        yield Facts((("digest", item.digest), ("sign-off in the file", sign_off)))
    if rows:
        yield Table(("", "what"), tuple(rows), "")
    if item.version == 1 and not item.problems:
        yield Text(f"It is of the first version. Bring it to the second: pavior threat upgrade {item.file} --write")


def _told_upgrades(done: list[Upgrade]) -> Iterator[Part]:
    if not done:
        yield Text("All is of the second version, so there is nothing to upgrade.")
    for item in done:
        if item.problems:
            yield Text(f"{item.file}: left as it is, because of its problems.")
        else:
            yield Text(f"{item.file}: {'upgraded' if item.is_written else 'would be upgraded; write it with --write'}.")
        rows = [("problem", problem) for problem in item.problems]
        rows += [("not kept", sentence) for sentence in item.dropped]
        if rows:
            yield Table(("", "what"), tuple(rows), "")
