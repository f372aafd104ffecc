"""What a signed document tells of waivers, and what is good of it where the clock is another one."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec import structs

from pavior.kernel.verdicts import Outcome, Phase, Position, Verdict
from pavior.policy.waiver_documents import CLOCK_SKEW, find_in_part, read_waivers_part, waivers_part
from pavior.policy.waiver_model import WaiverState
from pavior.testing.builders import BUCKET, NOON, PUBLIC_ACCESS, a_waiver, an_approved_waiver

END = NOON + timedelta(days=7)
FAILED = Verdict(PUBLIC_ACCESS, BUCKET, Phase.CODE, Outcome.FAILED, position=Position("infra/legacy/main.tf", 3, 3))


def test_it_holds_what_is_in_force_and_neither_reasons_nor_people() -> None:
    waivers = (
        an_approved_waiver(path="infra/legacy/**"),
        a_waiver(id="W-2"),
        an_approved_waiver(id="W-3", state=WaiverState.REVOKED),
        an_approved_waiver(id="W-4", expires_at=NOON),
    )

    assert waivers_part(waivers, NOON) == [
        {
            "id": "W-1",
            "control": PUBLIC_ACCESS,
            "environment": "orders/dev",
            "subject": BUCKET,
            "path": "infra/legacy/**",
            "expiresAt": "2026-12-01T12:00:00.000000Z",
        }
    ]


def test_it_excuses_what_the_waiver_does_until_five_minutes_before_its_end() -> None:
    waivers = read_waivers_part(waivers_part((an_approved_waiver(path="infra/legacy/**"),), NOON))
    last = END - CLOCK_SKEW - timedelta(microseconds=1)

    assert timedelta(minutes=5) == CLOCK_SKEW
    assert find_in_part(waivers, "orders/dev", last)(FAILED) == "W-1"
    assert find_in_part(waivers, "orders/dev", END - CLOCK_SKEW)(FAILED) == ""
    assert find_in_part(waivers, "orders/prod", last)(FAILED) == ""
    elsewhere = structs.replace(FAILED, position=Position("infra/main.tf", 3, 3))
    assert find_in_part(waivers, "orders/dev", last)(elsewhere) == ""
    assert find_in_part(waivers, "orders/dev", last)(structs.replace(FAILED, position=None)) == ""


GOOD = waivers_part((an_approved_waiver(),), NOON)[0]


@pytest.mark.parametrize(
    "part",
    [None, {}, [None], [{}], [{**GOOD, "expiresAt": "soon"}], [{**GOOD, "subject": 7}], [GOOD, {**GOOD, "path": None}]],
)
def test_what_cannot_be_read_whole_excuses_nothing(part: Any) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read_waivers_part(part)
