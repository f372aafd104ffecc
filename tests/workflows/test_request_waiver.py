"""A waiver is asked for as narrowly as can be, for something that is there, and with its history in view."""

from dataclasses import replace
from datetime import timedelta

import pytest
from msgspec import structs

from pavior.identity.model import Actor, Role, Surface
from pavior.kernel.errors import ConflictError, ForbiddenError, InvalidError, MissingError, PaviorError
from pavior.policy.waiver_model import Waiver, WaiverState, WaiverWish
from pavior.reports.evaluations import Evaluations, Memory
from pavior.reports.sight import Sight
from pavior.reports.waiver_page import WaiverView, read_waiver_view
from pavior.testing.memory_platform import BUCKET, PUBLIC_ACCESS, MemoryPlatform, a_stack

ADA = Actor("ada", frozenset({Role.ADMIN}), frozenset(), Surface.CLI)
WISH = WaiverWish(
    control=PUBLIC_ACCESS, environment="orders/dev", subject=BUCKET, reason="The pictures are public.", days=7
)


@pytest.fixture
def orders(stage: MemoryPlatform) -> MemoryPlatform:
    """Its Change would open the bucket, and is blocked; `infra/stack.json` is where that is written."""
    stage.create_orders()
    stage.open(a_stack(is_public=True))
    return stage


def view(stage: MemoryPlatform, waiver: Waiver, actor: Actor) -> WaiverView:
    platform = stage.platform
    with stage.database.snapshot() as transaction:
        sight = Sight(transaction, platform.authoriser, actor, stage.clock.now())
        said = Evaluations(platform.controls, Memory())
        return read_waiver_view(sight, waiver.id, controls=platform.controls, said=said)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"subject": ""}, "waiver-scope-missing"),
        ({"subject": "", "path": "**"}, "waiver-scope-missing"),
        ({"subject": "", "path": "./**/*"}, "waiver-scope-missing"),
        ({"is_whole": True}, "waiver-scope-contradictory"),
        ({"subject": "aws_s3_bucket.flies"}, "waiver-matches-nothing"),
        ({"subject": "", "path": "infra/legacy/**"}, "waiver-matches-nothing"),
        ({"environment": "orders/prod"}, "waiver-matches-nothing"),
    ],
)
def test_what_is_too_wide_by_mistake_or_excuses_nothing_is_refused_at_once(
    orders: MemoryPlatform, given: dict[str, object], code: str
) -> None:
    with pytest.raises(InvalidError, match=code):
        orders.waivers.request_waiver(orders.mara, structs.replace(WISH, **given))


def test_what_is_still_to_come_can_be_asked_for_on_purpose(orders: MemoryPlatform) -> None:
    ahead = structs.replace(WISH, subject="aws_s3_bucket.to_come", may_match_nothing=True)

    assert orders.waivers.request_waiver(orders.mara, ahead).state is WaiverState.REQUESTED


@pytest.mark.parametrize("change_id", ["C-99", "C-1"], ids=["that is not there", "of another environment"])
def test_a_change_that_it_is_not_about_is_named_by_no_waiver(orders: MemoryPlatform, change_id: str) -> None:
    elsewhere = structs.replace(WISH, environment="orders/prod", change_id=change_id, may_match_nothing=True)

    with pytest.raises(MissingError, match="change-missing"):
        orders.waivers.request_waiver(orders.mara, elsewhere)


def test_a_secret_that_is_typed_as_a_path_or_a_resource_is_masked(orders: MemoryPlatform) -> None:
    secret = "ghp_" + "a" * 36
    wish = structs.replace(WISH, subject="", path=f"infra/{secret}/**", may_match_nothing=True)

    assert orders.waivers.request_waiver(orders.mara, wish).path == "infra/***/**"
    with pytest.raises(InvalidError, match="waiver-matches-nothing"):
        orders.waivers.request_waiver(orders.mara, structs.replace(WISH, subject=f"aws_s3_bucket.{secret}"))


def test_a_waiver_says_what_it_would_excuse_before_anybody_asks(orders: MemoryPlatform) -> None:
    found = orders.waivers.preview_waiver(orders.mara, control=PUBLIC_ACCESS, environment="orders/dev")

    assert [(item.environment, item.subject, item.outcome.value) for item in found.excused] == [
        ("orders/dev", BUCKET, "failed")
    ]
    assert (found.passing, found.environments, found.unknown) == (0, 1, ())
    never_planned = orders.waivers.preview_waiver(orders.mara, control=PUBLIC_ACCESS, environment="orders/prod")
    assert (never_planned.excused, never_planned.unknown) == ((), ("orders/prod",))
    assert orders.events("waiver.requested") == []


