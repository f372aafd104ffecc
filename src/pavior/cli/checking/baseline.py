"""A file of failures that were known before, so that only new ones stop a check.

It holds control, subject and file of each, and no value, line or time: neither a line that moves nor a run at another
hour changes it, and it can be read in a review. It is no waiver: nobody approved it, and a gate does not know it.
"""

import json
import os
import posixpath
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from pavior.cli.checking.aside import BaselineUse
from pavior.cli.checking.replacing import replace_file
from pavior.cli.checking.report import Looked
from pavior.cli.checking.request import CheckRequest
from pavior.kernel.errors import InvalidError
from pavior.kernel.verdicts import Outcome, Phase
from pavior.policy.waivers import FindWaiver

FORMAT, VERSION = "pavior-baseline", 1
_LARGEST_BYTES = 50_000_000
_SHOWN_IDS = 5


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """One failure.

    Args:
        path: File of the subject relative to the folder of the baseline; empty when a plan or state tells none.
    """

    control: str
    path: str
    subject: str


@dataclass(frozen=True, slots=True)
class Baseline:
    """The failures of a file. Two stacks that call one module may have the same one, so it can be there twice."""

    file: Path
    entries: "Counter[Entry]"


@dataclass(frozen=True, slots=True)
class Matched:
    """What of a baseline occurs now.

    Args:
        known: Places, among all verdicts, of failures that it knows.
        gone: Entries of what was looked at that occur no more.
        not_seen: Entries about which this check cannot tell anything.
    """

    known: frozenset[int]
    gone: "Counter[Entry]"
    not_seen: "Counter[Entry]"


def read_baseline(file: Path, control_ids: Iterable[str]) -> Baseline:
    """What `file` holds.

    Raises:
        InvalidError: `baseline-unreadable`: there is none, it is none, it is of a newer version, or it names a control
            that is not among `control_ids`.
    """
    entries = _read_entries(file)
    unknown = sorted({entry.control for entry in entries} - set(control_ids))
    if unknown:
        more = f" and {len(unknown) - _SHOWN_IDS} more" if len(unknown) > _SHOWN_IDS else ""
        raise _unreadable(
            file, f"it names controls that this Pavior does not have: {', '.join(unknown[:_SHOWN_IDS])}{more}"
        )
    return Baseline(file, entries)


def match(
    baseline: Baseline,
    request: CheckRequest,
    phase: Phase,
    looked: Sequence[Looked],
    not_changed: frozenset[int] = frozenset(),
) -> Matched:
    """Find what the baseline knows among the verdicts.

    Only what *failed* is matched. That a rule broke, or that nothing is known, is news although the same subject failed
    before: whoever accepted a failure that he had seen has not accepted one that nobody can see.

    A file that was renamed keeps its entries: one of a file that is no more, or that stands in the same folder, is
    matched by control and subject.

    Args:
        not_changed: Places of what did not change: of two stacks with the same failure it is the one that was known.
    """
    left = Counter(baseline.entries)
    known: set[int] = set()
    waiting: list[tuple[int, Entry]] = []
    failures = sorted(_failures(baseline.file, looked), key=lambda item: item[0] not in not_changed)
    for place, entry in failures:
        if left[entry] > 0:
            left[entry] -= 1
            known.add(place)
        else:
            waiting.append((place, entry))
    by_subject: dict[tuple[str, str], list[Entry]] = {}
    for entry in sorted(left.elements()):
        by_subject.setdefault((entry.control, entry.subject), []).append(entry)
    for place, entry in waiting:
        candidates = by_subject.get((entry.control, entry.subject), [])
        moved = next((item for item in candidates if _may_have_moved(baseline.file, item, entry)), None)
        if moved is not None:
            candidates.remove(moved)
            left[moved] -= 1
            known.add(place)
    return _sorted_out(baseline.file, frozenset(known), left, request, phase, looked)


def write_baseline(
    file: Path, request: CheckRequest, phase: Phase, looked: Sequence[Looked], find_waiver: FindWaiver = lambda _: ""
) -> tuple[Baseline, BaselineUse]:
    """Let `file` know every failure, whatever its level; entries about which this check cannot tell are kept.

    What a waiver excuses is left out: it has an end, and would be known for ever.

    Raises:
        InvalidError: `baseline-unreadable` when something else is there already, which is left alone.
        UnavailableError: `file-not-written`, `storage-full`.
    """
    failures = dict(_failures(file, looked, find_waiver))
    entries = Counter(failures.values())
    gone = kept = 0
    if os.path.lexists(file):
        old = match(Baseline(file, _read_entries(file)), request, phase, looked)
        entries += old.not_seen
        gone, kept = old.gone.total() + len(old.known - failures.keys()), old.not_seen.total()
    lines = [json.dumps({"format": FORMAT, "version": VERSION})]
    lines += [json.dumps(asdict(entry)) for entry in sorted(entries.elements())]
    replace_file(file, ("\n".join(lines) + "\n").encode())
    return Baseline(file, entries), BaselineUse(str(file), entries.total(), gone, is_written=True, kept=kept)


