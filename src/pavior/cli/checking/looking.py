"""Reads what was asked for, and asks the controls: Terraform, manifests, a state or a plan. Needs no server."""

import posixpath
import re
from pathlib import Path

from msgspec import structs

from pavior.cli.checking.given_variables import declared_somewhere
from pavior.cli.checking.kustomizations import Kustomizations, kustomization_files, read_kustomizations
from pavior.cli.checking.narrowing import prepare_aside
from pavior.cli.checking.recognising import PLAN, STATE, recognise
from pavior.cli.checking.rendered_charts import at_templates, render_all, without_templates
from pavior.cli.checking.report import MANIFESTS, CheckReport, Looked, Problem, find_waiver_of, found_others, weigh_all
from pavior.cli.checking.request import CheckRequest, GivenVariables
from pavior.cli.checking.settling import Settled, settle
from pavior.cli.checking.source_files import (
    ManifestFiles,
    StackFiles,
    find_manifests,
    find_stacks,
    is_manifest,
    is_read_too,
    unreadable,
)
from pavior.cli.checking.standard_input import STANDARD_INPUT, read_standard_input
from pavior.cli.launcher import CheckTools
from pavior.kernel.errors import InvalidError, MissingError
from pavior.kernel.verdicts import Phase, Position
from pavior.policy.evaluation import evaluate
from pavior.policy.model import Control
from pavior.resources.model import READ_AS_MEANT, Resource, ResourceGraph, Skipped

# How a state begins: the file itself, and what `show -json` prints of it. A plan has other objects first.
_STATE = re.compile(rb'\s*\{\s*"version"\s*:|\s*\{[^{]*"values"\s*:')


def check_path(request: CheckRequest, tools: CheckTools) -> CheckReport:
    """Check a folder with Terraform and Kubernetes manifests, one file of it, a state, or a plan as JSON.

    Args:
        tools: Readers and controls.

    Raises:
        InvalidError, MissingError: As `settle` and `look`.
        PaviorError: As `prepare_aside`.
        UnavailableError: `file-not-written`, `storage-full`.
    """
    settled = settle(request, tools)
    # A mistake in what was asked is told before anything is looked at.
    find_aside = prepare_aside(
        settled.request,
        tools,
        settled.own.controls,
        lambda other: look(settled.as_it_was(other, tools), tools),
        find_waiver_of(settled),
    )
    phase, looked = look(settled, tools)
    return weigh_all(settled, phase, looked, find_aside(phase, looked))


def look(settled: Settled, tools: CheckTools) -> tuple[Phase, list[Looked]]:
    """What the controls say of all that is at the path, before it is weighed.

    Raises:
        MissingError: `path-missing`.
        InvalidError: `nothing-to-check`, `check-unreadable`, `manifest-unreadable`, `check-source-without-plan`,
            `check-source-ambiguous`, and what `read_plan` and `read_state` raise.
    """
    request, controls = settled.request, settled.own.controls
    path, source = request.path, request.source
    is_stream = str(path) == STANDARD_INPUT
    if is_stream:
        path, content = read_standard_input()
    else:
        content = _read_file(path) if path.is_file() else b""
    kind = recognise(path.name, content) if content else None
    if kind not in (None, PLAN, STATE) and not is_read_too(path.name, content, kind):
        return Phase.CODE, [found_others([(str(path), kind)])]
    is_source = (
        not (is_stream or path.is_file()) or path.name.endswith((".tf", ".tf.json")) or is_manifest(path.name, content)
    )
    is_state = not is_source and (".tfstate" in path.suffixes or _STATE.match(content) is not None)
    is_plan = not is_source and not is_state
    if source is not None and not is_plan:
        raise InvalidError(
            "check-source-without-plan",
            f"--source belongs to a plan, and {path} is none.",
            fix="Leave --source out, or give a plan made with: terraform show -json PLANFILE.",
        )
    if request.given.names and not is_source and source is None:
        raise InvalidError(
            "check-variables-without-source",
            f"--var and --var-file belong to Terraform source, and {path} is none.",
            fix="Leave them out: a plan and a state have the values in them.",
        )
    if is_state:
        graph = tools.read_state(content)
        return Phase.LIVE, [Looked(evaluate(graph, controls, Phase.LIVE), graph)]
    if is_plan:
        return Phase.PLAN, [_check_plan(content, request, tools, controls)]
    return Phase.CODE, _check_stream(path, content, tools, controls) if is_stream else _check_source(settled, tools)


