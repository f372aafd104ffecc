"""What somebody asks of a check."""

from pathlib import Path

from msgspec import Struct


class CheckRequest(Struct, frozen=True):
    """What to check, and by which measure.

    Args:
        path: A folder, a `.tf` file, a manifest, a state, or any other file, which is taken for a plan.
        environment: As `prod` or `orders/prod`; empty for the default levels.
        is_known_required: Whether what is not known under a blocking control is a no as well.
        source: Folder with the Terraform that a plan was made of.
        baseline: File of failures that are known; only others stop the check.
        written_baseline: File that is to know every failure afterwards; then it is the baseline.
        changed_since: Name of a commit; only what changed since stops the check. None for everything.
    """

    path: Path
    environment: str = ""
    is_known_required: bool = False
    source: Path | None = None
    baseline: Path | None = None
    written_baseline: Path | None = None
    changed_since: str | None = None

    @property
    def is_folder(self) -> bool:
        """Whether all below a folder was asked for. One file alone says of its neighbours that they were not read."""
        return self.path.is_dir()
