"""What somebody asks of a check."""

from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct


class GivenVariables(Struct, frozen=True):
    """What was given, in order. Values may be secrets, so they are not shown.

    Args:
        texts: Name to value, as text.
        files: Bodies of files of values by path; later ones win.
    """

    texts: Mapping[str, str] = {}
    files: Mapping[str, bytes] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """What was given, without its values; empty when nothing was."""
        return (*self.texts, *self.files)

    def __repr__(self) -> str:
        return f"GivenVariables{self.names}"


class CheckRequest(Struct, frozen=True):
    """What to check, and by which measure.

    Args:
        path: A folder, a `.tf` file, a manifest, a state, or any other file, which is taken for a plan; `-` is standard
            input.
        environment: As `prod` or `orders/prod`; empty for the default levels.
        is_known_required: Whether what is not known under a blocking control is a no as well.
        is_coverage_required: Whether what no control looked at is a no as well.
        source: Folder with the Terraform that a plan was made of.
        given: Values of variables.
    """

    path: Path
    environment: str = ""
    is_known_required: bool = False
    is_coverage_required: bool = False
    source: Path | None = None
    given: GivenVariables = GivenVariables()
