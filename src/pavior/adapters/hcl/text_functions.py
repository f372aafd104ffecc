"""Functions of text and numbers. Arguments are known and clear; each gets the budget first.

Source: developer.hashicorp.com/terraform/language/functions, 1.11.
"""

import math
import posixpath
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from pavior.adapters.hcl.budget import Budget
from pavior.adapters.hcl.operators import exact
from pavior.adapters.hcl.pattern_functions import replace_pattern
from pavior.adapters.hcl.values import (
    EvaluationError,
    Term,
    UnsupportedError,
    encode_json,
    from_decimal,
    kind_of,
    to_bool,
    to_number,
    to_text,
)

_VERB = re.compile(r"%(?:\[(\d{1,3})\])?([-+# 0]*)(\d{1,3})?(?:\.(\d{1,3}))?([%vtbdoxXeEfFgGsq])")


def text(value: Term) -> str:
    """The argument as text. Raises EvaluationError, also for null."""
    return to_text(value)


def _whole(value: Term) -> int:
    number = to_number(value)
    if isinstance(number, int):
        return number
    raise EvaluationError("a whole number is needed")


def _list(value: Term) -> list[Term]:
    if isinstance(value, list):
        return value
    raise EvaluationError(f"a list is needed, not {kind_of(value)}")


def absolute(_: Budget, value: Term) -> Term:
    """`abs`."""
    return abs(to_number(value))


def ceil(_: Budget, value: Term) -> Term:
    """`ceil`."""
    return math.ceil(to_number(value))


def floor(_: Budget, value: Term) -> Term:
    """`floor`."""
    return math.floor(to_number(value))


def largest(_: Budget, *values: Term) -> Term:
    """`max`."""
    return max(map(to_number, values))


def smallest(_: Budget, *values: Term) -> Term:
    """`min`."""
    return min(map(to_number, values))


def total(_: Budget, values: Term) -> Term:
    """`sum`."""
    numbers = [to_number(value) for value in _list(values)]
    if not numbers:
        raise EvaluationError("the list is empty")
    return from_decimal(sum(map(exact, numbers), Decimal(0)))


def lower(_: Budget, value: Term) -> Term:
    """`lower`."""
    return text(value).lower()


def upper(_: Budget, value: Term) -> Term:
    """`upper`."""
    return text(value).upper()


def title(_: Budget, value: Term) -> Term:
    """`title`: the first letter of each word."""
    return re.sub(r"(?<![^\W])\w", lambda found: found[0].upper(), text(value))


def chomp(_: Budget, value: Term) -> Term:
    """`chomp`."""
    return text(value).rstrip("\r\n")


def indent(budget: Budget, spaces: Term, value: Term) -> Term:
    """`indent`: all lines but the first."""
    count, clear = _whole(spaces), text(value)
    if count < 0:
        raise EvaluationError("the number of spaces is negative")
    budget.text(len(clear) + clear.count("\n") * count)
    return clear.replace("\n", "\n" + " " * count)


def trim(_: Budget, value: Term, signs: Term) -> Term:
    """`trim`."""
    return text(value).strip(text(signs)) if text(signs) else text(value)


def trim_prefix(_: Budget, value: Term, prefix: Term) -> Term:
    """`trimprefix`."""
    return text(value).removeprefix(text(prefix))


def trim_suffix(_: Budget, value: Term, suffix: Term) -> Term:
    """`trimsuffix`."""
    return text(value).removesuffix(text(suffix))


def trim_space(_: Budget, value: Term) -> Term:
    """`trimspace`."""
    return text(value).strip()


def starts_with(_: Budget, value: Term, prefix: Term) -> Term:
    """`startswith`."""
    return text(value).startswith(text(prefix))


def ends_with(_: Budget, value: Term, suffix: Term) -> Term:
    """`endswith`."""
    return text(value).endswith(text(suffix))


def contains_text(_: Budget, value: Term, part: Term) -> Term:
    """`strcontains`."""
    return text(part) in text(value)


def substr(_: Budget, value: Term, offset: Term, length: Term) -> Term:
    """`substr`; a negative offset counts from the end, the length -1 means the rest."""
    clear, start, count = text(value), _whole(offset), _whole(length)
    start = max(0, start + len(clear)) if start < 0 else start
    return clear[start:] if count < 0 else clear[start : start + count]


def replace(budget: Budget, value: Term, part: Term, other: Term) -> Term:
    """`replace` of plain text, or of a pattern between slashes."""
    clear, wanted, new = text(value), text(part), text(other)
    if len(wanted) > 1 and wanted.startswith("/") and wanted.endswith("/"):
        return replace_pattern(budget, clear, wanted[1:-1], new)
    count = clear.count(wanted)
    budget.text(len(clear) + count * max(0, len(new) - len(wanted)))
    return clear.replace(wanted, new)


