"""What a plain scalar of a manifest means to Kubernetes, which turns YAML 1.1 into JSON before it looks at it.

Source: the resolver of sigs.k8s.io/yaml (goyaml.v2, resolve.go): `yes` and `on` are true, `0644` is octal.
"""

import math
import re

_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"), True),
    **dict.fromkeys(("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"), False),
}
_LONGEST_NUMBER = 40
_DECIMAL = re.compile(r"[-+]?(?:0|[1-9][0-9_]*)")
_OTHER_BASE = re.compile(r"([-+]?)(?:0x([0-9a-fA-F_]+)|0b([01_]+)|0o?([0-7_]+))")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9][0-9_]*(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")


def resolve_scalar(text: str) -> bool | int | float | str | None:
    """The value of a scalar without quotes; the text itself where JSON has no such number."""
    if text in _WORDS:
        return _WORDS[text]
    if not text[0].isdigit() and text[0] not in "-+.":
        return text
    if len(text) > _LONGEST_NUMBER:
        return text
    return _number(text)


def _number(text: str) -> int | float | str:
    digits = text.replace("_", "")
    if _DECIMAL.fullmatch(text):
        return int(digits)
    based = _OTHER_BASE.fullmatch(text)
    if based is not None:
        sign, hexadecimal, binary, octal = based.groups()
        found = next(((item, base) for item, base in ((hexadecimal, 16), (binary, 2), (octal, 8)) if item), ("", 0))
        plain = found[0].replace("_", "")
        return int(sign + plain, found[1]) if plain else text
    if _FLOAT.fullmatch(text):
        number = float(digits)
        return number if math.isfinite(number) else text
    return text
