"""Values of a root module's variables: from the files that Terraform reads by itself, and those given as text."""

from collections.abc import Mapping
from pathlib import PurePosixPath

from pavior.adapters.hcl.budget import Budget
from pavior.adapters.hcl.declarations import Declarations, Variable, folder_of, source_invalid
from pavior.adapters.hcl.evaluation import Scope, evaluate
from pavior.adapters.hcl.instances import Instance
from pavior.adapters.hcl.session import Session, knows_nothing
from pavior.adapters.hcl.syntax import Attribute, parse, parse_expression
from pavior.adapters.hcl.values import EvaluationError, Term, find_unknown
from pavior.kernel.errors import InvalidError
from pavior.resources.model import Skipped

# Kind of what sets a variable that nobody declares, and how the subject begins of a value that was given as text.
UNDECLARED, GIVEN = "undeclared-variable", "--var"


def variable_files(folder: str, files: Mapping[str, bytes]) -> tuple[str, ...]:
    """The files of this folder that set variables; later ones win.

    Source: developer.hashicorp.com/terraform/language/values/variables, "Variable Definition Precedence".
    """
    names = sorted(path for path in files if folder_of(path) == folder)
    first = [path for path in names if PurePosixPath(path).name in ("terraform.tfvars", "terraform.tfvars.json")]
    return (*first, *(path for path in names if path.endswith((".auto.tfvars", ".auto.tfvars.json"))))


def read_variables(
    declarations: Declarations,
    files: Mapping[str, bytes],
    given: Mapping[str, str],
    given_files: Mapping[str, bytes],
    *,
    is_strict: bool,
) -> tuple[dict[str, Term], tuple[Skipped, ...]]:
    """Values of the declared variables that have one, before they are turned into the declared types.

    Args:
        given: Values as text; they win over files.
        given_files: Files of values by path, of any name; they win over those that Terraform reads by itself, and
            later ones over earlier ones.

    Returns:
        The values, and what was set though no variable is declared so: Terraform warns of it.

    Raises:
        InvalidError: `source-unparsable`, `source-invalid`; unless `is_strict`, a file is skipped instead.
    """
    session = Session(knows_nothing, Budget())
    scope = session.scope(Instance(Declarations(declarations.folder), {}, declarations.folder))
    values: dict[str, Term] = {}
    undeclared: list[Skipped] = []
    own = {path: files[path] for path in variable_files(declarations.folder, files)}
    for path, body in (*own.items(), *given_files.items()):
        try:
            found = _attributes(path, body)
            if path in given_files:
                _refuse_both(found, given)
            values |= {name: _plain(attribute, scope) for name, attribute in found.items()}
        except InvalidError as error:
            if is_strict or path in given_files:
                raise
            declarations.skipped.append(Skipped(path, error.summary))
            continue
        undeclared += (
            _undeclared(str(attribute.position), name)
            for name, attribute in found.items()
            if name not in declarations.variables
        )
    for name, text in given.items():
        if (declared := declarations.variables.get(name)) is not None:
            values[name] = _read_text(declared, text, session)
        else:
            undeclared.append(_undeclared(f"{GIVEN} {name}", name))
    return {name: value for name, value in values.items() if name in declarations.variables}, tuple(undeclared)


def _attributes(path: str, body: bytes) -> Mapping[str, Attribute]:
    if path.endswith(".json"):
        # Loaded where there is one, which is seldom.
        from pavior.adapters.hcl.json_syntax import parse_json_attributes

        return parse_json_attributes(path, body)
    file = parse(path, body, are_words_hidden=True)
    for block in file.blocks:
        raise source_invalid(block.position, "a block begins here, and a file of values has none")
    return file.attributes


def _refuse_both(found: Mapping[str, Attribute], given: Mapping[str, str]) -> None:
    for name, attribute in found.items():
        if name in given:
            raise source_invalid(
                attribute.position,
                f"{name} is set here and with {GIVEN}; Terraform takes what comes last, and here that is not known",
            )


def _plain(attribute: Attribute, scope: Scope) -> Term:
    try:
        value = evaluate(attribute.expression, scope)
    except EvaluationError as error:
        raise source_invalid(attribute.position, f"{attribute.name} is no plain value: {error}") from error
    scope.names.budget.weigh(value)
    unknown = find_unknown(value)
    if unknown is not None:
        raise source_invalid(attribute.position, f"{attribute.name} is no plain value: {unknown.detail}")
    return value


def _undeclared(subject: str, name: str) -> Skipped:
    return Skipped(subject, f"it sets {name[:60]}, and no such variable is declared", UNDECLARED)


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
