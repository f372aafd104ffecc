"""Walks the road of the demo, and prints the receipt."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pavior.adapters.clouds.aws import AwsClients
from pavior.bootstrap import Installation
from pavior.demo.stage import DEV, DemoFailedError, Stage, gather_cast
from pavior.demo.steps import STEPS, StepResult
from pavior.identity.model import Surface, local_operator
from pavior.kernel.errors import PaviorError


@dataclass(frozen=True, slots=True)
class ReceiptRow:
    """One step of the walk.

    Args:
        result: What came of it, or what was expected and what was seen.
        link: Path in the portal, or empty.
    """

    step: str
    is_done: bool
    result: str
    seconds: float
    link: str


@dataclass(frozen=True, slots=True)
class Watcher:
    """Who is told what is going on: `began` once a step with its number from 1, `line` for what happens in it."""

    began: Callable[[int, str], None]
    line: Callable[[str], None]
    ended: Callable[[ReceiptRow], None]


def walk(installation: Installation, work_folder: Path, watcher: Watcher) -> tuple[ReceiptRow, ...]:
    """All steps, in order, until one does not end as it should; runs must be worked off meanwhile.

    Args:
        work_folder: An empty folder for the developer's clones; the caller removes it.
    """
    application, platform = installation.application, installation.platform
    stage = Stage(
        application=application,
        cast=gather_cast(application, local_operator(Surface.DEMO)),
        cloud=AwsClients(platform.cloud.target(DEV)),
        work_folder=work_folder,
        data_folder=installation.settings.home,
        progress=watcher.line,
    )
    rows: list[ReceiptRow] = []
    for number, (title, step) in enumerate(STEPS, start=1):
        watcher.began(number, title)
        began = time.monotonic()
        is_done, told, link = _take(step, stage)
        row = ReceiptRow(title, is_done, told, time.monotonic() - began, link)
        rows.append(row)
        watcher.ended(row)
        if not row.is_done:
            break
    return tuple(rows)


def _take(step: Callable[[Stage], StepResult], stage: Stage) -> tuple[bool, str, str]:
    """Whether the step ended as it should, what to tell of it, and where to look."""
    try:
        shown = step(stage)
    except DemoFailedError as failure:
        return False, str(failure), ""
    except PaviorError as error:
        return False, f"{error.code}: {error.summary} {error.fix}", ""
    return True, shown.result, shown.link
