"""Controls as they were: with values that somebody chose then, or from a commit of a pack that was fetched once."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from msgspec import Struct

from pavior.content.choosing import choose
from pavior.content.configuration import COMMIT, ChosenValue
from pavior.content.loading import load_own_control
from pavior.content.packs import CONTENT_FOLDER, own_folders, verify_fetched
from pavior.kernel.errors import InvalidError
from pavior.policy.model import Control
from pavior.policy.parameters import ParameterValue

_ORIGIN = "the Decision"


class EarlierControls(Struct, frozen=True):
    """Where to look for them.

    Args:
        declared: Controls of today with their defaults: those that come with Pavior, and those of the operator's packs.
        fetched_folder: Where commits of the operator's packs were fetched to; None when there is no such place.
    """

    declared: tuple[Control, ...]
    fetched_folder: Path | None = None

    def find(self, control_id: str, version: str, values: Mapping[str, ParameterValue]) -> Control | None:
        """The control at exactly this version, with these values for its parameters; None when it is not here.

        A rule is run only from a commit whose files are proven, and only at the version that is asked for: this
        installation ran it before.
        """
        for control in self.declared:
            found = _with(control, values, version) if control.id == control_id else None
            if found is not None:
                return found
        for folder in self._fetched(control_id):
            try:
                if _with(load_own_control(folder, is_run=False), values, version) is not None:
                    return _with(load_own_control(folder), values, version)
            except InvalidError:
                # What cannot be used was not what decided.
                continue
        return None

    def _fetched(self, control_id: str) -> Iterator[Path]:
        """Its folder in each proven commit."""
        if self.fetched_folder is None or not self.fetched_folder.is_dir():
            return
        for place in sorted(self.fetched_folder.iterdir()):
            if not re.fullmatch(COMMIT, place.name) or not (place / CONTENT_FOLDER).is_dir():
                continue
            # Looked for among what is there: an id that was tampered with must not name a path.
            named = [path for path in own_folders(place / CONTENT_FOLDER) if path.name == control_id.replace("-", "_")]
            try:
                if named:
                    verify_fetched(place, place.name)
            except InvalidError:
                continue
            yield from named


def _with(control: Control, values: Mapping[str, ParameterValue], version: str) -> Control | None:
    given = (
        ChosenValue(control.id, name, list(value) if isinstance(value, tuple) else value, _ORIGIN)
        for name, value in values.items()
    )
    try:
        (chosen,) = choose((control,), given)
    except InvalidError:
        return None
    return chosen if chosen.version == version else None
