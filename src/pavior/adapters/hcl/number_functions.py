"""Functions of numbers that few sources need. Arguments are known and clear; each gets the budget first.

Source: developer.hashicorp.com/terraform/language/functions, 1.11.
"""

import math

from pavior.adapters.hcl.budget import Budget
from pavior.adapters.hcl.values import EvaluationError, Term, UnsupportedError, to_number, to_text

_BASES = range(2, 63)
# Python's own digits; beyond, Terraform tells upper and lower case apart.
_HIGHEST_BASE = 36
_LONGEST_DIGITS = 200
_HIGHEST_POWER = 1000


def power(_: Budget, number: Term, exponent: Term) -> Term:
    """`pow`."""
    base, raised = to_number(number), to_number(exponent)
    if not isinstance(base, int) or not isinstance(raised, int) or not 0 <= raised <= _HIGHEST_POWER:
        raise UnsupportedError("a power of other than whole numbers is not supported")
    if base.bit_length() * raised > _HIGHEST_POWER:
        raise UnsupportedError("a power of this size is not supported")
    # Terraform works it out as a float of 64 bits.
    made = base**raised
    if abs(made) > 1 << 53:
        raise UnsupportedError("a power of this size is not supported")
    return made


def logarithm(_: Budget, number: Term, base: Term) -> Term:
    """`log`."""
    try:
        made = math.log(to_number(number)) / math.log(to_number(base))
    except (ValueError, ZeroDivisionError):
        raise EvaluationError("the logarithm is none") from None
    return int(made) if made == int(made) else made


def sign(_: Budget, number: Term) -> Term:
    """`signum`."""
    clear = to_number(number)
    return (clear > 0) - (clear < 0)


def parse_int(_: Budget, value: Term, base: Term) -> Term:
    """`parseint`."""
    text, radix = to_text(value), to_number(base)
    if radix not in _BASES:
        raise EvaluationError("the base must be from 2 to 62")
    if not isinstance(radix, int) or radix > _HIGHEST_BASE or len(text) > _LONGEST_DIGITS:
        raise UnsupportedError("a base above 36 is not supported")
    if not text.isascii() or "_" in text or text != text.strip() or text[:1] == "+":
        raise EvaluationError("the text is no whole number")
    try:
        # With a base, Python takes the prefix of it too, which Terraform does not.
        if text.lstrip("-")[:2].lower() in {2: ("0b",), 8: ("0o",), 16: ("0x",)}.get(radix, ()):
            raise EvaluationError("the text is no whole number")
        return int(text, radix)
    except ValueError:
        raise EvaluationError("the text is no whole number") from None
