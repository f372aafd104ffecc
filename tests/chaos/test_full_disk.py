"""A disk without room: what is asked meanwhile is refused and leaves nothing, what is under way waits and goes on."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).with_name("full_disk.py")
# A user namespace, so that a disk can be mounted without being root; some machines do not allow one.
NAMESPACE = ["unshare", "--user", "--map-root-user", "--mount"]


def why_no_disk(folder: Path) -> str:
    """Why none can be mounted here; empty when one can."""
    try:
        tried = subprocess.run(
            [*NAMESPACE, "mount", "-t", "tmpfs", "-o", "size=1m", "none", str(folder)],
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
    except FileNotFoundError:
        return "there is no unshare (Debian: util-linux)"
    return "" if tried.returncode == 0 else f"no disk can be mounted in a user namespace: {tried.stderr.strip()}"


@pytest.mark.slow
def test_on_a_full_disk_new_work_is_refused_and_work_under_way_waits_for_room(tmp_path: Path) -> None:
    disk, outside = tmp_path / "disk", tmp_path / "outside"
    disk.mkdir()
    outside.mkdir()
    if why := why_no_disk(disk):
        pytest.skip(why)

    finished = subprocess.run(
        [*NAMESPACE, sys.executable, str(SCRIPT), str(disk), str(outside)],
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )

    assert finished.returncode == 0, finished.stderr
    assert "pauses: storage-full" in finished.stderr
    assert json.loads(finished.stdout) == {
        "refused": "storage-full",
        "unwell": ["disk"],
        "changes after refusal": 1,
        "apply was over before": False,
        "apply was over while full": False,
        "apply": "succeeded",
        "error": "",
        "change": "verified",
        "audit intact": True,
    }
