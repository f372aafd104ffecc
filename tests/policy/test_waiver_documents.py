"""What a signed document tells of waivers, and what is good of it where the clock is another one."""

from datetime import timedelta

from msgspec import structs

from pavior.kernel.verdicts import Outcome, Phase, Position, Verdict
from pavior.policy.waiver_documents import CLOCK_SKEW, SignedWaiver, find_signed, sign_waivers
from pavior.policy.waiver_model import WaiverState
from pavior.testing.builders import BUCKET, NOON, PUBLIC_ACCESS, a_waiver, an_approved_waiver

END = NOON + timedelta(days=7)
FAILED = Verdict(PUBLIC_ACCESS, BUCKET, Phase.CODE, Outcome.FAILED, position=Position("infra/legacy/main.tf", 3, 3))


def test_it_holds_what_is_in_force_by_number_and_neither_reasons_nor_people() -> None:
    waivers = (
        an_approved_waiver(id="W-10", subject="", path="infra/legacy/**", environment="orders/*"),
        a_waiver(id="W-2"),
        an_approved_waiver(id="W-3", state=WaiverState.REVOKED),
        an_approved_waiver(id="W-4", expires_at=NOON),
        an_approved_waiver(id="W-9"),
    )

    assert sign_waivers(waivers, NOON) == (
        SignedWaiver("W-9", PUBLIC_ACCESS, "orders/dev", BUCKET, "", END),
        SignedWaiver("W-10", PUBLIC_ACCESS, "orders/*", "", "infra/legacy/**", END),
    )


def test_it_excuses_what_the_waiver_does_until_five_minutes_before_its_end() -> None:
    waivers = sign_waivers((an_approved_waiver(path="infra/legacy/**"),), NOON)
    last = END - CLOCK_SKEW - timedelta(microseconds=1)

    assert timedelta(minutes=5) == CLOCK_SKEW
    assert find_signed(waivers, "orders/dev", last)(FAILED) == "W-1"
    assert waivers[0].is_in_force(last)
    assert find_signed(waivers, "orders/dev", END - CLOCK_SKEW)(FAILED) == ""
    assert not waivers[0].is_in_force(END - CLOCK_SKEW)
    assert find_signed(waivers, "orders/prod", last)(FAILED) == ""
    elsewhere = structs.replace(FAILED, position=Position("infra/main.tf", 3, 3))
    assert find_signed(waivers, "orders/dev", last)(elsewhere) == ""
    assert find_signed(waivers, "orders/dev", last)(structs.replace(FAILED, position=None)) == ""
