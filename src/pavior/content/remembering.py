"""Controls as they were read last time, so that a check does not read some 500 files to ask about three buckets.

As Python does with modules: beside the content, in `__pycache__`, written by whoever reads first and can write there,
and good only while every file that went into it has the size and the moment of change that it had. Rules are not in it:
each is loaded from its file when it is asked.
"""

import os
import sys
from contextlib import suppress
from importlib.util import cache_from_source
from pathlib import Path
from typing import Any

import msgspec
from msgspec import structs

from pavior.content.loading import CONTROL_FILES, CONTROLS_FOLDER, RULE_FILE, control_folders, later_rule, load_controls
from pavior.kernel.verdicts import Severity
from pavior.policy.model import Control, Fix, Level, Remediation
from pavior.policy.parameters import Parameter
from pavior.resources import views


class _Remembered(msgspec.Struct):
    """A control, with the file of its rule in the place of the rule; the fields of `policy.model.Control` in order."""

    id: str
    title: str
    view: str
    risk: str
    severity: Severity
    default_level: Level
    levels: dict[str, Level]
    remediations: tuple[Remediation, ...]
    lesson: str
    mappings: dict[str, tuple[str, ...]]
    equivalents: dict[str, tuple[str, ...]]
    version: str
    rule: str
    parameters: tuple[Parameter, ...]
    types: tuple[str, ...]
    fix: Fix | None
    owner: str
    formerly: tuple[str, ...]


class _Memory(msgspec.Struct):
    """All of them.

    Args:
        seen: Size and moment of change, in nanoseconds, of every file, in order; compared as it is written.
    """

    seen: msgspec.Raw
    controls: list[_Remembered]


_RULE = _Remembered.__struct_fields__.index("rule")


def recall_controls(folder: Path = CONTROLS_FOLDER) -> tuple[Control, ...]:
    """What `load_controls` gives; faster where nothing changed since the last time.

    Raises:
        InvalidError: `control-invalid`, naming the file. A rule that cannot be loaded is told when it is asked.
    """
    place = _place(folder)
    seen = msgspec.json.encode([_stamp(path) for path in _paths(folder)])
    memory = _recalled(place)
    if memory is not None and bytes(memory.seen) == seen:
        return tuple(map(_control, memory.controls))
    controls = load_controls(folder)
    _remember(_Memory(msgspec.Raw(seen), [_remembered(item, folder) for item in controls]), place)
    return controls


def _place(folder: Path) -> Path:
    # Where Python would keep what it compiled, PYTHONPYCACHEPREFIX respected; its tag tells versions of Python apart.
    return Path(cache_from_source(str(folder / "controls.py"))).with_suffix(".json")


def _paths(folder: Path) -> list[str]:
    """The content, and what says which views there are and of what types."""
    paths = [f"{control}/{name}" for control in control_folders(folder) for name in CONTROL_FILES]
    for place in (*views.__path__, str(Path(__file__).parent)):
        with os.scandir(place) as entries:
            paths += sorted(entry.path for entry in entries if entry.name.endswith(".py"))
    return paths


def _stamp(path: str) -> tuple[str, int, int]:
    try:
        found = os.stat(path)  # noqa: PTH116 - five hundred times: making paths of them costs more than asking
    except OSError:
        # Whoever reads it says what is wrong with it.
        return (path, -1, -1)
    return (path, found.st_size, found.st_mtime_ns)


def _recalled(place: Path) -> _Memory | None:
    # A memory that cannot be read, or is of another version, is none.
    with suppress(OSError, msgspec.MsgspecError):
        return msgspec.json.decode(place.read_bytes(), type=_Memory)
    return None


def _remember(memory: _Memory, place: Path) -> None:
    # Where nobody may write, or Python shall not either, each check reads the files; that is slower and as right.
    if sys.dont_write_bytecode:
        return
    with suppress(OSError):
        place.parent.mkdir(exist_ok=True)
        unfinished = place.with_suffix(f".{os.getpid()}")
        unfinished.write_bytes(msgspec.json.encode(memory))
        unfinished.replace(place)


def _remembered(control: Control, folder: Path) -> _Remembered:
    fields = list(structs.astuple(control))
    fields[_RULE] = str(folder / control.id.replace("-", "_") / RULE_FILE)
    return _Remembered(*fields)


def _control(item: _Remembered) -> Control:
    fields: list[Any] = list(structs.astuple(item))
    fields[_RULE] = later_rule(item.rule)
    return Control(*fields)
