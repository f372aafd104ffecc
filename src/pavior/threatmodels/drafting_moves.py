"""Which resources a source says that it renamed. Pure."""

import re
from collections.abc import Mapping

_ADDRESS = r"[A-Za-z_][\w.\[\]\"-]*"
_MOVED = re.compile(
    rf"^[ \t]*moved[ \t]*\{{\s*(?:from[ \t]*=[ \t]*(?P<old>{_ADDRESS})\s+to[ \t]*=[ \t]*(?P<new>{_ADDRESS})"
    rf"|to[ \t]*=[ \t]*(?P<new2>{_ADDRESS})\s+from[ \t]*=[ \t]*(?P<old2>{_ADDRESS}))\s*\}}",
    re.MULTILINE,
)


def find_moves(files: Mapping[str, bytes]) -> dict[str, str]:
    """New address to old, of the `moved` blocks of a stack; within a module they are relative to it.

    Args:
        files: Terraform by path.
    """
    found: dict[str, str] = {}
    for path in files:
        if not path.endswith((".tf", ".tofu")):
            continue
        text = files[path].decode("utf-8", "replace")
        for match in _MOVED.finditer(text) if "moved" in text else ():
            old, new = match["old"] or match["old2"], match["new"] or match["new2"]
            found[new] = old
    return found
