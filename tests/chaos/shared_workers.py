"""A worker that shares its database: `python shared_workers.py HOME KEYS URL NAME MOMENT`; it may die or freeze midway.

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
    home, keys, url, name, moment = sys.argv[1:]
    environment = {"PAVIOR_HOME": home, "PAVIOR_KEYS": keys, "PAVIOR_DATABASE_URL": url, "PAVIOR_WORKER": name}
    settings = read_settings(environment, user_home=Path(home))
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
