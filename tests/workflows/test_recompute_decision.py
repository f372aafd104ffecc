"""A past Decision is made again from what is stored; what cannot be had any more is named, and is never identical."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from pavior.catalog import store as catalog
from pavior.environments.model import Change, ChangeStatus
from pavior.environments.tables import plans
from pavior.identity import store as identity
from pavior.identity.model import Actor
from pavior.kernel.bulkhead import Bulkhead
from pavior.kernel.errors import MissingError, UnavailableError
from pavior.kernel.verdicts import Outcome
from pavior.policy import level_store
from pavior.policy.model import Control, Effect, Level, RuleResult
from pavior.policy.recomputed import GapCode, RecomputedStatus
from pavior.policy.recomputing import FindEarlier
from pavior.policy.rules import failed
from pavior.policy.waiver_model import WaiverWish
from pavior.reports.model import RecomputedView
from pavior.reports.pages import Pages
from pavior.reports.replay import replay_busy
from pavior.testing.builders import a_control
from pavior.testing.memory_platform import BUCKET, PUBLIC_ACCESS, MemoryPlatform, a_stack
from pavior.testing.people import a_team

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
Damage = Callable[[dict[str, Any]], None]


@pytest.fixture
def orders(stage: MemoryPlatform) -> MemoryPlatform:
    """Orders is deployed to dev, and an hour has gone by."""
    stage.create_orders()
    stage.clock.pass_by(HOUR)
    return stage


def blocked(stage: MemoryPlatform, size: str = "small") -> Change:
    """A Change with a public bucket, stopped an hour ago."""
    change = stage.open(a_stack(is_public=True, size=size))
    assert change.status is ChangeStatus.BLOCKED
    stage.clock.pass_by(HOUR)
    return change


def again(
    stage: MemoryPlatform,
    change: Change,
    number: int | None = None,
    *,
    find_earlier: FindEarlier = lambda *_: None,
    actor: Actor | None = None,
    replays: Bulkhead | None = None,
) -> RecomputedView:
    it = stage.platform
    pages = Pages(
        it.database,
        it.clock,
        it.authoriser,
        it.forge,
        it.engines,
        it.vault,
        it.controls,
        it.golden_paths,
        find_earlier=find_earlier,
        replays=replays or Bulkhead(1, wait_seconds=0),
    )
    return pages.recompute_decision(actor or stage.mara, change.id, number)


def assert_identical(view: RecomputedView) -> None:
    result = view.result
    assert (result.status, result.gaps, result.different, result.parts) == (RecomputedStatus.IDENTICAL, (), (), ())
    assert (result.same, result.not_recomputed) == (result.rulings, 0)
    assert result.rulings > 0


def codes(view: RecomputedView) -> list[GapCode]:
    return [gap.code for gap in view.result.gaps]


def damage(stage: MemoryPlatform, change: Change, column: str, how: Damage) -> None:
    """Change a stored document behind the back of everybody."""
    where = plans.c.change_id == change.id
    with stage.database.transaction() as transaction:
        document = transaction.execute(sa.select(plans.c[column]).where(where)).scalar_one()
        how(document)
        transaction.execute(plans.update().where(where).values({column: document}))


def forget_basis(stage: MemoryPlatform, change: Change) -> None:
    """As it was stored before Decisions kept what they were made from."""
    damage(stage, change, "decision", lambda document: document.pop("basis"))


def allow(stage: MemoryPlatform, days: int = 3) -> str:
    """A waiver of the bucket, approved now; gives its id."""
    wish = WaiverWish(
        control=PUBLIC_ACCESS,
        environment="orders/dev",
        subject=BUCKET,
        reason="A price list.",
        days=days,
        may_match_nothing=True,
    )
    asked = stage.waivers.request_waiver(stage.mara, wish)
    return stage.waivers.approve_waiver(stage.sven, asked.id, reason="Yes.").id


def set_level(stage: MemoryPlatform, level: Level, *, is_new_only: bool = False) -> None:
    """In dev, where one other person is enough for it."""
    wish = stage.levels.propose_level(
        stage.sam,
        control=PUBLIC_ACCESS,
        level=level,
        environment="dev",
        is_new_only=is_new_only,
        reason="It is time.",
    )
    assert wish.plan is not None
    for person in ("sven", "olga")[: wish.approvals_required]:
        stage.levels.approve_level(replace(stage.sven, id=person), wish.id, plan_digest=wish.plan.digest)


def test_a_decision_that_was_just_made_is_identical(orders: MemoryPlatform) -> None:
    view = again(orders, blocked(orders))

    assert_identical(view)
    assert view.input_digest == view.stored_digest
    assert view.made_by == view.program


def test_an_override_lets_through_what_it_let_through_then_whatever_became_of_it(orders: MemoryPlatform) -> None:
    change = blocked(orders)
    override = orders.overrides.request_override(orders.mara, change.id, reason_class="incident", reason="It is down.")
    orders.overrides.approve_override(orders.sam, override.id)
    assert orders.plan(change.id).decision.with_effect(Effect.OVERRIDDEN)
    newer = a_control(id="buckets-refused", rule=lambda _: failed("No bucket is wanted."))
    object.__setattr__(orders.platform, "controls", (*orders.platform.controls, newer))
    orders.clock.pass_by(DAY)

    assert_identical(again(orders, change))


def test_a_decision_whose_override_ended_is_the_one_without_it(orders: MemoryPlatform) -> None:
    change = blocked(orders)
    override = orders.overrides.request_override(orders.mara, change.id, reason_class="incident", reason="It is down.")
    orders.overrides.approve_override(orders.sam, override.id)
    orders.overrides.revoke_override(orders.mara, override.id, reason="It is up.")
    assert orders.plan(change.id).decision.with_effect(Effect.BLOCK)

    assert_identical(again(orders, change))


def test_as_many_are_made_again_at_once_as_a_fleet_is_replayed(orders: MemoryPlatform) -> None:
    change, places = blocked(orders), Bulkhead(1, wait_seconds=0)

    with places.enter(full=replay_busy()), pytest.raises(UnavailableError, match="replay-busy"):
        again(orders, change, replays=places)

    assert_identical(again(orders, change, replays=places))


def test_a_control_that_came_later_is_no_part_of_it(orders: MemoryPlatform) -> None:
    change = blocked(orders)
    newer = a_control(id="buckets-refused", rule=lambda _: failed("No bucket is wanted."))
    object.__setattr__(orders.platform, "controls", (*orders.platform.controls, newer))

    assert_identical(again(orders, change))


def test_a_waiver_excuses_at_its_time_whatever_became_of_it(orders: MemoryPlatform) -> None:
    waiver_id = allow(orders)
    orders.clock.pass_by(HOUR)
    change = orders.open(a_stack(is_public=True))
    assert [item.waiver_id for item in orders.plan(change.id).decision.with_effect(Effect.WAIVED)] == [waiver_id]
    orders.clock.pass_by(HOUR)
    assert_identical(again(orders, change))

    with orders.database.transaction() as transaction:
        identity.insert_team(transaction, a_team(name="shop", members=frozenset()))
    orders.waivers.transfer_waiver(orders.sven, waiver_id, team="shop", reason="Payments ends.")
    orders.waivers.revoke_waiver(orders.sven, waiver_id, reason="No longer.")
    orders.clock.pass_by(DAY)

    assert_identical(again(orders, change))


def test_of_two_waivers_the_one_counts_that_was_to_last_longer_though_it_was_revoked_since(
    orders: MemoryPlatform,
) -> None:
    short, long = allow(orders, days=2), allow(orders, days=5)
    orders.clock.pass_by(HOUR)
    change = orders.open(a_stack(is_public=True))
    assert [item.waiver_id for item in orders.plan(change.id).decision.with_effect(Effect.WAIVED)] == [long]
    orders.clock.pass_by(HOUR)
    orders.waivers.revoke_waiver(orders.sven, long, reason="No longer.")

    assert short != long
    assert_identical(again(orders, change))


def test_a_waiver_that_ended_since_excused_then(orders: MemoryPlatform) -> None:
    allow(orders, days=1)
    orders.clock.pass_by(HOUR)
    change = orders.open(a_stack(is_public=True))
    orders.clock.pass_by(2 * DAY)
    # Planned again, its end is recorded.
    assert orders.open(a_stack(is_public=True, size="large")).status is ChangeStatus.BLOCKED

    assert_identical(again(orders, change))


def test_a_waiver_that_was_approved_later_excused_nothing_then(orders: MemoryPlatform) -> None:
    change = blocked(orders)
    allow(orders)

    assert_identical(again(orders, change))


def test_a_level_that_was_changed_later_did_not_hold_then(orders: MemoryPlatform) -> None:
    change = blocked(orders)
    set_level(orders, Level.OBSERVE)
    orders.clock.pass_by(HOUR)

    assert_identical(again(orders, change))


def test_each_plan_of_a_change_has_its_own(orders: MemoryPlatform) -> None:
    change = blocked(orders)
    set_level(orders, Level.WARN)
    orders.clock.pass_by(HOUR)
    orders.changes.plan_again(orders.mara, change.id)
    orders.runs.work()

    first, second = again(orders, change, 1), again(orders, change)

    assert_identical(first)
    assert_identical(second)
    assert (first.number, second.number, first.numbers) == (1, 2, (1, 2))
    assert first.outcome is not second.outcome


def test_who_owns_the_service_and_what_it_holds_now_does_not_matter(orders: MemoryPlatform) -> None:
    change = blocked(orders)
    with orders.database.transaction() as transaction:
        service = catalog.get_service(transaction, "orders")
        catalog.update_service(transaction, replace(service, data_class="restricted"))

    assert_identical(again(orders, change))


@pytest.fixture
def spared(orders: MemoryPlatform) -> Change:
    """A Change of a bucket that was there before its control blocked what is new; then all is forgotten again."""
    orders.with_controls(default_level=Level.WARN, levels={})
    orders.open(a_stack(is_public=True))
    orders.clock.pass_by(HOUR)
    set_level(orders, Level.BLOCK, is_new_only=True)
    orders.clock.pass_by(HOUR)
    change = orders.open(a_stack(is_public=True, size="large"))
    assert [item.is_spared for item in orders.plan(change.id).decision.rulings] == [True]
    orders.clock.pass_by(HOUR)
    with orders.database.transaction() as transaction:
        level_store.forget_sightings(transaction, "orders/dev")
    return change


def test_what_was_there_before_is_remembered_with_the_decision(orders: MemoryPlatform, spared: Change) -> None:
    assert_identical(again(orders, spared))


def test_without_that_memory_the_rulings_that_turned_on_it_cannot_be_had(
    orders: MemoryPlatform, spared: Change
) -> None:
    forget_basis(orders, spared)

    view = again(orders, spared)

    assert view.result.status is RecomputedStatus.NOT_POSSIBLE
    assert (view.result.same, view.result.not_recomputed) == (0, 1)
    assert codes(view)[-2:] == [GapCode.SIGHTING_MISSING, GapCode.WHOLE_NOT_RECOMPUTED]
    assert view.result.gaps[-2].rulings == 1


def test_a_control_whose_rule_changed_is_named_with_both_versions(orders: MemoryPlatform) -> None:
    change = blocked(orders)
    before = orders.platform.controls[0].version
    orders.with_controls(version="f0" * 32)

    view = again(orders, change)

    assert view.result.status is RecomputedStatus.NOT_POSSIBLE
    assert (view.result.same, view.result.not_recomputed, view.result.different) == (0, view.result.rulings, ())
    gap = view.result.gaps[0]
    assert (gap.code, gap.control, gap.rulings) == (GapCode.CONTROL_CHANGED, PUBLIC_ACCESS, 1)
    assert "f0f0f0f0f0f0" in gap.told
    assert before[:12] in gap.told
    assert before[:12] in gap.needed


def test_an_earlier_version_that_is_kept_somewhere_is_asked(orders: MemoryPlatform) -> None:
    change = blocked(orders)
    (kept,) = orders.platform.controls
    orders.with_controls(version="f0" * 32, rule=lambda _: RuleResult(Outcome.PASSED))

    def find(name: str, version: str, _: object) -> Control | None:
        return kept if (name, version) == (kept.id, kept.version) else None

    assert_identical(again(orders, change, find_earlier=find))


def test_what_was_waived_then_is_waived_still_when_its_control_was_renamed_since(orders: MemoryPlatform) -> None:
    allow(orders)
    orders.clock.pass_by(HOUR)
    change = orders.open(a_stack(is_public=True))
    (kept,) = orders.platform.controls
    orders.clock.pass_by(HOUR)
    orders.with_controls(id="buckets-private", formerly=(PUBLIC_ACCESS,), version="f0" * 32)
    with orders.database.transaction() as transaction:
        transaction.execute(sa.text("UPDATE waivers SET control = 'buckets-private'"))

    assert codes(again(orders, change))[0] is GapCode.CONTROL_CHANGED
    assert "called buckets-private" in again(orders, change).result.gaps[0].told
    assert_identical(again(orders, change, find_earlier=lambda *_: kept))


def test_a_control_that_is_gone_is_named(orders: MemoryPlatform) -> None:
    change = blocked(orders)
    object.__setattr__(orders.platform, "controls", (a_control(id="another"),))

    assert codes(again(orders, change)) == [GapCode.CONTROL_GONE, GapCode.WHOLE_NOT_RECOMPUTED]


def test_of_two_controls_the_one_that_is_still_here_is_compared_and_the_whole_is_not(orders: MemoryPlatform) -> None:
    other = a_control(id="buckets-refused", rule=lambda _: failed("No bucket is wanted."), default_level=Level.WARN)
    object.__setattr__(orders.platform, "controls", (*orders.platform.controls, other))
    change = blocked(orders)
    object.__setattr__(orders.platform, "controls", orders.platform.controls[:1])

    view = again(orders, change)

    assert view.result.status is RecomputedStatus.PARTIAL
    assert (view.result.rulings, view.result.same, view.result.not_recomputed) == (2, 1, 1)
    assert codes(view) == [GapCode.CONTROL_GONE, GapCode.WHOLE_NOT_RECOMPUTED]


def test_a_rule_that_answers_otherwise_at_the_same_version_is_a_difference(orders: MemoryPlatform) -> None:
    change = blocked(orders)
    orders.with_controls(rule=lambda _: RuleResult(Outcome.PASSED))

    view = again(orders, change)

    assert view.result.status is RecomputedStatus.DIFFERENT
    (found,) = view.result.different
    assert (found.control, found.subject) == (PUBLIC_ACCESS, BUCKET)
    assert found.then is not None
    assert found.now is not None
    assert (found.then.effect, found.now.effect) == (Effect.BLOCK, Effect.PASS)
    assert "Plan and rule are the same" in found.why
    assert "outcome" in [item.part for item in view.result.parts]


def test_a_stored_plan_that_was_changed_is_not_asked(orders: MemoryPlatform) -> None:
    change = blocked(orders)

    def hide(document: dict[str, Any]) -> None:
        document["graph"]["resources"] = []

    damage(orders, change, "reading", hide)
    view = again(orders, change)

    assert view.result.status is RecomputedStatus.NOT_POSSIBLE
    assert codes(view) == [GapCode.INPUT_DIGEST_DIFFERS]
    assert view.input_digest != view.stored_digest
    assert view.result.not_recomputed == view.result.rulings == 1


def test_a_stored_plan_that_was_changed_together_with_its_digest_is_betrayed_by_the_audit_log(
    orders: MemoryPlatform,
) -> None:
    change = blocked(orders)

    def hide(document: dict[str, Any]) -> None:
        document["terraform_version"] = "9.9.9"

    damage(orders, change, "reading", hide)
    stored = again(orders, change).stored_digest

    def follow(document: dict[str, Any]) -> None:
        document["basis"]["input_digest"] = stored

    damage(orders, change, "decision", follow)
    view = again(orders, change)

    assert view.result.status is RecomputedStatus.PARTIAL
    assert codes(view) == [GapCode.AUDIT_DIFFERS]
    assert "input_digest" in view.result.gaps[0].told


def test_a_ruling_that_was_taken_out_together_with_its_control_is_betrayed_by_the_audit_log(
    orders: MemoryPlatform,
) -> None:
    other = a_control(id="buckets-refused", rule=lambda _: failed("No bucket is wanted."), default_level=Level.WARN)
    object.__setattr__(orders.platform, "controls", (*orders.platform.controls, other))
    change = blocked(orders)

    def forget(document: dict[str, Any]) -> None:
        document["rulings"] = [item for item in document["rulings"] if item["verdict"]["control"] != other.id]
        del document["basis"]["controls"][other.id]

    damage(orders, change, "decision", forget)
    view = again(orders, change)

    assert view.result.status is RecomputedStatus.PARTIAL
    assert codes(view) == [GapCode.AUDIT_DIFFERS]
    assert "decision_digest" in view.result.gaps[0].told


def test_a_ruling_that_was_changed_is_a_difference(orders: MemoryPlatform) -> None:
    change = blocked(orders)

    def soften(document: dict[str, Any]) -> None:
        document["rulings"][0]["effect"] = "warn"

    damage(orders, change, "decision", soften)

    assert again(orders, change).result.status is RecomputedStatus.DIFFERENT


def test_an_old_decision_is_compared_with_todays_catalog_and_is_partial_at_best(orders: MemoryPlatform) -> None:
    change = blocked(orders)
    forget_basis(orders, change)

    view = again(orders, change)

    assert view.result.status is RecomputedStatus.PARTIAL
    assert (view.result.same, view.result.not_recomputed) == (1, 0)
    assert GapCode.BASIS_MISSING in codes(view)
    assert (view.made_by, view.input_digest) == ("", "")


def test_an_old_decision_with_another_set_of_controls_cannot_be_had(orders: MemoryPlatform) -> None:
    change = blocked(orders)
    forget_basis(orders, change)
    orders.with_controls(version="f0" * 32)

    view = again(orders, change)

    assert view.result.status is RecomputedStatus.NOT_POSSIBLE
    assert codes(view)[-2:] == [GapCode.CONTROL_VERSIONS_MISSING, GapCode.WHOLE_NOT_RECOMPUTED]
    assert view.result.not_recomputed == view.result.rulings


def test_a_stored_plan_of_an_unknown_version_is_said_to_be(orders: MemoryPlatform) -> None:
    change = blocked(orders)
    forget_basis(orders, change)

    def renumber(document: dict[str, Any]) -> None:
        document["version"] = 99

    damage(orders, change, "reading", renumber)

    assert codes(again(orders, change))[-1] is GapCode.INPUT_UNREADABLE


def test_a_plan_that_there_is_not_and_a_change_that_one_may_not_know_of_are_missing(orders: MemoryPlatform) -> None:
    change = blocked(orders)

    with pytest.raises(MissingError) as raised:
        again(orders, change, 7)
    assert raised.value.code == "plan-missing"

    with pytest.raises(MissingError) as raised:
        again(orders, change, actor=replace(orders.finn, roles=frozenset()))
    assert raised.value.code == "change-missing"
