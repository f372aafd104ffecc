"""A Decision made again at once is the same, whatever went into it and whatever is recorded afterwards."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from pavior.kernel.verdicts import Outcome, Phase, UnknownReason
from pavior.policy.basis import DecisionBasis
from pavior.policy.decision import decide
from pavior.policy.evaluation import evaluate
from pavior.policy.levels import LevelChange, LevelScope, levels_at
from pavior.policy.model import Control, Decision, Level, RuleResult
from pavior.policy.recomputed import TOLD, GapCode, RecomputedStatus
from pavior.policy.recomputing import (
    Records,
    asked_about,
    chosen_values,
    document_digest,
    recompute,
    sightings_asked_for,
)
from pavior.policy.risk import find_touched
from pavior.policy.waiver_model import Waiver, WaiverState
from pavior.policy.waivers import in_force_then
from pavior.resources.codec import encode_plan_reading
from pavior.resources.model import Action, PlanReading
from pavior.resources.views.object_store import ObjectStore
from pavior.testing.builders import (
    NOON,
    PUBLIC_ACCESS,
    a_control,
    a_graph,
    a_parameter,
    a_plan_reading,
    a_resource,
    a_resource_change,
    a_started_level_change,
    an_approved_waiver,
)

HOUR = timedelta(hours=1)
TICK = timedelta(microseconds=1)
OTHER = "buckets-named"
PLACE = "orders/prod"
_ANSWERS = {
    "pass": RuleResult(Outcome.PASSED),
    "fail": RuleResult(Outcome.FAILED, "It is wrong."),
    "later": RuleResult(Outcome.UNKNOWN, "Nobody knows.", reason=UnknownReason.KNOWN_AFTER_APPLY),
    "never": RuleResult(Outcome.UNKNOWN, "Nobody knows."),
}


def by_name(store: ObjectStore) -> RuleResult:
    """What the name of the bucket says: two rules of one plan need two answers."""
    return _ANSWERS[store.resource.address.partition(".")[2].partition("_")[0]]


CONTROLS = (
    a_control(id=OTHER, rule=lambda _: RuleResult(Outcome.FAILED, "It has no name."), default_level=Level.OBSERVE),
    a_control(rule=by_name),
)
FACTS: Mapping[str, Any] = {
    "program": "pavior 0.1.0",
    "team": "payments",
    "data_class": "internal",
    "is_production": True,
    "is_destroy": False,
}
# What the catalog says by now.
TODAY = DecisionBasis("", "pavior 0.2.0", "shop", "restricted", is_production=False, is_destroy=False, controls={})


def a_reading(*names: str, made: frozenset[str] = frozenset()) -> PlanReading:
    addresses = [f"aws_s3_bucket.{name}" for name in names]
    changes = [a_resource_change(address=item, action=Action.CREATE) for item in addresses if item in made]
    return a_plan_reading(
        graph=structs.replace(a_graph(), resources=tuple(a_resource(address=item) for item in addresses)),
        changes=tuple(changes),
    )


def decided(
    reading: PlanReading,
    *,
    controls: tuple[Control, ...] = CONTROLS,
    waivers: tuple[Waiver, ...] = (),
    changes: tuple[LevelChange, ...] = (),
    seen: Mapping[str, datetime] | None = None,
    now: datetime = NOON,
    **facts: Any,
) -> Decision:
    """As the gate decides and keeps it."""
    known = {**FACTS, **facts}
    levels = levels_at(
        changes, environment=PLACE, team=known["team"], now=now, first_seen=seen or {}, made=reading.made
    )
    decision = decide(
        evaluate(reading.graph, controls, Phase.PLAN),
        environment=PLACE,
        is_production=known["is_production"],
        controls=controls,
        waivers=waivers,
        plan_digest="9a" * 32,
        now=now,
        touched=find_touched(reading),
        is_destroy=known["is_destroy"],
        data_class=known["data_class"],
        levels=levels,
    )
    asked = asked_about(reading.graph, controls)
    basis = DecisionBasis(
        input_digest=document_digest(encode_plan_reading(reading)),
        controls={control.id: control.version for control in asked},
        parameters=chosen_values(asked),
        first_seen=sightings_asked_for(decision.rulings, asked, levels),
        **known,
    )
    return structs.replace(decision, basis=basis)


def records(**fields: Any) -> Records:
    given: dict[str, Any] = {
        "controls": CONTROLS,
        "find_earlier": lambda *_: None,
        "waivers": (),
        "level_changes": (),
        "sightings": {},
        "today": TODAY,
        "program": TODAY.program,
    }
    return Records(**{**given, **fields})


_CONTROL = st.sampled_from((PUBLIC_ACCESS, OTHER))
_NAMES = st.lists(
    st.sampled_from([f"{word}_{number}" for word in _ANSWERS for number in (1, 2)]), unique=True, max_size=5
)
_HOURS = st.integers(min_value=-48, max_value=48)


@st.composite
def level_changes(draw: st.DrawFn) -> tuple[LevelChange, ...]:
    """Approved and started at some time before or after noon, on the hour; noon itself belongs to it."""
    return tuple(
        a_started_level_change(
            id=f"L-{number}",
            control=draw(_CONTROL),
            scope=draw(st.sampled_from((LevelScope(), LevelScope("prod"), LevelScope(team="payments")))),
            level=(level := draw(st.sampled_from(list(Level)))),
            is_new_only=level is Level.BLOCK and draw(st.booleans()),
            starts_at=NOON + draw(_HOURS) * HOUR,
        )
        for number in range(1, draw(st.integers(1, 5)))
    )


@st.composite
def waivers(draw: st.DrawFn) -> tuple[Waiver, ...]:
    """Approved at some time before or after noon for some days; none was revoked yet."""
    found = []
    for number in range(1, draw(st.integers(1, 5))):
        decided_at, days = NOON + draw(_HOURS) * HOUR, draw(st.integers(1, 3))
        found.append(
            an_approved_waiver(
                id=f"W-{number}",
                control=draw(_CONTROL),
                environment=draw(st.sampled_from((PLACE, "orders/*", "*", "orders/dev"))),
                subject=draw(st.sampled_from(("", "aws_s3_bucket.fail_1"))),
                days=days,
                decided_at=decided_at,
                expires_at=decided_at + timedelta(days=days),
            )
        )
    return tuple(found)


@given(
    names=_NAMES,
    made=st.sets(st.sampled_from(("aws_s3_bucket.fail_1", "aws_s3_bucket.never_2"))),
    changes=level_changes(),
    excuses=waivers(),
    seen=st.dictionaries(st.sampled_from([f"aws_s3_bucket.{word}_1" for word in _ANSWERS]), _HOURS),
    revoked=st.sets(st.integers(1, 5)),
    facts=st.fixed_dictionaries(
        {"is_production": st.booleans(), "is_destroy": st.booleans(), "data_class": st.sampled_from(("", "restricted"))}
    ),
)
def test_a_decision_that_was_just_made_is_identical_whatever_is_recorded_later(
    names: list[str],
    made: set[str],
    changes: tuple[LevelChange, ...],
    excuses: tuple[Waiver, ...],
    seen: dict[str, int],
    revoked: set[int],
    facts: dict[str, Any],
) -> None:
    reading = a_reading(*names, made=frozenset(made))
    first_seen = {name: NOON + min(hours, 0) * HOUR for name, hours in seen.items()}
    # What is approved after the Decision is not there yet when it is made.
    decision = decided(
        reading,
        waivers=tuple(item for item in excuses if item.decided_at is not None and item.decided_at <= NOON),
        changes=changes,
        seen=first_seen,
        **facts,
    )
    later = tuple(
        structs.replace(item, state=WaiverState.REVOKED, expires_at=max(NOON + TICK, item.decided_at or NOON))
        if int(item.id[2:]) in revoked and item.is_in_force(NOON)
        else item
        for item in excuses
    )

    found = recompute(decision, reading, records(waivers=later, level_changes=changes))

    assert (found.status, found.gaps) == (RecomputedStatus.IDENTICAL, ())
    assert (found.same, found.not_recomputed) == (len(decision.rulings), 0)


def test_it_survives_being_stored() -> None:
    reading = a_reading("fail_1")
    change = a_started_level_change(is_new_only=True)
    decision = decided(reading, changes=(change,), seen={"aws_s3_bucket.fail_1": NOON - HOUR})
    stored = msgspec.convert(msgspec.json.decode(msgspec.json.encode(decision)), Decision)

    assert stored.basis is not None
    assert stored.basis.first_seen == {"aws_s3_bucket.fail_1": NOON - HOUR}
    assert recompute(stored, reading, records(level_changes=(change,))).status is RecomputedStatus.IDENTICAL


def test_the_digest_of_an_input_is_that_of_its_json_in_one_order() -> None:
    # Of these bytes, by another program: printf %s '{"a":[1,2.5],"b":"\u00fc"}' | sha256sum
    assert (
        document_digest({"b": "ü", "a": [1, 2.5]}) == "1dfa81a4afa63a41c1ee6c10fb1aba95a8efd7ae6dc1d9b193314e1281ba1fe8"
    )


def test_only_controls_that_something_in_the_plan_could_be_about_are_named() -> None:
    elsewhere = a_control(id="queues-closed", view="Queue", types=("aws_sqs_queue",))
    unset = a_control(id="unset", parameters=(a_parameter(value=None),))

    basis = decided(a_reading("pass_1"), controls=(*CONTROLS, elsewhere, unset)).basis

    assert basis is not None
    assert set(basis.controls) == {PUBLIC_ACCESS, OTHER}


def test_a_control_that_was_about_nothing_then_and_is_gone_now_is_not_missed() -> None:
    elsewhere = a_control(id="queues-closed", view="Queue", types=("aws_sqs_queue",))
    decision = decided(a_reading("pass_1"), controls=(*CONTROLS, elsewhere))

    assert recompute(decision, a_reading("pass_1"), records()).status is RecomputedStatus.IDENTICAL


def test_where_a_value_was_written_is_no_difference_and_what_it_is_belongs_to_the_version() -> None:
    def asking(version: str, **fields: Any) -> Control:
        return a_control(
            rule=lambda *_: RuleResult(Outcome.FAILED, "Logs are lost."),
            version=version * 32,
            parameters=(a_parameter(**fields),),
        )

    then = asking("aa", origin="controls.yaml:3")
    reading = a_reading("fail_1")
    decision = decided(reading, controls=(then,))
    assert decision.rulings[0].verdict.message == "Logs are lost. retention_days is 90 by controls.yaml:3."

    moved = recompute(decision, reading, records(controls=(asking("aa", origin="controls.yaml:9"),)))
    assert moved.status is RecomputedStatus.IDENTICAL

    asked: list[tuple[object, ...]] = []

    def find(*words: object) -> Control:
        asked.append(words)
        return then

    other = records(controls=(asking("bb", value=30),), find_earlier=find)
    assert recompute(decision, reading, other).status is RecomputedStatus.IDENTICAL
    assert asked == [(PUBLIC_ACCESS, "aa" * 32, {"retention_days": 90})]


def test_a_plan_that_nothing_was_said_of_is_identical_when_nothing_is_said_again() -> None:
    decision = decided(a_reading())

    found = recompute(decision, a_reading(), records())

    assert (found.status, found.rulings) == (RecomputedStatus.IDENTICAL, 0)


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"waivers": (an_approved_waiver(environment=PLACE, subject=""),)}, "W-1 was in force"),
        ({"level_changes": (a_started_level_change(level=Level.WARN),)}, "records of levels"),
        ({"controls": (CONTROLS[0], a_control(rule=lambda _: RuleResult(Outcome.PASSED)))}, "Plan and rule are the"),
    ],
)
def test_each_difference_says_why(fields: dict[str, Any], why: str) -> None:
    decision = decided(a_reading("fail_1"))

    found = recompute(decision, a_reading("fail_1"), records(**fields))

    assert found.status is RecomputedStatus.DIFFERENT
    assert [why in item.why for item in found.different] == [True]
    assert (found.same, found.not_recomputed) == (1, 0)


def test_a_ruling_that_there_was_not_is_a_difference_and_counted_with_no_ruling_of_the_decision() -> None:
    decision = decided(a_reading("fail_1"))
    cut = structs.replace(decision, rulings=decision.rulings[:1])

    found = recompute(cut, a_reading("fail_1"), records())

    assert [(item.then, item.control) for item in found.different] == [(None, PUBLIC_ACCESS)]
    assert (found.rulings, found.same, found.differing, found.not_recomputed) == (1, 1, 0, 0)


def test_a_decision_from_before_risk_was_weighed_says_so() -> None:
    decision = structs.replace(decided(a_reading("fail_1")), risk=None)

    found = recompute(decision, a_reading("fail_1"), records())

    assert [(item.part, item.then) for item in found.parts] == [("risk", "not weighed")]


def test_what_has_been_there_since_then_was_there_then_also_for_an_old_decision() -> None:
    change = a_started_level_change(is_new_only=True)
    subject = "aws_s3_bucket.fail_1"
    reading = a_reading("fail_1")
    old = structs.replace(decided(reading, changes=(change,), seen={subject: NOON - HOUR}), basis=None)
    today = structs.replace(TODAY, team="payments", data_class="internal", is_production=True)

    kept = recompute(old, reading, records(level_changes=(change,), sightings={subject: NOON - HOUR}, today=today))
    made_anew = recompute(old, reading, records(level_changes=(change,), sightings={subject: NOON + TICK}, today=today))

    assert [gap.code for gap in kept.gaps] == [GapCode.BASIS_MISSING]
    assert (kept.status, kept.same) == (RecomputedStatus.PARTIAL, 2)
    assert GapCode.SIGHTING_MISSING in [gap.code for gap in made_anew.gaps]
    assert (made_anew.same, made_anew.not_recomputed) == (1, 1)


def test_a_waiver_was_in_force_from_its_approval_until_right_before_its_end() -> None:
    waiver = an_approved_waiver(days=1, expires_at=NOON + 24 * HOUR)
    revoked = structs.replace(waiver, state=WaiverState.REVOKED, expires_at=NOON + HOUR)

    def then(item: Waiver, at: datetime) -> list[str]:
        return [found.id for found in in_force_then((item,), at)]

    assert then(waiver, NOON - TICK) == []
    assert then(waiver, NOON) == ["W-1"]
    assert then(waiver, NOON + 24 * HOUR - TICK) == ["W-1"]
    assert then(waiver, NOON + 24 * HOUR) == []
    assert then(revoked, NOON + HOUR - TICK) == ["W-1"]
    assert then(revoked, NOON + HOUR) == []
    assert [found.expires_at for found in in_force_then((revoked,), NOON)] == [NOON + 24 * HOUR]


def test_each_code_and_each_result_is_explained(root: Path) -> None:
    page = (root / "docs" / "reference" / "recomputed-decisions.md").read_text(encoding="utf-8")
    told = re.findall(r"^\| `([a-z-]+)` \|", page, flags=re.MULTILINE)

    assert told == [item.value for item in (*RecomputedStatus, *GapCode)]
    assert set(TOLD) == set(RecomputedStatus)
