"""Which level holds where, from when, and for what: the most specific scope, and there what started last."""

from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest
from msgspec import structs

from pavior.kernel.errors import InvalidError
from pavior.kernel.verdicts import Outcome
from pavior.policy.decision import decide
from pavior.policy.levels import (
    LevelChange,
    LevelChangeState,
    Levels,
    LevelScope,
    check_wish,
    levels_at,
    rungs,
    standing,
    with_moved,
)
from pavior.policy.model import Coverage, DecisionOutcome, Effect, Evaluation, Level
from pavior.policy.risk import Touched
from pavior.testing.builders import (
    BUCKET,
    DIGEST,
    NOON,
    a_control,
    a_level_change,
    a_started_level_change,
    a_verdict,
)

TICK = timedelta(microseconds=1)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
# Observed in its folder, so that what a change sets is seen.
CONTROL = a_control(default_level=Level.OBSERVE, levels={"prod": Level.WARN})


def at(*changes: LevelChange, environment: str = "orders/prod", team: str = "payments", **fields: Any) -> Levels:
    return levels_at(changes, environment=environment, team=team, **{"now": NOON, **fields})


def level(levels: Levels, subject: str = BUCKET) -> Level:
    return levels.of(CONTROL, subject).level


def test_what_nobody_changed_is_as_the_control_says() -> None:
    assert level(at()) is Level.WARN
    assert level(at(environment="orders/dev")) is Level.OBSERVE
    assert at().of(CONTROL, BUCKET).change is None


def test_the_moment_of_the_start_belongs_to_the_new_level() -> None:
    change = a_started_level_change()

    assert level(at(change, now=NOON - TICK)) is Level.WARN
    assert level(at(change, now=NOON)) is Level.BLOCK


def test_what_is_only_proposed_or_was_rejected_changes_nothing() -> None:
    rejected = a_level_change(state=LevelChangeState.REJECTED, decided_by="sven", decided_at=NOON)

    assert level(at(a_level_change(), rejected, now=NOON + DAY)) is Level.WARN


def test_the_most_specific_scope_wins_whatever_came_later() -> None:
    scopes = (
        LevelScope(),
        LevelScope("prod"),
        LevelScope(team="payments"),
        LevelScope("prod", "payments"),
        LevelScope("orders/prod"),
    )
    # The broadest is the latest, so age alone would turn the answer round.
    changes = [
        a_started_level_change(id=f"L-{9 - place}", scope=scope, starts_at=NOON - DAY * place)
        for place, scope in enumerate(scopes)
    ]

    for count in range(1, len(scopes) + 1):
        for order in permutations(changes[:count]):
            found = at(*order).of(CONTROL, BUCKET).change
            assert found is not None
            assert found.scope == scopes[count - 1]


def test_of_one_scope_the_latest_start_wins_and_of_one_start_the_later_proposal() -> None:
    early = a_started_level_change(id="L-3", starts_at=NOON - DAY)
    late = a_started_level_change(id="L-2", level=Level.OBSERVE)
    tenth = a_started_level_change(id="L-10", level=Level.WARN)

    assert level(at(early, late)) is Level.OBSERVE
    # Ten comes after two, which text would not say.
    assert level(at(tenth, early, late)) is Level.WARN


@pytest.mark.parametrize(
    ("scope", "environment", "team", "is_held"),
    [
        (LevelScope(), "orders/prod", "payments", True),
        (LevelScope(), "", "", True),
        (LevelScope("prod"), "orders/prod", "payments", True),
        (LevelScope("prod"), "prod", "", True),
        (LevelScope("prod"), "prod/dev", "payments", False),
        (LevelScope("prod"), "", "payments", False),
        (LevelScope("orders/prod"), "orders/prod", "payments", True),
        (LevelScope("orders/prod"), "ledger/prod", "payments", False),
        (LevelScope("orders/prod"), "prod", "payments", False),
        (LevelScope(team="payments"), "orders/dev", "payments", True),
        (LevelScope(team="payments"), "orders/dev", "finance", False),
        (LevelScope(team="payments"), "orders/dev", "", False),
        (LevelScope("prod", "payments"), "orders/prod", "payments", True),
        (LevelScope("prod", "payments"), "orders/dev", "payments", False),
        (LevelScope("prod", "payments"), "ledger/prod", "finance", False),
    ],
)
def test_a_scope_holds_where_it_says(scope: LevelScope, environment: str, team: str, *, is_held: bool) -> None:
    assert scope.holds(environment, team) is is_held


