"""A few lines of the source that a verdict is about, with nothing in them that may be a secret.

Three things hide: what the readers know to be sensitive, what looks like a secret to the masker of the logs, and the
rules of this module, which hide whatever is assigned to a name that secrets have. Hiding too much costs a glance into
an editor; hiding too little cannot be taken back, so these rules are broad.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from msgspec import Struct, field

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
    r"pass(?:w|p|$|_|-)|pwd|secret|token|credential|private_?key|api_?key|access_?key|signing_?key|encryption_?key"
    r"|auth(?:_|-)?(?:key|string|data)|authorization|conn(?:ection)?_?str|license_?key|kubeconfig"
    r"|jwt|bearer|cookie|webhook|hmac|psk|pre_?shared|dsn$"
    # Where anything may stand, and in practice secrets do.
    r"|^value$|^default$|_?content(?:_?base64)?$|^(?:string|binary)?_?data$"
    r"|user_?data|custom_?data|^literals$|^certificate",
    re.IGNORECASE,
)
# Words beside a secret that are none, and without which a denial would not be understood.
_PLAIN_NAME = re.compile(
    r"(?:_|-)?(?:name|id|arn|type|mode|length|policy|enabled|ref|path|version|rotation|days)s?$|^http_tokens$"
    r"|^authorization(?:_?type)?$",
    re.IGNORECASE,
)
# A name and the sign that gives it a value. A colon counts only where something is parted by it: not in `s3:GetObject`.
_ASSIGNED = re.compile(r"(?P<name>[\w.-]+)[\"']?\s*(?:=>|=(?![=>])|:(?=\s|[\"'\[{]|$))\s*")
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


class Excerpts(Struct):
    """Cuts lines out of files, each of which is read and masked once.

    Args:
        graphs: With positions as seen from where the person stands; they know what is sensitive.
        mask_lines: See `CheckTools.mask_lines`.
    """

    graphs: tuple[ResourceGraph, ...]
    mask_lines: Callable[[Iterable[str]], Iterable[str]]
    _masked: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def lines(self, position: Position | None) -> tuple[str, ...]:
        """The numbered lines around a position, those that it means marked with `>`; none where there are none."""
        if position is None:
            return ()
        if position.path not in self._masked:
            self._masked[position.path] = self._read(position.path)
        found = self._masked[position.path]
        begin, end = position.line, max(position.line, position.end_line)
        if end - begin < _MOST_LINES - _CONTEXT:
            first, last = max(1, begin - _CONTEXT), end + 1
        else:
            first, last = begin, begin + _MOST_LINES - 1
        last = min(last, len(found))
        width = len(str(last))
        return tuple(
            f"{'>' if begin <= number <= end else ' '} {number:>{width}} | {_short(found[number - 1])}".rstrip()
            for number in range(first, last + 1)
        )

    def _read(self, path: str) -> tuple[str, ...]:
        file = Path(path)
        try:
            if not file.is_file() or file.stat().st_size > _LARGEST_BYTES:
                return ()
            text = file.read_bytes().decode("utf-8", errors="replace")
        except OSError:
            # It was there when it was checked. The place is told all the same; only its text is not shown.
            return ()
        # Only where readers count lines, or the numbers would lie.
        lines = [line.removesuffix("\r") for line in text.split("\n")]
        if lines and not lines[-1]:
            lines.pop()
        hidden = _hidden_lines(self.graphs, path)
        masked = self.mask_lines(masked_assignments(lines, is_terraform=path.endswith(".tf")))
        return tuple(
            _indent(line) + MASK if number in hidden else shown
            for number, (line, shown) in enumerate(zip(lines, masked, strict=True), 1)
        )


def masked_assignments(lines: Iterable[str], *, is_terraform: bool) -> Iterator[str]:
    """One line for each line, without what is assigned to a name that secrets have, however many lines that takes."""
    until = ""
    deeper_than: int | None = None
    is_next = False
    for line in lines:
        indent = len(_indent(line))
        if is_next:
            is_next = False
            yield _indent(line) + MASK
            continue
        if until:
            is_end = line.strip().rstrip(",)") == until
            until = "" if is_end else until
            yield line if is_end else _indent(line) + MASK
            continue
        is_inside = deeper_than is not None and (
            not line.strip() or indent > deeper_than or (indent == deeper_than and line.lstrip().startswith("- "))
        )
        if is_inside:
            yield _indent(line) + MASK if line.strip() else line
            continue
        deeper_than = None
        start = _secret_start(line, is_terraform=is_terraform)
        if start == len(line):
            # What is named here stands on the next line, however that is indented.
            is_next = _OPTION.search(line) is not None and not _ASSIGNED.search(line)
        if start is None:
            yield _RANDOM.sub(MASK, line)
            continue
        heredoc = _HEREDOC.search(line, start)
        until = heredoc["word"] if heredoc else ""
        # The value of a list's entry stands beside its name, whose indent is that of the name.
        deeper_than = len(line) - len(line.lstrip(" \t-"))
        is_open = line[start:].strip() in ("", "{", "[", "(", "|", ">", "|-", ">-", "({", "([")
        yield _RANDOM.sub(MASK, line[:start]) + (line[start:] if is_open else MASK)


def _secret_start(line: str, *, is_terraform: bool) -> int | None:
    """Where on the line the value of a secret begins; a reference of Terraform is none."""
    marked = _MARKED.search(line)
    starts = [marked.end()] if marked else []
    starts += [found.end() for found in _OPTION.finditer(line) if _SECRET_NAME.search(found["name"])]
    for found in _ASSIGNED.finditer(line):
        # Of a dotted name the last word says what it is.
        name = found["name"].rsplit(".", 1)[-1]
        value = line[found.end() :].strip()
        is_secret = _SECRET_NAME.search(name) is not None and _PLAIN_NAME.search(name) is None
        is_shown = (bool(value) and _HARMLESS.fullmatch(value)) or (is_terraform and _REFERENCE.fullmatch(value))
        if is_secret and not is_shown:
            starts.append(found.end())
    return min(starts) if starts else None


def _hidden_lines(graphs: tuple[ResourceGraph, ...], path: str) -> frozenset[int]:
    """The lines of a file on which readers found something sensitive; of its whole block where they say no more."""
    return frozenset(
        number
        for graph in graphs
        for resource in graph.resources
        if resource.position is not None and resource.position.path == path
        for position in _sensitive_positions(resource)
        if position.path == path
        for number in range(position.line, max(position.line, position.end_line) + 1)
    )


def _sensitive_positions(resource: Resource) -> Iterator[Position]:
    for attribute in _sensitive_paths(dict(resource.values), ""):
        position = find_position(resource, attribute)
        if position is not None:
            yield position


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
