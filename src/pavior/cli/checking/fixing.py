"""Edits of source that make failing resources pass: each proven on a copy before anybody is asked, and again on disk.

An edit counts only when the control that failed passes afterwards, no verdict that was a pass is anything else, and no
value but the one that was written has changed, in any stack that reads the file.
"""

import posixpath
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from pavior.cli.checking.exclusions import Exclusions
from pavior.cli.checking.report import CheckReport
from pavior.cli.checking.request import CheckRequest, GivenVariables
from pavior.cli.checking.source_files import StackFiles, find_stacks
from pavior.cli.launcher import CheckTools
from pavior.kernel.errors import InvalidError
from pavior.kernel.verdicts import Outcome, Phase, Position, Verdict
from pavior.policy.evaluation import evaluate
from pavior.policy.model import Control, Fix
from pavior.resources.fixing import WantedAttribute
from pavior.resources.model import READ_AS_MEANT, Resource, ResourceGraph, Skipped

# In one stack. Each that cannot be proven together with others costs some more readings of all of it.
MOST_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Repair:
    """One failure, and the attribute that mends it.

    Args:
        path: Of the file that the resource stands in, relative to the folder that was checked.
        why_not: Why it is left to a person; empty when it can be written.
    """

    control: str
    subject: str
    path: str
    attribute: str
    value: bool | int | str
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class Repairs:
    """What can be written, and what is left to a person.

    Args:
        root: Folder that paths are relative to.
        before: Content of each file that changes, as it was read.
        after: The same files with the edits.
    """

    root: Path
    done: tuple[Repair, ...]
    left: tuple[Repair, ...]
    before: Mapping[str, bytes] = field(repr=False)
    after: Mapping[str, bytes] = field(repr=False)


def plan_repairs(request: CheckRequest, report: CheckReport, tools: CheckTools) -> Repairs:
    """Everything of `report` that stops or warns and that its control says how to write.

    Raises:
        InvalidError: `fix-without-source` for a plan or a state.
    """
    if report.phase is not Phase.CODE:
        raise InvalidError(
            "fix-without-source",
            f"{request.path} is a {report.phase.value}, and only Terraform source is edited.",
            fix="Check the folder with the source, or leave --fix out.",
        )
    root = request.path if request.path.is_dir() else request.path.parent
    stacks = _stacks(request, tools)
    bench = _Bench(tools, report.controls, stacks, request.given)
    told = {(item.control, item.subject, _file(item.position)) for item in (*report.denials, *report.warnings)}
    done: list[Repair] = []
    left: list[Repair] = []
    for stack in stacks:
        failures = [
            repair
            for verdict, repair in bench.failures(stack)
            if (verdict.control, verdict.subject, seen_from(root, _file(verdict.position))) in told
        ]
        bench.repair(stack, failures[:MOST_AT_ONCE], done, left)
        left.extend(
            _left(item, f"it is beyond the first {MOST_AT_ONCE}; ask again") for item in failures[MOST_AT_ONCE:]
        )
    changed = {path: body for path, body in bench.edited.items() if body != bench.original[path]}
    return Repairs(root, tuple(done), tuple(left), {path: bench.original[path] for path in changed}, changed)


def _stacks(request: CheckRequest, tools: CheckTools) -> tuple[StackFiles, ...]:
    """Those that were checked: what is excluded is not edited, and makes no other stack of a module that it calls."""
    if request.path.is_dir():
        return find_stacks(request.path, Exclusions(tools.read_configuration(request.path), request.path).find)
    if not request.path.name.endswith(".tf"):
        return ()
    return (StackFiles(".", {request.path.name: request.path.read_bytes()}),)


class _Overlaid(Mapping[str, bytes]):
    """Files, some of which are edited."""

    def __init__(self, files: Mapping[str, bytes], edited: Mapping[str, bytes]) -> None:
        self._files = files
        self._edited = {path: body for path, body in edited.items() if path in files}

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)

    def __getitem__(self, path: str) -> bytes:
        return self._edited[path] if path in self._edited else self._files[path]


