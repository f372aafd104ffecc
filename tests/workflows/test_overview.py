"""What an operator asks first: is it well, who works, what waits."""

from datetime import timedelta

import pytest

from pavior import __version__
from pavior.identity.model import Actor
from pavior.kernel.errors import ForbiddenError, UnavailableError
from pavior.runs.model import RunState
from pavior.testing.memory_platform import MemoryPlatform
from pavior.workers import store as workers
from pavior.workflows.health import Health
from pavior.workflows.overview import Overview


def overview(stage: MemoryPlatform, *, is_worker_alive: bool = True) -> Overview:
    return Overview(stage.platform, Health(stage.platform, lambda: is_worker_alive), __version__)


def test_it_says_what_the_installation_is_made_of(stage: MemoryPlatform) -> None:
    view = overview(stage).show_installation(stage.paul)

    assert (view.version, view.database, view.cloud, view.forge) == (
        __version__,
        stage.database.kind,
        stage.cloud.name,
        stage.forge.name,
    )
    assert [(item.name, item.version, item.is_default) for item in view.engines] == [("memory", "1", True)]
    assert all(item.is_well for item in view.checks)
    assert (view.queued, view.running, view.waiting_since) == (0, 0, None)


def test_a_worker_that_shows_nothing_is_silent_and_one_that_was_stopped_is_gone(stage: MemoryPlatform) -> None:
    began = stage.clock.now()
    with stage.database.transaction() as tx:
        epochs = {name: workers.take_worker(tx, name, place="here", now=began) for name in ("a", "b", "c")}
        workers.release_worker(tx, "c", epochs["c"])
    stage.clock.pass_by(timedelta(seconds=60, microseconds=1))
    with stage.database.transaction() as tx:
        workers.beat(tx, "a", epochs["a"], stage.clock.now() - timedelta(seconds=60))

    view = overview(stage).show_installation(stage.paul)

    # A minute to the moment is not silent yet.
    assert [(item.id, item.state) for item in view.workers] == [("a", "at work"), ("b", "silent"), ("c", "gone")]


def test_what_waits_is_counted_and_the_longest_wait_is_told(stage: MemoryPlatform) -> None:
    stage.create_orders()
    asked_at = stage.clock.now()
    run = stage.drift.check_drift(stage.mara, "orders/dev")
    stage.clock.pass_by(timedelta(minutes=5))

    view = overview(stage, is_worker_alive=False).show_installation(stage.paul)

    assert stage.run(run.id).state is RunState.QUEUED
    assert (view.queued, view.waiting_since) == (1, asked_at)
    assert [item.name for item in view.checks if not item.is_well] == ["worker"]


def test_a_cloud_that_does_not_answer_is_told_and_the_page_is_there_all_the_same(stage: MemoryPlatform) -> None:
    stage.cloud.is_answering = False

    view = overview(stage).show_installation(stage.paul)

    assert [item.name for item in view.checks if not item.is_well] == ["cloud"]


def test_an_engine_that_does_not_say_its_version_takes_nothing_down(
    stage: MemoryPlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Mute:
        @property
        def version(self) -> str:
            raise UnavailableError("engine-failed", "It does not start.", fix="Install it.")

    monkeypatch.setitem(stage.platform.engines, "mute", Mute())

    view = overview(stage).show_installation(stage.paul)

    assert [(item.name, item.version) for item in view.engines] == [("memory", "1"), ("mute", "")]


@pytest.mark.parametrize("who", ["mara", "finn"])
def test_developers_do_not_see_it(stage: MemoryPlatform, who: str) -> None:
    actor: Actor = getattr(stage, who)

    with pytest.raises(ForbiddenError):
        overview(stage).show_installation(actor)
