"""What a check is narrowed to: what is not in the baseline, and what changed; and how the rest of it is told."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias

from msgspec import structs

from pavior.cli.checking.aside import NOTHING_ASIDE, Aside, BaselineUse
from pavior.cli.checking.report import CheckReport, Looked
from pavior.cli.checking.request import CheckRequest, GivenVariables
from pavior.cli.launcher import CheckTools
from pavior.content.configuration import CONFIGURATION_FILE
from pavior.kernel.errors import InvalidError, MissingError
from pavior.kernel.verdicts import Outcome, Phase
from pavior.policy.model import Control
from pavior.policy.waivers import FindWaiver

Look: TypeAlias = Callable[[CheckRequest], tuple[Phase, list[Looked]]]
FindAside: TypeAlias = Callable[[Phase, Sequence[Looked]], Aside]
# Adds what a baseline knows to what is set aside already.
AddKnown: TypeAlias = Callable[[Phase, Sequence[Looked], Aside], Aside]

# What is no pass.
_ASIDE = (Outcome.FAILED, Outcome.ERRORED, Outcome.UNKNOWN)
_SHOWN_DIGITS = 12


def prepare_aside(
    request: CheckRequest, tools: CheckTools, controls: tuple[Control, ...], look: Look, find_waiver: FindWaiver
) -> FindAside:
    """Gives what sets verdicts aside once they are there.

    Args:
        look: Checks a path with the same tools and controls.
        find_waiver: Gives the id of the waiver that excuses a verdict, or nothing.

    Raises:
        InvalidError: `baseline-unreadable`, `check-options-exclude-each-other`, `changed-since-without-source`, and
            what `tools.read_earlier` raises.
        MissingError, UnavailableError: What `tools.read_earlier` raises.
    """
    if request.baseline and request.written_baseline:
        raise InvalidError(
            "check-options-exclude-each-other",
            "--baseline reads what is known, and --write-baseline says it anew.",
            fix="Give one of them.",
        )
    add_known: AddKnown | None = None
    if request.baseline:
        add_known = _reading(request.baseline, request, controls)
    if request.written_baseline:
        add_known = _writing(request.written_baseline, request, find_waiver)
    find_unchanged: FindAside | None = None
    # What is not there at all is told by whoever looks.
    if request.changed_since is not None and request.path.exists():
        find_unchanged = _comparing(request.changed_since, request, tools, look)

    def find(phase: Phase, looked: Sequence[Looked]) -> Aside:
        aside = NOTHING_ASIDE if find_unchanged is None else find_unchanged(phase, looked)
        return aside if add_known is None else add_known(phase, looked, aside)

    return find


def _reading(file: Path, request: CheckRequest, controls: tuple[Control, ...]) -> AddKnown:
    from pavior.cli.checking.baseline import match, read_baseline

    baseline = read_baseline(file, (item.id for item in controls))

    def add(phase: Phase, looked: Sequence[Looked], aside: Aside) -> Aside:
        matched = match(baseline, request, phase, looked, aside.not_changed)
        use = BaselineUse(str(file), baseline.entries.total(), matched.gone.total())
        return structs.replace(aside, known_before=matched.known, baseline=use)

    return add


def _writing(file: Path, request: CheckRequest, find_waiver: FindWaiver) -> AddKnown:
    from pavior.cli.checking.baseline import match, write_baseline

    def add(phase: Phase, looked: Sequence[Looked], aside: Aside) -> Aside:
        baseline, use = write_baseline(file, request, phase, looked, find_waiver)
        return structs.replace(aside, known_before=match(baseline, request, phase, looked).known, baseline=use)

    return add


def _comparing(since: str, request: CheckRequest, tools: CheckTools, look: Look) -> FindAside:
    from pavior.cli.checking.changed import ENDINGS, Earlier, find_unchanged

    root = request.path if request.path.is_dir() else request.path.parent
    commit, files = tools.read_earlier(root, since, ENDINGS)
    before_given = _given_before(request, tools, since)
    top = _top_of_working_tree(root)
    settings = tools.read_earlier(top, since, (CONFIGURATION_FILE,))[1]
    if request.path is not root:
        files = {name: body for name, body in files.items() if name == request.path.name}
    earlier = Earlier(files, root.resolve().relative_to(top).as_posix(), settings)

    def find(phase: Phase, looked: Sequence[Looked]) -> Aside:
        if phase is not Phase.CODE:
            raise InvalidError(
                "changed-since-without-source",
                f"{request.path} is a {phase.value}, and lines change in source.",
                fix="Check the folder with the source, or leave --changed-since out.",
            )
        name = request.path.name if request.path is not root else ""
        unchanged = find_unchanged(
            looked, root, earlier, lambda before: look(structs.replace(request, path=before / name, given=before_given))
        )
        return Aside(not_changed=unchanged, since=commit)

    return find


def _top_of_working_tree(folder: Path) -> Path:
    """The folder that holds `.git`, absolute; where none is seen, `folder` itself."""
    place = folder.resolve()
    return next((above for above in (place, *place.parents) if (above / ".git").exists()), place)


def _given_before(request: CheckRequest, tools: CheckTools, since: str) -> GivenVariables:
    """The files of values as they were: whoever changes one changes what the source says.

    One that no repository holds, or none with that commit, has no earlier state, and stays as it is.
    """
    files: dict[str, bytes] = {}
    for named, body in request.given.files.items():
        place = Path(named).resolve()
        try:
            _, earlier = tools.read_earlier(place.parent, since, (place.name,))
        except MissingError:
            files[named] = body
            continue
        if place.name in earlier:
            files[named] = earlier[place.name]
    return structs.replace(request.given, files=files)


def told_aside(report: CheckReport) -> tuple[tuple[str, str], ...]:
    """Rows of facts about what was set aside; the counts of verdicts beside them still hold it."""
    known, use = len(report.known_before), report.baseline
    told = []
    if use is not None:
        told.append(("known before", f"{known} of the verdicts that failed"))
        told.append(("baseline", _told_baseline(use)))
    if report.since:
        counts = ", ".join(f"{report.not_changed.get(outcome, 0)} {outcome.value}" for outcome in _ASIDE)
        told.append(("not changed", f"{counts}, since {report.since[:_SHOWN_DIGITS]}"))
    return tuple(told)


def _told_baseline(use: BaselineUse) -> str:
    if use.is_written:
        kept = f", {use.kept} of them from where this check did not look" if use.kept else ""
        return f"{use.file} is written: {use.entries} known{kept}; {use.gone} taken out"
    gone = f"; {use.gone} of the baseline are gone: write it anew with --write-baseline {use.file}" if use.gone else ""
    return f"{use.file}: {use.entries} known{gone}"


def told_free(report: CheckReport) -> str:
    """That nothing stops it. What was set aside may still stop a Change, since the gate asks about everything."""
    if any(report.not_changed.values()):
        return "Nothing that changed stops it. What did not change was set aside here; a gate asks about all of it."
    if report.known_before:
        return "Nothing new here stops it. What was known before is not fixed; a gate asks about all of it."
    return "Nothing here stops a Change."
