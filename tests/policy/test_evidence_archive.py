"""An archive is written in one way only, and whatever was written in another is refused before it is believed."""

import io
import json
import zipfile
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from pavior.kernel.errors import InvalidError
from pavior.policy import evidence_archive
from pavior.policy.envelopes import seal
from pavior.policy.evidence_archive import MANIFEST_FILE, SIGNATURE_FILE, canonical, read_archive, write_archive

KEY, OTHER = (Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32) for number in (1, 2))
FILES = {"rows.jsonl": b'{"a":1}\n', "table.csv": b"a\r\n1\r\n"}
GOOD = write_archive(FILES, {"format": "x"}, KEY)


def entries(content: bytes = GOOD) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(files: Mapping[str, bytes] | list[tuple[str, bytes]], method: int = zipfile.ZIP_STORED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, body in files.items() if isinstance(files, Mapping) else files:
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.create_system, entry.external_attr, entry.compress_type = 3, 0o100644 << 16, method
            archive.writestr(entry, body)
    return stream.getvalue()


def refused(content: bytes, key: Ed25519PrivateKey = KEY) -> InvalidError:
    with pytest.raises(InvalidError) as error:
        read_archive(content, key.public_key())
    return error.value


def test_what_was_written_is_read_and_is_the_same_each_time() -> None:
    manifest, files = read_archive(GOOD, KEY.public_key())

    assert files == FILES
    assert manifest["format"] == "x"
    assert write_archive(dict(reversed(FILES.items())), {"format": "x"}, KEY) == GOOD
    # The test's own way of packing gives the same bytes, so what it changes below is all that differs.
    assert packed(dict(sorted(entries().items()))) == GOOD


def _with(**changed: bytes | None) -> bytes:
    files = {**entries(), **{name.replace("__", "."): body for name, body in changed.items()}}
    return packed(dict(sorted((name, body) for name, body in files.items() if body is not None)))


@pytest.mark.parametrize(
    ("content", "code", "why"),
    [
        (_with(rows__jsonl=b'{"a":2}\n'), "evidence-altered", "rows.jsonl was changed"),
        (_with(rows__jsonl=None), "evidence-altered", "rows.jsonl is missing"),
        (_with(more__csv=b"x"), "evidence-altered", "more.csv is not one of its files"),
        (_with(manifest__json=None), "evidence-unreadable", "it has no manifest.json"),
        (_with(signature__json=None), "evidence-unreadable", "it has no signature.json"),
        (_with(manifest__json=b"{}"), "evidence-altered", "manifest.json is not what was signed"),
        (_with(signature__json=b"{}"), "evidence-unreadable", "no DSSE envelope"),
        (GOOD + b"more", "evidence-altered", "something stands between its files"),
        (b"before" + GOOD, "evidence-altered", "something stands between its files"),
        (GOOD[:-30], "evidence-unreadable", "no ZIP archive"),
        (GOOD[: len(GOOD) // 2], "evidence-unreadable", "no ZIP archive"),
        (b"", "evidence-unreadable", "no ZIP archive"),
        (b"%PDF-1.7", "evidence-unreadable", "no ZIP archive"),
        (packed({"../../etc/passwd": b"x"}), "evidence-unreadable", "no name of one of its files"),
        (packed({"/etc/cron.json": b"x"}), "evidence-unreadable", "no name of one of its files"),
        (packed({"a\\b.json": b"x"}), "evidence-unreadable", "no name of one of its files"),
        (packed({f"a{number}.csv": b"" for number in range(21)}), "evidence-unreadable", "more than 20 files"),
        (packed(entries(), zipfile.ZIP_DEFLATED), "evidence-unreadable", "compressed or encrypted"),
        # 10 MB of zeros in 10 KB: refused by its look, without being unpacked.
        (packed({"rows.jsonl": bytes(10_000_000)}, zipfile.ZIP_DEFLATED), "evidence-unreadable", "compressed"),
    ],
)
def test_a_hostile_archive_is_refused_with_a_stable_code(content: bytes, code: str, why: str) -> None:
    error = refused(content)

    assert error.code == code
    assert why in error.summary


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_files_of_one_name_are_refused() -> None:
    twice = [*entries().items(), ("rows.jsonl", b"other")]

    assert "two of its files have one name" in refused(packed(twice)).summary


def test_another_key_is_refused_and_so_is_an_archive_that_another_key_signed() -> None:
    assert refused(GOOD, OTHER).code == "evidence-forged"
    assert refused(write_archive(FILES, {"format": "x"}, OTHER)).code == "evidence-forged"


def test_a_comment_of_the_archive_is_refused() -> None:
    stream = io.BytesIO(GOOD)
    with zipfile.ZipFile(stream, "a") as archive:
        archive.comment = b"all requirements are met"

    assert refused(stream.getvalue()).code == "evidence-altered"


def test_a_size_that_lies_is_refused() -> None:
    # The size of the first file, in the directory at the end, says 4 GB.
    at = GOOD.index(b"PK\x01\x02")
    lying = GOOD[: at + 20] + b"\xff\xff\xff\x7f\xff\xff\xff\x7f" + GOOD[at + 28 :]

    assert refused(lying).code == "evidence-unreadable"


def test_any_byte_that_is_flipped_is_noticed() -> None:
    for place in range(0, len(GOOD), 7):
        refused(GOOD[:place] + bytes([GOOD[place] ^ 1]) + GOOD[place + 1 :])


def test_what_is_too_large_is_neither_written_nor_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evidence_archive, "MAXIMUM_BYTES", 100)

    assert refused(GOOD).code == "evidence-unreadable"
    with pytest.raises(InvalidError) as error:
        write_archive(FILES, {}, KEY)
    assert error.value.code == "evidence-too-large"


@pytest.mark.parametrize("change", [lambda _: [], lambda it: {**it, "files": 3}, lambda it: {**it, "files": {"a": {}}}])
def test_a_signed_manifest_of_another_form_is_refused(change: Callable[[Any], Any]) -> None:
    manifest = change(json.loads(entries()[MANIFEST_FILE]))
    told = canonical(manifest)
    signature = seal(evidence_archive.PAYLOAD_TYPE, told, KEY).encode()
    content = packed(dict(sorted({**FILES, MANIFEST_FILE: told, SIGNATURE_FILE: signature}.items())))

    assert refused(content).code == "evidence-unreadable"
