"""What golden paths need of a template engine."""

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol


class Renderer(Protocol):
    """Turns a template folder into files, without running anything that the template brings."""

    def render(self, template: Path, context: Mapping[str, object]) -> Mapping[str, bytes]:
        """The files by relative path with forward slashes, in order of path; the same input gives the same bytes.

        Args:
            template: A folder that `goldenpaths.safety.require_safe_template` has accepted; read only.
            context: Every name that the template may use; any other name is an error.

        Raises:
            InvalidError: `template-failed` when the template does not render.
        """
