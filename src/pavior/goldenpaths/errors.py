"""What can be wrong with a golden path, and with what somebody asks of it."""

from pathlib import Path

from pavior.kernel.errors import InvalidError, MissingError


def golden_path_invalid(file: Path, why: str) -> InvalidError:
    """A golden path that cannot be offered, by the file that is wrong."""
    return InvalidError(
        "golden-path-invalid",
        f"The golden path file {file} is not valid: {why}",
        fix="Correct that file; docs/reference/golden-path.md says what each field means.",
        context={"file": str(file)},
    )


def template_unsafe(golden_path: str, subject: str, why: str) -> InvalidError:
    """A template that must not be rendered, by the file that makes it so."""
    return InvalidError(
        "template-unsafe",
        f"The template of golden path {golden_path} is refused: {subject} {why}.",
        fix="Remove it from the template; docs/reference/golden-path.md lists what a template may hold.",
        context={"golden_path": golden_path, "subject": subject},
    )


def golden_path_missing(name: str) -> MissingError:
    """No such golden path."""
    return MissingError(
        "golden-path-missing",
        f"There is no golden path {name[:80]!r}.",
        fix="List them with: pavior golden-path list.",
    )