def test_block_for_new_warns_of_what_was_there_at_its_start_and_blocks_what_came_later_or_is_not_known() -> None:
    change = a_started_level_change(is_new_only=True)
    seen = {"old": NOON - DAY, "at-the-start": NOON, "a-tick-later": NOON + TICK}
    levels = at(change, now=NOON + DAY, first_seen=seen)

    assert {name: level(levels, name) for name in (*seen, "never-seen")} == {
        "old": Level.WARN,
        "at-the-start": Level.WARN,
        "a-tick-later": Level.BLOCK,
        "never-seen": Level.BLOCK,
    }
    assert levels.of(CONTROL, "old").is_spared
    assert not levels.of(CONTROL, "never-seen").is_spared


def test_what_is_made_anew_is_new_however_long_its_name_was_there() -> None:
    change = a_started_level_change(is_new_only=True)

    assert level(at(change, first_seen={BUCKET: NOON - DAY}, made=frozenset({BUCKET}))) is Level.BLOCK


def test_block_for_new_lets_nothing_go_on_that_was_blocked_before() -> None:
    before = a_started_level_change(id="L-1", starts_at=NOON - DAY)
    change = a_started_level_change(id="L-2", is_new_only=True)

    found = at(before, change, first_seen={BUCKET: NOON - DAY}).of(CONTROL, BUCKET)

    assert (found.level, found.change, found.is_spared) == (Level.BLOCK, before, False)


def test_a_second_block_for_new_spares_nothing_that_the_first_blocked() -> None:
    first = a_started_level_change(id="L-1", is_new_only=True)
    second = a_started_level_change(id="L-2", is_new_only=True, starts_at=NOON + 2 * DAY)
    levels = at(first, second, now=NOON + 3 * DAY, first_seen={"old": NOON, "between": NOON + DAY})

    assert level(levels, "old") is Level.WARN
    assert level(levels, "between") is Level.BLOCK


def test_what_was_set_under_an_earlier_id_goes_on() -> None:
    earlier = a_started_level_change(control="public-buckets", starts_at=NOON - DAY)
    later = a_started_level_change(id="L-2", level=Level.OBSERVE)
    renamed = structs.replace(CONTROL, formerly=("public-buckets",))

    assert at(earlier).of(renamed, BUCKET).level is Level.BLOCK
    assert at(later, earlier).of(renamed, BUCKET).level is Level.OBSERVE
    assert [item.name for item in rungs(renamed, (earlier,), environment="prod", team="", horizon=NOON)] == [
        "warn",
        "block",
    ]


def test_a_ladder_tells_each_rung_with_its_dates_and_what_is_still_to_come() -> None:
    warned = a_started_level_change(id="L-1", level=Level.WARN, scope=LevelScope())
    new = a_started_level_change(id="L-2", is_new_only=True, scope=LevelScope(), starts_at=NOON + DAY)
    elsewhere = a_started_level_change(id="L-3", scope=LevelScope("prod"), starts_at=NOON)
    later = a_started_level_change(id="L-4", scope=LevelScope(), starts_at=NOON + 9 * DAY)

    found = rungs(
        CONTROL,
        (later, elsewhere, new, warned),
        environment="orders/dev",
        team="payments",
        horizon=NOON + 5 * DAY,
    )

    assert [(item.name, item.since, item.until, item.change) for item in found] == [
        ("observe", None, NOON, None),
        ("warn", NOON, NOON + DAY, warned),
        ("block for new", NOON + DAY, None, new),
    ]
    assert [item.is_now(NOON + DAY) for item in found] == [False, False, True]
    assert [item.is_now(NOON - TICK) for item in found] == [True, False, False]


