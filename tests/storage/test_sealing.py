import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pavior.kernel.errors import UnavailableError
from pavior.storage.keys import create_keys, load_keys
from pavior.storage.sealing import Sealer

SEALER = Sealer(b"k" * 32)


@given(body=st.binary(max_size=200), owner=st.text(st.characters(codec="utf-8"), max_size=20))
def test_what_was_sealed_opens_again(body: bytes, owner: str) -> None:
    assert SEALER.open(SEALER.seal(body, associated=owner), associated=owner) == body


def test_a_secret_moved_to_another_row_does_not_open() -> None:
    sealed = SEALER.seal(b"secret", associated="state:orders/dev")

    with pytest.raises(UnavailableError, match="sealed-unreadable"):
        SEALER.open(sealed, associated="state:orders/prod")


@given(place=st.integers(0, 10_000), change=st.integers(1, 255))
def test_a_sealed_secret_that_was_changed_does_not_open(place: int, change: int) -> None:
    sealed = bytearray(SEALER.seal(b"secret", associated="row"))
    sealed[place % len(sealed)] ^= change

    with pytest.raises(UnavailableError, match="sealed-unreadable"):
        SEALER.open(bytes(sealed), associated="row")


@given(sealed=st.binary(max_size=60))
def test_what_was_never_sealed_does_not_open(sealed: bytes) -> None:
    with pytest.raises(UnavailableError, match="sealed-unreadable"):
        SEALER.open(sealed, associated="row")


def test_another_installations_key_does_not_open_it() -> None:
    sealed = SEALER.seal(b"secret", associated="row")

    with pytest.raises(UnavailableError, match="another key"):
        Sealer(b"x" * 32).open(sealed, associated="row")


def test_the_same_secret_is_never_sealed_the_same_way_twice() -> None:
    assert SEALER.seal(b"secret", associated="row") != SEALER.seal(b"secret", associated="row")


def test_fingerprints_are_equal_for_equal_values_under_one_key_only() -> None:
    assert SEALER.fingerprint({"a": 1, "b": 2}) == SEALER.fingerprint({"b": 2, "a": 1})
    assert SEALER.fingerprint("1") != SEALER.fingerprint(1)
    assert SEALER.fingerprint("secret") != Sealer(b"x" * 32).fingerprint("secret")


def test_keys_are_made_once_and_readable_for_their_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "keys"

    keys = create_keys(folder)

    assert create_keys(folder).sealing == load_keys(folder).sealing == keys.sealing
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_of_several_that_start_at_once_all_have_the_same_keys(tmp_path: Path) -> None:
    for attempt in range(20):
        folder, together = tmp_path / str(attempt), threading.Barrier(4)

        def make(folder: Path = folder, together: threading.Barrier = together) -> bytes:
            together.wait()
            keys = create_keys(folder)
            return keys.sealing + keys.signing.private_bytes_raw()

        with ThreadPoolExecutor(4) as threads:
            made = {started.result() for started in [threads.submit(make) for _ in range(4)]}

        assert len(made) == 1
        assert len(list(folder.iterdir())) == 3


def test_a_missing_key_is_not_replaced_by_a_new_one(tmp_path: Path) -> None:
    create_keys(tmp_path)
    (tmp_path / "sealing.key").unlink()

    with pytest.raises(UnavailableError, match="key-missing"):
        load_keys(tmp_path)


@pytest.mark.parametrize("name", ["sealing.key", "audit-signing.pem"])
@pytest.mark.parametrize("content", [b"", b"abcd", b"\xff\xfe"])
def test_a_key_that_is_none_is_told(tmp_path: Path, name: str, content: bytes) -> None:
    create_keys(tmp_path)
    (tmp_path / name).write_bytes(content)

    with pytest.raises(UnavailableError, match="key-unreadable"):
        load_keys(tmp_path)


def test_keys_do_not_show_themselves(tmp_path: Path) -> None:
    keys = create_keys(tmp_path)

    assert keys.sealing.hex() not in repr(keys)
    assert repr(keys.sealing) not in repr(keys)
