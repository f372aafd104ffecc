"""Before an edited golden path reaches anybody, a replay says whom it would stop, and of whom nobody can say."""

import shutil
from pathlib import Path

import pytest

from pavior.environments.model import ChangeStatus
from pavior.kernel.errors import InvalidError, MissingError
from pavior.policy.model import Effect, Level
from pavior.reports.path_replay_view import PathReplayView
from pavior.testing.memory_platform import BUCKET, GOLDEN_PATH, PUBLIC_ACCESS, MemoryPlatform, a_stack
from pavior.workflows.replay_golden_path import GoldenPathReplays

CLOSED = a_stack(size="{{ size }}")
OPEN = a_stack(is_public=True, size="{{ size }}")


def an_edited_path(stage: MemoryPlatform, stack: bytes = CLOSED) -> Path:
    """The golden path as version 1.1.0, with this stack as its infrastructure."""
    (installed,) = stage.platform.golden_paths.list()
    edited = stage.folder / "edited"
    shutil.copytree(installed.folder, edited)
    described = edited / "goldenpath.toml"
    described.write_text(described.read_text(encoding="utf-8").replace('"1.0.0"', '"1.1.0"'), encoding="utf-8")
    (edited / "template" / "infra" / "stack.json").write_bytes(stack)
    return edited


def tried(stage: MemoryPlatform, folder: Path) -> PathReplayView:
    return GoldenPathReplays(stage.platform).replay_golden_path(stage.paul, folder)


def test_what_the_edited_path_opens_would_be_stopped_wherever_it_is_blocked(stage: MemoryPlatform) -> None:
    stage.with_controls(default_level=Level.BLOCK, levels={"dev": Level.WARN})
    stage.create_orders()

    view = tried(stage, an_edited_path(stage, OPEN))

    (found,) = view.newly_stopped
    assert (found.environment, found.team, found.service) == ("orders/prod", "payments", "orders")
    assert (found.verdict.control, found.verdict.subject) == (PUBLIC_ACCESS, BUCKET)
    assert (found.effect, found.effect_then) == (Effect.PASS, Effect.BLOCK)
    (team,) = view.teams
    assert (team.team, team.services, team.newly_stopped, team.subjects) == ("payments", ("orders",), 1, 2)
    assert (view.version, view.version_then, view.services, view.environments) == ("1.0.0", "1.1.0", 1, 2)
    assert (view.unchanged, view.not_read, view.let_go) == (0, (), ())


def test_the_replay_of_a_path_changes_nothing(stage: MemoryPlatform) -> None:
    stage.create_orders()
    head, events = stage.forge.head("orders"), len(stage.events())

    tried(stage, an_edited_path(stage, OPEN))

    assert (stage.forge.head("orders"), len(stage.events())) == (head, events)
    assert list((stage.folder / "work").iterdir()) == []


def test_a_path_that_closes_what_was_open_lets_it_go(stage: MemoryPlatform) -> None:
    (installed,) = stage.platform.golden_paths.list()
    (installed.folder / "template" / "infra" / "stack.json").write_bytes(OPEN)
    stage.create_orders()

    view = tried(stage, an_edited_path(stage, CLOSED))

    assert {item.environment for item in view.let_go} == {"orders/dev", "orders/prod"}
    assert view.newly_stopped == ()


def test_a_repository_that_went_its_own_way_is_not_known_and_never_passed(stage: MemoryPlatform) -> None:
    stage.create_orders()
    assert stage.open(a_stack(size="large")).status is ChangeStatus.VERIFIED

    view = tried(stage, an_edited_path(stage, OPEN))

    assert (view.newly_stopped, view.unchanged) == ((), 0)
    assert [item.environment for item in view.not_read] == ["orders/dev", "orders/prod"]
    assert "infra/stack.json is not what memory-service 1.0.0 makes" in view.not_read[0].why
    assert view.teams[0].not_read == 2


def test_what_cannot_be_read_any_more_is_not_let_go(stage: MemoryPlatform) -> None:
    (installed,) = stage.platform.golden_paths.list()
    (installed.folder / "template" / "infra" / "stack.json").write_bytes(OPEN)
    stage.create_orders()

    view = tried(stage, an_edited_path(stage, b"{"))

    assert (view.let_go, view.newly_stopped) == ((), ())
    assert {item.environment for item in view.not_read} == {"orders/dev", "orders/prod"}
    assert view.teams[0].not_read == 2


def test_parameters_that_the_edited_path_refuses_are_named(stage: MemoryPlatform) -> None:
    stage.create_orders()
    edited = an_edited_path(stage, OPEN)
    schema = edited / "parameters.json"
    schema.write_text(schema.read_text(encoding="utf-8").replace('"small", "large"', '"s", "l"').replace(
        '"default": "small"', '"default": "s"'), encoding="utf-8")  # fmt: skip

    view = tried(stage, edited)

    assert len(view.not_read) == 2
    assert view.newly_stopped == ()


def test_what_does_not_touch_the_infrastructure_leaves_everybody_as_they_are(stage: MemoryPlatform) -> None:
    stage.create_orders()
    edited = an_edited_path(stage)
    (edited / "template" / "README.md").write_text("# {{ name }}\n", encoding="utf-8")

    view = tried(stage, edited)

    assert (view.services, view.unchanged, view.teams) == (1, 1, ())


def test_where_nothing_was_made_from_it_nobody_is_counted(stage: MemoryPlatform) -> None:
    assert tried(stage, an_edited_path(stage, OPEN)).services == 0


def test_a_folder_that_is_no_golden_path_or_one_that_nobody_has_is_refused(stage: MemoryPlatform) -> None:
    edited = an_edited_path(stage)
    described = edited / "goldenpath.toml"
    described.write_text(described.read_text(encoding="utf-8").replace(GOLDEN_PATH, "other-service"), encoding="utf-8")
    with pytest.raises(MissingError, match="golden-path-missing"):
        tried(stage, edited)
    described.unlink()
    with pytest.raises(InvalidError, match="golden-path-invalid"):
        tried(stage, edited)


def test_whoever_waits_is_told_how_far_it_is(stage: MemoryPlatform) -> None:
    stage.create_orders()
    told: list[tuple[int, int]] = []

    GoldenPathReplays(stage.platform).replay_golden_path(
        stage.paul, an_edited_path(stage, OPEN), lambda done, total: told.append((done, total))
    )

    assert told == [(1, 1)]
