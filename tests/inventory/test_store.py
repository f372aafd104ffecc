from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from pavior.inventory.model import Drift, DriftState, Observation, RankedDrift
from pavior.inventory.store import (
    DriftRecord,
    find_observation,
    forget_observation,
    list_drift_history,
    list_open_drifts,
    record_drift,
    save_observation,
)
from pavior.kernel.pages import PageRequest
from pavior.kernel.verdicts import Severity
from pavior.resources.drift import PropertyDrift, ResourceDrift
from pavior.resources.model import GraphFormat, Resource, ResourceGraph, Sensitive, Unknown
from pavior.storage.database import Transaction, metadata

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)
BLOCK = "aws_s3_bucket_public_access_block.data"


@pytest.fixture
def tx(tmp_path: Path) -> Iterator[Transaction]:
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'test.db'}")
    metadata.create_all(engine)
    with engine.begin() as connection:
        yield connection
    engine.dispose()


def a_drift(
    address: str = BLOCK,
    *properties: PropertyDrift,
    kind: str = "changed",
    controls: tuple[str, ...] = (),
    severity: Severity = Severity.INFO,
) -> RankedDrift:
    return RankedDrift(ResourceDrift(address, address.split(".", maxsplit=1)[0], kind, properties), controls, severity)


def open_ids(tx: Transaction, *environments: str) -> list[str]:
    return [drift.id for drift in list_open_drifts(tx, environments or ("orders/dev",))]


def test_an_observation_takes_the_place_of_the_one_before(tx: Transaction) -> None:
    resource = Resource("aws_s3_bucket.data", "aws_s3_bucket", {"bucket": "b", "arn": Unknown(), "key": Sensitive("f")})
    first = Observation("orders/dev", NOON, ResourceGraph(GraphFormat.LIVE, ()))
    second = Observation("orders/dev", LATER, ResourceGraph(GraphFormat.LIVE, (resource,)))
    assert find_observation(tx, "orders/dev") is None

    save_observation(tx, first)
    save_observation(tx, Observation("orders/prod", NOON, ResourceGraph(GraphFormat.LIVE, ())))
    save_observation(tx, second)

    assert find_observation(tx, "orders/dev") == second


def test_a_destroyed_environment_is_forgotten_alone(tx: Transaction) -> None:
    for environment in ("orders/dev", "orders/prod"):
        save_observation(tx, Observation(environment, NOON, ResourceGraph(GraphFormat.LIVE, ())))

    forget_observation(tx, "orders/dev")
    forget_observation(tx, "orders/dev")

    assert find_observation(tx, "orders/dev") is None
    assert find_observation(tx, "orders/prod") is not None


def test_a_drift_is_read_as_it_was_found(tx: Transaction) -> None:
    properties = (
        PropertyDrift("block_public_acls", expected=True, actual=False),
        PropertyDrift("tags.owner", expected="payments", actual=None),
        PropertyDrift("secret", expected=Sensitive("a"), actual=Sensitive("b")),
        PropertyDrift("rules", expected=[{"$sensitive": "no"}], actual=[1, 1.5, Unknown(detail="why")]),
    )

    record_drift(tx, "orders/dev", [a_drift(BLOCK, *properties, controls=("no-public",), severity=Severity.HIGH)], NOON)

    assert list_open_drifts(tx, ["orders/dev"]) == (
        Drift(
            id="D-1",
            environment="orders/dev",
            address=BLOCK,
            type="aws_s3_bucket_public_access_block",
            kind="changed",
            properties=properties,
            controls=("no-public",),
            severity=Severity.HIGH,
            state=DriftState.OPEN,
            first_seen_at=NOON,
            last_seen_at=NOON,
        ),
    )


def test_a_resource_that_still_drifts_is_the_same_drift_with_what_differs_now(tx: Transaction) -> None:
    record_drift(tx, "orders/dev", [a_drift()], NOON)

    again = record_drift(tx, "orders/dev", [a_drift(kind="missing", severity=Severity.CRITICAL)], LATER)

    assert again == DriftRecord(opened=(), seen=("D-1",), resolved=())
    (drift,) = list_open_drifts(tx, ["orders/dev"])
    assert (drift.kind, drift.severity) == ("missing", Severity.CRITICAL)
    assert (drift.first_seen_at, drift.last_seen_at) == (NOON, LATER)


def test_what_no_longer_drifts_is_resolved_in_its_own_environment_only(tx: Transaction) -> None:
    record_drift(tx, "orders/dev", [a_drift(), a_drift("aws_kms_key.data")], NOON)
    record_drift(tx, "orders/prod", [a_drift()], NOON)

    assert record_drift(tx, "orders/dev", [a_drift()], LATER) == DriftRecord((), ("D-1",), ("D-2",))

    assert open_ids(tx, "orders/dev", "orders/prod") == ["D-1", "D-3"]
    resolved = list_drift_history(tx, "orders/dev", PageRequest()).items[0]
    assert (resolved.id, resolved.state, resolved.resolved_at) == ("D-2", DriftState.RESOLVED, LATER)
    assert resolved.last_seen_at == NOON


def test_what_drifts_again_is_a_new_drift_so_that_history_stays(tx: Transaction) -> None:
    record_drift(tx, "orders/dev", [a_drift()], NOON)
    record_drift(tx, "orders/dev", [], LATER)

    record_drift(tx, "orders/dev", [a_drift()], LATER + timedelta(hours=1))

    page = list_drift_history(tx, "orders/dev", PageRequest(size=1))
    assert ([drift.id for drift in page.items], page.total) == (["D-2"], 2)
    assert open_ids(tx) == ["D-2"]


def test_open_drifts_are_listed_worst_first_then_oldest(tx: Transaction) -> None:
    low = a_drift("a.a", severity=Severity.LOW)
    record_drift(tx, "orders/dev", [low], NOON)
    record_drift(tx, "orders/dev", [low, a_drift("b.b", severity=Severity.CRITICAL), a_drift("c.c")], LATER)

    assert open_ids(tx) == ["D-2", "D-1", "D-3"]
    assert list_open_drifts(tx, []) == ()
