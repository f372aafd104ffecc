"""A file is written whole or not at all."""

import os
from pathlib import Path

import pytest

from pavior.cli.checking.replacing import replace_file
from pavior.kernel.errors import UnavailableError


def test_the_mode_and_a_link_are_kept(tmp_path: Path) -> None:
    file, link = tmp_path / "file", tmp_path / "link"
    file.write_text("old", encoding="utf-8")
    file.chmod(0o640)
    link.symlink_to("file")

    replace_file(link, b"new")

    assert link.is_symlink()
    assert file.read_bytes() == b"new"
    assert file.stat().st_mode & 0o777 == 0o640
    assert sorted(item.name for item in tmp_path.iterdir()) == ["file", "link"]


def test_a_failure_leaves_the_old_file_and_nothing_beside_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "file"
    file.write_text("old", encoding="utf-8")

    def refuse(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(UnavailableError) as raised:
        replace_file(file, b"new")

    assert raised.value.code == "storage-full"
    assert file.read_bytes() == b"old"
    assert [item.name for item in tmp_path.iterdir()] == ["file"]
