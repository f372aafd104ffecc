"""What must hold of the content before it is packed; it runs with every build, also of an editable install."""

import tomllib
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_CONTENT = Path("src", "pavior", "content")


class ContentHook(BuildHookInterface[Any]):
    """Ends the build when a threat of the library names a control that does not exist: nothing could ever stop it."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatchling before it packs anything."""
        problems = idle_threats(Path(self.root))
        if problems:
            raise SystemExit("\n".join(problems))


def idle_threats(root: Path) -> list[str]:
    """What is wrong with each threat that names a control without a folder; loading the library checks the rest.

    Args:
        root: Absolute path of the checkout.
    """
    return [
        f"threat-invalid: {file.relative_to(root)} cannot be used: there is no control {control}.\n"
        "  fix: Correct the name, or add the control; docs/guides/add-a-threat.md."
        for file in sorted((root / _CONTENT / "threats").glob("*/threat.toml"))
        for control in tomllib.loads(file.read_text(encoding="utf-8")).get("controls", ())
        if not (root / _CONTENT / "controls" / control.replace("-", "_") / "control.toml").is_file()
    ]
