"""Packs: controls that an organisation keeps itself, in a folder or at one commit of a Git repository.

pack.toml        name and version
acme_.../        control folders, of the same shape as those that come with Pavior; their ids begin with the pack's name
threats/         threats of their own, of the same shape; optional

Rules are Python and run with the rights of whoever runs Pavior: reading a pack runs nothing unless that is asked for.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from msgspec import Struct

from pavior.content.configuration import PackSource
from pavior.content.git_objects import object_id, tree_id, tree_of
from pavior.content.loading import load_own_control
from pavior.kernel.errors import InvalidError, MissingError
from pavior.policy.model import Control

PACK_FILE: Final = "pack.toml"
FETCHED_FOLDER: Final = Path(".pavior") / "packs"
CONTENT_FOLDER, COMMIT_FILE = "content", "commit"
OWN_THREATS_FOLDER: Final = "threats"
_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_LONGEST_NAME = 40
_VERSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z.+-]{0,39}")
_FIELDS = {"name", "version"}


class Pack(Struct, frozen=True):
    """One pack.

    Args:
        folder: Where it was read from.
        controls: By id. Without their rules, when those were not to be run.
    """

    name: str
    version: str
    folder: Path
    controls: tuple[Control, ...]


def folder_of(source: PackSource, base: Path) -> Path:
    """Where the pack lies, once it was fetched; `base` is the folder of the file that names it."""
    return source.folder if source.folder is not None else base / FETCHED_FOLDER / source.commit / CONTENT_FOLDER


def find_pack(source: PackSource, base: Path) -> Path:
    """The folder of a pack that is there, and, where it was fetched, holds exactly what its commit says.

    Raises:
        MissingError: `pack-missing`.
        InvalidError: `pack-altered`.
    """
    folder = folder_of(source, base)
    if not folder.is_dir():
        if source.folder is not None:
            raise MissingError(
                "pack-missing",
                f"{source.origin}: there is no folder {folder}.",
                fix=f"Correct the path; it is relative to the file, and holds a {PACK_FILE}.",
            )
        raise MissingError(
            "pack-missing",
            f"{source.origin}: {source} has not been fetched.",
            fix="Fetch it with: pavior control fetch. Nothing is downloaded while checking.",
        )
    if source.folder is None:
        verify_fetched(folder.parent, source.commit)
    return folder


def verify_fetched(place: Path, commit: str) -> None:
    """Refuse a fetched pack that is not exactly that commit. `place` holds `commit` and `content/`.

    Raises:
        InvalidError: `pack-altered`.
    """
    try:
        body = (place / COMMIT_FILE).read_bytes()
        held = tree_id(place / CONTENT_FOLDER)
    except (OSError, ValueError) as error:
        raise _altered(place, commit, f"{type(error).__name__}: {error}") from error
    if object_id("commit", body) != commit:
        raise _altered(place, commit, "the commit that was kept beside it is another one")
    if tree_of(body) != held:
        raise _altered(place, commit, "a file was changed, added or taken away")


def _altered(place: Path, commit: str, why: str) -> InvalidError:
    return InvalidError(
        "pack-altered",
        f"{place} is not what commit {commit[:12]} holds: {why}.",
        fix=f"Delete {place}, and fetch it again with: pavior control fetch.",
        context={"folder": str(place)},
    )


def load_pack(folder: Path, *, is_run: bool) -> Pack:
    """The pack in `folder`.

    Args:
        is_run: Whether its rules are loaded, which runs them; else its controls cannot be asked.

    Raises:
        InvalidError: `pack-invalid`, `control-invalid`.
    """
    file = folder / PACK_FILE
    table = _table(file)
    if set(table) != _FIELDS:
        raise _invalid(file, "it must have exactly a name and a version.")
    name, version = table["name"], table["version"]
    if not isinstance(name, str) or not _NAME.fullmatch(name) or len(name) > _LONGEST_NAME:
        raise _invalid(file, f"name must be lower-case words with hyphens, at most {_LONGEST_NAME} characters.")
    if not isinstance(version, str) or not _VERSION.fullmatch(version):
        raise _invalid(file, 'version must be a text like "1.2.0".')
    folders = own_folders(folder)
    if not folders:
        raise _invalid(folder, "it holds no control.")
    controls = sorted((load_own_control(path, is_run=is_run) for path in folders), key=lambda item: item.id)
    for control in controls:
        if not control.id.startswith(f"{name}-"):
            raise _invalid(file, f"its control {control.id} must begin with the name of the pack: {name}-...")
    return Pack(name, version, folder, tuple(controls))


def own_folders(folder: Path) -> list[Path]:
    """The folders below `folder` that should each hold a control, by name; hidden ones are left out."""
    others = {"__pycache__", OWN_THREATS_FOLDER}
    return sorted(
        path for path in folder.iterdir() if path.is_dir() and not path.name.startswith(".") and path.name not in others
    )


def require_no_clash(builtin: Iterable[Control], packs: Iterable[Pack]) -> None:
    """Refuse two controls of one id, and two packs of one name.

    Raises:
        InvalidError: `pack-invalid`.
    """
    owners = {control.id: "Pavior" for control in builtin}
    names: dict[str, Path] = {}
    for pack in packs:
        if pack.name in names:
            raise _invalid(pack.folder / PACK_FILE, f"{names[pack.name]} is called {pack.name} as well.")
        names[pack.name] = pack.folder
        for control in pack.controls:
            if control.id in owners:
                raise _invalid(pack.folder / PACK_FILE, f"{control.id} is a control of {owners[control.id]} already.")
            owners[control.id] = str(pack.folder)


def _table(file: Path) -> Mapping[str, object]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise _invalid(file, "there is no such file.") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise _invalid(file, f"it is not TOML, {error}.") from error


def _invalid(file: Path, why: str) -> InvalidError:
    return InvalidError(
        "pack-invalid",
        f"The pack {file} cannot be used: {why}",
        fix="Correct it; docs/guides/own-controls.md says what belongs there.",
        context={"file": str(file)},
    )
