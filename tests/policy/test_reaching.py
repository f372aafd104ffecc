"""How far a waiver reaches, on both sides of each boundary."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pavior.policy.reaching import is_wide, matches_path, places_of, reaches, service_of
from pavior.resources.globs import compile_glob


@pytest.mark.parametrize(
    ("place", "environment", "is_reached"),
    [
        ("orders/dev", "orders/dev", True),
        ("orders/dev", "orders/prod", False),
        ("orders/dev", "orders/dev2", False),
        ("orders/*", "orders/prod", True),
        ("orders/*", "orders-old/prod", False),
        ("*", "anything/anywhere", True),
        ("", "orders/dev", False),
        ("*/dev", "orders/dev", False),
        ("orders/d*", "orders/dev", False),
    ],
)
def test_a_place_is_one_environment_a_service_or_everything_and_no_other_pattern(
    place: str,
    environment: str,
    is_reached: bool,  # noqa: FBT001 - from the table above
) -> None:
    assert reaches(place, environment) is is_reached
    assert (place in places_of(environment)) is is_reached


def test_more_than_one_environment_is_wide() -> None:
    assert [is_wide(place) for place in ("orders/dev", "orders/*", "*")] == [False, True, True]
    assert [service_of(place) for place in ("orders/dev", "orders/*", "*")] == ["orders", "orders", "*"]


@pytest.mark.parametrize(
    ("pattern", "path", "is_meant"),
    [
        ("infra/legacy/**", "infra/legacy/main.tf", True),
        ("infra/legacy/**", "infra/legacy/a/b.tf", True),
        ("infra/legacy/**", "infra/main.tf", False),
        ("infra/*.tf", "infra/main.tf", True),
        ("infra/*.tf", "infra/legacy/main.tf", False),
        ("infra/legacy", "infra/legacy/main.tf", True),
        ("main.tf", "infra/main.tf", True),
        ("**", "", False),
    ],
)
def test_files_are_meant_as_a_gitignore_means_them_and_an_unknown_one_never(
    pattern: str,
    path: str,
    is_meant: bool,  # noqa: FBT001 - from the table above
) -> None:
    assert matches_path(pattern, path) is is_meant


@given(pattern=st.text("ab/*?", min_size=1, max_size=8), path=st.text("ab/", min_size=1, max_size=8))
@example(pattern="a/b/", path="a/b")
@example(pattern="a/**/b", path="a/b")
@example(pattern="a?", path="b/ab")
def test_comparing_the_beginning_first_changes_no_answer(pattern: str, path: str) -> None:
    assert matches_path(pattern, path) is bool(compile_glob(pattern)(path))
