"""Finds a text in files the way somebody would who took the disk away: raw, packed, encoded, in database pages."""

import base64
import gzip
import io
import re
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

_ZLIB_HEADS = re.compile(rb"\x78[\x01\x5e\x9c\xda]")
_GZIP_HEAD = b"\x1f\x8b\x08"
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{24,}={0,2}")
_DEEPEST = 4
_LARGEST_BYTES = 64 * 1024 * 1024


def find_text(folder: Path, text: str) -> list[str]:
    """Names of the files below `folder` that hold `text` in any of these forms."""
    return sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and not path.is_symlink() and _holds(path.read_bytes(), text.encode(), _DEEPEST)
    )


def _holds(body: bytes, wanted: bytes, deep: int) -> bool:
    if wanted in body or wanted.decode().encode("utf-16-le") in body:
        return True
    return deep > 0 and any(_holds(inner, wanted, deep - 1) for inner in _unpacked(body))


def _unpacked(body: bytes) -> Iterator[bytes]:
    if body.startswith(b"PK"):
        try:
            with zipfile.ZipFile(io.BytesIO(body)) as archive:
                for name in archive.namelist():
                    yield archive.read(name)
        except zipfile.BadZipFile:
            pass
    if len(body) > 512 and body[257:262] == b"ustar":
        with tarfile.open(fileobj=io.BytesIO(body)) as archive_:
            for member in archive_.getmembers():
                file = archive_.extractfile(member)
                if file is not None:
                    yield file.read()
    yield from _inflated(body)
    for match in _BASE64.finditer(body):
        word = match[0].translate(bytes.maketrans(b"-_", b"+/"))
        try:
            yield base64.b64decode(word[: len(word) // 4 * 4])
        except ValueError:
            continue


def _inflated(body: bytes) -> Iterator[bytes]:
    for match in re.finditer(re.escape(_GZIP_HEAD), body):
        try:
            yield gzip.GzipFile(fileobj=io.BytesIO(body[match.start() :])).read(_LARGEST_BYTES)
        except (OSError, EOFError, zlib.error):
            continue
    # Git packs and many others hold zlib streams one after another, so each possible beginning is tried.
    for match in _ZLIB_HEADS.finditer(body):
        try:
            yield zlib.decompressobj().decompress(body[match.start() :], _LARGEST_BYTES)
        except zlib.error:
            continue
