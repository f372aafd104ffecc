"""Which verdicts have to do with what changed since a commit.

A verdict has to do with it when its subject, or the resource that decided, stands on lines that changed; or when it is
another verdict than that commit would have had. The second is what finds a changed variable, an argument of a module,
or a block that was taken away: their lines are not those of the resource that fails.
"""

import posixpath
import tempfile
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path
from typing import TypeAlias

from pavior.cli.checking.report import Looked
from pavior.kernel.errors import PaviorError
from pavior.kernel.verdicts import Outcome, Phase, Position, Verdict
from pavior.resources.model import Resource

LookBefore: TypeAlias = Callable[[Path], tuple[Phase, list[Looked]]]

# What a check reads, and what Terraform source fills in most often.
ENDINGS = (".tf", ".tf.json", ".tfvars", ".tfvars.json", ".yaml", ".yml", ".json", ".tftpl", ".tpl", ".tmpl", ".txt")
# As Git has it: less in common makes no renamed file.
_LEAST_IN_COMMON = 0.5
# Told apart line by line up to here; a longer file counts as changed whole, since that comparison takes too long.
_MOST_LINES = 20_000
_WHOLE = (1, 1 << 60)


@dataclass(frozen=True, slots=True)
class Earlier:
    """What was there at the commit that changes are counted from.

    Args:
        files: Those below the folder that is looked at, by path relative to it.
        place: That folder, relative to the top of the working tree.
        settings: Every `pavior.yaml`, by path relative to that top: the one that counts may stand above the folder.
    """

    files: Mapping[str, bytes]
    place: str = ""
    settings: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Touched:
    """Lines of a file that are not as they were, counted from 1, first and last.

    Args:
        behind: Lines behind which some were taken away; 0 for the beginning.
    """

    ranges: tuple[tuple[int, int], ...] = ()
    behind: tuple[int, ...] = ()

    def meets(self, place: Position) -> bool:
        """Whether something between its first and its last line changed."""
        is_within = any(first <= place.end_line and place.line <= last for first, last in self.ranges)
        return is_within or any(place.line <= line < place.end_line for line in self.behind)


def find_unchanged(looked: Sequence[Looked], root: Path, earlier: Earlier, look: LookBefore) -> frozenset[int]:
    """Places, among all verdicts, of those that are no pass and have nothing to do with what changed.

    Args:
        root: Folder that was looked at, or that the file stands in.
        earlier: What was there below `root`.
        look: Looks at such a folder as this check looked at `root`.
    """
    before = _verdicts_before(looked, earlier, look)
    lines = _Lines(root, earlier.files)
    unchanged = set()
    place = 0
    for item in looked:
        blocks = _Blocks(item.graph.resources)
        for verdict in item.evaluation.verdicts:
            if verdict.outcome is not Outcome.PASSED and _sameness(verdict) in before[item.folder]:
                places = blocks.places(verdict)
                if not any(lines.touched(_relative(root, held.path)).meets(held) for held in places):
                    unchanged.add(place)
            place += 1
    return frozenset(unchanged)


Sameness: TypeAlias = tuple[str, str, Outcome, str, str]


def _sameness(verdict: Verdict) -> Sameness:
    """The message too: a rule that now finds another fault finds a new one."""
    return verdict.control, verdict.subject, verdict.outcome, verdict.message, verdict.attribute


def _verdicts_before(looked: Sequence[Looked], earlier: Earlier, look: LookBefore) -> Mapping[str, set[Sameness]]:
    found: dict[str, set[Sameness]] = {item.folder: set() for item in looked}
    with tempfile.TemporaryDirectory(prefix="pavior-check-") as folder:
        # Whoever looks for settings goes up to the top of a working tree.
        Path(folder, ".git").mkdir()
        place = Path(folder, earlier.place)
        _write_below(Path(folder), earlier.settings)
        _write_below(place, earlier.files)
        try:
            _, items = look(place)
        except PaviorError:
            # There was nothing, or nothing that could be read: then everything of now is new.
            return found
    for item in items:
        found.setdefault(item.folder, set()).update(map(_sameness, item.evaluation.verdicts))
    return found


def _write_below(folder: Path, files: Mapping[str, bytes]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for path, content in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


class _Blocks:
    """Where the blocks of a graph stand. Those of one file do not overlap, but one may make several resources."""

    def __init__(self, resources: Sequence[Resource]) -> None:
        self._of = {item.address: item.position for item in resources if item.position is not None}
        files: dict[str, dict[int, Position]] = {}
        for position in self._of.values():
            files.setdefault(position.path, {})[position.line] = position
        self._files = {path: [found[line] for line in sorted(found)] for path, found in files.items()}

    def places(self, verdict: Verdict) -> Iterator[Position]:
        """Where the subject stands, what decided, and the block that it stands in."""
        subject, decided = self._of.get(verdict.subject), verdict.position
        if subject is not None:
            yield subject
        if decided is not None:
            yield decided
            held = self._files.get(decided.path, [])
            before = bisect_right(held, decided.line, key=lambda position: position.line)
            if before and decided.line <= held[before - 1].end_line:
                yield held[before - 1]


def _relative(root: Path, path: str) -> str:
    return posixpath.relpath(path, root.as_posix())


class _Lines:
    """What changed in each file, told apart when it is asked for."""

    def __init__(self, root: Path, earlier: Mapping[str, bytes]) -> None:
        self._root = root
        self._earlier = earlier
        self._found: dict[str, Touched] = {}

    def touched(self, path: str) -> Touched:
        """Of the file at `path`; all of it when there was none, and none was renamed to it."""
        if path not in self._found:
            self._found[path] = self._compare(path)
        return self._found[path]

    def _compare(self, path: str) -> Touched:
        content = self._now(path)
        if content is None:
            return Touched((_WHOLE,))
        lines = _split(content)
        earlier = self._earlier.get(path)
        before = _split(earlier) if earlier is not None else self._renamed(path, lines)
        if before is None or (before != lines and max(len(before), len(lines)) > _MOST_LINES):
            return Touched((_WHOLE,))
        return compare_lines(before, lines)

    def _now(self, path: str) -> bytes | None:
        try:
            return (self._root / path).read_bytes()
        except OSError:
            return None

    def _renamed(self, path: str, lines: list[bytes]) -> list[bytes] | None:
        """The file that is no more and has most in common with this one."""
        ending = posixpath.splitext(path)[1]
        names = [name for name in self._earlier if name.endswith(ending) and not (self._root / name).exists()]
        gone = [_split(self._earlier[name]) for name in names]
        best = max(gone, key=lambda other: _in_common(other, lines), default=None)
        return best if best is not None and _in_common(best, lines) >= _LEAST_IN_COMMON else None


def compare_lines(before: Sequence[bytes], now: Sequence[bytes]) -> Touched:
    """What is not in `now` as it was `before`."""
    ranges, behind = [], []
    for kind, _, _, start, end in SequenceMatcher(None, before, now, autojunk=False).get_opcodes():
        if kind == "delete":
            behind.append(start)
        elif kind != "equal":
            ranges.append((start + 1, end))
    return Touched(tuple(ranges), tuple(behind))


def _split(content: bytes) -> list[bytes]:
    """Lines without their ends: Git may have checked them out with others."""
    return content.splitlines()


def _in_common(one: Sequence[bytes], other: Sequence[bytes]) -> float:
    shared = (Counter(one) & Counter(other)).total()
    return shared / max(len(one), len(other), 1)
