from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from pavior.resources.matching import unmatched
from pavior.resources.model import Unknown

ANY = Unknown()


def is_same(left: object, right: object) -> bool:
    return isinstance(left, Unknown) or isinstance(right, Unknown) or left == right


def test_what_is_on_one_side_alone_is_left_over() -> None:
    assert unmatched(["a", "b", "c"], ["c", "d", "a"], is_same) == ((1,), (1,))
    assert unmatched([], ["a"], is_same) == ((), (0,))
    assert unmatched(["a"], [], is_same) == ((0,), ())


def test_each_element_is_paired_once() -> None:
    assert unmatched(["a", "a"], ["a"], is_same) == ((1,), ())


def test_an_unknown_takes_what_nothing_else_needs() -> None:
    assert unmatched([ANY, "a"], ["a", "b"], is_same) == ((), ())
    assert unmatched(["a", "b"], [ANY, "b"], is_same) == ((), ())


def test_one_that_was_placed_moves_when_that_helps() -> None:
    # 1 fits x and y, 2 only x, 3 only y and z: whoever comes first must give way.
    fits = {(1, "x"), (1, "y"), (2, "x"), (3, "y"), (3, "z")}

    for order in permutations([1, 2, 3]):
        assert unmatched(order, ["x", "y", "z"], lambda item, other: (item, other) in fits) == ((), ())


def test_a_thousand_unknowns_and_ten_thousand_twins_are_paired() -> None:
    assert unmatched([ANY] * 1000, [ANY] * 1000, is_same) == ((), ())
    numbers = list(range(10_000))
    assert unmatched(numbers, numbers[::-1], is_same) == ((), ())


ITEMS = st.lists(st.sampled_from([ANY, 1, 2, 3]), max_size=5)


@given(ITEMS, ITEMS)
def test_no_other_pairing_leaves_less_over(left: list[object], right: list[object]) -> None:
    over, lacking = unmatched(left, right, is_same)

    shorter, longer = sorted((left, right), key=len)
    best = max(sum(map(is_same, shorter, order)) for order in permutations(longer))
    assert len(left) - len(over) == len(right) - len(lacking) == best
