"""Expressions of HCL from text. Source: github.com/hashicorp/hcl, hclsyntax/spec.md, version 2."""

from pavior.adapters.hcl.expressions import (
    Call,
    Conditional,
    Expression,
    For,
    GetAttribute,
    GetIndex,
    Literal,
    Name,
    Negation,
    Object,
    Operation,
    Span,
    Splat,
    Step,
    Traversal,
    Tuple,
)
from pavior.adapters.hcl.plain import CONSTANTS, PLAIN_DEPTH, read_plain, read_quoted
from pavior.adapters.hcl.scanning import NUMBER, SIGN, WORD, Scanner, read_for_names
from pavior.adapters.hcl.templates import read_template
from pavior.adapters.hcl.values import MAXIMUM_DIGITS, EvaluationError, read_number

_PRECEDENCE = {
    "||": 1,
    "&&": 2,
    "==": 3,
    "!=": 3,
    ">": 4,
    ">=": 4,
    "<": 4,
    "<=": 4,
    "+": 5,
    "-": 5,
    "*": 6,
    "/": 6,
    "%": 6,
}


def read_expression(scanner: Scanner) -> Expression:
    """The expression at the scanner's place. Raises InvalidError `source-unparsable`, `source-too-complex`."""
    scanner.deeper()
    # `a ? b : c ? d : e` is `a ? b : (c ? d : e)`: collected, then put together from the right.
    branches: list[tuple[Expression, Expression]] = []
    while True:
        expression = _read_operation(scanner, 1)
        if not scanner.is_at("?"):
            break
        scanner.advance()
        yes = read_expression(scanner)
        scanner.expect(":", "between the two results of a condition")
        branches.append((expression, yes))
    for condition, yes in reversed(branches):
        expression = Conditional(condition, yes, expression)
    scanner.depth -= 1
    return expression


def _read_operation(scanner: Scanner, lowest: int) -> Expression:
    left = _read_operand(scanner)
    while scanner.kind == SIGN:
        operator = scanner.lexeme
        precedence = _PRECEDENCE.get(operator, 0)
        if precedence < lowest:
            break
        scanner.advance()
        left = Operation(operator, left, _read_operation(scanner, precedence + 1))
    return left


def _read_operand(scanner: Scanner) -> Expression:
    operators: list[str] = []
    while scanner.is_at("-") or scanner.is_at("!"):
        operators.append(scanner.lexeme)
        scanner.deeper()
        scanner.advance()
    root = _read_root(scanner)
    steps = _read_steps(scanner)
    expression = Traversal(root, steps) if steps else root
    for operator in reversed(operators):
        scanner.depth -= 1
        expression = Negation(operator, expression)
    return expression


def _read_root(scanner: Scanner) -> Expression:
    if scanner.kind == WORD:
        return _read_word(scanner)
    if scanner.kind == NUMBER:
        number = _read_number(scanner)
        scanner.advance()
        return Literal(number)
    if scanner.kind == SIGN:
        plain = _read_plain(scanner) if scanner.depth < PLAIN_DEPTH else None
        return plain or _read_opened(scanner)
    raise scanner.error(f"expected a value, found {scanner.shown()}")


def _read_opened(scanner: Scanner) -> Expression:
    match scanner.lexeme:
        case "(":
            scanner.enter(skips_lines=True)
            expression = read_expression(scanner)
            _close(scanner, ")", "to close a parenthesis")
            return expression
        case "[":
            return _read_list(scanner)
        case "{":
            return _read_object(scanner)
        case '"' | "<<" | "<<-":
            # Templates hold expressions, which hold templates.
            return read_template(scanner, read_expression)
    raise scanner.error(f"expected a value, found {scanner.shown()}")


def _read_plain(scanner: Scanner) -> Expression | None:
    """A text, a list or an object that is as `plain` takes it, or None."""
    read = None
    if scanner.lexeme == '"':
        read = read_quoted(scanner, scanner.start)
    elif scanner.lexeme in ("[", "{"):
        read = read_plain(scanner, scanner.start)
    if read is None:
        return None
    scanner.advance(read[1])
    return read[0]


def _read_word(scanner: Scanner) -> Expression:
    word = scanner.lexeme
    scanner.advance()
    while scanner.is_at("::"):
        scanner.advance()
        word = f"{word}::{scanner.expect_word('after ::')}"
        if not scanner.is_at("::") and not scanner.is_at("("):
            raise scanner.error(f"expected '(' after the function name {word}")
    if scanner.is_at("("):
        return _read_call(scanner, word)
    return CONSTANTS.get(word) or Name(word)


def _read_call(scanner: Scanner, function: str) -> Expression:
    scanner.enter(skips_lines=True)
    arguments: list[Expression] = []
    is_expanded = False
    while not scanner.is_at(")"):
        arguments.append(read_expression(scanner))
        if scanner.is_at("..."):
            is_expanded = True
            scanner.advance()
            break
        if not scanner.is_at(","):
            break
        scanner.advance()
    _close(scanner, ")", f"to close the arguments of {function}")
    return Call(function, tuple(arguments), is_expanded)


