"""One worker, as the others see it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class WorkerRecord:
    """What a worker says of itself.

    Args:
        id: Stable: after a restart it is the same, and takes up what it left.
        epoch: The fencing token. It grows each time the id is taken, by its owner's restart or by one who found it
            dead; what was begun under an earlier epoch may write no more.
        beats: Grows while the worker lives. Others watch whether it grows, and need no clock in common for that.
        place: Of the lock file that it holds: machine and file. Who gets that lock knows that the worker is dead.
        is_present: False when it was stopped in order, or found dead.
        beat_at: By its own clock; only to be shown.
    """

    id: str
    epoch: int
    beats: int
    place: str
    is_present: bool
    started_at: datetime
    beat_at: datetime
