"""What is done again and again beside the rest, and goes on whatever one time of it comes to."""

import logging
import threading
from collections.abc import Callable

from pavior.kernel.errors import PaviorError


def every(
    seconds: float, stopping: threading.Event, work: Callable[[], object], log: logging.Logger
) -> threading.Thread:
    """Do it after so many seconds, and again, in a thread, until `stopping` is set."""

    def repeat() -> None:
        while not stopping.wait(seconds):
            attempt(work, log)

    thread = threading.Thread(target=repeat, name="pavior-repeating", daemon=True)
    thread.start()
    return thread


def attempt(work: Callable[[], object], log: logging.Logger) -> None:
    """Do it; what goes wrong is logged."""
    try:
        work()
    except PaviorError as error:
        # It is tried again soon; /readyz says what does not answer.
        log.warning("%s: %s", error.code, error.summary)
    except Exception:
        log.exception("what is done again and again failed")
