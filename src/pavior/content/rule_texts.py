"""The texts of rules, for people who want to read what was asked."""

from pathlib import Path

from pavior.policy.model import Control


def read_rule(control: Control) -> str | None:
    """The file of its rule, as it is now; None when it cannot be read."""
    code = getattr(control.rule, "__code__", None)
    if code is None:
        return None
    try:
        return Path(code.co_filename).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None