def _read_steps(scanner: Scanner) -> tuple[Step, ...]:
    steps: list[Step] = []
    while True:
        if scanner.is_at("["):
            scanner.enter(skips_lines=True)
            if scanner.is_at("*"):
                scanner.advance()
                _close(scanner, "]", "after [*")
                steps.append(Splat(_read_steps(scanner)))
                break
            key = read_expression(scanner)
            _close(scanner, "]", "to close an index")
            steps.append(GetIndex(key))
        elif scanner.is_at("."):
            scanner.advance()
            if scanner.is_at("*"):
                scanner.advance()
                steps.append(Splat(_read_attributes(scanner)))
            else:
                steps += _read_attribute(scanner)
        else:
            break
    return tuple(steps)


def _read_attributes(scanner: Scanner) -> tuple[Step, ...]:
    steps: list[Step] = []
    while scanner.is_at("."):
        scanner.advance()
        steps += _read_attribute(scanner)
    return tuple(steps)


def _read_attribute(scanner: Scanner) -> list[Step]:
    if scanner.kind == NUMBER:
        # The old form of an index: `.0`, and `.0.1`, which looks like a number with a fraction.
        parts = scanner.lexeme.split(".")
        if not all(part.isdecimal() and len(part) <= MAXIMUM_DIGITS for part in parts):
            raise scanner.error(f"{scanner.lexeme} is no index")
        scanner.advance()
        return [GetIndex(Literal(int(part))) for part in parts]
    return [GetAttribute(scanner.expect_word("after '.'"))]


def _read_number(scanner: Scanner) -> int | float:
    try:
        return read_number(scanner.lexeme)
    except EvaluationError as error:
        raise scanner.error(str(error)) from error


def _read_list(scanner: Scanner) -> Expression:
    scanner.enter(skips_lines=True)
    if scanner.kind == WORD and scanner.lexeme == "for":
        return _read_for(scanner, closing="]")
    items: list[Expression] = []
    spans: list[Span] = []
    while not scanner.is_at("]"):
        start = scanner.start
        items.append(read_expression(scanner))
        spans.append(scanner.span(start, scanner.last_end))
        if not scanner.is_at(","):
            break
        scanner.advance()
    _close(scanner, "]", "or ',' in a list")
    return Tuple(tuple(items), tuple(spans))


def _read_object(scanner: Scanner) -> Expression:
    mark = scanner.end
    scanner.enter(skips_lines=True)
    if scanner.kind == WORD and scanner.lexeme == "for":
        return _read_for(scanner, closing="}")
    scanner.suspend()
    scanner.resume(mark, skips_lines=False)
    items: list[tuple[Expression, Expression]] = []
    spans: list[Span] = []
    scanner.skip_lines()
    while not scanner.is_at("}"):
        start = scanner.start
        bare_word = scanner.lexeme if scanner.kind == WORD else None
        key = read_expression(scanner)
        if bare_word is not None and scanner.last_end == start + len(bare_word):
            key = Literal(bare_word)
        if not scanner.is_at("=") and not scanner.is_at(":"):
            raise scanner.error(f"expected '=' after the key of an object, found {scanner.shown()}")
        scanner.advance()
        items.append((key, read_expression(scanner)))
        spans.append(scanner.span(start, scanner.last_end))
        if scanner.is_at("}"):
            break
        if not scanner.is_at(",") and not scanner.is_at("\n"):
            raise scanner.error(f"expected a line end, ',' or '}}' in an object, found {scanner.shown()}")
        scanner.advance()
        scanner.skip_lines()
    _close(scanner, "}", "to close an object")
    return Object(tuple(items), tuple(spans))


def _read_for(scanner: Scanner, *, closing: str) -> Expression:
    scanner.advance()
    key_name, value_name = read_for_names(scanner)
    collection = read_expression(scanner)
    scanner.expect(":", "after the collection of a for")
    key = None
    value = read_expression(scanner)
    is_grouped = False
    if closing == "}":
        scanner.expect("=>", "between key and value of a for")
        key, value = value, read_expression(scanner)
        if scanner.is_at("..."):
            is_grouped = True
            scanner.advance()
    condition = None
    if scanner.kind == WORD and scanner.lexeme == "if":
        scanner.advance()
        condition = read_expression(scanner)
    _close(scanner, closing, "to close a for")
    return For(key_name, value_name, collection, key, value, condition, is_grouped)


def _close(scanner: Scanner, sign: str, where: str) -> None:
    if not scanner.is_at(sign):
        raise scanner.error(f"expected {sign!r} {where}, found {scanner.shown()}")
    scanner.leave()
