"""Which files decide what a check says: what is looked at, and what is chosen in writing elsewhere."""

from contextlib import suppress
from pathlib import Path

from pavior.cli.checking.request import CheckRequest
from pavior.cli.checking.watching import Stamps, stamps
from pavior.cli.launcher import CheckTools
from pavior.content.configuration import CONFIGURATION_FILE, Configuration
from pavior.kernel.errors import PaviorError


class WatchedFiles:
    """The files of one check, and how they are at the moment.

    Args:
        request: What is checked.
        tools: Read what is chosen in writing.
    """

    def __init__(self, request: CheckRequest, tools: CheckTools) -> None:
        self._request = request
        self._tools = tools
        levels = () if request.levels is None else (request.levels.file, request.levels.key)
        named = (request.path, request.source, request.baseline, *levels, *map(Path, request.given.files))
        self._named = [path for path in named if path is not None]
        self._chosen: Stamps | None = None
        self._folders: list[Path] = []
        folder = request.path.absolute().resolve()
        start = folder if folder.is_dir() else folder.parent
        # Wherever a configuration is or could be; that of the operator is added once it is known.
        self._places = [place / CONFIGURATION_FILE for place in (start, *start.parents)]

    def stamps(self) -> Stamps:
        """Of every file that decides something, also of one that is not there yet once it is."""
        chosen = stamps(self._places)
        if chosen != self._chosen:
            # Reading them costs more than looking whether they changed.
            found = self._configurations()
            self._places = list(dict.fromkeys([*self._places, *(item.file for item in found if item.file)]))
            self._folders = [pack.folder for item in found for pack in item.packs if pack.folder is not None]
            self._chosen = chosen = stamps(self._places)
        return {**stamps(self._named), **chosen, **stamps(self._folders)}

    def _configurations(self) -> list[Configuration]:
        found: list[Configuration] = []
        # What is wrong with either the check tells.
        with suppress(PaviorError):
            found.append(self._tools.read_configuration(self._request.path))
        with suppress(PaviorError):
            found.append(self._tools.read_operator())
        return found
