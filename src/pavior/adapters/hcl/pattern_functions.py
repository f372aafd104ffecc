"""Functions of regular expressions, for the patterns that RE2 and Python understand alike and that end soon.

RE2 never takes long; Python can. So a pattern whose cost could explode is not supported, and its result not known.
Source: developer.hashicorp.com/terraform/language/functions/regex, 1.11, and github.com/google/re2/wiki/Syntax.
"""

import re

from msgspec import Struct, field

from pavior.adapters.hcl.budget import Budget
from pavior.adapters.hcl.values import EvaluationError, Term, UnsupportedError, to_text

_LONGEST_PATTERN = 500
# Steps of the worst case; ten million take about a second.
_MOST_STEPS = 10_000_000
_QUANTIFIER = re.compile(r"[*+?]|\{\d+(?:,\d*)?\}")
_GROUP = re.compile(r"\(\?(?:P?<([A-Za-z_]\w*)>|:)")
_FLAGS = re.compile(r"\(\?([ims]+)\)")
_LETTERS = frozenset("dDwWsSbBtnrfA")
_LOOKS_AROUND = ("(?=", "(?!", "(?<=", "(?<!")
_UNLIKE_IN_CLASSES = ("[", "--", "&&", "||", "~~")
_GO_TEMPLATE = re.compile(r"\$(?:\$|(\w+)|\{(\w+)\})")


class _Translation(Struct):
    """A pattern on its way from RE2 to Python. `steps` is how often the repeats can multiply the length of a text."""

    pattern: str
    parts: list[str] = field(default_factory=list)
    at: int = 0
    is_multiline: bool = False
    repeats: int = 0
    options: int = 0
    # For each group that is open, whether it holds what must not be repeated.
    open_groups: list[bool] = field(default_factory=list)


def regex(_: Budget, pattern: Term, value: Term) -> Term:
    """`regex`: the first match. Raises EvaluationError when there is none."""
    text = to_text(value)
    found = _compiled(to_text(pattern), text).search(text)
    if found is None:
        raise EvaluationError("the pattern does not match")
    return _captured(found)


def regex_all(budget: Budget, pattern: Term, value: Term) -> Term:
    """`regexall`: all matches."""
    text = to_text(value)
    matches = [_captured(found) for found in _compiled(to_text(pattern), text).finditer(text)]
    budget.spend(len(matches))
    return matches


def replace_pattern(budget: Budget, value: str, pattern: str, other: str) -> str:
    """`replace` of a pattern, without its slashes."""
    template = _template(other)
    made = _compiled(pattern, value).sub(template, value)
    budget.text(len(made))
    return made


def _template(other: str) -> str:
    """The replacement in Python's words: `$1`, `${1}` and `${name}` stand for groups, `$$` for itself."""

    def group(found: re.Match[str]) -> str:
        name = found[1] or found[2]
        if name is None:
            return "$"
        if found[1] and not name.isdecimal():
            # Go takes the longest name, which is easily not what was meant.
            raise UnsupportedError("the replacement names a group without braces")
        return rf"\g<{name}>"

    return _GO_TEMPLATE.sub(group, other.replace("\\", r"\\"))


def _captured(found: re.Match[str]) -> Term:
    names = found.re.groupindex
    if names and len(names) != found.re.groups:
        raise EvaluationError("some groups have names and some have none")
    return dict(found.groupdict()) if names else list(found.groups()) or found[0]


def _compiled(pattern: str, text: str) -> re.Pattern[str]:
    if len(pattern) > _LONGEST_PATTERN or not pattern.isascii():
        raise UnsupportedError(f"a pattern with other letters, or longer than {_LONGEST_PATTERN}, is not supported")
    flags = re.ASCII
    translation = _Translation(pattern)
    if given := _FLAGS.match(pattern):
        translation.at = given.end()
        translation.is_multiline = "m" in given[1]
        flags |= _flags(given[1])
    if flags & re.IGNORECASE and not text.isascii():
        raise UnsupportedError("ignoring the case of other letters is not supported")
    while translation.at < len(pattern):
        _translate(translation)
    is_anchored = pattern[given.end() if given else 0 :].startswith("^") and not translation.is_multiline
    _require_cheap(translation, len(text), is_anchored=is_anchored)
    try:
        return re.compile("".join(translation.parts), flags)
    except (re.error, OverflowError):
        raise EvaluationError("the pattern is none") from None


