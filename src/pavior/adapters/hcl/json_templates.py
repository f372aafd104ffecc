"""The tree of a JSON text that is written as a template, with gaps where something is not known yet."""

from collections.abc import Mapping, Sequence

from pavior.adapters.hcl.budget import Budget
from pavior.adapters.hcl.values import EncodedJson, Secret, Term, text_with_gaps, to_text
from pavior.resources.json_text import read_json
from pavior.resources.model import Unknown

# For private use in Unicode, so in no text that means something.
_MARK = "\ue000"


def json_with_gaps(values: Sequence[Term], budget: Budget) -> EncodedJson | None:
    """The tree that the parts of a template make, its gaps unknown; None when that is no JSON object."""
    gaps: list[Unknown] = []
    texts: list[str] = []
    for value in values:
        if isinstance(value, Unknown):
            texts.append(f"{_MARK}{len(gaps)}{_MARK}")
            gaps.append(value)
        elif isinstance(value, Secret) or _MARK in (text := to_text(value)):
            return None
        else:
            texts.append(text)
    text = "".join(texts)
    budget.text(len(text))
    if not text.lstrip().startswith("{"):
        return None
    try:
        return EncodedJson(_with_gaps(read_json(text), gaps))
    except (ValueError, RecursionError):
        return None


def _with_gaps(value: Term, gaps: Sequence[Unknown]) -> Term:
    if isinstance(value, str):
        parts = value.split(_MARK)
        if len(parts) == 1:
            return value
        return text_with_gaps([gaps[int(part)] if number % 2 else part for number, part in enumerate(parts)])
    if isinstance(value, list):
        return [_with_gaps(item, gaps) for item in value]
    if isinstance(value, Mapping):
        if any(_MARK in name for name in value):
            raise ValueError("a name is not known")
        return {name: _with_gaps(item, gaps) for name, item in value.items()}
    return value
