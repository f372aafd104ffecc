"""Values of Terraform's variables that somebody gives with a check: `--var` and `--var-file`.

Variables of the environment (`TF_VAR_...`) are not read: an answer depends on nothing that its command does not say.
"""

import re
from collections.abc import Sequence
from pathlib import Path

from msgspec import structs

from pavior.cli.checking.report import Looked
from pavior.cli.checking.request import GivenVariables
from pavior.kernel.errors import InvalidError, MissingError
from pavior.resources.model import Skipped

_NAME = r"[^\W\d][\w-]*"
# A file of values is written by hand.
_LARGEST_BYTES = 8 * 1024 * 1024
# The kind that the reader gives to what sets a variable that nobody declares.
UNDECLARED = "undeclared-variable"
_TEXT = "--var "


def read_given(texts: Sequence[str], paths: Sequence[Path]) -> GivenVariables:
    """What the options say.

    Args:
        texts: Each as `NAME=VALUE`; the last one of a name counts.
        paths: Files of values, as Terraform writes them, or as `.json`.

    Raises:
        InvalidError: `variable-malformed`, `check-unreadable`.
        MissingError: `path-missing`.
    """
    return GivenVariables(dict(map(_pair, texts)), {str(path): _body(path) for path in paths})


def read_given_again(given: GivenVariables) -> GivenVariables:
    """The same, with the files as they are now.

    Raises:
        InvalidError, MissingError: As `read_given`.
    """
    return structs.replace(given, files={path: _body(Path(path)) for path in given.files})


def declared_somewhere(looked: list[Looked], given: GivenVariables) -> list[Looked]:
    """What was found in each stack, without remarks on what another stack of the same check declares.

    Raises:
        InvalidError: `variable-undeclared` for a text that no stack declares, as Terraform does; of files it is told.
    """
    beginnings = (_TEXT, *(f"{path}:" for path in given.files))
    remarks = [{item for item in found.evaluation.coverage.skipped if _is_remark(item, beginnings)} for found in looked]
    nowhere = set.intersection(*remarks) if remarks else set()
    for item in sorted(nowhere, key=lambda item: item.subject):
        if item.subject.startswith(_TEXT):
            raise InvalidError(
                "variable-undeclared",
                f"{item.subject} sets a variable that nothing here declares.",
                fix="Correct its name, or declare it in the Terraform source.",
            )
    return [_without(found, mine - nowhere) for found, mine in zip(looked, remarks, strict=True)]


def _is_remark(item: Skipped, beginnings: tuple[str, ...]) -> bool:
    return item.kind == UNDECLARED and item.subject.startswith(beginnings)


def _without(found: Looked, remarks: set[Skipped]) -> Looked:
    if not remarks:
        return found
    coverage = found.evaluation.coverage
    kept = tuple(item for item in coverage.skipped if item not in remarks)
    return structs.replace(
        found, evaluation=structs.replace(found.evaluation, coverage=structs.replace(coverage, skipped=kept))
    )


def _pair(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign or not re.fullmatch(_NAME, name.strip()):
        # The text may hold a secret, so it is not repeated.
        raise InvalidError(
            "variable-malformed",
            "--var takes a name, an equals sign and a value.",
            fix='Write it as: --var region=eu-central-1, or --var \'zones=["a", "b"]\'.',
        )
    return name.strip(), value


def _body(path: Path) -> bytes:
    if not path.exists():
        raise MissingError("path-missing", f"There is no {path}.", fix="Give a file of values, such as prod.tfvars.")
    try:
        if not path.is_file() or path.stat().st_size > _LARGEST_BYTES:
            raise InvalidError(
                "check-unreadable",
                f"{path} is no file, or has more than {_LARGEST_BYTES} bytes.",
                fix="Give a file of values, such as prod.tfvars.",
            )
        return path.read_bytes()
    except OSError as error:
        raise InvalidError(
            "check-unreadable",
            f"{path} cannot be read: {error.strerror or type(error).__name__}.",
            fix="Give yourself the right to read it.",
        ) from error
