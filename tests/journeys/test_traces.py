"""A real server sends traces to a collector."""

import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from tests.journeys.terminal import Terminal

_WITHIN_SECONDS = 30.0


def test_a_page_that_was_asked_for_arrives_at_the_collector_with_its_statements(tmp_path: Path) -> None:
    spans: list[Span] = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
                assert {item.key: item.value.string_value for item in resource.resource.attributes}[
                    "service.name"
                ] == "pavior"
                for scope in resource.scope_spans:
                    spans.extend(scope.spans)
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Silence."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Collector) as collector:
        thread = threading.Thread(target=collector.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        endpoint = f"http://127.0.0.1:{collector.server_address[1]}"
        terminal = Terminal(tmp_path, {"PAVIOR_TRACES_ENDPOINT": endpoint})
        terminal.ok("user", "invite", "ada", "--role", "platform")
        made = terminal.read("token", "create", "ci", "--permission", "service:read", "--days", "2", by="ada")
        with terminal.up() as address:
            headers = {"Authorization": f"Bearer {made['secret']}"}
            assert httpx.get(f"{address}/api/v1/services", headers=headers, trust_env=False).status_code == 200
            ends_at = time.monotonic() + _WITHIN_SECONDS
            while not any(item.name == "GET /services" for item in spans) and time.monotonic() < ends_at:
                time.sleep(0.2)
        collector.shutdown()
        thread.join(10)

    [page] = [item for item in spans if item.name == "GET /services"]
    inside = [item for item in spans if item.trace_id == page.trace_id and item.name.startswith("SELECT")]
    assert inside
    assert made["secret"] not in str(spans)
