"""An edited golden path is compared with the installed one by what each control says of each resource, at its worst."""

from msgspec import structs

from pavior.kernel.verdicts import Outcome
from pavior.policy.model import Effect, Ruling
from pavior.policy.path_replaying import compare
from pavior.testing.builders import a_ruling, a_verdict

BLOCKED = a_ruling(effect=Effect.BLOCK)
PASSED = a_ruling(verdict=a_verdict(outcome=Outcome.PASSED, message=""), effect=Effect.PASS)
OVERRIDDEN = structs.replace(BLOCKED, effect=Effect.OVERRIDDEN)


def compared(before: tuple[Ruling, ...], after: tuple[Ruling, ...], *, is_whole: bool = True) -> tuple[bool, ...]:
    """Of each answer, whether it is newly stopped and whether it is let go."""
    found = compare("orders/prod", "payments", before, after, is_whole=is_whole)
    return tuple(answer for item in found for answer in (item.is_newly_stopped, item.is_let_go))


def test_what_would_be_gone_is_let_go() -> None:
    assert compared((BLOCKED,), ()) == (False, True)


def test_where_not_all_was_read_what_is_not_found_is_not_gone() -> None:
    assert compared((BLOCKED,), (), is_whole=False) == ()


def test_of_several_answers_about_one_resource_the_one_that_stops_most_counts_in_any_order() -> None:
    assert compared((PASSED,), (BLOCKED, PASSED)) == (True, False)
    assert compared((PASSED,), (PASSED, BLOCKED)) == (True, False)
    assert compared((PASSED, BLOCKED, OVERRIDDEN), (PASSED,)) == (False, True)
