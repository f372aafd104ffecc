"""Starts workers that kill themselves with SIGKILL at one given moment: `python dying_workers.py SETTINGS`.

SETTINGS are variables of the environment as a JSON document. Reads one JSON document a line, starts a worker for it in
a process of its own, and says how that ended:

    {"run": "apply-C-1-1", "step": "verify", "side": "before"}    when the step is about to begin
    {"run": "apply-C-1-1", "step": "verify", "side": "after"}     when it is done, and that is not noted yet
    {"run": "apply-C-1-1", "step": "end", "side": "before"}       before or after the run itself ends
    {"run": "apply-C-1-1", "mark": "begun aws_kms_key.data", "side": "after"}
                                                                  before or after the engine noted this in its journal
    {}                                                            never: it works until it gets SIGTERM
"""

import json
import os
import signal
import sys
import threading
from pathlib import Path
from typing import Any

from pavior.bootstrap import open_installation
from pavior.launching.working import holding, working
from pavior.settings import read_settings
from pavior.workflows import durable, running
from pavior.workflows.apply_change import SealedJournal

_ORDER = ("create", "plan", "apply", "check", "drift")


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def around(work: Any, *, side: str) -> Any:
    """`work`, and the end of this process before or after it."""

    def dying(*arguments: Any, **named: Any) -> Any:
        if side == "before":
            die()
        result = work(*arguments, **named)
        die()
        return result

    return dying


def comes_later(run_id: str, run: str) -> bool:
    """Whether a run follows from the one that is to die: it must not be gone before the next worker's turn."""
    return _ORDER.index(run_id.partition("-")[0]) > _ORDER.index(run.partition("-")[0])


def arrange_death(run: str, side: str, *, step: str = "", mark: str = "") -> None:
    do, end, write = durable._Steps.do, running._end, SealedJournal._write

    def dying_do(self: Any, name: str, function: Any) -> Any:
        if comes_later(self.run_id, run):
            threading.Event().wait()
        is_moment = (self.run_id, name) == (run, step)
        return do(self, name, around(function, side=side) if is_moment else function)

    def dying_end(under_way: Any, state: Any) -> Any:
        is_moment = (under_way.run_id, "end") == (run, step)
        return (around(end, side=side) if is_moment else end)(under_way, state)

    def dying_write(self: Any, state: bytes) -> Any:
        is_moment = self.running.run_id == run and mark in marks_of(state)
        return (around(write, side=side) if is_moment else write)(self, state)

    replaced: list[tuple[Any, str, Any]] = [
        (durable._Steps, "do", dying_do),
        (running, "_end", dying_end),
        (SealedJournal, "_write", dying_write),
    ]
    for owner, name, dying in replaced:
        setattr(owner, name, dying)


def marks_of(state: bytes) -> set[str]:
    """What a journal says: by the embedded engine what was begun and done, by Terraform what was applied."""
    document = json.loads(state)
    progress = document.get("progress") or {"begun": [], "done": []}
    marks = {f"{name} {address}" for name in ("begun", "done") for address in progress[name]}
    return marks | {f"applied {address}" for address in document.get("applied") or ()}


def work(variables: dict[str, str], moment: dict[str, str]) -> None:
    """Be a worker until death, or SIGTERM."""
    stopped = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopped.set())
    if moment:
        arrange_death(**moment)
    settings = read_settings(variables, user_home=Path(variables["PAVIOR_HOME"]).parent)
    with open_installation(settings) as installation, holding(installation.presence), working(installation):
        stopped.wait()


def say(number: int) -> None:
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


def main() -> None:
    variables = json.loads(sys.argv[1])
    for line in sys.stdin:
        # Forked, so that everything is imported once and not for each of many workers.
        child = os.fork()
        if child == 0:
            work(variables, json.loads(line))
            os._exit(0)
        say(child)
        say(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


if __name__ == "__main__":
    main()
