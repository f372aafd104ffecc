"""What `data.aws_iam_policy_document` gives, computed from its arguments as the provider does it.

Source: registry.terraform.io/providers/hashicorp/aws/5.100.0/docs/data-sources/iam_policy_document.
"""

import json
from collections.abc import Mapping

from pavior.adapters.hcl.values import EncodedJson, Secret, Term, as_reason, find_unknown, has_secret, not_evaluated
from pavior.resources.model import Unknown

TYPE = "aws_iam_policy_document"
_VERSION = "2012-10-17"
_LISTS = (
    ("Action", "actions"),
    ("NotAction", "not_actions"),
    ("Resource", "resources"),
    ("NotResource", "not_resources"),
)
_PRINCIPALS = (("Principal", "principals"), ("NotPrincipal", "not_principals"))


def policy_document(arguments: Mapping[str, Term]) -> Term:
    """The document as text, or as an encoded tree where a leaf is unknown or secret; Unknown when its shape is."""
    shape = arguments.get("statement")
    if isinstance(shape, Unknown):
        return as_reason(shape)
    for name in ("source_json", "override_json"):
        if arguments.get(name):
            # An older provider merges this; it is rare enough not to be read.
            return not_evaluated(f"{name} is not supported")
    statements: list[Term] = []
    for name in ("source_policy_documents", "override_policy_documents"):
        found = _statements_of(arguments.get(name))
        if isinstance(found, Unknown):
            return as_reason(found)
        if name == "source_policy_documents":
            statements = [*found, *map(_statement, shape if isinstance(shape, list) else [])]
        else:
            statements += found
    document: dict[str, Term] = {"Version": arguments.get("version") or _VERSION}
    if arguments.get("policy_id"):
        document["Id"] = arguments["policy_id"]
    document["Statement"] = _last_of_each_sid(statements)
    if find_unknown(document) is not None or has_secret(document):
        return EncodedJson(document)
    return json.dumps(document, indent=2, ensure_ascii=False)


def _statements_of(texts: Term) -> list[Term] | Unknown:
    """The statements of other documents that this one takes over."""
    if texts is None:
        return []
    if not isinstance(texts, list):
        return texts if isinstance(texts, Unknown) else not_evaluated("the documents to merge are no list")
    statements: list[Term] = []
    for text in texts:
        document: Term = text.tree if isinstance(text, EncodedJson) else text
        if isinstance(document, Unknown):
            return document
        if isinstance(document, str):
            try:
                document = json.loads(document)
            except (ValueError, RecursionError):
                return not_evaluated("a document to merge is not JSON")
        if isinstance(document, Secret) or not isinstance(document, Mapping):
            return not_evaluated("a document to merge is secret or no object")
        found = document.get("Statement", [])
        statements += found if isinstance(found, list) else [found]
    return statements


def _last_of_each_sid(statements: list[Term]) -> list[Term]:
    """Of statements with the same Sid the last one counts, at the place of the first."""
    result: list[Term] = []
    places: dict[str, int] = {}
    for statement in statements:
        sid = statement.get("Sid") if isinstance(statement, Mapping) else None
        if isinstance(sid, str) and sid and sid in places:
            result[places[sid]] = statement
            continue
        if isinstance(sid, str):
            places[sid] = len(result)
        result.append(statement)
    return result


def _statement(given: Term) -> Term:
    if not isinstance(given, Mapping):
        return given
    statement: dict[str, Term] = {"Sid": given["sid"]} if given.get("sid") else {}
    effect = given.get("effect")
    statement["Effect"] = "Allow" if effect is None else effect
    for key, name in _LISTS:
        if given.get(name):
            statement[key] = _one_or_more(_variables(given[name]))
    for key, name in _PRINCIPALS:
        if given.get(name):
            statement[key] = _principals(given[name])
    if given.get("condition"):
        statement["Condition"] = _conditions(given["condition"])
    return statement


def _principals(given: Term) -> Term:
    if not isinstance(given, list) or find_unknown([_field(item, "type") for item in given]):
        return as_reason(given) if isinstance(given, Unknown) else not_evaluated("the type of a principal is not known")
    result: dict[str, list[Term] | Unknown] = {}
    for item in given:
        kind, identifiers = str(_field(item, "type")), _variables(_field(item, "identifiers"))
        if kind == "*":
            return "*"
        if not isinstance(identifiers, list):
            result[kind] = identifiers if isinstance(identifiers, Unknown) else not_evaluated("no list of principals")
        elif isinstance(known := result.setdefault(kind, []), list):
            known += identifiers
    return {kind: _one_or_more(identifiers) for kind, identifiers in result.items()}


def _conditions(given: Term) -> Term:
    if not isinstance(given, list):
        return as_reason(given) if isinstance(given, Unknown) else not_evaluated("the conditions are no blocks")
    result: dict[str, dict[str, Term]] = {}
    for item in given:
        test, variable = _field(item, "test"), _field(item, "variable")
        if not isinstance(test, str) or not isinstance(variable, str):
            return not_evaluated("the test or variable of a condition is not known")
        # Two blocks with one test and variable are one test of all their values.
        given_values = _variables(_field(item, "values"))
        tests = result.setdefault(test, {})
        before = tests.get(variable, [])
        both = isinstance(before, list) and isinstance(given_values, list)
        tests[variable] = [*before, *given_values] if both else given_values if isinstance(before, list) else before
    return {test: {name: _one_or_more(values) for name, values in tests.items()} for test, tests in result.items()}


def _field(item: Term, name: str) -> Term:
    return item.get(name) if isinstance(item, Mapping) else item


def _variables(value: Term) -> Term:
    """`&{aws:username}` stands for `${aws:username}`, which Terraform would fill in itself."""
    if isinstance(value, str):
        return value.replace("&{", "${")
    return [_variables(item) for item in value] if isinstance(value, list) else value


def _one_or_more(items: Term) -> Term:
    return items[0] if isinstance(items, list) and len(items) == 1 else items
