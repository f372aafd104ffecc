"""A package whose threat library names a control that does not exist is not built."""

import shutil
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

THREAT = 'id = "doors-open"\ncontrols = ["doors-closed"]\n'


@pytest.fixture
def checkout(root: Path, tmp_path: Path) -> Path:
    """What a build needs, with one threat and the control that stops it."""
    for name in ("pyproject.toml", "hatch_build.py", "README.md", "LICENSE"):
        shutil.copy(root / name, tmp_path)
    content = tmp_path / "src" / "pavior" / "content"
    for folder, file, text in (
        ("threats/doors_open", "threat.toml", THREAT),
        ("controls/doors_closed", "control.toml", ""),
    ):
        (content / folder).mkdir(parents=True)
        (content / folder / file).write_text(text, encoding="utf-8")
    (tmp_path / "src" / "pavior" / "__init__.py").touch()
    return tmp_path


def _build(checkout: Path, version: str) -> list[str]:
    return list(WheelBuilder(str(checkout)).build(directory=str(checkout / "dist"), versions=[version]))


@pytest.mark.parametrize("version", ["standard", "editable"])
def test_a_package_whose_threats_name_controls_that_exist_is_built(checkout: Path, version: str) -> None:
    (wheel,) = _build(checkout, version)

    assert Path(wheel).is_file()


@pytest.mark.parametrize("version", ["standard", "editable"])
def test_a_threat_that_names_a_control_that_does_not_exist_ends_the_build(checkout: Path, version: str) -> None:
    shutil.rmtree(checkout / "src" / "pavior" / "content" / "controls" / "doors_closed")

    with pytest.raises(SystemExit, match=r"threat-invalid: .*doors_open/threat\.toml .* no control doors-closed\."):
        _build(checkout, version)

    assert list(checkout.glob("dist/*.whl")) == []
