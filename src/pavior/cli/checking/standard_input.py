"""What comes on standard input: a plan, a state, or manifests, told apart by their content."""

import sys
from pathlib import Path

from pavior.kernel.errors import InvalidError

STANDARD_INPUT = "-"
# As much as a plan may have; manifests have less, which their reader says.
_MAXIMUM_BYTES = 256 * 1024 * 1024


def read_standard_input() -> tuple[Path, bytes]:
    """A name for it, of the form that its content has, and the content.

    Raises:
        InvalidError: `check-unreadable` for nothing, or too much.
    """
    content = sys.stdin.buffer.read(_MAXIMUM_BYTES + 1)
    if not content.strip():
        raise InvalidError(
            "check-unreadable",
            "There is nothing on standard input.",
            fix="Pipe a plan, a state or manifests in: terraform show -json PLANFILE | pavior check -.",
        )
    if len(content) > _MAXIMUM_BYTES:
        raise InvalidError(
            "check-unreadable",
            f"There are more than {_MAXIMUM_BYTES} bytes on standard input.",
            fix="Give less at once.",
        )
    return Path("stdin.json" if _is_json(content) else "stdin.yaml"), content


def _is_json(content: bytes) -> bool:
    # PowerShell writes UTF-16, and that is a plan too.
    return content.startswith((b"\xff\xfe", b"\xfe\xff")) or content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[")
