"""Changes of level are kept as asked for and decided, for ever; sightings only as long as what they are of."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from msgspec import structs

from pavior.kernel.errors import ConflictError, MissingError
from pavior.policy import level_store
from pavior.policy.levels import LevelChange, LevelChangeState, LevelEvidence
from pavior.policy.tables import level_changes, level_decisions
from pavior.storage.append_only import protect
from pavior.storage.database import Transaction
from pavior.testing.builders import NOON, a_level_change

DAY = timedelta(days=1)
EVIDENCE = LevelEvidence("warn", NOON - DAY, 1, NOON - DAY, {"payments": 3}, {"finance": 1}, 4, 2, 5)


def approved(change: LevelChange) -> LevelChange:
    return structs.replace(
        change,
        state=LevelChangeState.APPROVED,
        decided_by="sven",
        decided_at=NOON,
        decision_reason="Yes.",
        starts_at=NOON + DAY,
    )


def test_they_are_numbered_and_come_back_whole_before_and_after_the_decision(tx: Transaction) -> None:
    wanted = a_level_change(id="", is_new_only=True, wanted_from=NOON + DAY, evidence=EVIDENCE)
    first = level_store.insert_level_change(tx, wanted)
    second = level_store.insert_level_change(tx, a_level_change(control="tags-owner"))

    assert level_store.get_level_change(tx, "L-1") == structs.replace(wanted, id="L-1") == first
    level_store.decide_level_change(tx, approved(first))

    assert level_store.get_level_change(tx, "L-1") == approved(first)
    assert level_store.list_level_changes(tx) == (approved(first), second)
    assert level_store.list_level_changes(tx, controls=["tags-owner"]) == (second,)
    assert level_store.list_approved_level_changes(tx) == (approved(first),)
    assert level_store.list_open_level_changes(tx) == (second,)


def test_of_two_decisions_the_second_is_told_of_the_first(tx: Transaction) -> None:
    change = level_store.insert_level_change(tx, a_level_change())
    level_store.decide_level_change(tx, approved(change))

    with pytest.raises(ConflictError, match="approved by sven") as refused:
        level_store.decide_level_change(
            tx, structs.replace(change, state=LevelChangeState.REJECTED, decided_by="olga", decided_at=NOON)
        )

    assert refused.value.code == "level-already-decided"
    assert level_store.get_level_change(tx, change.id).state is LevelChangeState.APPROVED


def test_one_that_is_not_there_is_missing(tx: Transaction) -> None:
    with pytest.raises(MissingError) as refused:
        level_store.get_level_change(tx, "L-9")

    assert refused.value.code == "level-change-missing"


@pytest.mark.parametrize("table", [level_changes, level_decisions])
def test_the_database_itself_keeps_what_was_written(tx: Transaction, table: sa.Table) -> None:
    protect(tx)
    level_store.decide_level_change(tx, approved(level_store.insert_level_change(tx, a_level_change())))

    for act in (table.update().values(reason="another"), table.delete()):
        with pytest.raises(sa.exc.DBAPIError, match="append-only"), tx.begin_nested():
            tx.execute(act)


def test_a_sighting_keeps_its_first_moment_until_it_is_gone(tx: Transaction) -> None:
    level_store.note_sightings(tx, "orders/dev", ["a", "b"], NOON)
    level_store.note_sightings(tx, "orders/dev", ["b", "c"], NOON + DAY)
    level_store.note_sightings(tx, "orders/prod", ["a"], NOON + DAY)

    assert level_store.read_sightings(tx, "orders/dev") == {"a": NOON, "b": NOON, "c": NOON + DAY}

    level_store.forget_sightings(tx, "orders/dev", {"a"})
    level_store.note_sightings(tx, "orders/dev", ["a"], NOON + 2 * DAY)

    assert level_store.read_sightings(tx, "orders/dev")["a"] == NOON + 2 * DAY
    level_store.forget_sightings(tx, "orders/dev")
    assert level_store.read_sightings(tx, "orders/dev") == {}
    assert level_store.read_sightings(tx, "orders/prod") == {"a": NOON + DAY}
