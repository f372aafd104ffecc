"""Controls, golden paths and threats as package data."""

from pathlib import Path

from pavior.content.loading import load_controls

GOLDEN_PATHS_FOLDER = Path(__file__).parent / "goldenpaths"
THREATS_FOLDER = Path(__file__).parent / "threats"

__all__ = ["GOLDEN_PATHS_FOLDER", "THREATS_FOLDER", "load_controls"]
