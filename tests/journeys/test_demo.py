"""`pavior demo`, as a person types it."""

import json
import os
import subprocess
import sys
from pathlib import Path

PAVIOR = Path(sys.executable).parent / "pavior"


def _environment(folder: Path) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "HOME": str(folder), "TMPDIR": str(folder / "tmp"), "LANG": "C.UTF-8"}


def test_the_demo_walks_the_whole_road_and_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "tmp").mkdir()

    finished = subprocess.run(  # noqa: PLW1510 - the test reads the status
        [PAVIOR, "demo", "--json"],
        cwd=tmp_path,
        env=_environment(tmp_path),
        capture_output=True,
        text=True,
        timeout=240,
    )

    assert finished.returncode == 0, finished.stdout + finished.stderr
    receipt = json.loads(finished.stdout)
    assert receipt["is_done"]
    assert [step["step"] for step in receipt["steps"]] == [
        "A developer creates a service",
        "It is deployed to dev by itself",
        "A dangerous change is blocked",
        "Waived in dev, closed in prod, promoted",
        "Drift is found and reverted",
        "The waiver ends everywhere at once",
        "The audit log proves itself",
    ]
    assert all(step["is_done"] and step["seconds"] > 0 and step["link"] for step in receipt["steps"])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["tmp"]
    assert list((tmp_path / "tmp").iterdir()) == []


def test_a_walk_into_a_folder_that_is_not_empty_is_refused(tmp_path: Path) -> None:
    (tmp_path / "tmp").mkdir()
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "notes.txt").write_text("mine", encoding="utf-8")

    finished = subprocess.run(  # noqa: PLW1510 - the test reads the status
        [PAVIOR, "demo", "--folder", tmp_path / "kept"],
        env=_environment(tmp_path),
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert finished.returncode == 5
    assert finished.stderr.startswith("folder-not-empty: ")
    assert (tmp_path / "kept" / "notes.txt").read_text(encoding="utf-8") == "mine"
