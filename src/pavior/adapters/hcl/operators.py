"""Operators over values that may be unknown or secret."""

import math

from pavior.adapters.hcl.values import (
    EvaluationError,
    Term,
    equal,
    lift,
    simplest,
    to_bool,
    to_number,
)


def negate(operator: str, operand: Term) -> Term:
    """`!x` or `-x`, of a known and clear operand."""
    return not to_bool(operand) if operator == "!" else -to_number(operand)


def combine(operator: str, left: Term, right: Term) -> Term:
    """The result of an operator.

    `false && x` is false and `true || x` is true whatever x is, also when it is unknown.
    """
    if operator in ("&&", "||"):
        decisive = operator == "||"
        for operand in (left, right):
            if isinstance(operand, bool) and operand is decisive:
                return decisive
    return lift(lambda one, other: _combine(operator, one, other), left, right)


def _combine(operator: str, left: Term, right: Term) -> Term:  # noqa: PLR0911 - one line per operator reads best
    match operator:
        case "==":
            return equal(left, right)
        case "!=":
            return not equal(left, right)
        case "&&":
            return to_bool(left) and to_bool(right)
        case "||":
            return to_bool(left) or to_bool(right)
        case ">":
            return to_number(left) > to_number(right)
        case ">=":
            return to_number(left) >= to_number(right)
        case "<":
            return to_number(left) < to_number(right)
        case "<=":
            return to_number(left) <= to_number(right)
        case _:
            return _calculate(operator, to_number(left), to_number(right))


def _calculate(operator: str, left: float, right: float) -> int | float:
    try:
        match operator:
            case "+":
                return simplest(left + right)
            case "-":
                return simplest(left - right)
            case "*":
                return simplest(left * right)
            case "%":
                # The sign is that of the dividend, as in Go.
                return simplest(_remainder(left, right))
            case _:
                exact = isinstance(left, int) and isinstance(right, int) and left % right == 0
                return left // right if exact else simplest(left / right)
    except ZeroDivisionError:
        raise EvaluationError("a number is divided by zero") from None
    except (OverflowError, ValueError):
        raise EvaluationError("the number is too large") from None


def _remainder(left: float, right: float) -> float:
    if isinstance(left, int) and isinstance(right, int):
        return int(math.copysign(1, left)) * (abs(left) % abs(right))
    return math.fmod(left, right)
