"""Every error that can be raised on purpose: one code, one kind, a fix, and a line in the reference."""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import click
import pytest

from pavior.cli.commands import pavior
from pavior.kernel import errors

KINDS: dict[str, type[errors.PaviorError]] = {kind.__name__: kind for kind in (*errors.KINDS, errors.PaviorError)}
_COMMAND = re.compile(r"\bpavior ((?:[a-z][a-z-]+)(?: [a-z][a-z-]+)?)")
_CODE = re.compile(r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$")


@dataclass(frozen=True, slots=True)
class Raised:
    """One place in the source that makes an error."""

    code: str
    kind: str
    summary: str
    fix: str
    place: str


def _text(node: ast.expr | None) -> str:
    """What a person will read, with … for what is filled in."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=values):
            return "".join(_text(value) for value in values)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _text(left) + _text(right)
        case _:
            return "…"


def _codes(node: ast.expr) -> list[str]:
    match node:
        case ast.Constant(value=str(code)):
            return [code]
        case ast.IfExp(body=body, orelse=orelse):
            return _codes(body) + _codes(orelse)
        case _:
            return []


def _kinds(trees: dict[str, ast.Module]) -> dict[str, str]:
    """Class name to the kind that it is, subclasses in domains included."""
    kinds = {name: name for name in KINDS}
    classes = [node for tree in trees.values() for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    for _ in range(3):
        for node in classes:
            for base in node.bases:
                if isinstance(base, ast.Name) and base.id in kinds:
                    kinds.setdefault(node.name, kinds[base.id])
    return kinds


def _constructor_calls(root: Path) -> Iterator[tuple[str, str, ast.Call]]:
    source = root / "src" / "pavior"
    trees = {
        path.relative_to(source).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted(source.rglob("*.py"))
        if "template" not in path.relative_to(source).parts
    }
    kinds = _kinds(trees)
    for place, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                kind = kinds.get(node.func.id, "PaviorError")
                if kind != "PaviorError":
                    yield place, kind, node


def _raised(root: Path) -> list[Raised]:
    found: list[Raised] = []
    for place, kind, call in _constructor_calls(root):
        arguments = {keyword.arg: keyword.value for keyword in call.keywords}
        code = call.args[0] if call.args else arguments.get("code")
        if code is None:
            continue
        summary = call.args[1] if len(call.args) > 1 else arguments.get("summary")
        found.extend(Raised(text, kind, _text(summary), _text(arguments.get("fix")), place) for text in _codes(code))
    return found


def test_a_code_never_means_two_kinds(root: Path) -> None:
    kinds: dict[str, set[str]] = {}
    for item in _raised(root):
        kinds.setdefault(item.code, set()).add(item.kind)

    assert len(kinds) > 20
    assert {code: sorted(names) for code, names in kinds.items() if len(names) > 1} == {}


def test_a_code_is_lower_case_words_with_hyphens(root: Path) -> None:
    assert [item for item in _raised(root) if not _CODE.match(item.code)] == []


def test_every_error_says_what_to_do_next(root: Path) -> None:
    assert [item for item in _raised(root) if not item.fix.strip() or not item.summary.strip()] == []


def test_a_command_that_a_fix_names_exists(root: Path) -> None:
    """`pavior` and words: as many as lead to a command; what follows are its arguments."""
    wrong = []
    for item in _raised(root):
        for words in _COMMAND.findall(item.fix):
            group: click.Command = pavior
            path = words.split()
            while isinstance(group, click.Group) and path:
                word = path.pop(0)
                found = group.get_command(click.Context(group), word)
                if found is None:
                    wrong.append(f"{item.place}: {item.code}: pavior {words}")
                    break
                group = found

    assert wrong == []


def test_a_page_that_a_fix_names_exists(root: Path) -> None:
    wrong = {
        f"{item.place}: {item.code}: {page}"
        for item in _raised(root)
        for page in re.findall(r"docs/[a-z/-]+\.md", item.fix)
        if not (root / page).is_file()
    }

    assert wrong == set()


@pytest.mark.golden
def test_the_list_of_codes_is_known(root: Path, golden: Callable[[str, str], None]) -> None:
    rows = sorted({(item.code, item.kind) for item in _raised(root)})
    lines = [f"{code}  {kind}  http {KINDS[kind].http_status}  exit {KINDS[kind].exit_status}" for code, kind in rows]

    golden("errors.txt", "\n".join(lines) + "\n")


@pytest.mark.generated
def test_the_reference_of_errors_is_fresh(root: Path, reference_page: Callable[[str, str], None]) -> None:
    by_code: dict[str, list[Raised]] = {}
    for item in _raised(root):
        by_code.setdefault(item.code, []).append(item)
    kinds = "\n".join(
        f"| {kind.__name__.removesuffix('Error')} | {kind.http_status} | {kind.exit_status} | {_first_line(kind)} |"
        for kind in errors.KINDS
    )
    rows = "\n".join(
        f"| `{code}` | {items[0].kind.removesuffix('Error')} | {_cell(items[0].summary)} | {_cell(items[0].fix)} |"
        for code, items in sorted(by_code.items())
    )
    text = (
        "# Errors\n\n"
        "Every error has a code that never changes, a sentence on what happened, and a sentence on what to do. The\n"
        "command line prints `code: summary` and `fix:`, or with `--json` a document with both; the API answers with\n"
        "the HTTP status of the kind. `…` stands for what is filled in.\n\n"
        "| Kind | HTTP | Exit status | When |\n|---|---|---|---|\n"
        f"{kinds}\n"
        f"| (a bug) | {errors.BUG_HTTP_STATUS} | {errors.BUG_EXIT_STATUS} | Anything else that escapes. |\n\n"
        "Exit status 1 is no error: the command worked, and the answer is no. `pavior check` ends by\n"
        "[numbers of its own](check.md#exit-status).\n\n"
        "| Code | Kind | What happened | What to do |\n|---|---|---|---|\n"
        f"{rows}\n"
    )

    reference_page("errors.md", text)


def _first_line(kind: type[errors.PaviorError]) -> str:
    return (kind.__doc__ or "").partition("\n")[0]


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")
