"""A worker with the settings of its environment, which may die or freeze midway: `python shared_workers.py MOMENT`.

MOMENT is a mark of the embedded engine's journal, such as `begun aws_kms_key.data`: there the process is killed
(`kill ...`) or stands still until somebody sends SIGCONT (`freeze ...`); `live` is a worker that only works.
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
from pavior.workflows.apply_change import SealedJournal


def arrange(moment: str) -> None:
    verb, _, mark = moment.partition(" ")
    write = SealedJournal._write
    number = {"kill": signal.SIGKILL, "freeze": signal.SIGSTOP}[verb]

    def watched(self: Any, state: bytes) -> Any:
        result = write(self, state)
        progress = json.loads(state).get("progress") or {"begun": [], "done": []}
        if mark in {f"{name} {address}" for name in ("begun", "done") for address in progress[name]}:
            os.kill(os.getpid(), number)
        return result

    replaced: Any = SealedJournal
    replaced._write = watched


def main() -> None:
    (moment,) = sys.argv[1:]
    settings = read_settings(os.environ, user_home=Path(os.environ["PAVIOR_HOME"]).parent)
    stopped = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopped.set())
    if moment != "live":
        arrange(moment)
    with open_installation(settings) as installation, holding(installation.presence), working(installation):
        sys.stdout.write("working\n")
        sys.stdout.flush()
        while not stopped.wait(0.5):
            if installation.is_fenced():
                sys.stdout.write("fenced\n")
                sys.stdout.flush()
                os._exit(5)


if __name__ == "__main__":
    main()
