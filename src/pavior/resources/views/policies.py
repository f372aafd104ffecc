"""Policy documents as trees whose leaves may be unknown.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html.
"""

from msgspec import Struct
from msgspec.structs import replace

from pavior.kernel.verdicts import UnknownReason
from pavior.resources.json_text import read_json
from pavior.resources.model import Resource, Sensitive, Unknown, Value
from pavior.resources.views.facts import Fact, Leaf, Source, hidden, not_understood, read_text
from pavior.resources.views.index import GraphIndex, is_meant

DOCUMENT_TYPE = "aws_iam_policy_document"
_MERGES = ("source_policy_documents", "override_policy_documents", "source_json", "override_json")
_EFFECTS = ("Allow", "Deny")
_ELEMENTS = frozenset(
    {"Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Principal", "NotPrincipal", "Condition"}
)


class Condition(Struct, frozen=True):
    """One test of a request, such as `Bool` of `aws:SecureTransport` against `false`. Any of the values will do."""

    operator: Leaf
    key: Leaf
    values: tuple[Leaf, ...]


class Principal(Struct, frozen=True):
    """Who is meant: kind `AWS`, `Service`, `Federated`, `CanonicalUser`, or `*` for everybody."""

    kind: Leaf
    name: Leaf


class Statement(Struct, frozen=True):
    """One statement. A list that is not known as a whole is one unknown leaf: at least one, nobody knows how many.

    Args:
        path: Dotted path of the attribute that says it.
    """

    effect: Leaf
    actions: tuple[Leaf, ...] = ()
    not_actions: tuple[Leaf, ...] = ()
    resources: tuple[Leaf, ...] = ()
    not_resources: tuple[Leaf, ...] = ()
    principals: tuple[Principal, ...] = ()
    not_principals: tuple[Principal, ...] = ()
    conditions: tuple[Condition, ...] = ()
    path: str = ""


class PolicyDocument(Struct, frozen=True):
    """The statements, in order; none when nothing is granted or denied."""

    statements: tuple[Statement, ...] = ()


def read_policy(source: Source, path: str, index: GraphIndex) -> Fact[PolicyDocument]:
    """The policy at `path`; when it is the text of a policy document data source of this graph, that one's blocks."""
    value = source.value(path)
    if isinstance(value, Unknown):
        data = _data_source(source, path, index)
        if data is not None:
            return source.fact(path, _document_of_blocks(data, path))
    return source.fact(path, read_document(value, path))


def read_data_document(resource: Resource) -> Fact[PolicyDocument]:
    """What a policy document data source says by itself, its statements where its blocks stand."""
    if _is_merged(resource):
        return Fact(Unknown(UnknownReason.NOT_EVALUATED, "the document is merged from others"), "statement")
    return Fact(_document_of_blocks(Source(resource), ""), "statement")


def read_document(value: Value, path: str) -> PolicyDocument | Unknown:
    """A policy as JSON text or as a tree; nothing is the empty document."""
    if isinstance(value, str) and value.strip():
        try:
            value = read_json(value)
        except ValueError:
            return Unknown(UnknownReason.NOT_EVALUATED, "the policy is not JSON, or says one thing twice")
    if value is None or value == "":
        return PolicyDocument()
    if isinstance(value, Unknown):
        return value
    if isinstance(value, Sensitive):
        return hidden()
    if not isinstance(value, dict) or "Statement" not in value:
        return Unknown(UnknownReason.NOT_EVALUATED, "the policy has no Statement")
    found = value["Statement"]
    # AWS takes one statement without a list around it.
    items = found if isinstance(found, list) else [found]
    return PolicyDocument(
        tuple(
            statement
            for number, item in enumerate(items)
            if item is not None
            for statement in _statements(item, f"{path}.Statement.{number}")
        )
    )


def _statements(value: Value, path: str) -> tuple[Statement, ...]:
    """One; of one without Effect, which AWS refuses, also what it would be if it were meant to allow.

    So it fails where such a statement would, and passes nowhere, for the other one is not known.
    """
    if isinstance(value, dict) and value and "Effect" not in value and value.keys() <= _ELEMENTS - {"Effect"}:
        return (_statement({**value, "Effect": "Allow"}, path), _statement(value, path))
    return (_statement(value, path),)


def _statement(value: Value, path: str) -> Statement:
    if not isinstance(value, dict):
        return _unreadable(value, path)
    if not value.keys() <= _ELEMENTS or "Effect" not in value:
        # Whoever reads `effect` where AWS reads `Effect` must not be told that nothing is allowed.
        what = "a statement has no Effect, or an element that policies do not have"
        return _unreadable(Unknown(UnknownReason.NOT_EVALUATED, what), path)
    effect = _leaf(value.get("Effect"))
    if isinstance(effect, str) and effect not in _EFFECTS:
        effect = Unknown(UnknownReason.NOT_EVALUATED, "Effect is neither Allow nor Deny")
    return Statement(
        effect=effect,
        actions=_leaves(value.get("Action")),
        not_actions=_leaves(value.get("NotAction")),
        resources=_leaves(value.get("Resource")),
        not_resources=_leaves(value.get("NotResource")),
        principals=_principals(value.get("Principal")),
        not_principals=_principals(value.get("NotPrincipal")),
        conditions=_conditions(value.get("Condition")),
        path=path,
    )


