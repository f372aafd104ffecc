"""What a person sees while something is started and walked: progress, the receipt, and what to do next."""

import json
import shlex
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from pavior.cli.answer import Answer, Facts, Table, Text
from pavior.cli.printing import clean, is_rich, print_answer
from pavior.demo.steps import STEPS
from pavior.launching.backup_file import Backup
from pavior.launching.walking import ReceiptRow, Watcher


@contextmanager
def watching(*, is_json: bool) -> Iterator[Watcher]:
    """A watcher of a walk: a bar for a person at a terminal, lines for a pipe, nothing for a program."""
    if is_json:
        yield Watcher(began=_say_nothing, line=_say_nothing, ended=_say_nothing)
    elif is_rich(sys.stderr):
        with _bar() as watcher:
            yield watcher
    else:
        yield Watcher(
            began=lambda number, title: _say(f"{number}/{len(STEPS)} {title}"),
            line=lambda text: _say(f"    {text}"),
            ended=lambda row: _say(f"  {_mark(row)} {row.result}"),
        )


@contextmanager
def _bar() -> Iterator[Watcher]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True, highlight=False, markup=False, emoji=False)
    progress = Progress(
        BarColumn(bar_width=24),
        TextColumn("{task.completed}/{task.total}", markup=False),
        TimeElapsedColumn(),
        TextColumn("{task.description}", markup=False),
        console=console,
        transient=True,
    )
    with progress:
        task = progress.add_task("", total=len(STEPS))
        title = ""

        def began(_: int, of: str) -> None:
            nonlocal title
            title = of
            progress.update(task, description=title)

        def ended(row: ReceiptRow) -> None:
            progress.advance(task)
            console.print(f"{_mark(row)} {row.step}: {clean(row.result)}")

        yield Watcher(
            began=began,
            line=lambda text: progress.update(task, description=f"{title}: {clean(text)[:90]}"),
            ended=ended,
        )


def print_receipt(rows: Sequence[ReceiptRow], *, address: str, is_json: bool, closing: Sequence[str] = ()) -> None:
    """What each step came to, in how many seconds, and where to look at it.

    Args:
        address: What links begin with; empty when nothing serves them.
        closing: Lines below the receipt.
    """
    document = {"steps": [_row(row, address) for row in rows], "is_done": is_whole(rows)}
    cells = tuple(
        (str(number), _mark(row), row.step, row.result, f"{row.seconds:.1f}", f"{address}{row.link}")
        for number, row in enumerate(rows, start=1)
    )
    total = sum(row.seconds for row in rows)
    told = f"The whole road in {total:.0f} s." if is_whole(rows) else "The road ended before its end."
    table = Table(("", "", "step", "result", "seconds", "link"), cells, "No step was walked.")
    print_answer(Answer(document, (table, Text(told), *map(Text, closing))), is_json=is_json, stream=sys.stdout)


def print_welcome(*, address: str, sign_in: str, person: str, command: str, has_cast: bool, is_json: bool) -> None:
    """Where the portal is, how to get in, and what to try.

    Args:
        command: How `pavior` is typed in another terminal.
        has_cast: Whether the people of the walk are there.
    """
    if is_json:
        sys.stdout.write(json.dumps({"address": address, "sign_in": sign_in, "person": person}) + "\n")
        sys.stdout.flush()
        return
    facts = Facts((("portal", address), ("sign in once as " + person, sign_in)))
    alias = f"  alias pavior={shlex.quote(command)}" if command != "pavior" else ""
    cast = "  pavior user login-link dana              sign in as a developer; sam is security, pat is platform"
    tries = (
        "Try next, in another terminal (here, Ctrl-C stops everything):",
        alias,
        cast if has_cast else "",
        "  pavior service create python-service     make a service of your own",
        "  pavior change list                       what was shipped, and what was stopped",
        "  pavior control list                      what is required, and why",
        "  pavior threat list                       what could go wrong, and whether it is stopped",
        "  pavior check .                           your own Terraform, without any server",
    )
    told = "\n".join(line for line in tries if line)
    print_answer(Answer({}, (facts, Text(told))), is_json=False, stream=sys.stdout)


def print_ready(worker: str) -> None:
    """To whoever started this worker and waits for it."""
    sys.stdout.write(json.dumps({"worker": worker}) + "\n")
    sys.stdout.flush()


def show_backup(backup: Backup, closing: str, *, is_json: bool) -> None:
    """What is in it, and what to do now."""
    facts = Facts(
        (
            ("made", f"{backup.made_at} by pavior {backup.pavior}, schema {backup.schema}"),
            ("holds", f"{backup.files} files, {backup.events} events of the audit log"),
            ("key", backup.key[:16]),
        )
    )
    print_answer(Answer(backup, (facts, Text(f"\n{closing}"))), is_json=is_json, stream=sys.stdout)


def is_whole(rows: Sequence[ReceiptRow]) -> bool:
    """Whether every step was walked, and ended as it should."""
    return len(rows) == len(STEPS) and all(row.is_done for row in rows)


def teller(*, is_json: bool) -> Callable[[str], None]:
    """Says one line of what is being started, to a person."""
    return _say_nothing if is_json else _say


def _row(row: ReceiptRow, address: str) -> dict[str, object]:
    return {
        "step": row.step,
        "is_done": row.is_done,
        "result": row.result,
        "seconds": round(row.seconds, 2),
        "link": f"{address}{row.link}",
    }


def _mark(row: ReceiptRow) -> str:
    return "done" if row.is_done else "FAILED"


def _say_nothing(*_: object) -> None:
    """To a program, which reads the document at the end."""


def _say(text: str) -> None:
    sys.stderr.write(f"{clean(text)}\n")
    sys.stderr.flush()