@pytest.mark.parametrize(
    ("place", "asker"), [("orders/*", "mara"), ("*", "paul")], ids=["of a service", "of everything"]
)
def test_only_an_admin_decides_about_more_than_one_environment(orders: MemoryPlatform, place: str, asker: str) -> None:
    waiver = orders.waivers.request_waiver(getattr(orders, asker), structs.replace(WISH, environment=place))

    with pytest.raises(ForbiddenError, match="permission-denied"):
        orders.waivers.approve_waiver(orders.sam, waiver.id)
    approved = orders.waivers.approve_waiver(ADA, waiver.id, reason="A product without secrets.")

    assert approved.decision_reason == "A product without secrets."
    assert orders.events("waiver.approved")[0].details["scope"] == place
    change = orders.changes.plan_again(orders.mara, "C-2")
    orders.runs.work()
    assert orders.plan(change.id).decision.rulings[0].waiver_id == waiver.id


def test_a_developer_asks_for_everything_in_vain(orders: MemoryPlatform) -> None:
    with pytest.raises(PaviorError, match="permission-denied"):
        orders.waivers.request_waiver(orders.mara, structs.replace(WISH, environment="*"))


def test_a_renewal_is_a_new_request_that_shows_how_often_and_how_long_in_all(orders: MemoryPlatform) -> None:
    first = orders.waivers.request_waiver(orders.mara, WISH)
    orders.waivers.approve_waiver(orders.sam, first.id)
    orders.clock.pass_by(timedelta(days=5))

    second = orders.waivers.renew_waiver(orders.mara, first.id, reason="The CDN is late.", days=10)
    orders.waivers.approve_waiver(orders.sam, second.id)
    orders.clock.pass_by(timedelta(days=20))
    seen = view(orders, second, orders.sam)

    assert (second.renews, second.subject, second.state) == (first.id, BUCKET, WaiverState.REQUESTED)
    assert [item.id for item in seen.earlier] == [first.id]
    # Days 0 to 7 and 5 to 15: 15 in all, of which two were excused twice.
    assert (seen.granted, seen.days_excused) == (2, 15)
    assert [step.verb for step in seen.steps] == ["requested", "approved"]


def test_what_was_denied_is_not_renewed_and_stands_beside_the_narrower_request(orders: MemoryPlatform) -> None:
    wide = orders.waivers.request_waiver(orders.mara, structs.replace(WISH, subject="", is_whole=True))
    orders.waivers.deny_waiver(orders.sam, wide.id, reason="Not all of it.")

    with pytest.raises(ConflictError, match="waiver-not-renewable"):
        orders.waivers.renew_waiver(orders.mara, wide.id, reason="Please.", days=7)
    narrow = orders.waivers.request_waiver(orders.mara, WISH)
    seen = view(orders, narrow, orders.sam)

    assert [(item.id, item.decision_reason) for item in seen.earlier] == [(wide.id, "Not all of it.")]
    assert (seen.granted, seen.days_excused) == (0, 0)
    assert [item.subject for item in seen.matches.excused] == [BUCKET]


def test_a_control_is_asked_for_by_the_id_that_it_had_before(orders: MemoryPlatform) -> None:
    (control,) = orders.platform.controls
    orders.platform = replace(orders.platform, controls=(structs.replace(control, formerly=("bucket-is-private",)),))

    waiver = orders.waivers.request_waiver(orders.mara, structs.replace(WISH, control="bucket-is-private"))

    assert waiver.control == PUBLIC_ACCESS


def test_no_secret_that_somebody_typed_is_stored(orders: MemoryPlatform) -> None:
    secret = "AKIAIOSFODNN7EXAMPLE"
    typed = dict.fromkeys(("reason", "measures", "evidence"), f"Until {secret} is gone.")
    waiver = orders.waivers.request_waiver(orders.mara, structs.replace(WISH, **typed))
    orders.waivers.approve_waiver(orders.sam, waiver.id, reason=f"It was {secret}.")
    orders.waivers.revoke_waiver(orders.sam, waiver.id, reason=f"It was {secret}.")

    shown = view(orders, waiver, orders.mara)

    assert "Until" in shown.waiver.reason
    assert secret not in repr(shown)
