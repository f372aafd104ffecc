"""Waiting for a run, with its log, and for a Change, which may need several runs."""

import time

from pavior.cli.verb import Call
from pavior.environments.model import ChangeStatus
from pavior.kernel.errors import UnavailableError
from pavior.reports.model import ChangeView
from pavior.runs.model import Run

_POLL_SECONDS = 0.2
# A Change whose next run is not even queued after this long waits for something that will not come.
_PATIENCE_SECONDS = 30.0


def follow_run(call: Call, run_id: str) -> Run:
    """The run, after it has ended. Leaving early (Ctrl-C) leaves the run to the next worker."""
    with call.working(), call.narrator:
        return _until_ended(call, run_id)


def follow_change(call: Call, change_id: str) -> ChangeView:
    """The Change, once it waits for a person or has ended.

    Raises:
        UnavailableError: `change-stuck` when no run of it is under way though one should be.
    """
    with call.working(), call.narrator:
        waited_seconds = 0.0
        while True:
            view = call.application.pages.get_change(call.actor, change_id)
            under_way = next((run for run in view.runs if not run.state.is_ended), None)
            if under_way is not None:
                _until_ended(call, under_way.id)
                waited_seconds = 0.0
            elif view.change.status not in (ChangeStatus.PLANNING, ChangeStatus.APPLYING):
                return view
            elif waited_seconds > _PATIENCE_SECONDS:
                raise UnavailableError(
                    "change-stuck",
                    f"{change_id} is {view.change.status.value}, but no run of it is under way.",
                    fix=f"Look at its runs with: pavior change show {change_id}; then cancel it and open a new one.",
                )
            else:
                time.sleep(_POLL_SECONDS)
                waited_seconds += _POLL_SECONDS


def _until_ended(call: Call, run_id: str) -> Run:
    sequence = 0
    while True:
        # The state is read before the log, so that an ended run's last lines are not missed.
        run = call.application.runs.get_run(call.actor, run_id)
        for line in call.application.runs.list_log(call.actor, run_id, after=sequence):
            call.narrator.line(line)
            sequence = line.sequence
        call.narrator.progress(run)
        if run.state.is_ended:
            return run
        time.sleep(_POLL_SECONDS)
