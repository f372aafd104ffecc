from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pavior.kernel.errors import InvalidError
from pavior.kernel.verdicts import Outcome, Phase, Position, Severity, Verdict
from pavior.policy.waiver_model import Waiver, WaiverState
from pavior.policy.waivers import LONGEST_DAYS, check_request, days_to_announce, expiry, find_in_force, longest
from pavior.testing.builders import NOON, a_control, an_approved_waiver

# CISA BOD 19-02: critical 15, high 30. FedRAMP continuous monitoring: moderate 90, low 180. Info: ours, a year.
CAPS = [
    (Severity.CRITICAL, 15),
    (Severity.HIGH, 30),
    (Severity.MEDIUM, 90),
    (Severity.LOW, 180),
    (Severity.INFO, 365),
]


@pytest.mark.parametrize(("severity", "longest"), CAPS)
def test_a_waiver_may_last_as_long_as_its_severity_allows_and_no_day_longer(severity: Severity, longest: int) -> None:
    control = a_control(severity=severity)

    check_request(control, reason="The CDN comes next week.", days=1)
    check_request(control, reason="The CDN comes next week.", days=longest)
    with pytest.raises(InvalidError) as refused:
        check_request(control, reason="The CDN comes next week.", days=longest + 1)

    assert refused.value.code == "waiver-too-long"
    assert f"at most {longest} days" in refused.value.fix


def test_every_severity_has_a_cap_and_a_worse_one_never_a_longer() -> None:
    assert set(LONGEST_DAYS) == set(Severity)
    by_rank = [LONGEST_DAYS[severity] for severity in sorted(Severity, key=lambda item: item.rank)]
    assert by_rank == sorted(by_rank, reverse=True)


@pytest.mark.parametrize("days", [0, -1])
def test_a_waiver_lasts_at_least_a_day(days: int) -> None:
    with pytest.raises(InvalidError) as refused:
        check_request(a_control(), reason="The CDN comes next week.", days=days)

    assert refused.value.code == "waiver-days-invalid"


@pytest.mark.parametrize("reason", ["", "  \n", "...", "-"])
def test_a_reason_has_at_least_a_word(reason: str) -> None:
    with pytest.raises(InvalidError) as refused:
        check_request(a_control(), reason=reason, days=1)

    assert refused.value.code == "waiver-reason-missing"


def test_the_end_is_too_late_by_itself() -> None:
    end = expiry(NOON, 7)
    waiver = an_approved_waiver(expires_at=end)

    assert end == NOON + timedelta(hours=7 * 24)
    assert waiver.covers(waiver.control, waiver.environment, waiver.subject, end - timedelta(microseconds=1))
    assert not waiver.covers(waiver.control, waiver.environment, waiver.subject, end)


@pytest.mark.parametrize(
    ("left", "days", "announced", "expected"),
    [
        (timedelta(days=30, seconds=1), 90, None, None),
        (timedelta(days=30), 90, None, 30),
        (timedelta(days=30), 90, 30, None),
        (timedelta(days=30), 30, None, None),
        (timedelta(days=8), 90, 30, None),
        (timedelta(days=7), 90, 30, 7),
        (timedelta(hours=2), 90, 30, 1),
        (timedelta(hours=2), 1, None, None),
        (timedelta(), 90, 7, None),
    ],
)
def test_an_end_is_announced_thirty_seven_and_one_days_before(
    left: timedelta, days: int, announced: int | None, expected: int | None
) -> None:
    waiver = an_approved_waiver(days=days, expires_at=NOON + left, announced_days=announced)

    assert days_to_announce(waiver, NOON) == expected


_WAIVERS = st.builds(
    an_approved_waiver,
    id=st.sampled_from(["W-1", "W-2", "W-10"]),
    control=st.sampled_from(["a", "b"]),
    environment=st.sampled_from(["orders/dev", "orders/*", "*", "orders/prod"]),
    subject=st.sampled_from(["", "x", "y"]),
    path=st.sampled_from(["", "infra/**", "main.tf"]),
    state=st.sampled_from(WaiverState),
    expires_at=st.sampled_from([NOON, NOON + timedelta(days=1), NOON + timedelta(days=2)]),
)
_VERDICTS = st.builds(
    Verdict,
    control=st.sampled_from(["a", "b", "c"]),
    subject=st.sampled_from(["x", "y", "z", ""]),
    phase=st.just(Phase.PLAN),
    outcome=st.just(Outcome.FAILED),
    position=st.sampled_from([None, Position("infra/main.tf", 1, 1), Position("other.tf", 1, 1)]),
)


@given(waivers=st.lists(_WAIVERS, max_size=6), verdicts=st.lists(_VERDICTS, min_size=1, max_size=4))
def test_however_many_there_are_the_one_that_counts_is_the_longest_of_all(
    waivers: list[Waiver], verdicts: list[Verdict]
) -> None:
    path_of = {"x": "infra/x.tf"}.get
    find = find_in_force(waivers, "orders/dev", NOON, path_of=lambda subject: path_of(subject) or "")

    for verdict in verdicts:
        best = longest(waivers, verdict, "orders/dev", NOON, lambda subject: path_of(subject) or "")
        assert find(verdict) == (best.id if best else "")
