"""The audit log: who did what."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from typing import IO

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from pavior.api.calling import Caller, Filter, Paging, verb
from pavior.api.schemas.form import PageOf
from pavior.api.schemas.records import RecordedEventShown, VerificationShown
from pavior.identity.model import Permission

router = APIRouter(tags=["audit"], prefix="/audit")

JSON_LINES = "application/x-ndjson"
_IN_MEMORY_BYTES = 1024 * 1024
_CHUNK_BYTES = 64 * 1024


@verb(router, "GET", "/events", permission=Permission.AUDIT_READ, shows=PageOf[RecordedEventShown])
def list_events(call: Caller, page: Paging, service: Filter = "") -> PageOf[RecordedEventShown]:
    """Newest first."""
    found = call.application.audit.list_events(call.actor, page, service=service)
    return PageOf[RecordedEventShown].of(found, RecordedEventShown)


@verb(router, "GET", "/verification", permission=Permission.AUDIT_VERIFY, shows=VerificationShown)
def verify_log(call: Caller) -> VerificationShown:
    """Walk the whole chain and its signed heads; says which row is wrong."""
    return VerificationShown.of(call.application.audit.verify(call.actor))


@verb(router, "GET", "/export", permission=Permission.AUDIT_READ, shows=None, media_types=(JSON_LINES,))
def export_log(call: Caller) -> StreamingResponse:
    """The whole log as JSON lines, oldest first, then its signed head; a line for each row."""
    # Written down first: a slow reader must not hold the database open, and half an export is none.
    with ExitStack() as closing:
        file = closing.enter_context(tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY_BYTES))
        for line in call.application.audit.export(call.actor):
            file.write(line.rstrip("\n").encode() + b"\n")
        file.seek(0)
        closing.pop_all()
    return StreamingResponse(_chunks(file), media_type=JSON_LINES)


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while chunk := file.read(_CHUNK_BYTES):
            yield chunk
