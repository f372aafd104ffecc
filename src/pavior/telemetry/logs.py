"""What Pavior writes while it runs: lines of text or JSON, masked."""

import json
import logging
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import TextIO

_fields: ContextVar[Mapping[str, str] | None] = ContextVar("pavior_log_fields", default=None)


@contextmanager
def logging_with(**fields: str) -> Iterator[None]:
    """Every line logged inside, in this thread or task, carries these fields, such as `run` or `actor`."""
    token = _fields.set({**(_fields.get() or {}), **fields})
    try:
        yield
    finally:
        _fields.reset(token)


def set_up_logging(
    *, form: str, mask: Callable[[str], str], stream: TextIO | None = None, level: int = logging.INFO
) -> None:
    """Send the log of the whole process to `stream`, masked; standard error when none is given.

    Args:
        form: `json`, one document a line, or `text`.
        mask: Takes secrets out of a text, see `storage.masking`.
        stream: Open text stream.
        level: The lowest that is written, such as `logging.INFO`. Libraries speak from warnings on.
    """
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(MaskingFormatter(is_json=form == "json", mask=mask))
    logging.basicConfig(level=max(level, logging.WARNING), handlers=[handler], force=True)
    logging.getLogger("pavior").setLevel(level)


class MaskingFormatter(logging.Formatter):
    """Writes records, traces included, without secrets."""

    def __init__(self, *, is_json: bool, mask: Callable[[str], str]) -> None:
        super().__init__()
        self._is_json = is_json
        self._mask = mask

    def format(self, record: logging.LogRecord) -> str:
        """One record as one line of JSON, or as text with its trace below."""
        at = datetime.fromtimestamp(record.created, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        message = self._mask(record.getMessage())
        trace = self._mask(self.formatException(record.exc_info)) if record.exc_info else ""
        fields = {name: self._mask(value) for name, value in (_fields.get() or {}).items()}
        if self._is_json:
            document = {"at": at, "level": record.levelname.lower(), "logger": record.name, "message": message}
            return json.dumps({**fields, **document, **({"trace": trace} if trace else {})})
        told = "".join(f" {name}={value}" for name, value in fields.items())
        return f"{at} {record.levelname:<7} {record.name}: {message}{told}" + (f"\n{trace}" if trace else "")