def _sorted_out(
    file: Path,
    known: frozenset[int],
    left: "Counter[Entry]",
    request: CheckRequest,
    phase: Phase,
    looked: Sequence[Looked],
) -> Matched:
    outcomes: dict[tuple[str, str], set[Outcome]] = {}
    for item in looked:
        for verdict in item.evaluation.verdicts:
            outcomes.setdefault((verdict.control, verdict.subject), set()).add(verdict.outcome)
    is_complete = all(item.is_complete for item in looked)
    gone: Counter[Entry] = Counter()
    not_seen: Counter[Entry] = Counter()
    for entry in left.elements():
        now = outcomes.get((entry.control, entry.subject), set())
        is_told = not now & {Outcome.UNKNOWN, Outcome.ERRORED} and (is_complete or Outcome.PASSED in now)
        where = gone if is_told and _is_in_scope(file, entry, request, phase) else not_seen
        where[entry] += 1
    return Matched(known, gone, not_seen)


def _failures(file: Path, looked: Sequence[Looked], find_waiver: FindWaiver = lambda _: "") -> list[tuple[int, Entry]]:
    found = []
    place = 0
    folder = file.parent.resolve()
    relative: dict[str, str] = {"": ""}
    for item in looked:
        paths = {resource.address: resource.position.path for resource in item.graph.resources if resource.position}
        for verdict in item.evaluation.verdicts:
            if verdict.outcome is Outcome.FAILED and not find_waiver(verdict):
                path = paths.get(verdict.subject, "")
                if path not in relative:
                    relative[path] = Path(os.path.relpath(Path(path).resolve(), folder)).as_posix()
                found.append((place, Entry(verdict.control, relative[path], verdict.subject)))
            place += 1
    return found


def _may_have_moved(file: Path, old: Entry, new: Entry) -> bool:
    if not old.path or not new.path:
        return False
    # Within one folder an address means one thing, whichever file it stands in.
    return posixpath.dirname(old.path) == posixpath.dirname(new.path) or not (file.parent / old.path).exists()


def _is_in_scope(file: Path, entry: Entry, request: CheckRequest, phase: Phase) -> bool:
    """Whether this check looked where the entry is from."""
    if not entry.path:
        return phase is not Phase.CODE
    root = request.path if phase is Phase.CODE else request.source
    if root is None:
        return False
    return (file.parent / entry.path).resolve().is_relative_to(root.resolve())


def _read_entries(file: Path) -> "Counter[Entry]":
    try:
        with file.open("rb") as stream:
            body = stream.read(_LARGEST_BYTES + 1)
    except OSError as error:
        raise _unreadable(file, f"it cannot be read: {error.strerror or type(error).__name__}") from error
    if len(body) > _LARGEST_BYTES:
        raise _unreadable(file, f"it has more than {_LARGEST_BYTES} bytes")
    try:
        first, *rest = body.decode("utf-8-sig").split("\n")
    except UnicodeDecodeError:
        raise _unreadable(file, "it is no text in UTF-8") from None
    head = _parsed(first)
    if not isinstance(head, dict) or head.get("format") != FORMAT or type(head.get("version")) is not int:
        raise _unreadable(file, f'its first line is not {{"format": "{FORMAT}", "version": {VERSION}}}')
    if head["version"] != VERSION:
        raise _unreadable(file, f"it is of version {head['version']}, and this Pavior reads version {VERSION}")
    numbered = [(number, line) for number, line in enumerate(rest, 2) if line.strip()]
    return Counter(_read_entry(file, number, line) for number, line in numbered)


def _read_entry(file: Path, number: int, line: str) -> Entry:
    found = _parsed(line)
    names = {item.name for item in fields(Entry)}
    if (
        not isinstance(found, dict)
        or found.keys() != names
        or not all(isinstance(item, str) for item in found.values())
    ):
        raise _unreadable(file, f"line {number} is no entry with exactly {', '.join(sorted(names))}")
    return Entry(**found)


def _parsed(line: str) -> object:
    try:
        found: object = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return found


def _unreadable(file: Path, why: str) -> InvalidError:
    return InvalidError(
        "baseline-unreadable",
        f"{file} cannot be used as a baseline: {why}. Nothing was written.",
        fix="Name a file that `pavior check --write-baseline FILE` of this Pavior wrote, or write one to a new file.",
    )
