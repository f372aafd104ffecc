"""What a plain scalar means: YAML 1.2.2, section 10.3.2, the core schema, as far as JSON can keep it."""

import math
import re

_MAXIMUM_DIGITS = 300

_NULL = re.compile(r"(?:null|Null|NULL|~)?")
_BOOLEAN = re.compile(r"true|True|TRUE|false|False|FALSE")
_INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")


def resolve_scalar(text: str) -> object:
    """What a plain scalar means. Raises ValueError for a number that JSON does not have."""
    if _NULL.fullmatch(text):
        return None
    if _BOOLEAN.fullmatch(text):
        return text in {"true", "True", "TRUE"}
    if _INTEGER.fullmatch(text):
        if len(text) > _MAXIMUM_DIGITS:
            raise ValueError("it has too many digits")
        return int(text, 0) if text[:2] in {"0o", "0x"} else int(text)
    if _NOT_FINITE.fullmatch(text):
        raise ValueError("it is not finite")
    if _FLOAT.fullmatch(text):
        number = float(text)
        if not math.isfinite(number):
            raise ValueError("it is too large")
        return number
    return text
