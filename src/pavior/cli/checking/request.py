"""What somebody asks of a check."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class CheckRequest:
    """What to check, and by which measure.

    Args:
        path: A folder, a `.tf` file, a manifest, a state, or any other file, which is taken for a plan.
        environment: As `prod` or `orders/prod`; empty for the default levels.
        is_known_required: Whether what is not known under a blocking control is a no as well.
        is_coverage_required: Whether what no control looked at is a no as well.
        source: Folder with the Terraform that a plan was made of.
    """

    path: Path
    environment: str = ""
    is_known_required: bool = False
    is_coverage_required: bool = False
    source: Path | None = None
