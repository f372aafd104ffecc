"""A small pretend application, so that commands are tested without a database."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest

from pavior.cli.launcher import CheckTools, Session, UpRequest
from pavior.identity.model import Actor, Role, Surface
from pavior.kernel.errors import MissingError

if TYPE_CHECKING:
    from pavior.application import Application


@contextmanager
def _nothing() -> Iterator[None]:
    yield


@dataclass
class FakeLauncher:
    """Hands out whatever services and tools a test gave; remembers as whom it was opened and what was started."""

    services: dict[str, Any] = field(default_factory=dict)
    tools: CheckTools | None = None
    acting_as: str = ""
    started: list[object] = field(default_factory=list)

    def check_tools(self) -> CheckTools:
        assert self.tools is not None, "this test gave no tools"
        return self.tools

    @contextmanager
    def application(self, *, acting_as: str) -> Iterator[Session]:
        if acting_as == "nobody":
            raise MissingError("person-missing", "There is no person nobody.", fix="See: pavior user list")
        self.acting_as = acting_as
        actor = Actor(acting_as or "operator", frozenset({Role.ADMIN}), frozenset(), Surface.CLI)
        yield Session(
            cast("Application", _Services(self.services)),
            actor,
            _nothing,
            lambda link: f"http://127.0.0.1:8330/sign-in/{link.token}",
        )

    def up(self, request: UpRequest) -> int:
        self.started.append(request)
        return 0

    def server(self, *, port: int | None, is_json: bool) -> int:
        self.started.append(("server", port, is_json))
        return 0

    def worker(self, *, is_companion: bool, is_json: bool) -> int:
        self.started.append(("worker", is_companion, is_json))
        return 0

    def sandbox(self, *, port: int, is_json: bool) -> int:
        self.started.append(("sandbox", port, is_json))
        return 0

    def demo(self, *, folder: Path | None, is_json: bool) -> int:
        self.started.append(("demo", folder, is_json))
        return 1


class _Services:
    def __init__(self, services: dict[str, Any]) -> None:
        self._services = services

    def __getattr__(self, name: str) -> Any:
        return self._services[name]


@pytest.fixture
def launcher() -> FakeLauncher:
    return FakeLauncher()
