"""What the walk stands on: the people of a small pretend company, and the ways to wait for and look at things."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from pavior.adapters.clouds.aws import AwsClients
from pavior.application import Application
from pavior.environments.model import Change, ChangeStatus
from pavior.identity.model import Actor, Role, Surface
from pavior.kernel.errors import ConflictError
from pavior.kernel.pages import MAXIMUM_PAGE_SIZE, PageRequest
from pavior.runs.model import Run

TEAM = "payments"
SERVICE = "orders"
# Developer, security engineer, platform engineer.
CAST = frozenset({"dana", "sam", "pat"})
DEV = f"{SERVICE}/dev"
PROD = f"{SERVICE}/prod"
GOLDEN_PATH = "python-service"
_POLL_SECONDS = 0.1
_PATIENCE_SECONDS = 120.0


class DemoFailedError(Exception):
    """A step of the road did not end as it should; the message says what was expected and what was seen."""


@dataclass(frozen=True, slots=True)
class Cast:
    """Who plays."""

    developer: Actor
    security: Actor
    platform: Actor
    admin: Actor


@dataclass(frozen=True, slots=True)
class Stage:
    """Everything a step may use.

    Args:
        cloud: The sandbox, as somebody with credentials reaches it behind the platform's back.
        progress: Told what is going on, for the person who watches.
        work_folder: Where the developer's clones live; the caller removes it.
        data_folder: Of this installation; copied, never edited.
    """

    application: Application
    cast: Cast
    cloud: AwsClients
    work_folder: Path
    data_folder: Path
    progress: Callable[[str], None]

    def expect(self, condition: bool, expected: str, seen: object) -> None:  # noqa: FBT001 - reads as a sentence
        """Raises DemoFailedError unless `condition` holds."""
        if not condition:
            raise DemoFailedError(f"expected {expected}, saw {seen}")

    def wait_for_run(self, run_id: str) -> Run:
        """Until it ended, telling its log as it grows."""
        seen = 0
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < deadline:
            run = self.application.runs.get_run(self.cast.admin, run_id)
            for line in self.application.runs.list_log(self.cast.admin, run_id, after=seen):
                seen = line.sequence
                self.progress(line.text)
            if run.state.is_ended:
                return run
            time.sleep(_POLL_SECONDS)
        raise DemoFailedError(f"run {run_id} did not end within {_PATIENCE_SECONDS:.0f} s")

    def wait_for_change(self, change_id: str) -> Change:
        """Until it waits for a person, or ended; and until its runs ended too."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        told: dict[str, int] = {}
        while time.monotonic() < deadline:
            view = self.application.pages.get_change(self.cast.admin, change_id)
            for run in reversed(view.runs):
                for line in self.application.runs.list_log(self.cast.admin, run.id, after=told.get(run.id, 0)):
                    told[run.id] = line.sequence
                    self.progress(line.text)
            is_moving = view.change.status in (ChangeStatus.PLANNING, ChangeStatus.APPLYING)
            if not is_moving and all(run.state.is_ended for run in view.runs):
                return view.change
            time.sleep(_POLL_SECONDS)
        raise DemoFailedError(f"change {change_id} did not settle within {_PATIENCE_SECONDS:.0f} s")

    def newest_change(self, environment: str) -> Change:
        """Of `orders/dev`."""
        service, _, stage = environment.partition("/")
        page = self.application.pages.list_changes(
            self.cast.admin, PageRequest(size=1), service=service, environment=stage
        )
        self.expect(bool(page.items), f"a Change of {environment}", "none")
        return page.items[0]

    def first_commit(self) -> str:
        """What the golden path made: the commit of the oldest Change of dev."""
        page = self.application.pages.list_changes(
            self.cast.admin, PageRequest(size=MAXIMUM_PAGE_SIZE), service=SERVICE, environment="dev"
        )
        return page.items[-1].commit


def gather_cast(application: Application, admin: Actor) -> Cast:
    """Team and people of the demo; those who are there already stay as they are."""
    access = application.access
    _once(lambda: access.create_team(admin, TEAM, "Payments"))
    people = (
        ("dana", "Dana, developer", (Role.DEVELOPER,), (TEAM,)),
        ("sam", "Sam, security engineer", (Role.SECURITY,), ()),
        ("pat", "Pat, platform engineer", (Role.PLATFORM,), ()),
    )
    for name, display_name, roles, teams in people:
        _once(
            partial(
                access.invite_person,
                admin,
                name=name,
                display_name=display_name,
                roles=frozenset(roles),
                teams=frozenset(teams),
            )
        )
    developer, security, platform = (access.actor_for_person(name, Surface.DEMO) for name, *_ in people)
    return Cast(developer, security, platform, admin)


def _once(make: Callable[[], object]) -> None:
    try:
        make()
    except ConflictError:
        # It is there from an earlier walk.
        return