def _read_file(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise unreadable(path, error) from error


def _check_plan(content: bytes, request: CheckRequest, tools: CheckTools, controls: tuple[Control, ...]) -> Looked:
    graph = tools.read_plan(content)
    source, given = request.source, request.given
    if source is not None:
        from pavior.resources.join import join

        stack = only_stack(source)
        # Strictly: a plan that is joined with half of its source would only seem to be known.
        written = tools.read_source(stack.files, given.texts, frozenset(), given.files)
        graph = join(graph, _placed(written, source, stack.skipped))
    return Looked(evaluate(graph, controls, Phase.PLAN), graph)


def _check_stream(path: Path, content: bytes, tools: CheckTools, controls: tuple[Control, ...]) -> list[Looked]:
    rest = Skipped(".", "only what came on standard input was looked at")
    return [_check_manifest(path, ManifestFiles({path.name: content}, (rest,)), tools, controls, is_stream=True)]


def _check_source(settled: Settled, tools: CheckTools) -> list[Looked]:
    path, given = settled.request.path, settled.request.given
    if not path.is_file():
        return _check_folder(settled, tools)
    # What was named itself is looked at, whatever the file excludes.
    controls = settled.own.controls
    files = {path.name: _read_file(path)}
    # What it lacks may stand in the next file, so absence proves nothing.
    rest = Skipped(".", f"only {path.name} of this folder was asked for")
    if not path.name.endswith((".tf", ".tf.json")):
        return [_check_manifest(path, ManifestFiles(files, (rest,)), tools, controls)]
    return [_check_stack(path.parent, StackFiles(".", files, (rest,)), given, tools, controls)]


def _check_folder(settled: Settled, tools: CheckTools) -> list[Looked]:
    path, given = settled.request.path, settled.request.given
    if not path.is_dir():
        raise _odd(path) if path.exists() else _missing(path)
    controls, exclusions = settled.own.controls, settled.exclusions
    stacks = find_stacks(path, exclusions.find)
    looked = declared_somewhere([_check_stack(path, stack, given, tools, controls) for stack in stacks], given)
    manifests = find_manifests(path, exclusions.find)
    charts = render_all(path, manifests.charts, tools.render_chart)
    manifests = without_templates(manifests, charts)
    kustomized = Kustomizations()
    if named := kustomization_files(manifests.files):
        kustomized = read_kustomizations(tools.read_manifests(named), manifests.files)
    may_hold_more = bool(charts.others) or kustomized.may_hold_more
    others = (*manifests.others, *charts.others, *kustomized.others)
    files = {name: body for name, body in manifests.files.items() if name not in kustomized.patches}
    if files or charts.files or manifests.skipped:
        graph = at_templates(tools.read_manifests({**files, **charts.files}), charts)
        graph = structs.replace(graph, complete=graph.complete and not may_hold_more)
        # YAML of others alone is nothing that anybody asked to check.
        if looked or graph.resources or not graph.complete or manifests.skipped or others:
            looked.append(_check_manifests(path, graph, manifests, controls, charts.remarks))
    if others:
        placed = [(_seen_from_here(path, name), kind) for name, kind in others]
        looked.append(found_others(placed, may_hold_more=may_hold_more))
    if not looked:
        raise _nothing(path, sum(item.files for item in exclusions.told()))
    return looked


def _check_manifest(
    path: Path,
    manifest: ManifestFiles,
    tools: CheckTools,
    controls: tuple[Control, ...],
    *,
    is_stream: bool = False,
) -> Looked:
    graph = tools.read_manifests(manifest.files)
    if not graph.resources and not graph.complete:
        raise InvalidError(
            "manifest-unreadable",
            f"{path} cannot be read as a Kubernetes manifest: {graph.skipped[0].why}.",
            fix="Correct it; a template is rendered first, as with: helm template CHART.",
        )
    if not graph.resources:
        raise _nothing_streamed() if is_stream else _nothing(path)
    return _check_manifests(path.parent, graph, manifest, controls)


def _check_manifests(
    root: Path,
    graph: ResourceGraph,
    manifests: ManifestFiles,
    controls: tuple[Control, ...],
    remarks: tuple[Skipped, ...] = (),
) -> Looked:
    is_complete = graph.complete and not manifests.skipped
    unread = (*graph.skipped, *manifests.skipped, *remarks)
    placed = _placed(structs.replace(graph, skipped=(), complete=is_complete), root, unread)
    # What somebody chose to exclude is no gap in what was read, and may hold what seems to be absent.
    asked = structs.replace(placed, complete=is_complete and manifests.is_all)
    return Looked(evaluate(asked, controls, Phase.CODE), placed, MANIFESTS)


def _missing(path: Path) -> MissingError:
    return MissingError(
        "path-missing",
        f"There is no {path}.",
        fix="Give a folder with Terraform or Kubernetes manifests, or a plan as JSON.",
    )


def _odd(path: Path) -> InvalidError:
    # Reading it might never end.
    return InvalidError(
        "check-unreadable",
        f"{path} is neither a file nor a folder.",
        fix="Give its content on standard input: pavior check - < FILE.",
    )


def _nothing(path: Path, excluded: int = 0) -> InvalidError:
    if excluded:
        return InvalidError(
            "nothing-to-check",
            f"All {excluded} files at or below {path} are excluded by pavior.yaml, so nothing was checked.",
            fix="Take the line that excludes them out, or name one of the files itself.",
        )
    return InvalidError(
        "nothing-to-check",
        f"There is no Terraform and no Kubernetes manifest at or below {path}, so nothing was checked.",
        fix="Give the folder that holds the files, or a plan made with: terraform show -json PLANFILE.",
    )


def _nothing_streamed() -> InvalidError:
    return InvalidError(
        "nothing-to-check",
        "There is no plan, no state and no Kubernetes manifest on standard input, so nothing was checked.",
        fix="Terraform source is checked where it lies: pavior check FOLDER.",
    )


def only_stack(source: Path) -> StackFiles:
    """The stack at `source`.

    Raises:
        InvalidError: `check-source-ambiguous`, `nothing-to-check`.
        MissingError: `path-missing`.
    """
    if not source.is_dir():
        raise _missing(source)
    stacks = find_stacks(source)
    if not stacks:
        raise _nothing(source)
    found = [stack for stack in stacks if stack.folder == "."] or list(stacks)
    if len(found) > 1:
        raise InvalidError(
            "check-source-ambiguous",
            f"{source} holds {len(found)} stacks, and a plan is made of one.",
            fix=f"Name the folder that Terraform was started in, for example {source / found[0].folder}.",
        )
    return found[0]


def _check_stack(
    root: Path, stack: StackFiles, given: GivenVariables, tools: CheckTools, controls: tuple[Control, ...]
) -> Looked:
    problems: tuple[Problem, ...] = ()
    try:
        graph = tools.read_source(stack.files, given.texts, frozenset(), given.files, is_lenient=True)
    except InvalidError as error:
        # What can be read is checked all the same; what cannot makes the answer a no.
        where = "" if root == Path() else f"In {root}: "
        problems = (Problem(error.code, where + error.summary, error.fix),)
        graph = tools.read_source_tolerantly(stack.files, given.texts, frozenset(), given.files, is_lenient=True)
    is_complete = graph.complete and not problems and not stack.skipped
    placed = structs.replace(_placed(graph, root, stack.skipped), complete=is_complete)
    return Looked(evaluate(placed, controls, Phase.CODE), placed, stack.folder, problems)


def _placed(graph: ResourceGraph, root: Path, unread: tuple[Skipped, ...]) -> ResourceGraph:
    """With positions as seen from where the person stands, so that an editor can open them; and what was not read."""
    seen: dict[str, str] = {}

    def moved(position: Position) -> Position:
        path = seen.get(position.path)
        if path is None:
            path = seen[position.path] = _seen_from_here(root, position.path)
        if path == position.path:
            return position
        return Position(path, position.line, position.end_line, position.column)

    def placed(resource: Resource) -> Resource:
        return structs.replace(
            resource,
            position=moved(resource.position) if resource.position else None,
            attribute_positions={name: moved(place) for name, place in resource.attribute_positions.items()},
            ways=tuple(map(placed, resource.ways)),
        )

    return structs.replace(
        graph,
        resources=tuple(map(placed, graph.resources)),
        skipped=(
            *(_placed_remark(root, item) for item in graph.skipped),
            *(structs.replace(item, subject=_seen_from_here(root, item.subject)) for item in unread),
        ),
    )


def _placed_remark(root: Path, item: Skipped) -> Skipped:
    # The subjects of others may also be addresses.
    is_place = item.kind == READ_AS_MEANT
    return structs.replace(item, subject=_seen_from_here(root, item.subject)) if is_place else item


def _seen_from_here(root: Path, path: str) -> str:
    return posixpath.normpath(posixpath.join(root.as_posix(), path))