def _unreadable(value: Value, path: str) -> Statement:
    """A statement of which nothing is known but that it is there."""
    what = _leaf(value)
    unknown = replace(what, pieces=()) if isinstance(what, Unknown) else not_understood(value)
    everybody = (Principal(unknown, unknown),)
    return Statement(
        effect=unknown,
        actions=(unknown,),
        not_actions=(unknown,),
        resources=(unknown,),
        not_resources=(unknown,),
        principals=everybody,
        not_principals=everybody,
        conditions=(Condition(unknown, unknown, (unknown,)),),
        path=path,
    )


def _leaf(value: Value) -> Leaf:
    # A policy's true and false may be written without quotes.
    return str(value).lower() if isinstance(value, bool) else read_text(value)


def _leaves(value: Value) -> tuple[Leaf, ...]:
    if value is None:
        return ()
    if isinstance(value, list):
        return tuple(_leaf(item) for item in value)
    return (_leaf(value),)


def _principals(value: Value) -> tuple[Principal, ...]:
    if isinstance(value, dict):
        return tuple(Principal(kind, name) for kind, names in value.items() for name in _leaves(names))
    return tuple(Principal("*" if name == "*" else _unless_known(name), name) for name in _leaves(value))


def _unless_known(name: Leaf) -> Leaf:
    return name if isinstance(name, Unknown) else not_understood(name)


def _conditions(value: Value) -> tuple[Condition, ...]:
    if value is None:
        return ()
    if not isinstance(value, dict):
        unknown = _unless_known(_leaf(value))
        return (Condition(unknown, unknown, (unknown,)),)
    found: list[Condition] = []
    for operator, tests in value.items():
        if isinstance(tests, dict):
            found += [Condition(operator, key, _leaves(values)) for key, values in tests.items()]
        else:
            unknown = _unless_known(_leaf(tests))
            found.append(Condition(operator, unknown, (unknown,)))
    return tuple(found)


def _data_source(source: Source, path: str, index: GraphIndex) -> Source | None:
    references = set(source.references(path))
    if len(references) != 1:
        return None
    resource = index.find(references.pop())
    if resource is None or resource.mode != "data" or resource.type != DOCUMENT_TYPE:
        return None
    is_other = _is_merged(resource) or not is_meant(source.value(path), resource)
    return None if is_other else Source(resource, resource.address)


def _is_merged(resource: Resource) -> bool:
    """A document that is merged from others is more than its own blocks."""
    return any(resource.values.get(name) for name in _MERGES)


def _document_of_blocks(data: Source, path: str) -> PolicyDocument | Unknown:
    blocks = data.value("statement")
    if isinstance(blocks, Unknown | Sensitive):
        return hidden() if isinstance(blocks, Sensitive) else blocks
    items = blocks if isinstance(blocks, list) else []
    return PolicyDocument(
        tuple(
            _statement(_as_json(item), f"{path}.Statement.{number}" if path else f"statement.{number}")
            for number, item in enumerate(items)
        )
    )


def _as_json(block: Value) -> Value:
    """A `statement` block as the JSON it will become."""
    if not isinstance(block, dict):
        return block
    names = {
        "actions": "Action",
        "not_actions": "NotAction",
        "resources": "Resource",
        "not_resources": "NotResource",
    }
    statement: dict[str, Value] = {"Effect": "Allow" if block.get("effect") is None else block["effect"]}
    statement |= {name: block[key] for key, name in names.items() if block.get(key)}
    for key, name in (("principals", "Principal"), ("not_principals", "NotPrincipal")):
        if block.get(key):
            statement[name] = _principals_of_blocks(block[key])
    if block.get("condition"):
        statement["Condition"] = _conditions_of_blocks(block["condition"])
    return statement


def _principals_of_blocks(blocks: Value) -> Value:
    if not isinstance(blocks, list):
        return blocks
    merged: dict[str, Value] = {}
    for block in blocks:
        if not isinstance(block, dict):
            return block
        kind, names = block.get("type"), block.get("identifiers")
        if not isinstance(kind, str):
            return kind
        known = merged.get(kind, [])
        merged[kind] = [*known, *names] if isinstance(known, list) and isinstance(names, list) else names
    return merged


def _conditions_of_blocks(blocks: Value) -> Value:
    if not isinstance(blocks, list):
        return blocks
    merged: dict[str, Value] = {}
    for block in blocks:
        if not isinstance(block, dict):
            return block
        operator, key = block.get("test"), block.get("variable")
        if not isinstance(operator, str) or not isinstance(key, str):
            return operator if isinstance(operator, Unknown) else key
        tests = merged.setdefault(operator, {})
        if isinstance(tests, dict):
            before, values = tests.get(key, []), block.get("values")
            if isinstance(before, list):
                tests[key] = [*before, *values] if isinstance(values, list) else values
    return merged
