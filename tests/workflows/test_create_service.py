"""From a golden path to a service: previewed without a trace, created once, by those who may."""

from collections.abc import Mapping

import pytest

from pavior.environments.model import ChangeStatus
from pavior.identity import store as identity
from pavior.kernel.errors import ConflictError, ForbiddenError, InvalidError, MissingError
from pavior.policy.model import DecisionOutcome
from pavior.runs.model import RunState
from pavior.storage.database import Database
from pavior.testing.memory_platform import BLOCK, BUCKET, GOLDEN_PATH, MemoryPlatform
from pavior.testing.people import a_team

ORDERS = {"name": "orders", "team": "payments"}


def test_a_preview_shows_files_plan_and_verdicts_and_makes_nothing(stage: MemoryPlatform) -> None:
    preview = stage.creation.preview_service(stage.mara, GOLDEN_PATH, {**ORDERS, "size": "large"})

    assert sorted(preview.files) == [".pavior/golden-path.yaml", "catalog-info.yaml", "infra/stack.json"]
    assert [change.address for change in preview.changes] == [BUCKET, BLOCK]
    assert (preview.decision.outcome, preview.environment) == (DecisionOutcome.ALLOWED, "orders/dev")
    assert (stage.cloud.made, stage.events(), stage.runs.asked) == ({}, [], [])
    assert not stage.forge.has_repository("orders")
    assert list((stage.folder / "work").iterdir()) == []


def test_a_created_service_is_in_catalog_and_forge_with_all_its_environments(stage: MemoryPlatform) -> None:
    stage.create_orders()

    service = stage.service("orders")
    assert (service.team, service.golden_path, service.golden_path_version, service.parameters["size"]) == (
        "payments",
        GOLDEN_PATH,
        "1.0.0",
        "small",
    )
    assert [str(entity.ref) for entity in stage.entities("orders")] == ["component:default/orders"]
    assert stage.environment("orders/prod").is_production
    event = stage.events("service.created")[0]
    assert (event.actor, event.surface, event.details["golden_path"]) == ("mara", "cli", GOLDEN_PATH)


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({"name": "orders"}, "parameters-invalid"),
        ({**ORDERS, "name": "Orders!"}, "parameters-invalid"),
        ({**ORDERS, "colour": "red"}, "parameters-invalid"),
        ({**ORDERS, "size": "huge"}, "parameters-invalid"),
    ],
)
def test_answers_that_cannot_be_used_are_refused_before_anything_is_queued(
    stage: MemoryPlatform, parameters: Mapping[str, object], code: str
) -> None:
    given = {"team": "payments", **parameters} if "team" in parameters else parameters
    with pytest.raises((InvalidError, ForbiddenError), match=rf"{code}|permission-denied"):
        stage.creation.create_service(stage.mara, GOLDEN_PATH, given)
    with pytest.raises(InvalidError, match=code):
        stage.creation.create_service(stage.paul, GOLDEN_PATH, given)
    assert stage.runs.asked == []


def test_only_for_ones_own_team_and_only_a_team_that_is_there(stage: MemoryPlatform) -> None:
    with pytest.raises(ForbiddenError, match="permission-denied"):
        stage.creation.create_service(stage.finn, GOLDEN_PATH, ORDERS)
    with pytest.raises(MissingError, match="team-missing"):
        stage.creation.create_service(stage.paul, GOLDEN_PATH, {"name": "orders", "team": "nobody"})
    with pytest.raises(MissingError, match="golden-path-missing"):
        stage.creation.create_service(stage.mara, "no-such-path", ORDERS)
    assert stage.runs.asked == []


def test_a_name_that_is_taken_or_on_its_way_is_refused(stage: MemoryPlatform) -> None:
    stage.creation.create_service(stage.mara, GOLDEN_PATH, ORDERS)
    with pytest.raises(ConflictError, match="service-exists"):
        stage.creation.create_service(stage.nina, GOLDEN_PATH, ORDERS)
    stage.runs.work()
    with pytest.raises(ConflictError, match="service-exists"):
        stage.creation.create_service(stage.nina, GOLDEN_PATH, ORDERS)


def test_a_creation_that_failed_can_be_tried_again(stage: MemoryPlatform, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> str:
        raise ConflictError("repository-exists", "There is a repository orders.", fix="Choose another name.")

    with monkeypatch.context() as patch:
        patch.setattr(stage.forge, "create_repository", refuse)
        stage.creation.create_service(stage.mara, GOLDEN_PATH, ORDERS)
        stage.runs.work()
    assert stage.run("create-orders").state is RunState.FAILED

    again = stage.creation.create_service(stage.mara, GOLDEN_PATH, ORDERS)
    stage.runs.work()

    assert again.id != "create-orders"
    assert stage.run(again.id).state is RunState.SUCCEEDED
    assert stage.change("C-1").status is ChangeStatus.VERIFIED


def test_a_team_of_another_name_owns_nothing_of_it(stage: MemoryPlatform, database: Database) -> None:
    with database.transaction() as transaction:
        identity.insert_team(transaction, a_team(name="finance", members=frozenset()))
    stage.create_orders()

    with pytest.raises(ForbiddenError, match="permission-denied"):
        stage.changes.revert_drift(stage.finn, "orders/dev")


@pytest.fixture
def database(stage: MemoryPlatform) -> Database:
    return stage.database
