"""What somebody asks of a check."""

from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from pavior.cli.checking.given_levels import LevelsRequest


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
        environment: As `prod` or `orders/prod`; empty for the default levels; None for what `pavior.yaml` says.
        is_known_required: Whether what is not known under a blocking control is a no as well; None as above.
        is_coverage_required: Whether what no control looked at stops the check as well; None as above.
        source: Folder with the Terraform that a plan was made of.
        given: Values of variables.
        is_pack_trusted: Whether rules run that the checked repository brings along.
        baseline: File of failures that are known; only others stop the check.
        written_baseline: File that is to know every failure afterwards; then it is the baseline.
        changed_since: Name of a commit; only what changed since stops the check. None for everything.
        levels: Signed levels of a server to go by; None for what the controls' folders say.
    """

    path: Path
    environment: str | None = None
    is_known_required: bool | None = None
    is_coverage_required: bool | None = None
    source: Path | None = None
    given: GivenVariables = GivenVariables()
    is_pack_trusted: bool = False
    baseline: Path | None = None
    written_baseline: Path | None = None
    changed_since: str | None = None
    levels: LevelsRequest | None = None

    @property
    def is_folder(self) -> bool:
        """Whether all below a folder was asked for. One file alone says of its neighbours that they were not read."""
        return self.path.is_dir()
