"""JSON that people wrote by hand, such as the text of a policy."""

import json
import re
from typing import Any

# A text in quotes, which stays as it is, or a comma with nothing but a bracket behind it.
_LAST_COMMA = r'("(?:[^"\\]|\\.)*")|,(?=\s*[}\]])'


def read_json(text: str) -> Any:
    """The value. A comma too many before a bracket is read over: AWS refuses it, and yet it is clear what is meant.

    Raises:
        ValueError: It is not JSON, or an object says one thing twice.
    """
    try:
        return json.loads(text, object_pairs_hook=_without_repeats)
    except json.JSONDecodeError:
        return json.loads(re.sub(_LAST_COMMA, r"\1", text), object_pairs_hook=_without_repeats)


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found
