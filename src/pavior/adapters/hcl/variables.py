"""Values of a root module's variables: from the files that Terraform reads by itself, and those given as text."""

from collections.abc import Mapping
from pathlib import PurePosixPath

from pavior.adapters.hcl.budget import Budget
from pavior.adapters.hcl.declarations import Declarations, Variable, folder_of, source_invalid
from pavior.adapters.hcl.encoding_functions import decode
from pavior.adapters.hcl.evaluation import Scope, evaluate
from pavior.adapters.hcl.instances import Instance
from pavior.adapters.hcl.session import Session, knows_nothing
from pavior.adapters.hcl.syntax import parse, parse_expression
from pavior.adapters.hcl.values import EvaluationError, Term
from pavior.kernel.errors import InvalidError
from pavior.kernel.verdicts import Position
from pavior.resources.model import Skipped


def variable_files(folder: str, files: Mapping[str, bytes]) -> tuple[str, ...]:
    """The files of this folder that set variables; later ones win.

    Source: developer.hashicorp.com/terraform/language/values/variables, "Variable Definition Precedence".
    """
    names = sorted(path for path in files if folder_of(path) == folder)
    first = [path for path in names if PurePosixPath(path).name in ("terraform.tfvars", "terraform.tfvars.json")]
    return (*first, *(path for path in names if path.endswith((".auto.tfvars", ".auto.tfvars.json"))))


def read_variables(
    declarations: Declarations, files: Mapping[str, bytes], given: Mapping[str, str], *, is_strict: bool
) -> dict[str, Term]:
    """Values of the declared variables that have one, before they are turned into the declared types.

    Raises:
        InvalidError: `source-unparsable`, `source-invalid`; unless `is_strict`, a file is skipped instead.
    """
    session = Session(knows_nothing, Budget())
    scope = session.scope(Instance(Declarations(declarations.folder), {}, declarations.folder))
    values: dict[str, Term] = {}
    for path in variable_files(declarations.folder, files):
        try:
            values |= (
                _read_json(path, files[path], session) if path.endswith(".json") else _read(path, files[path], scope)
            )
        except InvalidError as error:
            if is_strict:
                raise
            declarations.skipped.append(Skipped(path, error.summary))
    for name, text in given.items():
        if (declared := declarations.variables.get(name)) is not None:
            values[name] = _read_text(declared, text, session)
    return {name: value for name, value in values.items() if name in declarations.variables}


def _read(path: str, body: bytes, scope: Scope) -> dict[str, Term]:
    values: dict[str, Term] = {}
    for attribute in parse(path, body).attributes.values():
        try:
            values[attribute.name] = evaluate(attribute.expression, scope)
        except EvaluationError as error:
            raise source_invalid(attribute.position, f"{attribute.name} is no plain value: {error}") from error
    return values


def _read_json(path: str, body: bytes, session: Session) -> dict[str, Term]:
    """Texts are taken as they are: there are no templates in such a file."""
    position = Position(path, 1, 1)
    try:
        found = decode(session.budget, body.decode("utf-8-sig"))
    except (UnicodeDecodeError, EvaluationError):
        raise source_invalid(position, "the file is not JSON") from None
    if not isinstance(found, dict):
        raise source_invalid(position, "the file is no JSON object")
    return found


def _read_text(declared: Variable, text: str, session: Session) -> Term:
    if declared.type.is_text or (declared.type.name == "any" and not declared.has_type):
        return text
    scope = session.scope(Instance(Declarations("."), {}, "."))
    try:
        return evaluate(parse_expression(f"variable {declared.name}", text), scope)
    except (InvalidError, EvaluationError):
        # The text may be secret, and the messages quote from it.
        raise source_invalid(
            declared.position, f"the value given for the variable {declared.name} is no Terraform expression"
        ) from None
