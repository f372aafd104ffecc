"""Makes answers safe in Markdown: what a person typed is shown as she typed it, and nothing of it is markup."""

import re

# CommonMark 0.31, section 2.4: each of these is a plain letter after a backslash. `#`, `+`, `-`, `=` and numbers are
# markup at the beginning of a line only.
_MARKUP = re.compile(r"[\\`*_\[\]<>|~&!#]")
_AT_THE_BEGINNING = re.compile(r"^(?:([-+=])|(\d{1,9})([.)]))")


def escape_markdown(text: str) -> str:
    """`text` for one line of Markdown."""
    escaped = _MARKUP.sub(r"\\\g<0>", " ".join(text.split()))
    return _AT_THE_BEGINNING.sub(_escape_beginning, escaped)


def _escape_beginning(match: re.Match[str]) -> str:
    return f"\\{match[1]}" if match[1] else f"{match[2]}\\{match[3]}"