class _Bench:
    """The files as far as they are edited, and what the controls say of them."""

    def __init__(
        self, tools: CheckTools, controls: tuple[Control, ...], stacks: Sequence[StackFiles], given: GivenVariables
    ) -> None:
        self._tools = tools
        self._given = given
        self._controls = controls
        self._fixes: Mapping[str, Fix] = {item.id: item.fix for item in controls if item.fix is not None}
        self._stacks = stacks
        self._asked: dict[str, tuple[ResourceGraph, tuple[Verdict, ...]]] = {}
        self.edited: dict[str, bytes] = {}
        self.original: dict[str, bytes] = {}

    def failures(self, stack: StackFiles) -> list[tuple[Verdict, Repair]]:
        """What fails in a stack and could be mended by one attribute, one for each."""
        graph, verdicts = self._ask(stack)
        found = {item.address: item for item in graph.resources}
        return [
            (verdict, _repair(verdict, found[verdict.subject], fix))
            for verdict in verdicts
            if verdict.outcome is Outcome.FAILED
            and (fix := self._fixes.get(verdict.control)) is not None
            and found[verdict.subject].type in fix.types
        ]

    def repair(self, stack: StackFiles, wanted: Sequence[Repair], done: list[Repair], left: list[Repair]) -> None:
        """Write them; what cannot be proven together is tried in halves, so that one does not spoil the others."""
        if not wanted:
            return
        why_not = self._try(stack, wanted, left)
        tried = [item for item in wanted if not any(_is_same(item, other) for other in left)]
        if not why_not:
            done.extend(tried)
        elif len(tried) > 1:
            middle = len(tried) // 2
            self.repair(stack, tried[:middle], done, left)
            self.repair(stack, tried[middle:], done, left)
        else:
            left.extend(_left(item, why_not) for item in tried)

    def _try(self, stack: StackFiles, wanted: Sequence[Repair], left: list[Repair]) -> str:
        """Why the edits do not count, or empty when they now stand in `edited`."""
        asked = {item: WantedAttribute(item.subject, item.attribute, item.value) for item in wanted}
        files = _Overlaid(stack.files, self.edited)
        written = self._tools.write_attributes(files, stack.folder, tuple(dict.fromkeys(asked.values())))
        left.extend(_left(item, written.refused[name]) for item, name in asked.items() if name in written.refused)
        if not written.files:
            return ""
        edited = {**self.edited, **written.files}
        tried = [item for item, name in asked.items() if name not in written.refused]
        graph, _ = self._ask(stack)
        places = {item.address: item.position for item in graph.resources}
        named = {(places[item.subject], item.attribute) for item in tried}
        for other in self._stacks:
            if not written.files.keys().isdisjoint(other.files):
                why_not = self._why_not(other, edited, named, tried if other is stack else [])
                if why_not:
                    return why_not
        for path in written.files:
            self.original.setdefault(path, stack.files[path])
        self.edited = edited
        self._asked.clear()
        return ""

    def _why_not(
        self,
        stack: StackFiles,
        edited: Mapping[str, bytes],
        named: Collection[tuple[Position | None, str]],
        tried: Sequence[Repair],
    ) -> str:
        """Why an edit does not count, or empty.

        Args:
            named: Place of each block, which may make several resources, and the attribute that it is to have.
            tried: What is to pass in this stack.
        """
        graph, verdicts = self._ask(stack)
        new_graph, new_verdicts = self._judge(stack, edited)
        before, after = ({item.address: item for item in one.resources} for one in (graph, new_graph))
        is_other = graph.complete != new_graph.complete or _unread(graph) != _unread(new_graph)
        if before.keys() != after.keys() or is_other:
            return "writing it would change what else is read"
        for address, resource in after.items():
            was = before[address]
            for name in was.values.keys() | resource.values.keys():
                if was.values.get(name) != resource.values.get(name) and (was.position, name) not in named:
                    return f"writing it would change {address} as well"
        answers = {(item.control, item.subject): item.outcome for item in new_verdicts}
        for item in tried:
            if answers.get((item.control, item.subject)) is not Outcome.PASSED:
                return "the control does not pass with it either"
        for verdict in verdicts:
            now = answers.get((verdict.control, verdict.subject))
            if verdict.outcome is Outcome.PASSED and now is not Outcome.PASSED:
                return f"{verdict.control} would not pass on {verdict.subject} any more"
        return ""

    def _ask(self, stack: StackFiles) -> tuple[ResourceGraph, tuple[Verdict, ...]]:
        """As the files are edited so far."""
        if stack.folder not in self._asked:
            self._asked[stack.folder] = self._judge(stack, self.edited)
        return self._asked[stack.folder]

    def _judge(self, stack: StackFiles, edited: Mapping[str, bytes]) -> tuple[ResourceGraph, tuple[Verdict, ...]]:
        files = _Overlaid(stack.files, edited)
        graph = self._tools.read_source_tolerantly(
            files, self._given.texts, frozenset(), self._given.files, is_lenient=True
        )
        return graph, evaluate(graph, self._controls, Phase.CODE).verdicts


def _unread(graph: ResourceGraph) -> tuple[Skipped, ...]:
    # What Terraform refuses may be what an edit mends, and stands on other lines after it.
    return tuple(item for item in graph.skipped if item.kind != READ_AS_MEANT)


def _left(item: Repair, why_not: str) -> Repair:
    return replace(item, why_not=why_not)


def _is_same(one: Repair, other: Repair) -> bool:
    return (one.control, one.subject, one.path) == (other.control, other.subject, other.path)


def _repair(verdict: Verdict, resource: Resource, fix: Fix) -> Repair:
    return Repair(verdict.control, verdict.subject, _file(resource.position), fix.attribute, fix.value)


def _file(position: Position | None) -> str:
    return position.path if position is not None else ""


def seen_from(root: Path, path: str) -> str:
    """As `looking` shows paths."""
    return posixpath.normpath(posixpath.join(root.as_posix(), path))
