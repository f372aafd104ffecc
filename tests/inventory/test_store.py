from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from pavior.inventory.model import Drift, DriftState, Observation
from pavior.inventory.store import (
    find_observation,
    forget_observation,
    list_drift_history,
    list_open_drifts,
    record_drift,
    write_observation,
)
from pavior.kernel.pages import PageRequest
from pavior.kernel.verdicts import Severity
from pavior.resources.drift import PropertyDrift, ResourceDrift
from pavior.resources.model import GraphFormat, Resource, ResourceGraph, Sensitive, Unknown, Value
from pavior.storage.database import Transaction

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)
BLOCK = "aws_s3_bucket_public_access_block.data"
EMPTY = ResourceGraph(GraphFormat.LIVE, ())
SEVERITIES = {"no-public": Severity.CRITICAL, "encrypted": Severity.HIGH, "tagged": Severity.LOW}


def a_drift(address: str = BLOCK, *properties: PropertyDrift, kind: str = "changed") -> ResourceDrift:
    return ResourceDrift(address, address.partition(".")[0], kind, properties)


def record(
    tx: Transaction,
    *found: ResourceDrift,
    environment: str = "orders/dev",
    now: datetime = NOON,
    broken: Mapping[str, tuple[str, ...]] | None = None,
) -> list[str]:
    recorded = record_drift(tx, environment, found, now, broken_controls=broken or {}, severities=SEVERITIES)
    return [drift.id for drift in recorded]


def test_an_observation_takes_the_place_of_the_one_before(tx: Transaction) -> None:
    values: dict[str, Value] = {"bucket": "b", "arn": Unknown(), "key": Sensitive("f")}
    graph = ResourceGraph(GraphFormat.LIVE, (Resource("aws_s3_bucket.data", "aws_s3_bucket", values),))
    assert find_observation(tx, "orders/dev") is None

    write_observation(tx, "orders/dev", EMPTY, NOON)
    write_observation(tx, "orders/prod", EMPTY, NOON)
    write_observation(tx, "orders/dev", graph, LATER)

    assert find_observation(tx, "orders/dev") == Observation("orders/dev", LATER, graph)
    assert find_observation(tx, "orders/prod") == Observation("orders/prod", NOON, EMPTY)


def test_a_destroyed_environment_is_forgotten_alone(tx: Transaction) -> None:
    for environment in ("orders/dev", "orders/prod"):
        write_observation(tx, environment, EMPTY, NOON)

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

    record(tx, a_drift(BLOCK, *properties), broken={BLOCK: ("tagged", "no-public")})

    assert list_open_drifts(tx, ["orders/dev"]) == (
        Drift(
            id="D-1",
            environment="orders/dev",
            address=BLOCK,
            type="aws_s3_bucket_public_access_block",
            kind="changed",
            properties=properties,
            controls=("no-public", "tagged"),
            severity=Severity.CRITICAL,
            state=DriftState.OPEN,
            first_seen_at=NOON,
            last_seen_at=NOON,
        ),
    )


def test_a_drift_that_breaks_no_control_is_information(tx: Transaction) -> None:
    record(tx, a_drift())

    assert list_open_drifts(tx, ["orders/dev"])[0].severity is Severity.INFO


def test_a_resource_that_still_drifts_is_the_same_drift_with_what_differs_now(tx: Transaction) -> None:
    record(tx, a_drift())

    assert record(tx, a_drift(kind="missing"), now=LATER, broken={BLOCK: ("encrypted",)}) == ["D-1"]

    (drift,) = list_open_drifts(tx, ["orders/dev"])
    assert (drift.kind, drift.severity, drift.controls) == ("missing", Severity.HIGH, ("encrypted",))
    assert (drift.first_seen_at, drift.last_seen_at) == (NOON, LATER)


def test_what_no_longer_drifts_is_resolved_in_its_own_environment_only(tx: Transaction) -> None:
    assert record(tx, a_drift(), a_drift("aws_kms_key.data")) == ["D-1", "D-2"]
    record(tx, a_drift(), environment="orders/prod")

    assert record(tx, a_drift(), now=LATER) == ["D-1"]

    assert [drift.id for drift in list_open_drifts(tx, ["orders/dev", "orders/prod"])] == ["D-1", "D-3"]
    resolved = list_drift_history(tx, "orders/dev", PageRequest()).items[0]
    assert (resolved.id, resolved.state, resolved.resolved_at) == ("D-2", DriftState.RESOLVED, LATER)
    assert resolved.last_seen_at == NOON


def test_what_drifts_again_is_a_new_drift_so_that_history_stays(tx: Transaction) -> None:
    record(tx, a_drift())
    record(tx, now=LATER)

    assert record(tx, a_drift(), now=LATER + timedelta(hours=1)) == ["D-2"]

    page = list_drift_history(tx, "orders/dev", PageRequest(size=1))
    assert ([drift.id for drift in page.items], page.total) == (["D-2"], 2)


def test_open_drifts_are_listed_worst_first_then_oldest(tx: Transaction) -> None:
    record(tx, a_drift("a.a"), broken={"a.a": ("tagged",)})

    order = record(
        tx,
        a_drift("a.a"),
        a_drift("b.b"),
        a_drift("c.c"),
        now=LATER,
        broken={"a.a": ("tagged",), "b.b": ("encrypted",)},
    )

    assert order == ["D-2", "D-1", "D-3"]
    assert list_open_drifts(tx, []) == ()
