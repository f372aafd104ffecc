"""The value of a YAML text, where every version of YAML gives the same one."""

import re
from typing import Any

import yaml

from pavior.adapters.hcl.budget import MAXIMUM_VALUE_DEPTH
from pavior.adapters.hcl.values import EvaluationError, Term, UnsupportedError, read_number

_OPENING, _BRACKET = re.compile(r"[\[{]"), re.compile(r"[\[\]{}]")
# Fewer cannot be nested deeper than a value may be.
_MOST_OPENINGS = MAXIMUM_VALUE_DEPTH
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
# What some versions take for a number, a date, a truth or nothing, and others for text.
_DISPUTED = re.compile(
    r"(?i:y|n|yes|no|on|off)|~|[Nn]ull|NULL|True|TRUE|False|FALSE|[-+.]?[0-9][-0-9_.:eExXobA-Fa-f+]*"
    r"|[0-9]{4}-[0-9]{1,2}-.*|[-+]?\.(?i:inf|nan)|=|<<"
)


class _Loader(yaml.SafeLoader):
    """Resolves nothing by itself: plain words come as they are."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.resolver_exact_paths: Any = []


_Loader.yaml_implicit_resolvers = {}
_Loader.add_implicit_resolver("!plain", re.compile(r""), None)


def _plain(_: _Loader, node: Any) -> Term:
    word = str(node.value)
    if word in ("true", "false", "null", ""):
        return {"true": True, "false": False}.get(word)
    if _NUMBER.fullmatch(word):
        return read_number(word)
    if _DISPUTED.fullmatch(word):
        raise UnsupportedError("it has a word that versions of YAML understand differently")
    return word


_Loader.add_constructor("!plain", _plain)


def read_yaml(text: str) -> Term:
    """The value of the only document.

    Raises:
        EvaluationError: It is no YAML, or holds more than one document.
        UnsupportedError: Versions of YAML disagree about it.
    """
    if len(_OPENING.findall(text)) > _MOST_OPENINGS and _depth(text) > MAXIMUM_VALUE_DEPTH:
        raise UnsupportedError("it is nested too deeply")
    try:
        documents = list(yaml.load_all(text, Loader=_Loader))
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        if isinstance(error, yaml.constructor.ConstructorError):
            raise UnsupportedError("it has a tag, or a key that is no text") from None
        raise EvaluationError("the text is not YAML") from None
    if len(documents) != 1:
        raise EvaluationError("the text is not one document")
    return _checked(documents[0])


def _depth(text: str) -> int:
    """The most brackets that are open at once, not looking at quotes."""
    deepest = depth = 0
    for sign in _BRACKET.findall(text):
        depth += 1 if sign in "[{" else -1
        deepest = max(deepest, depth)
    return deepest


def _checked(value: Any) -> Term:
    # A document made of itself has no end, and Terraform refuses it.
    seen: set[int] = set()

    def walk(item: Any) -> None:
        if isinstance(item, dict | list):
            if id(item) in seen:
                raise UnsupportedError("it has aliases")
            seen.add(id(item))
            for inner in item.values() if isinstance(item, dict) else item:
                walk(inner)
            if isinstance(item, dict) and not all(isinstance(name, str) for name in item):
                raise UnsupportedError("it has a key that is no text")

    walk(value)
    return value