def split(budget: Budget, separator: Term, value: Term) -> Term:
    """`split`."""
    clear, sign = text(value), text(separator)
    budget.spend(len(clear) // max(1, len(sign)))
    if not sign:
        return list(clear)
    return clear.split(sign)


def join(budget: Budget, separator: Term, *lists: Term) -> Term:
    """`join`."""
    parts = [text(item) for items in lists for item in _list(items) if item is not None]
    sign = text(separator)
    budget.text(sum(map(len, parts)) + len(sign) * len(parts))
    return sign.join(parts)


def as_text(_: Budget, value: Term) -> Term:
    """`tostring`."""
    return None if value is None else text(value)


def as_number(_: Budget, value: Term) -> Term:
    """`tonumber`."""
    return None if value is None else to_number(value)


def as_bool(_: Budget, value: Term) -> Term:
    """`tobool`."""
    return None if value is None else to_bool(value)


def format_text(budget: Budget, pattern: Term, *values: Term) -> Term:
    """`format`, with the verbs of the documentation."""
    spec = text(pattern)
    parts: list[str] = []
    at, following = 0, 0
    while (percent := spec.find("%", at)) >= 0:
        found = _VERB.match(spec, percent)
        if found is None:
            raise EvaluationError("the format has a verb that means nothing")
        parts.append(spec[at:percent])
        at = found.end()
        if found[5] == "%":
            parts.append("%")
            continue
        index = int(found[1]) - 1 if found[1] else following
        if not 0 <= index < len(values):
            raise EvaluationError("the format asks for more values than there are")
        following = index + 1
        parts.append(_format_one(found, values[index]))
        budget.text(len(parts[-1]))
    parts.append(spec[at:])
    if following < len(values) and "%[" not in spec:
        raise EvaluationError("the format asks for fewer values than there are")
    budget.text(sum(map(len, parts)))
    return "".join(parts)


def format_list(budget: Budget, pattern: Term, *values: Term) -> Term:
    """`formatlist`: lists go together one by one, other values stand in each."""
    lengths = {len(value) for value in values if isinstance(value, list)}
    if len(lengths) > 1:
        raise EvaluationError("the lists differ in length")
    count = lengths.pop() if lengths else 1
    budget.spend(count)
    return [
        format_text(budget, pattern, *(value[index] if isinstance(value, list) else value for value in values))
        for index in range(count)
    ]


def reversed_text(_: Budget, value: Term) -> Term:
    """`strrev`."""
    clear = text(value)
    if not clear.isascii():
        raise UnsupportedError("letters of several characters are not supported")
    return clear[::-1]


def base_name(_: Budget, value: Term) -> Term:
    """`basename`."""
    return posixpath.basename(text(value).rstrip("/")) or ("/" if text(value) else ".")


def folder_name(_: Budget, value: Term) -> Term:
    """`dirname`."""
    return posixpath.normpath(posixpath.dirname(text(value)) or ".")


def _format_one(found: re.Match[str], value: Term) -> str:
    flags, verb = found[2], found[5]
    width, precision = int(found[3] or 0), found[4]
    made = encode_json(value) if verb == "v" and "#" in flags else _VERBS[verb](value, precision)
    if "+" in flags and verb in "dfFeEgG" and not made.startswith("-"):
        made = "+" + made
    elif " " in flags and verb in "dfFeEgG" and not made.startswith("-"):
        made = " " + made
    if "-" in flags:
        return made.ljust(width)
    if "0" in flags and verb in "dfFeEgGxXob":
        sign = made[0] if made[:1] in ("-", "+", " ") else ""
        return sign + made[len(sign) :].rjust(width - len(sign), "0")
    return made.rjust(width)


def _format_any(value: Term, precision: str | None) -> str:
    if value is None:
        return "null"
    if isinstance(value, list | dict):
        return encode_json(value)
    return _cut(to_text(value), precision)


def _cut(clear: str, precision: str | None) -> str:
    return clear if precision is None else clear[: int(precision)]


def _in_base(sign: str) -> Callable[[Term, str | None], str]:
    return lambda value, _: format(_whole(value), sign)


def _decimal(sign: str) -> Callable[[Term, str | None], str]:
    def form(value: Term, precision: str | None) -> str:
        number: Any = to_number(value)
        try:
            made = format(float(number), f".{precision or 6}{sign}")
        except OverflowError:
            raise EvaluationError("the number is too large") from None
        return made

    return form


_VERBS: dict[str, Callable[[Term, str | None], str]] = {
    "v": _format_any,
    "s": lambda value, precision: _cut(to_text(value), precision),
    "q": lambda value, _: encode_json(to_text(value)),
    "t": lambda value, _: to_text(to_bool(value)),
    "d": _in_base("d"),
    "b": _in_base("b"),
    "o": _in_base("o"),
    "x": _in_base("x"),
    "X": _in_base("X"),
    "f": _decimal("f"),
    "F": _decimal("F"),
    "e": _decimal("e"),
    "E": _decimal("E"),
    "g": _decimal("g"),
    "G": _decimal("G"),
}
