"""Terraform's functions, as far as they are supported. One that is not gives Unknown, never a guess.

Source: developer.hashicorp.com/terraform/language/functions, 1.11.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from msgspec import Struct

from pavior.adapters.hcl import collection_functions as collections
from pavior.adapters.hcl import encoding_functions as encoding
from pavior.adapters.hcl import network_functions as networks
from pavior.adapters.hcl import number_functions as numbers
from pavior.adapters.hcl import pattern_functions as patterns
from pavior.adapters.hcl import text_functions as texts
from pavior.adapters.hcl.expressions import Call, Expression
from pavior.adapters.hcl.grammar import read_expression
from pavior.adapters.hcl.json_maps import EITHER
from pavior.adapters.hcl.templates import read_template_text
from pavior.adapters.hcl.values import (
    EncodedJson,
    EvaluationError,
    Secret,
    Term,
    UnsupportedError,
    find_unknown,
    has_secret,
    lift,
    not_evaluated,
    revealed,
    settled,
)
from pavior.kernel.errors import InvalidError
from pavior.resources.model import Unknown

if TYPE_CHECKING:
    from pavior.adapters.hcl.evaluation import Scope

Evaluate = Callable[[Expression, "Scope"], Term]
MANY = 1_000_000


class Function(Struct, frozen=True):
    """One function.

    Args:
        compute: Gets the budget and the arguments.
        is_structural: It moves parts of its arguments without looking into them, so they may be unknown or secret.
    """

    compute: Callable[..., Term]
    fewest: int
    most: int
    is_structural: bool = False


def call_function(call: Call, scope: "Scope", evaluate: Evaluate) -> Term:
    """Its result. Raises EvaluationError."""
    if call.function == EITHER:
        return not_evaluated("in JSON it may be a block or a map, and only the provider knows which")
    if call.function in _SPECIAL:
        return _SPECIAL[call.function](call, scope, evaluate)
    function = FUNCTIONS.get(call.function)
    if function is None:
        return not_evaluated(f"the function {call.function} is not supported")
    arguments = _arguments(call, scope, evaluate)
    if isinstance(arguments, Unknown):
        return arguments
    if not function.fewest <= len(arguments) <= function.most:
        raise EvaluationError(f"{call.function} does not take {len(arguments)} arguments")
    scope.weigh(*arguments)
    try:
        result = _compute(function, scope, arguments)
    except EvaluationError as error:
        raise EvaluationError(f"{call.function}: {error}") from error
    except UnsupportedError as error:
        return not_evaluated(f"{call.function}: {error}")
    if isinstance(result, list | dict):
        scope.names.budget.spend(len(result))
    return result


def _arguments(call: Call, scope: "Scope", evaluate: Evaluate) -> list[Term] | Unknown:
    arguments = [evaluate(argument, scope) for argument in call.arguments]
    if call.is_expanded:
        rest = arguments.pop()
        if isinstance(rest, Unknown):
            return rest
        if isinstance(rest, Secret):
            scope.weigh(rest)
            rest = [Secret(item) for item in rest.value] if isinstance(rest.value, list) else rest.value
        if not isinstance(rest, list):
            raise EvaluationError("only a list can be expanded into arguments")
        arguments += rest
    return arguments


def _compute(function: Function, scope: "Scope", arguments: list[Term]) -> Term:
    budget = scope.names.budget
    if not function.is_structural:
        return lift(lambda *known: function.compute(budget, *known), *arguments)
    arguments = [settled(argument) for argument in arguments]
    unknown = next((argument for argument in arguments if isinstance(argument, Unknown)), None)
    if unknown is not None:
        return unknown
    result = function.compute(
        budget, *(argument.value if isinstance(argument, Secret) else argument for argument in arguments)
    )
    return scope.hide(result) if any(isinstance(argument, Secret) for argument in arguments) else result


def _try(call: Call, scope: "Scope", evaluate: Evaluate) -> Term:
    for argument in call.arguments:
        try:
            return evaluate(argument, scope)
        except EvaluationError:
            continue
    raise EvaluationError("try: no argument has a value")


def _can(call: Call, scope: "Scope", evaluate: Evaluate) -> Term:
    if len(call.arguments) != 1:
        raise EvaluationError("can takes one argument")
    try:
        value = evaluate(call.arguments[0], scope)
    except EvaluationError:
        return False
    scope.weigh(value)
    return find_unknown(value) or True


def _coalesce(call: Call, scope: "Scope", evaluate: Evaluate) -> Term:
    """The first that is neither null nor an empty text. It stops at the first that may be it."""
    values = _arguments(call, scope, evaluate)
    if isinstance(values, Unknown):
        return values
    for value in values:
        if isinstance(value, Unknown):
            return value
        clear = value.value if isinstance(value, Secret) else value
        if clear is not None and clear != "":
            return value
    raise EvaluationError("coalesce: no argument has a value")


def _is_sensitive(call: Call, scope: "Scope", evaluate: Evaluate) -> Term:
    value = _only(call, scope, evaluate)
    scope.weigh(value)
    return True if has_secret(value) else find_unknown(value) or False


def _sensitive(call: Call, scope: "Scope", evaluate: Evaluate) -> Term:
    return scope.hide(_only(call, scope, evaluate))


def _nonsensitive(call: Call, scope: "Scope", evaluate: Evaluate) -> Term:
    # The source alone does not decide what may be shown: what came from a secret stays one.
    return _only(call, scope, evaluate)


def _json_encode(call: Call, scope: "Scope", evaluate: Evaluate) -> Term:
    value = _only(call, scope, evaluate)
    scope.weigh(value)
    if isinstance(value, Unknown):
        return value
    if find_unknown(value) is not None:
        return EncodedJson(value)
    clear = encoding.encode(scope.names.budget, revealed(value))
    if isinstance(value, Secret):
        return Secret(clear)
    return EncodedJson(value) if has_secret(value) else clear


def _json_decode(call: Call, scope: "Scope", evaluate: Evaluate) -> Term:
    value = _only(call, scope, evaluate)
    if isinstance(value, EncodedJson):
        return value.tree
    return lift(lambda text: encoding.decode(scope.names.budget, text), value)


def _file(call: Call, scope: "Scope", evaluate: Evaluate) -> Term:
    return lift(lambda path: _read_text(scope, path), _only(call, scope, evaluate))


def _file_exists(call: Call, scope: "Scope", evaluate: Evaluate) -> Term:
    return lift(lambda path: scope.names.find_file(texts.text(path)) is not None, _only(call, scope, evaluate))


def _file_base64(call: Call, scope: "Scope", evaluate: Evaluate) -> Term:
    return lift(
        lambda path: encoding.base64_of(scope.names.budget, _read_bytes(scope, path)), _only(call, scope, evaluate)
    )


def _template_file(call: Call, scope: "Scope", evaluate: Evaluate) -> Term:
    if len(call.arguments) != 2 or call.is_expanded:  # noqa: PLR2004 - path and variables
        raise EvaluationError("templatefile takes a path and variables")
    path, variables = (evaluate(argument, scope) for argument in call.arguments)
    scope.weigh(variables)
    if isinstance(variables, Unknown):
        return variables
    is_secret = isinstance(variables, Secret)
    names = variables.value if isinstance(variables, Secret) else variables
    if not isinstance(names, Mapping):
        raise EvaluationError("templatefile: the variables are not an object")
    text = lift(lambda known: _read_text(scope, known), path)
    if not isinstance(text, str):
        return text
    try:
        template = read_template_text(texts.text(path), text, read_expression)
    except InvalidError as error:
        raise EvaluationError(f"templatefile: {error.summary}") from error
    result = evaluate(template, scope.only(names))
    return scope.hide(result) if is_secret else result


def _read_bytes(scope: "Scope", path: Term) -> bytes:
    body = scope.names.find_file(texts.text(path))
    if body is None:
        raise EvaluationError("there is no such file in the module's folder")
    return body


def _read_text(scope: "Scope", path: Term) -> str:
    body = _read_bytes(scope, path)
    scope.names.budget.text(len(body))
    try:
        return body.decode()
    except UnicodeDecodeError:
        raise EvaluationError("the file is not UTF-8") from None


def _only(call: Call, scope: "Scope", evaluate: Evaluate) -> Term:
    if len(call.arguments) != 1 or call.is_expanded:
        raise EvaluationError(f"{call.function} takes one argument")
    return evaluate(call.arguments[0], scope)


_SPECIAL: Mapping[str, Callable[[Call, "Scope", Evaluate], Term]] = MappingProxyType(
    {
        "can": _can,
        "coalesce": _coalesce,
        "file": _file,
        "filebase64": _file_base64,
        "fileexists": _file_exists,
        "issensitive": _is_sensitive,
        "jsondecode": _json_decode,
        "jsonencode": _json_encode,
        "nonsensitive": _nonsensitive,
        "sensitive": _sensitive,
        "templatefile": _template_file,
        "try": _try,
    }
)

FUNCTIONS: Mapping[str, Function] = MappingProxyType(
    {
        "abs": Function(texts.absolute, 1, 1),
        "alltrue": Function(collections.all_true, 1, 1),
        "anytrue": Function(collections.any_true, 1, 1),
        "base64decode": Function(encoding.base64_decode, 1, 1),
        "base64encode": Function(encoding.base64_encode, 1, 1),
        "base64sha256": Function(encoding.base64_sha256, 1, 1),
        "base64sha512": Function(encoding.base64_sha512, 1, 1),
        "basename": Function(texts.base_name, 1, 1),
        "ceil": Function(texts.ceil, 1, 1),
        "chomp": Function(texts.chomp, 1, 1),
        "chunklist": Function(collections.chunk_list, 2, 2, is_structural=True),
        "cidrhost": Function(networks.cidr_host, 2, 2),
        "cidrnetmask": Function(networks.cidr_netmask, 1, 1),
        "cidrsubnet": Function(networks.cidr_subnet, 3, 3),
        "cidrsubnets": Function(networks.cidr_subnets, 1, MANY),
        "coalescelist": Function(collections.coalesce_lists, 1, MANY, is_structural=True),
        "compact": Function(collections.compact, 1, 1),
        "concat": Function(collections.concat, 1, MANY, is_structural=True),
        "contains": Function(collections.contains, 2, 2),
        "csvdecode": Function(encoding.csv_decode, 1, 1),
        "dirname": Function(texts.folder_name, 1, 1),
        "distinct": Function(collections.distinct, 1, 1),
        "element": Function(collections.element, 2, 2, is_structural=True),
        "endswith": Function(texts.ends_with, 2, 2),
        "flatten": Function(collections.flatten, 1, 1, is_structural=True),
        "floor": Function(texts.floor, 1, 1),
        "format": Function(texts.format_text, 1, MANY),
        "formatlist": Function(texts.format_list, 1, MANY),
        "indent": Function(texts.indent, 2, 2),
        "index": Function(collections.index_of, 2, 2),
        "join": Function(texts.join, 2, MANY),
        "keys": Function(collections.keys, 1, 1, is_structural=True),
        "length": Function(collections.length, 1, 1, is_structural=True),
        "log": Function(numbers.logarithm, 2, 2),
        "lookup": Function(collections.lookup, 2, 3, is_structural=True),
        "lower": Function(texts.lower, 1, 1),
        "matchkeys": Function(collections.match_keys, 3, 3),
        "max": Function(texts.largest, 1, MANY),
        "md5": Function(encoding.md5, 1, 1),
        "merge": Function(collections.merge, 0, MANY, is_structural=True),
        "min": Function(texts.smallest, 1, MANY),
        "one": Function(collections.one, 1, 1, is_structural=True),
        "parseint": Function(numbers.parse_int, 2, 2),
        "pow": Function(numbers.power, 2, 2),
        "range": Function(collections.count_up, 1, 3),
        "regex": Function(patterns.regex, 2, 2),
        "regexall": Function(patterns.regex_all, 2, 2),
        "replace": Function(texts.replace, 3, 3),
        "reverse": Function(collections.reverse, 1, 1, is_structural=True),
        "setintersection": Function(collections.set_intersection, 1, MANY),
        "setproduct": Function(collections.set_product, 1, MANY),
        "setsubtract": Function(collections.set_subtract, 2, 2),
        "setunion": Function(collections.set_union, 1, MANY),
        "sha1": Function(encoding.sha1, 1, 1),
        "sha256": Function(encoding.sha256, 1, 1),
        "sha512": Function(encoding.sha512, 1, 1),
        "signum": Function(numbers.sign, 1, 1),
        "slice": Function(collections.slice_list, 3, 3, is_structural=True),
        "sort": Function(collections.sort, 1, 1),
        "split": Function(texts.split, 2, 2),
        "startswith": Function(texts.starts_with, 2, 2),
        "strcontains": Function(texts.contains_text, 2, 2),
        "strrev": Function(texts.reversed_text, 1, 1),
        "substr": Function(texts.substr, 3, 3),
        "sum": Function(texts.total, 1, 1),
        "title": Function(texts.title, 1, 1),
        "tobool": Function(texts.as_bool, 1, 1),
        "tolist": Function(collections.as_list, 1, 1, is_structural=True),
        "tomap": Function(collections.as_map, 1, 1, is_structural=True),
        "tonumber": Function(texts.as_number, 1, 1),
        "toset": Function(collections.as_set, 1, 1),
        "tostring": Function(texts.as_text, 1, 1),
        "transpose": Function(collections.transpose, 1, 1),
        "trim": Function(texts.trim, 2, 2),
        "trimprefix": Function(texts.trim_prefix, 2, 2),
        "trimspace": Function(texts.trim_space, 1, 1),
        "trimsuffix": Function(texts.trim_suffix, 2, 2),
        "upper": Function(texts.upper, 1, 1),
        "urlencode": Function(encoding.url_encode, 1, 1),
        "values": Function(collections.values, 1, 1, is_structural=True),
        "yamldecode": Function(encoding.yaml_decode, 1, 1),
        "zipmap": Function(collections.zip_map, 2, 2, is_structural=True),
    }
)
SUPPORTED_FUNCTIONS = tuple(sorted([*_SPECIAL, *FUNCTIONS]))
