"""A few lines of the source that a verdict is about, with nothing in them that may be a secret.

Three things hide: what the readers know to be sensitive, what looks like a secret to the masker of the logs, and the
rules of this module, which hide whatever is assigned to a name that secrets have. Hiding too much costs a glance into
an editor; hiding too little cannot be taken back, so these rules are broad.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from pavior.cli.checking.people import MaskLines
from pavior.cli.printing import clean
from pavior.kernel.verdicts import Position
from pavior.policy.evaluation import find_position
from pavior.resources.model import Resource, ResourceGraph, Sensitive, Value

MASK = "***"
_MOST_LINES = 7
_CONTEXT = 2
_LINE_CHARACTERS = 120
# More than anybody writes by hand; what a tool made is not read by lines.
_LARGEST_BYTES = 1_000_000

_SECRET_NAME = re.compile(
    r"pass(?:w|p|$|_|-)|pwd|secret|token|credential"
    r"|(?:private|api|access|signing|encryption|license|master|shared)[_-]?key"
    r"|auth(?:_|-)?(?:key|string|data)|authorization|conn(?:ection)?_?str|kubeconfig"
    r"|jwt|bearer|cookie|webhook|hmac|psk|pre_?shared|dsn$"
    # Where anything may stand, and in practice secrets do.
    r"|^value$|^default$|_?content(?:_?base64)?$|^(?:string|binary)?_?data$"
    r"|user_?data|custom_?data|^literals$|^certificate",
    re.IGNORECASE,
)
# One of these is part of every name that the pattern above finds.
SECRET_WORDS = (
    "pass", "pwd", "secret", "token", "credential", "private", "api_key", "apikey", "api-key", "access_key",
    "accesskey", "access-key", "signing", "encryption", "auth", "conn", "license", "kubeconfig", "jwt", "bearer",
    "cookie", "webhook", "hmac", "psk", "shared", "master", "dsn", "value", "default", "content", "data", "literals",
    "certificate", "sensitive", "variables", "environment", "settings", "arguments", "parameters", "locals", "module",
    "provider",
)  # fmt: skip
# Words beside a secret that are none, and without which a denial would not be understood.
_PLAIN_NAME = re.compile(
    r"(?:_|-)?(?:name|id|arn|type|mode|length|policy|enabled|ref|path|version|rotation|days)s?$|^http_tokens$"
    r"|^authorization(?:_?type)?$",
    re.IGNORECASE,
)
# What programs are given, and what stands for a variable: under whatever name, where several of them are written.
_SECRET_HOLDER = re.compile(
    r"^(?:environment(?:_?variables)?|variables|(?:app|site)_?settings|(?:default_?)?(?:arguments|parameters)"
    r"|locals|module|provider)$",
    re.IGNORECASE,
)
# An object, or a list or a function of one.
_OPENING = re.compile(r"[\w(\[\s]*\{")
# Of Terraform, the same as a block. Whether its values are secret is said elsewhere: where they are used.
_GIVING_BLOCK = re.compile(r"(?P<indent>\s*)(?:locals|module|provider)\b[^={]*\{")
_GIVEN_PLAINLY = frozenset(("source", "version", "count", "for_each", "providers", "depends_on", "alias", "region"))
# A name and the sign that gives it a value. A colon counts only where something is parted by it: not in `s3:GetObject`.
_ASSIGNED = re.compile(r"(?<![\w.-])(?P<name>[\w.-]+)[\"']?\s*(?:=>|=(?![=>])|:(?=\s|[\"'\[{]|$))\s*")
# An option whose value is the next word: on this line after a comma, or else on the next line.
_OPTION = re.compile(r"(?<![\w-])--?(?P<name>[A-Za-z][\w-]*)[\"']?\s*(?:,\s*|$)")
_HEREDOC = re.compile(r"<<[-~]?\s*[\"']?(?P<word>\w+)")
_REFERENCE = re.compile(
    r"(?:var|local|data|module|each|count|self|path|[a-z]+_[a-z0-9_]+)(?:\.[\w-]+|\[[\w.\"-]*\])+,?\s*[})]*"
)
_HARMLESS = re.compile(r"(?:true|false|null|~)?[,\s})]*")
_MARKED = re.compile(r"\bsensitive\s*\(")
# Base64 or hexadecimal of a key's length; the digest of an image is no secret.
_RANDOM = re.compile(
    r"(?<!sha256:)(?<![A-Za-z0-9+/=])"
    r"(?:(?=[A-Za-z0-9+/=]*[a-z])(?=[A-Za-z0-9+/=]*[A-Z])(?=[A-Za-z0-9+/=]*\d)[A-Za-z0-9+/=]{20,}|[0-9a-f]{32,})"
)


def excerpts(
    positions: Iterable[Position],
    graphs: tuple[ResourceGraph, ...],
    mask_lines: MaskLines,
) -> dict[Position, tuple[str, ...]]:
    """The numbered lines around each position, those that it means marked with `>`; none where there are none.

    Args:
        positions: As seen from where the person stands. Each file of theirs is read once.
        graphs: With positions as seen from there too; they know what is sensitive.
        mask_lines: See `CheckTools.mask_lines`.
    """
    by_path: dict[str, list[Position]] = {}
    for position in positions:
        by_path.setdefault(position.path, []).append(position)
    found: dict[Position, tuple[str, ...]] = {}
    hidden = hidden_lines(graphs)
    for path, places in by_path.items():
        lines = _lines(path)
        windows = [_window(place, len(lines)) for place in places]
        wanted = frozenset(number for window in windows for number in window)
        shown = shown_lines(path, lines, wanted, hidden.get(path, frozenset()), mask_lines)
        found.update((place, _excerpt(place, window, shown)) for place, window in zip(places, windows, strict=True))
    return found


def _window(position: Position, length: int) -> range:
    """The numbers of the lines that are shown of a file with so many lines."""
    begin, end = position.line, max(position.line, position.end_line)
    if end - begin < _MOST_LINES - _CONTEXT:
        first, last = max(1, begin - _CONTEXT), end + 1
    else:
        first, last = begin, begin + _MOST_LINES - 1
    return range(first, min(last, length) + 1)


def _excerpt(position: Position, window: range, shown: Mapping[int, str]) -> tuple[str, ...]:
    begin, end = position.line, max(position.line, position.end_line)
    width = len(str(window.stop - 1))
    return tuple(
        f"{'>' if begin <= number <= end else ' '} {number:>{width}} | {_short(shown[number])}".rstrip()
        for number in window
    )


def _lines(path: str) -> list[str]:
    file = Path(path)
    try:
        if not file.is_file() or file.stat().st_size > _LARGEST_BYTES:
            return []
        text = file.read_bytes().decode("utf-8", errors="replace")
    except OSError:
        # It was there when it was checked. The place is told all the same; only its text is not shown.
        return []
    # Only where readers count lines, or the numbers would lie.
    lines = [line.removesuffix("\r") for line in text.split("\n")]
    if lines and not lines[-1]:
        lines.pop()
    return lines


def shown_lines(
    path: str, lines: Sequence[str], wanted: Collection[int], hidden: Container[int], mask_lines: MaskLines
) -> dict[int, str]:
    """The wanted lines of a file by their number, masked.

    Args:
        lines: All of the file, without what ends them.
        hidden: Numbers of lines of which nothing is shown; see `hidden_lines`.
    """
    if not wanted:
        return {}
    masked = mask_lines(masked_assignments(lines, is_terraform=path.endswith(".tf"), wanted=wanted), wanted)
    return {
        number: _indent(line) + MASK if number in hidden else shown
        for number, (line, shown) in enumerate(zip(lines, masked, strict=True), 1)
        if number in wanted
    }


def masked_assignments(lines: Sequence[str], *, is_terraform: bool, wanted: Container[int]) -> Iterator[str]:
    """One line for each line, without what is assigned to a name that secrets have, however many lines that takes.

    Args:
        wanted: Numbers of the lines that will be shown. Of others only that is left out which runs on.
    """
    starts = _secret_starts(lines, is_terraform=is_terraform)
    until = ""
    deeper_than: int | None = None
    is_next = False
    giving = _Giving()
    for number, line in enumerate(lines, 1):
        given = giving.start(line) if is_terraform else None
        if is_next:
            is_next = False
            yield _indent(line) + MASK
            continue
        if until:
            is_end = line.strip().rstrip(",)") == until
            until = "" if is_end else until
            yield line if is_end else _indent(line) + MASK
            continue
        if deeper_than is not None:
            indent = len(_indent(line))
            is_list_entry = indent == deeper_than and line.lstrip().startswith("- ")
            if not line.strip() or indent > deeper_than or is_list_entry:
                yield _indent(line) + MASK if line.strip() else line
                continue
            deeper_than = None
        start = min((at for at in (starts.get(line), given) if at is not None), default=None)
        if start == len(line):
            # What is named here stands on the next line, however that is indented.
            is_next = _OPTION.search(line) is not None and not _ASSIGNED.search(line)
        if start is None:
            yield _RANDOM.sub(MASK, line) if number in wanted else line
            continue
        heredoc = _HEREDOC.search(line, start)
        until = heredoc["word"] if heredoc else ""
        # The value of a list's entry stands beside its name, whose indent is that of the name.
        deeper_than = len(line) - len(line.lstrip(" \t-"))
        is_open = line[start:].strip() in ("", "{", "[", "(", "|", ">", "|-", ">-", "({", "([")
        yield _RANDOM.sub(MASK, line[:start]) + (line[start:] if is_open else MASK)


class _Giving:
    """Whether a line of Terraform stands in a block that gives values to variables, one line after the other."""

    def __init__(self) -> None:
        self._end: str | None = None

    def start(self, line: str) -> int | None:
        """Where on the line a value begins that is given, if one does."""
        at = 0
        if self._end is None:
            begun = _GIVING_BLOCK.match(line)
            if begun is None:
                return None
            at = begun.end()
            is_ended = line.rstrip().endswith("}")
            self._end = None if is_ended else begun["indent"] + "}"
        elif line.startswith(self._end):
            self._end = None
            return None
        found = _ASSIGNED.search(line, at)
        if found is None or found["name"] in _GIVEN_PLAINLY or _is_plain(line[found.end() :], is_terraform=True):
            return None
        return found.end()


def _secret_starts(lines: Sequence[str], *, is_terraform: bool) -> dict[str, int]:
    """Where the value of a secret begins on those lines that have one.

    Few lines do, and many are alike; those that may are found by words, which is far sooner than by patterns.
    """
    alike = tuple(dict.fromkeys(lines))
    text = "\n".join(alike)
    # Outside of ASCII, letters are the same in a pattern that are not so in lower case.
    found = set() if text.isascii() else {index for index, line in enumerate(alike) if not line.isascii()}
    text = text.lower()
    for word in SECRET_WORDS:
        index, counted, at = 0, 0, text.find(word)
        while at >= 0:
            index, counted = index + text.count("\n", counted, at), at
            found.add(index)
            line_end = text.find("\n", at)
            at = text.find(word, line_end) if line_end >= 0 else -1
    starts = {alike[index]: _secret_start(alike[index], is_terraform=is_terraform) for index in found}
    return {line: start for line, start in starts.items() if start is not None}


def _secret_start(line: str, *, is_terraform: bool) -> int | None:
    """Where on the line the value of a secret begins; a reference of Terraform is none."""
    marked = _MARKED.search(line)
    starts = [marked.end()] if marked else []
    starts += [found.end() for found in _OPTION.finditer(line) if _SECRET_NAME.search(found["name"])]
    for found in _ASSIGNED.finditer(line):
        # Of a dotted name the last word says what it is.
        name = found["name"].rsplit(".", 1)[-1]
        value = line[found.end() :]
        is_secret = _SECRET_NAME.search(name) is not None and _PLAIN_NAME.search(name) is None
        is_holder = _OPENING.match(value) is not None and _SECRET_HOLDER.search(name) is not None
        if is_holder or (is_secret and not _is_plain(value, is_terraform=is_terraform)):
            starts.append(found.end())
    return min(starts) if starts else None


def _is_plain(value: str, *, is_terraform: bool) -> bool:
    """Whether what is assigned on this line tells nothing: a truth, nothing at all, or what stands elsewhere."""
    value = value.strip()
    return bool(value) and bool(_HARMLESS.fullmatch(value) or (is_terraform and _REFERENCE.fullmatch(value)))


def hidden_lines(graphs: Iterable[ResourceGraph]) -> Mapping[str, Container[int]]:
    """The lines, by file, on which readers found something sensitive; of its whole block where they say no more."""
    found: defaultdict[str, set[int]] = defaultdict(set)
    for graph in graphs:
        for resource in graph.resources:
            for place in _sensitive_positions(resource):
                found[place.path].update(range(place.line, max(place.line, place.end_line) + 1))
    return found


def _sensitive_positions(resource: Resource) -> Iterator[Position]:
    block = resource.position
    if block is None or not _has_sensitive(resource.values):
        return
    for attribute in _sensitive_paths(dict(resource.values), ""):
        position = find_position(resource, attribute)
        if position is None:
            continue
        yield position
        if not _is_within(position, block):
            # An override file gives it, and what it overrides stands in the block still.
            yield block


def _is_within(position: Position, block: Position) -> bool:
    last = max(block.line, block.end_line)
    return position.path == block.path and block.line <= position.line <= last


def _has_sensitive(values: Mapping[str, Value]) -> bool:
    waiting: list[Iterable[Value]] = [values.values()]
    while waiting:
        for item in waiting.pop():
            if item is None or isinstance(item, str | bool):
                continue
            if isinstance(item, Sensitive):
                return True
            if isinstance(item, Mapping):
                waiting.append(item.values())
            elif isinstance(item, list):
                waiting.append(item)
    return False


def _sensitive_paths(value: Value, path: str) -> Iterator[str]:
    if isinstance(value, Sensitive):
        yield path
    elif isinstance(value, Mapping):
        for name, item in value.items():
            yield from _sensitive_paths(item, f"{path}.{name}" if path else str(name))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _sensitive_paths(item, f"{path}.{index}")


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def _short(line: str) -> str:
    shown = clean(line).expandtabs(4).replace("\n", " ")
    return shown if len(shown) <= _LINE_CHARACTERS else f"{shown[: _LINE_CHARACTERS - 1]}\N{HORIZONTAL ELLIPSIS}"
