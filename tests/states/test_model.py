"""What a state and a lock are, and what is none: it comes from programs, and from whoever pretends to be one."""

import json

import pytest

from pavior.kernel.errors import ConflictError, InvalidError, MissingError
from pavior.states.model import (
    MAXIMUM_STATE_BYTES,
    read_lock,
    read_state,
    require_place,
    require_successor,
    succeeding,
)


def a_state(serial: int = 1, lineage: str = "lineage-1") -> bytes:
    return json.dumps({"version": 4, "serial": serial, "lineage": lineage, "resources": []}).encode()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'{"version": 3, "serial": 1, "lineage": "a"}',
        b'{"version": 4, "serial": true, "lineage": "a"}',
        b'{"version": 4, "serial": -1, "lineage": "a"}',
        b'{"version": 4, "serial": 99999999999999999999, "lineage": "a"}',
        b'{"version": 4, "serial": 1, "lineage": ""}',
        b'{"version": 4, "serial": 1}',
        b'{"version": 4, "serial": 1, "lineage": "\\ud800"}',
        b'{"version": 4, "serial": 1, "lineage": "\\u0000"}',
        b'{"version": 4, "serial": 1, "lineage": "a b"}',
        b"[" * 100_000,
        b"\xff",
        b" " * (MAXIMUM_STATE_BYTES + 1),
        a_state().decode().encode("utf-16"),
    ],
    ids=range(16),
)
def test_what_is_no_state_is_refused(body: bytes) -> None:
    with pytest.raises(InvalidError) as raised:
        read_state(body)

    assert raised.value.code == "state-invalid"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b'{"ID": ""}',
        b'{"ID": "\\ud800"}',
        b'{"ID": "a\\u0000"}',
        b'{"ID": 7}',
        b"\xff",
        b"[" * 100_000,
    ],
    ids=range(9),
)
def test_what_describes_no_lock_is_refused(body: bytes) -> None:
    with pytest.raises(InvalidError) as raised:
        read_lock(body)

    assert raised.value.code == "state-lock-invalid"


@pytest.mark.parametrize(
    "name", ["orders", "orders/", "orders/dev/more", "", "/", "orders/\0", "orders/De v", "a/\ud800"]
)
def test_what_is_no_service_and_stage_is_no_place(name: str) -> None:
    with pytest.raises(MissingError) as raised:
        require_place(name)

    assert raised.value.code == "state-missing"


def test_two_states_are_the_same_by_what_they_say() -> None:
    other_spaces = json.dumps(json.loads(a_state()), indent=4, sort_keys=True).encode()

    assert read_state(a_state()).digest == read_state(other_spaces).digest
    assert read_state(a_state()).digest != read_state(a_state(2)).digest


def test_only_the_same_lineage_with_a_higher_serial_comes_next() -> None:
    require_successor("orders/prod", read_state(a_state(6)), 5, "lineage-1")

    for serial, lineage, code in ((5, "lineage-1", "state-older"), (9, "lineage-2", "state-lineage-differs")):
        with pytest.raises(ConflictError) as raised:
            require_successor("orders/prod", read_state(a_state(serial, lineage)), 5, "lineage-1")
        assert raised.value.code == code


def test_an_older_state_gets_a_higher_serial_and_says_the_same_else() -> None:
    now = succeeding(read_state(a_state(2)), 9)

    assert json.loads(now.body) == {**json.loads(a_state(2)), "serial": 9}
    assert (now.serial, now.lineage) == (9, "lineage-1")


@pytest.mark.parametrize("name", ["orders/prod", "My_service.api/Prod-1", f"{'a' * 63}/{'b' * 63}"])
def test_a_place_may_have_any_name_that_the_catalog_takes(name: str) -> None:
    assert "/".join(require_place(name)) == name