def _flags(letters: str) -> re.RegexFlag:
    flags = re.ASCII
    for letter, flag in (("i", re.IGNORECASE), ("m", re.MULTILINE), ("s", re.DOTALL)):
        if letter in letters:
            flags |= flag
    return flags


def _require_cheap(translation: _Translation, length: int, *, is_anchored: bool) -> None:
    power = translation.repeats + (0 if is_anchored else 1)
    if (length + 1) ** power * 2**translation.options > _MOST_STEPS:
        raise UnsupportedError("the pattern may take too long on a text of this length")


def _translate(state: _Translation) -> None:
    """Take one more piece of the pattern."""
    pattern, at = state.pattern, state.at
    sign = pattern[at]
    if sign == "\\":
        _escape(state)
    elif sign == "[":
        _character_class(state)
    elif sign == "(":
        _open(state)
    elif sign == ")":
        state.parts.append(")")
        state.at += 1
        if not state.open_groups:
            raise EvaluationError("the pattern closes a group that it did not open")
        _quantifier(state, is_risky=state.open_groups.pop())
        return
    elif sign == "$":
        state.parts.append("$" if state.is_multiline else r"\Z")
        state.at += 1
    else:
        if sign == "|":
            _mark_risky(state)
        if _QUANTIFIER.match(pattern, at):
            raise EvaluationError("the pattern repeats nothing, or repeats a repeat")
        state.parts.append(sign)
        state.at += 1
    if sign not in "(|^$":
        _quantifier(state, is_risky=False)


def _quantifier(state: _Translation, *, is_risky: bool) -> None:
    found = _QUANTIFIER.match(state.pattern, state.at)
    if found is None:
        if is_risky:
            _mark_risky(state)
        return
    if is_risky and found[0] != "?":
        raise UnsupportedError("a repeat or a choice inside of a repeat is not supported")
    if found[0] == "?":
        state.options += 1
    else:
        state.repeats += 1
    _mark_risky(state)
    state.parts.append(found[0])
    state.at = found.end()
    if state.pattern.startswith("?", state.at):
        state.parts.append("?")
        state.at += 1
    if _QUANTIFIER.match(state.pattern, state.at):
        raise EvaluationError("the pattern repeats a repeat")


def _mark_risky(state: _Translation) -> None:
    if state.open_groups:
        state.open_groups[-1] = True


def _open(state: _Translation) -> None:
    pattern, at = state.pattern, state.at
    if pattern.startswith(_LOOKS_AROUND, at):
        raise EvaluationError("the pattern looks around, which it cannot in Terraform")
    if pattern.startswith("(?", at):
        found = _GROUP.match(pattern, at)
        if found is None:
            raise UnsupportedError("this kind of group is not supported")
        state.parts.append(f"(?P<{found[1]}>" if found[1] else "(?:")
        state.at = found.end()
    else:
        state.parts.append("(")
        state.at += 1
    state.open_groups.append(False)


def _escape(state: _Translation) -> None:
    sign = state.pattern[state.at + 1 : state.at + 2]
    if not sign or sign.isdigit() or sign == "Z":
        raise EvaluationError("the pattern has an escape sequence that is none")
    if sign == "z":
        state.parts.append(r"\Z")
    elif sign in _LETTERS or not sign.isalnum():
        # What Python calls space has one more character.
        state.parts.append({"s": r"[\t\n\f\r ]", "S": r"[^\t\n\f\r ]"}.get(sign, "\\" + sign))
    else:
        raise UnsupportedError("this escape sequence is not supported")
    state.at += 2


def _character_class(state: _Translation) -> None:
    pattern, start = state.pattern, state.at
    at = start + 1
    at += pattern.startswith("^", at)
    at += pattern.startswith("]", at)
    while at < len(pattern) and pattern[at] != "]":
        if pattern[at] == "\\":
            sign = pattern[at + 1 : at + 2]
            if sign.isalnum() and sign not in "dwtnrf":
                raise UnsupportedError("this escape sequence is not supported")
            at += 1
        at += 1
    inner = pattern[start + 1 : at]
    if at >= len(pattern):
        raise EvaluationError("the pattern has a class without its end")
    if any(sign in inner for sign in _UNLIKE_IN_CLASSES):
        raise UnsupportedError("this class of characters is not supported")
    state.parts.append(pattern[start : at + 1])
    state.at = at + 1
