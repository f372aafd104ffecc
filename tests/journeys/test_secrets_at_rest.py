"""A secret that is given as a run variable is found nowhere at rest."""

import gzip
import sqlite3
import subprocess
import zipfile
import zlib
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from tests.journeys.conftest import Road
from tests.journeys.searching import find_text

from pavior.adapters.clouds.aws import AwsClients
from pavior.environments.model import ChangeStatus

CANARY = "canary-Vq7Zx2-of-a-run-variable"
CONTROL = "control-Lm4Tw9-canary-that-is-planted"

_VARIABLE = """
variable "hint" {
  type      = string
  sensitive = true
}

resource "aws_cloudwatch_log_group" "hinted" {
  name              = "/hinted/${var.environment}"
  retention_in_days = 365
  tags              = merge(local.tags, { hint = var.hint })
}
"""


def _plant(folder: Path) -> set[str]:
    folder.mkdir()
    (folder / "plain.txt").write_text(f"x{CONTROL}y", encoding="utf-8")
    with zipfile.ZipFile(folder / "packed.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inner.txt", CONTROL)
    (folder / "packed.gz").write_bytes(b"head" + gzip.compress(CONTROL.encode()))
    (folder / "stream.bin").write_bytes(b"head" + zlib.compress(CONTROL.encode()) + b"tail")
    with closing(sqlite3.connect(folder / "rows.db")) as database, database:
        database.execute("CREATE TABLE t (body TEXT)")
        database.execute("INSERT INTO t VALUES (?)", (f"row {CONTROL}",))
    repository = folder / "repository"
    subprocess.run(["git", "init", "-q", repository], check=True, timeout=30)
    (folder / "blob").write_text(f"{CONTROL}\n", encoding="utf-8")
    hash_object: list[str | Path] = ["git", "-C", repository, "hash-object", "-w", folder / "blob"]
    written = subprocess.run(hash_object, check=True, timeout=30, capture_output=True, text=True).stdout.strip()
    (folder / "blob").unlink()
    names = {"plain.txt", "packed.zip", "packed.gz", "stream.bin", "rows.db"}
    return names | {f"repository/.git/objects/{written[:2]}/{written[2:]}"}


def test_a_secret_run_variable_is_found_nowhere_at_rest(road: Road, tmp_path: Path) -> None:
    stage = road.stage
    planted = _plant(road.home / "planted")
    road.create_service("hushed")
    clone = road.clone("hushed", tmp_path / "clone")
    (clone / "infra" / "hint.tf").write_text(_VARIABLE, encoding="utf-8")
    road.push(clone, "hint")

    change = stage.application.changes.open_change(
        stage.cast.developer, "hushed/dev", branch="hint", sensitive_variables={"hint": CANARY}
    )
    waiting = find_text(road.home, CANARY)
    ended = stage.wait_for_change(change.id)

    assert ended.status is ChangeStatus.VERIFIED, ended.status_detail
    # The golden path keeps its data in eu-central-1 unless it is told otherwise.
    target = replace(road.installation.platform.cloud.target("hushed/dev"), region="eu-central-1")
    tags = AwsClients(target).client("logs").list_tags_log_group(logGroupName="/hinted/dev")["tags"]
    assert tags["hint"] == CANARY  # It was really used.
    assert set(find_text(road.home / "planted", CONTROL)) == planted
    assert waiting == []
    assert find_text(road.home, CANARY) == []
    assert find_text(road.keys, CANARY) == []
    assert [line for line in road.told if CANARY in line] == []


def test_the_keys_lie_outside_the_data_folder(road: Road) -> None:
    held = [path.read_bytes() for path in road.keys.iterdir()]

    assert held
    assert not road.keys.is_relative_to(road.home)
    for key in held:
        assert find_text(road.home, key.decode().splitlines()[-2 if b"BEGIN" in key else 0]) == []
