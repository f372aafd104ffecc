"""The HTTP surface: health, and records by id.

    GET /healthz             200 while the process answers
    GET /v1/records/{id}     200 with the record, or 404
    PUT /v1/records/{id}     204; the body is a JSON object of at most 64 KiB
"""

import json
import re
import time
import traceback
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from app.records import Records

MAXIMUM_BODY_BYTES = 64 * 1024
IDLE_SECONDS = 30
_RECORD_PATH = re.compile(r"^/v1/records/([A-Za-z0-9_-]{1,64})$")


class Refused(Exception):
    """A request that cannot be answered as it is. Carries the HTTP status and what to do."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class RecordsServer(ThreadingHTTPServer):
    """Serves one store of records."""

    daemon_threads = False

    def __init__(self, address: tuple[str, int], records: Records) -> None:
        super().__init__(address, Handler)
        self.records = records


def make_server(host: str, port: int, records: Records) -> RecordsServer:
    """A server that is bound and not yet serving. Port 0 lets the system choose."""
    return RecordsServer((host, port), records)


class Handler(BaseHTTPRequestHandler):
    """Answers one connection."""

    server: RecordsServer
    timeout = IDLE_SECONDS
    server_version = "service"
    sys_version = ""

    def do_GET(self) -> None:
        """Health and reading."""
        self._answer(self._read)

    def do_PUT(self) -> None:
        """Writing."""
        self._answer(self._write)

    def _read(self) -> tuple[int, Any]:
        if self.path == "/healthz":
            return 200, {"status": "ok"}
        record = self.server.records.find(self._record_id())
        if record is None:
            raise Refused(404, "There is no such record.")
        return 200, record

    def _write(self) -> tuple[int, Any]:
        record_id = self._record_id()
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal():
            raise Refused(411, "Send a Content-Length.")
        if int(length) > MAXIMUM_BODY_BYTES:
            raise Refused(413, f"Send at most {MAXIMUM_BODY_BYTES} bytes.")
        try:
            record = json.loads(self.rfile.read(int(length)), parse_constant=_refuse_constant)
        except (ValueError, RecursionError):
            raise Refused(400, "The body is not JSON.") from None
        if not isinstance(record, dict):
            raise Refused(400, "The body is not a JSON object.")
        self.server.records.put(record_id, record)
        return 204, None

    def _record_id(self) -> str:
        match = _RECORD_PATH.match(self.path)
        if match is None:
            raise Refused(404, "There is no such page.")
        return match[1]

    def _answer(self, work: Any) -> None:
        started = time.monotonic()
        try:
            status, body = work()
        except Refused as refused:
            status, body = refused.status, {"error": str(refused)}
            # What is left of the body would be read as the next request.
            self.close_connection = True
        except (ConnectionError, TimeoutError):
            # Nobody is there any more to be answered.
            raise
        except Exception:
            traceback.print_exc()
            status, body = 500, {"error": "Something went wrong here; the log says what."}
            self.close_connection = True
        payload = b"" if body is None else json.dumps(body).encode()
        self.send_response(status)
        if body is not None:
            self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(payload)))
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()
        self.wfile.write(payload)
        self._log(status, time.monotonic() - started)

    def _log(self, status: int, seconds: float) -> None:
        # One JSON object a line: the objectives in objectives.yaml are computed from these fields.
        route = "/v1/records/{id}" if _RECORD_PATH.match(self.path) else self.path[:80]
        line = {"route": route, "method": self.command, "status": status, "seconds": round(seconds, 6)}
        print(json.dumps(line), flush=True)

    def log_message(self, format: str, *args: Any) -> None:
        """Said in `_log` instead."""


def _refuse_constant(name: str) -> None:
    # Python would read NaN and Infinity, which JSON does not have.
    raise ValueError(name)
