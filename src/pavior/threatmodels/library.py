"""Reads the threat library: a folder for each threat with its `threat.toml`, and `publications.toml` beside them.

A threat says what it applies to with the words of `library_model` alone. Nothing in a file is ever evaluated.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, TypeVar

from pavior.content import THREATS_FOLDER, load_controls
from pavior.content.nearest import MOST_LETTERS, nearest
from pavior.content.packs import OWN_THREATS_FOLDER, Pack
from pavior.kernel.errors import InvalidError, MissingError
from pavior.policy.model import Control
from pavior.resources.views import VIEWS
from pavior.threatmodels.library_model import ElementCondition, FlowCondition, Known, LibraryThreat, ThreatSource
from pavior.threatmodels.model import BoundaryKind, DataClass, ElementKind, ThreatCategory

THREAT_FILE, PUBLICATIONS_FILE = "threat.toml", "publications.toml"
_ID: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
# As the ids of the model that it is written into.
_LONGEST_ID: Final = 63
_PATTERN: Final = re.compile(r"[A-Za-z0-9_.*-]+")
_LONGEST_TITLE: Final = 120
_SCALE: Final = range(1, 6)
_MOST_BYTES: Final = 64 * 1024
_NEAREST: Final = 3
_NOT_TOLD: Final = "unknown"
_FIELDS = frozenset(
    {
        "id",
        "title",
        "category",
        "description",
        "likelihood",
        "impact",
        "elements",
        "flows",
        "boundaries",
        "controls",
        "requirements",
        "test",
        "sources",
    }
)
_ELEMENT_FIELDS = frozenset({"kinds", "technology", "views", "types", "resources", "public", "holds"})
_FLOW_FIELDS = frozenset({"crosses", "encrypted", "authenticated", "carries", "from", "to"})
_PUBLICATION_FIELDS = frozenset({"title", "edition", "address", "ids"})

E = TypeVar("E", bound=StrEnum)


def load_library(controls: Iterable[Control] | None = None, packs: Iterable[Pack] = ()) -> tuple[LibraryThreat, ...]:
    """Every threat that comes with Pavior, and those of packs, by id.

    Args:
        controls: All that there are; a threat may name only these. None for those that come with Pavior.
        packs: May hold threats of their own, whose ids begin with the name of the pack, and publications. No rule of
            theirs is run.

    Raises:
        InvalidError: `threat-invalid`, naming the file: also when it names a control that does not exist.
    """
    known = {control.id: frozenset(control.types) for control in (load_controls() if controls is None else controls)}
    publications = _read(THREATS_FOLDER / PUBLICATIONS_FILE)
    found = [*_load(THREATS_FOLDER, known, publications, prefix="")]
    for pack in packs:
        folder = pack.folder / OWN_THREATS_FOLDER
        if folder.is_dir():
            own = folder / PUBLICATIONS_FILE
            both = {**publications, **_read(own)} if own.exists() else publications
            found.extend(_load(folder, known, both, prefix=f"{pack.name}-"))
    found.sort(key=lambda item: item.id)
    for before, item in pairwise(found):
        if before.id == item.id:
            raise _invalid(THREATS_FOLDER / item.id.replace("-", "_"), "a threat of a pack is called the same.")
    return tuple(found)


def get_threat(library: Iterable[LibraryThreat], threat_id: str) -> LibraryThreat:
    """The threat of this id.

    Raises:
        MissingError: `library-threat-missing`, with the ids that are most like it.
    """
    by_id = {item.id: item for item in library}
    if threat_id in by_id:
        return by_id[threat_id]
    near = nearest(threat_id, by_id, _NEAREST)
    told = f"Perhaps it is {' or '.join(near)}. " if near else ""
    raise MissingError(
        "library-threat-missing",
        f"The library has no threat {threat_id[:MOST_LETTERS]}.",
        fix=f"{told}List them with: pavior threat library.",
    )


def _load(
    folder: Path, known: Mapping[str, frozenset[str]], publications: Mapping[str, Any], *, prefix: str
) -> Iterator[LibraryThreat]:
    folders = sorted(path for path in folder.iterdir() if path.is_dir() and path.name != "__pycache__")
    if not folders:
        raise _invalid(folder, "it holds no threat.")
    for path in folders:
        threat = _Reader(path / THREAT_FILE, known, publications).threat()
        if not threat.id.startswith(prefix):
            raise _invalid(path / THREAT_FILE, f"its id must begin with the name of the pack: {prefix}...")
        yield threat


class _Reader:
    """Reads one file."""

    def __init__(self, file: Path, known: Mapping[str, frozenset[str]], publications: Mapping[str, Any]) -> None:
        self._file = file
        self._known = known
        self._publications = publications

    def threat(self) -> LibraryThreat:
        return self.read(_read(self._file))

    def read(self, table: Mapping[str, Any]) -> LibraryThreat:
        self._require_fields("the threat", table, _FIELDS)
        controls = self._texts(table, "controls")
        for control in controls:
            if control not in self._known:
                raise self._invalid(f"there is no control {control}.")
        elements, flows = self._tables(table, "elements"), self._tables(table, "flows")
        boundaries = self._choices(table, "boundaries", "the threat", BoundaryKind)
        if not (elements or flows or boundaries):
            raise self._invalid("it applies to nothing: it has no elements, flows or boundaries.")
        requirements = self._texts(table, "requirements")
        if not controls and not requirements:
            raise self._invalid("nothing stops it: it has neither controls nor requirements.")
        for name in requirements:
            self._published(*name.partition(":")[::2])
        return LibraryThreat(
            id=self._id(table),
            title=self._text(table, "title", _LONGEST_TITLE),
            category=self._choice(table.get("category"), "category", ThreatCategory),
            description=" ".join(self._text(table, "description").split()),
            likelihood=self._level(table, "likelihood"),
            impact=self._level(table, "impact"),
            elements=tuple(self._element(item, f"elements[{number}]") for number, item in enumerate(elements, 1)),
            flows=tuple(self._flow(item, f"flows[{number}]") for number, item in enumerate(flows, 1)),
            boundaries=boundaries,
            controls=controls,
            asked_types={control: self._known[control] for control in controls},
            requirements=requirements,
            test=self._text(table, "test") if "test" in table else "",
            sources=self._sources(table.get("sources")),
        )

    def _id(self, table: Mapping[str, Any]) -> str:
        found = self._text(table, "id", _LONGEST_ID)
        if not _ID.fullmatch(found):
            raise self._invalid("id must be lower-case words with hyphens.")
        if self._file.parent.name != found.replace("-", "_"):
            raise self._invalid(f"id is {found}, but the folder is called {self._file.parent.name}.")
        return found

    def _element(self, table: Mapping[str, Any], where: str) -> ElementCondition:
        self._require_fields(where, table, _ELEMENT_FIELDS)
        types, resources = [*self._texts(table, "types", where)], self._texts(table, "resources", where)
        for pattern in (*types, *resources):
            if not _PATTERN.fullmatch(pattern):
                raise self._invalid(f"{where}: {pattern} is no type or address; a * stands for any text.")
        if table.get("technology", _NOT_TOLD) != _NOT_TOLD:
            raise self._invalid(f'{where}.technology can only be "{_NOT_TOLD}"; else name views or types.')
        for view in self._texts(table, "views", where):
            if view not in VIEWS:
                raise self._invalid(f"{where}.views: there is no view {view}.")
            # A view of everything would mean no type at all.
            if not VIEWS[view].selection.types:
                raise self._invalid(f"{where}.views: {view} may be had from anything, so it tells nothing.")
            types.extend(VIEWS[view].selection.types)
        return ElementCondition(
            kinds=self._choices(table, "kinds", where, ElementKind),
            is_technology_unknown="technology" in table,
            types=tuple(dict.fromkeys(types)),
            resources=resources,
            public=self._choices(table, "public", where, Known),
            holds=self._data_class(table, "holds", where),
        )

    def _flow(self, table: Mapping[str, Any], where: str) -> FlowCondition:
        self._require_fields(where, table, _FLOW_FIELDS)
        ends = {
            name: self._element(self._table(table[name], f"{where}.{name}"), f"{where}.{name}")
            for name in ("from", "to")
            if name in table
        }
        return FlowCondition(
            crosses=self._choices(table, "crosses", where, BoundaryKind),
            encrypted=self._choices(table, "encrypted", where, Known),
            authenticated=self._choices(table, "authenticated", where, Known),
            carries=self._data_class(table, "carries", where),
            source=ends.get("from"),
            target=ends.get("to"),
        )

    def _sources(self, value: object) -> tuple[ThreatSource, ...]:
        table = self._table(value, "sources")
        found = tuple(self._published(key, name) for key in table for name in self._texts(table, key, "sources"))
        if not found:
            raise self._invalid("sources must name at least one id of a publication.")
        return found

    def _published(self, key: str, name: str) -> ThreatSource:
        where = f"{PUBLICATIONS_FILE} {key}"
        if key not in self._publications:
            raise self._invalid(f"{PUBLICATIONS_FILE} knows no publication {key}.")
        publication = self._table(self._publications[key], where)
        self._require_fields(where, publication, _PUBLICATION_FIELDS)
        if name not in self._texts(publication, "ids", where):
            raise self._invalid(f"{PUBLICATIONS_FILE} knows no {name} of {key}.")
        address = self._text(publication, "address", where=f"{where} ")
        # Pages link to it, and a pack is somebody else's.
        if not address.startswith("https://"):
            raise self._invalid(f"{where}: its address must begin with https://.")
        # As T1552/005 and 311: how the publishers' addresses name them.
        address = address.replace("{path}", name.replace(".", "/")).replace("{number}", name.rpartition("-")[2])
        title, edition = (self._text(publication, field, where=f"{where} ") for field in ("title", "edition"))
        return ThreatSource(title, edition, name, address)

    def _level(self, table: Mapping[str, Any], name: str) -> int:
        found = table.get(name)
        if isinstance(found, bool) or not isinstance(found, int) or found not in _SCALE:
            raise self._invalid(f"{name} must be a whole number from {_SCALE[0]} to {_SCALE[-1]}.")
        return found

    def _data_class(self, table: Mapping[str, Any], name: str, where: str) -> DataClass | None:
        return self._choice(table[name], f"{where}.{name}", DataClass) if name in table else None

    def _choices(self, table: Mapping[str, Any], name: str, where: str, choices: type[E]) -> tuple[E, ...]:
        return tuple(self._choice(word, f"{where}.{name}", choices) for word in self._texts(table, name, where))

    def _choice(self, word: object, name: str, choices: type[E]) -> E:
        if not isinstance(word, str) or word not in list(choices):
            raise self._invalid(f"{name} is {word}, and must be one of {', '.join(choices)}.")
        return choices(word)

    def _text(self, table: Mapping[str, Any], name: str, longest: int = 2000, *, where: str = "") -> str:
        found = table.get(name)
        if not isinstance(found, str) or not found.strip() or len(found) > longest:
            raise self._invalid(f"{where}{name} must be a text of 1 to {longest} characters.")
        return found.strip()

    def _texts(self, table: Mapping[str, Any], name: str, where: str = "the threat") -> tuple[str, ...]:
        found = table.get(name, [])
        if not isinstance(found, list) or not all(isinstance(item, str) and item for item in found):
            raise self._invalid(f"{name} of {where} must be a list of texts.")
        if len(set(found)) != len(found) or (name in table and not found):
            raise self._invalid(f"{name} of {where} must name something, and each once.")
        return tuple(found)

    def _tables(self, table: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
        found = table.get(name, [])
        if not isinstance(found, list):
            raise self._invalid(f"{name} must be a list of tables.")
        return [self._table(item, name) for item in found]

    def _table(self, value: object, where: str) -> Mapping[str, Any]:
        if not isinstance(value, dict) or not value:
            raise self._invalid(f"{where} must be a table that is not empty.")
        return value

    def _require_fields(self, where: str, table: Mapping[str, Any], fields: frozenset[str]) -> None:
        strange = sorted(table.keys() - fields)
        if strange:
            raise self._invalid(f"{where} has unknown fields: {', '.join(strange)}.")

    def _invalid(self, why: str) -> InvalidError:
        return _invalid(self._file, why)


def _read(file: Path) -> Mapping[str, Any]:
    try:
        with file.open("rb") as stream:
            content = stream.read(_MOST_BYTES + 1)
    except OSError as error:
        raise _invalid(file, f"it cannot be read, {error.strerror}.") from error
    if len(content) > _MOST_BYTES:
        raise _invalid(file, f"it has more than {_MOST_BYTES // 1024} KiB.")
    try:
        return tomllib.loads(content.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _invalid(file, f"it is not TOML, {error}.") from error


def _invalid(file: Path, why: str) -> InvalidError:
    return InvalidError(
        "threat-invalid",
        f"The threat {file} cannot be used: {why}",
        fix="Correct the file; docs/guides/add-a-threat.md says what belongs there.",
        context={"file": str(file)},
    )