def test_a_decision_says_which_change_set_a_level_and_whom_to_ask() -> None:
    change = a_started_level_change(is_new_only=True)
    verdicts = (a_verdict(subject="old"), a_verdict(subject="new"), a_verdict(subject="good", outcome=Outcome.PASSED))

    decision = decide(
        Evaluation(verdicts, Coverage({"aws_s3_bucket": 3}, {})),
        environment="orders/prod",
        is_production=False,
        controls=(CONTROL,),
        waivers=(),
        plan_digest=DIGEST,
        now=NOON,
        touched=Touched(),
        data_class="",
        is_destroy=False,
        levels=at(change, first_seen={"old": NOON - DAY}),
    )

    assert decision.outcome is DecisionOutcome.BLOCKED
    assert [(item.effect, item.level_change, item.is_spared) for item in decision.rulings] == [
        (Effect.WARN, "L-1", True),
        (Effect.BLOCK, "L-1", False),
        (Effect.PASS, "L-1", False),
    ]
    basis = decision.find_level_basis(decision.rulings[0])
    assert basis is not None
    assert (basis.since, basis.proposer, basis.decided_by, basis.scope) == (NOON, "sam", "sven", "prod")
    assert decision.level_changes == (basis,)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"level": Level.WARN, "is_new_only": True}, "level-new-only-invalid"),
        ({"scope": LevelScope("orders/prod", "payments")}, "level-scope-invalid"),
        ({"reason": "..."}, "level-reason-missing"),
    ],
)
def test_what_nobody_could_decide_on_is_refused(fields: dict[str, Any], code: str) -> None:
    wish = {"scope": LevelScope(), "level": Level.BLOCK, "is_new_only": False, "reason": "It is time.", **fields}

    with pytest.raises(InvalidError) as refused:
        check_wish(CONTROL, **wish)

    assert refused.value.code == code


def test_a_revert_takes_the_other_out_from_its_start_on_and_sets_nothing_itself() -> None:
    first = a_started_level_change(id="L-1", level=Level.WARN)
    second = a_started_level_change(id="L-2", starts_at=NOON + HOUR)
    revert = a_started_level_change(id="L-3", reverts="L-2", starts_at=NOON + 2 * HOUR, level=Level.OBSERVE)
    changes = (first, second, revert)

    assert standing(changes, NOON + HOUR) == (first, second)
    assert standing(changes, NOON + 2 * HOUR) == (first,)


def test_a_revert_that_is_reverted_takes_nothing_out() -> None:
    first = a_started_level_change(id="L-1")
    revert = a_started_level_change(id="L-2", reverts="L-1")
    back = a_started_level_change(id="L-3", reverts="L-2")

    assert standing((first, revert, back), NOON) == (first,)


def test_the_ladder_goes_back_to_the_folder_after_a_revert() -> None:
    control = a_control(default_level=Level.WARN, levels={})
    changes = (
        a_started_level_change(id="L-1"),
        a_started_level_change(id="L-2", reverts="L-1", starts_at=NOON + HOUR),
    )

    ladder = rungs(control, changes, environment="orders/prod", team="payments", horizon=NOON + DAY)

    assert [(item.name, item.since, item.until, item.change is None) for item in ladder] == [
        ("warn", None, NOON, True),
        ("block", NOON, NOON + HOUR, False),
        ("warn", NOON + HOUR, None, True),
    ]


def test_what_is_renamed_has_been_there_since_it_was_first_seen() -> None:
    seen = {"a": NOON, "b": NOON - HOUR}

    assert with_moved(seen, {"b": "a", "c": "a", "d": "none"}) == {"a": NOON, "b": NOON - HOUR, "c": NOON}
    assert with_moved(seen, {}) == seen
