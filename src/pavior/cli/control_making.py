"""`pavior control new`, `test` and `fetch`: controls of one's own. Needs no server."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click
from msgspec import Struct

from pavior.cli.answer import ANSWER_IS_NO, Answer, Part, Table, Text
from pavior.cli.launcher import Launcher
from pavior.cli.verb import OpenVerb
from pavior.kernel.errors import MissingError
from pavior.policy.model import Control

if TYPE_CHECKING:
    from pavior.content.cases import Trial

_ID = re.compile(r"[a-z0-9-]+")
_PUBLIC_FILES = "it reads and writes files that you can read and write anyway."


class Begun(Struct, frozen=True):
    """A control that was begun."""

    control: str
    folder: str


@click.command(
    "new", cls=OpenVerb, public_because=_PUBLIC_FILES, example="pavior control new acme-logs --view LogGroup"
)
@click.argument("control_id", metavar="ID")
@click.option("--view", metavar="VIEW", required=True, help="What its rule reads, such as ObjectStore.")
@click.option(
    "--into",
    metavar="FOLDER",
    type=click.Path(path_type=Path),
    default=".",
    help="The folder that is to hold it, such as that of a pack.",
)
def new_control(launcher: Launcher, control_id: str, view: str, into: Path, is_json: bool) -> Answer:  # noqa: ARG001 - every open verb takes it
    """Begin a control: its description, a rule that knows nothing yet, and cases that fail until they are written."""
    from pavior.content.scaffolding import begin_control

    folder = begin_control(control_id, view, into)
    told = f"{folder} is begun. Write a case that fails first, then the rule, then: pavior control test {folder}"
    return Answer(Begun(control_id, str(folder)), (Text(told),))


@click.command("test", cls=OpenVerb, public_because=_PUBLIC_FILES, example="pavior control test policy/acme")
@click.argument("target", metavar="[FOLDER|ID]", default=".")
def test_controls(launcher: Launcher, target: str, is_json: bool) -> Answer:  # noqa: ARG001 - the same
    """Run all cases of a pack, of one control's folder, or of a control by its id; exit status 1 when one is wrong.

    Rules in the folder are programs, and run with your rights.
    """
    from pavior.content.cases import CaseReaders, try_control

    tools = launcher.check_tools()
    readers = CaseReaders(
        lambda files, variables, sensitive: tools.read_source(files, variables, sensitive, {}), tools.read_manifests
    )
    trials = tuple((folder, try_control(folder, item, readers)) for folder, item in _find_controls(target))
    is_good = all(trial.is_good for _, trial in trials)
    parts = [part for folder, trial in trials for part in _told(folder, trial)]
    parts.append(Text("All is as it should be." if is_good else "No: not all is as it should be."))
    return Answer([trial for _, trial in trials], tuple(parts), 0 if is_good else ANSWER_IS_NO)


def _find_controls(target: str) -> list[tuple[Path, Control]]:
    """Each control with its folder; those of a folder are run as one's own."""
    from pavior.content.loading import CONTROLS_FOLDER, DESCRIPTION_FILE, load_control, load_own_control
    from pavior.content.packs import PACK_FILE, load_pack, own_folders

    folder = Path(target)
    if (folder / PACK_FILE).is_file():
        return [(folder / item.id.replace("-", "_"), item) for item in load_pack(folder, is_run=True).controls]
    if (folder / DESCRIPTION_FILE).is_file():
        return [(folder, load_own_control(folder.absolute()))]
    builtin = CONTROLS_FOLDER / target.replace("-", "_")
    if not folder.is_dir() and _ID.fullmatch(target) and (builtin / DESCRIPTION_FILE).is_file():
        return [(builtin, load_control(builtin))]
    if not folder.is_dir():
        raise MissingError(
            "control-missing",
            f"There is neither a folder nor a control {target[:80]}.",
            fix="Give the folder of a pack or of a control, or an id out of: pavior control list --pack pavior.",
        )
    found = [(path, load_own_control(path)) for path in own_folders(folder) if (path / DESCRIPTION_FILE).is_file()]
    if not found:
        raise MissingError(
            "control-missing",
            f"There is no control in {folder}, so nothing was tried.",
            fix="Begin one with: pavior control new ID --view VIEW.",
        )
    return found


def _told(folder: Path, trial: "Trial") -> Iterator[Part]:
    good = sum(not item.problems for item in trial.results)
    yield Text(f"{trial.control}: {good} of {len(trial.results)} cases are as they should be.")
    lacking = tuple((str(folder), "", "", lack) for lack in trial.lacks)
    wrong = tuple(
        (
            str(folder / item.file),
            item.expected.value,
            ", ".join(dict.fromkeys(verdict.outcome.value for verdict in item.verdicts)) or "nothing",
            problem,
        )
        for item in trial.results
        for problem in item.problems
    )
    if lacking or wrong:
        yield Table(("where", "expected", "got", "what"), (*lacking, *wrong), "")


class Fetched(Struct, frozen=True):
    """One pack of a repository.

    Args:
        is_new: False when it was there already; it was verified again.
    """

    repository: str
    commit: str
    is_new: bool


@click.command(
    "fetch",
    cls=OpenVerb,
    public_because="it does what git fetch would do for you anyway.",
    example="pavior control fetch",
)
@click.option(
    "--operator", "is_of_operator", is_flag=True, help="Those of the file that PAVIOR_CONTROLS names, not pavior.yaml."
)
def fetch_packs(launcher: Launcher, is_of_operator: bool, is_json: bool) -> Answer:  # noqa: ARG001 - the same
    """Fetch the packs that pavior.yaml names by repository and commit; nothing else ever downloads one.

    Each is proven to be that commit, and kept beside the file in .pavior/packs. Fetching runs none of it.
    """
    tools = launcher.check_tools()
    chosen = tools.read_operator() if is_of_operator else tools.read_configuration(Path())
    if chosen.file is None:
        raise MissingError(
            "configuration-missing",
            "PAVIOR_CONTROLS names no file." if is_of_operator else "There is no pavior.yaml here or above.",
            fix="Write one that names a pack; docs/guides/own-controls.md shows how.",
        )
    fetched = tuple(
        Fetched(source.repository, source.commit, tools.fetch_pack(source, chosen.file.parent))
        for source in chosen.packs
        if source.folder is None
    )
    rows = tuple(
        (item.repository, item.commit[:12], "fetched" if item.is_new else "was there, and is that commit")
        for item in fetched
    )
    return Answer(fetched, (Table(("repository", "commit", "now"), rows, "It names no pack of a repository."),))
