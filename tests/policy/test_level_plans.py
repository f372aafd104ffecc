"""Two plans of one change of level are told apart by what is different, service by service."""

from typing import Any

from msgspec import structs

from pavior.policy.level_plans import ServiceShare, differences
from pavior.testing.replay_views import a_level_plan

OTHER = "b" * 64


def a_share(service: str, stopped: int, digest: str = OTHER) -> ServiceShare:
    return ServiceShare(service, "payments", stopped, 0, 0, 0, digest)


def told(**after: Any) -> tuple[str, ...]:
    count = len(after.get("services", a_level_plan().services))
    return differences(a_level_plan(), a_level_plan(**{"digest": OTHER, "services_count": count, **after}))


def test_the_same_digest_is_the_same_plan() -> None:
    plan = a_level_plan()

    assert differences(plan, structs.replace(plan, number=2, inputs_digest=OTHER)) == ()


def test_a_service_that_came_went_or_changed_is_named() -> None:
    services = (a_share("orders", 3), a_share("ledger", 1))

    assert told(services=services) == (
        "orders is 3 newly stopped, it was 1 newly stopped",
        "ledger is 1 newly stopped, it was not touched",
        "billing is not touched, it was 1 not read",
    )


def test_others_in_the_same_numbers_are_told() -> None:
    before = a_level_plan()
    services = (structs.replace(before.services[0], digest=OTHER), before.services[1])

    assert told(services=services) == ("orders has others of the same kinds",)


def test_another_rule_and_another_risk_are_told() -> None:
    assert told(control_version=OTHER, approvals_required=2) == (
        "the control is now bbbbbbbbbbbb, it was 9a9a9a9a9a9a",
        "2 others must approve, it was 1",
    )


def test_of_many_services_the_rest_is_counted() -> None:
    services = (*a_level_plan().services, *(a_share(f"s-{number}", 1) for number in range(7)))

    assert told(services=services)[-1] == "2 more services differ"


def test_of_services_beyond_those_that_are_kept_nothing_is_said() -> None:
    before = a_level_plan()

    found = differences(before, a_level_plan(digest=OTHER, services=before.services[:1], services_count=2))

    assert found == ("other services differ than the 500 that are kept",)
