"""Operators over values that may be unknown or secret."""

from decimal import Context, Decimal, DivisionByZero, InvalidOperation, Overflow, localcontext

from pavior.adapters.hcl.values import (
    EvaluationError,
    Term,
    equal,
    from_decimal,
    lift,
    to_bool,
    to_number,
)

# More than Terraform's 512 bits have; a whole number of MAXIMUM_EXPONENT digits stays exact.
_DIGITS = Context(prec=320)


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
    """With decimal digits, as Terraform counts: 0.1 + 0.2 is 0.3."""
    one, other = exact(left), exact(right)
    try:
        with localcontext(_DIGITS):
            match operator:
                case "+":
                    result = one + other
                case "-":
                    result = one - other
                case "*":
                    result = one * other
                case "%":
                    # The sign is that of the dividend.
                    result = one % other
                case _:
                    result = one / other
    except (DivisionByZero, InvalidOperation):
        raise EvaluationError("a number is divided by zero, or too large") from None
    except Overflow:
        raise EvaluationError("the number is too large") from None
    return from_decimal(result)


def exact(number: float) -> Decimal:
    """The number with the digits that it is written with."""
    return Decimal(number) if isinstance(number, int) else Decimal(repr(number))
