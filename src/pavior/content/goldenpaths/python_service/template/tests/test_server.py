"""Run with `python -m unittest`: nothing needs to be installed."""

import contextlib
import io
import json
import threading
import unittest
from http.client import HTTPConnection, HTTPResponse

from app.records import MemoryRecords, TableRecords
from app.server import MAXIMUM_BODY_BYTES, make_server


class ServerTest(unittest.TestCase):
    def setUp(self) -> None:
        self.log = io.StringIO()
        self.enterContext(contextlib.redirect_stdout(self.log))
        self.server = make_server("127.0.0.1", 0, MemoryRecords())
        thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        self.addCleanup(thread.join)
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)

    def ask(self, method: str, path: str, body: bytes | None = None) -> tuple[int, bytes]:
        connection = HTTPConnection("127.0.0.1", self.server.server_address[1], timeout=5)
        with contextlib.closing(connection):
            connection.request(method, path, body)
            response: HTTPResponse = connection.getresponse()
            return response.status, response.read()

    def test_it_says_that_it_is_well(self) -> None:
        self.assertEqual(self.ask("GET", "/healthz"), (200, b'{"status": "ok"}'))

    def test_a_record_that_was_put_is_given_back(self) -> None:
        self.assertEqual(self.ask("PUT", "/v1/records/a-1", b'{"amount": 3}'), (204, b""))
        self.assertEqual(self.ask("GET", "/v1/records/a-1"), (200, b'{"amount": 3}'))

    def test_what_is_not_there_is_missing(self) -> None:
        self.assertEqual(self.ask("GET", "/v1/records/a-2")[0], 404)
        self.assertEqual(self.ask("GET", "/v1/records/../secret")[0], 404)
        self.assertEqual(self.ask("GET", "/")[0], 404)

    def test_a_body_that_is_no_object_is_refused(self) -> None:
        self.assertEqual(self.ask("PUT", "/v1/records/a-1", b"[1]")[0], 400)
        self.assertEqual(self.ask("PUT", "/v1/records/a-1", b"{")[0], 400)
        self.assertEqual(self.ask("PUT", "/v1/records/a-1", b'{"a": NaN}')[0], 400)
        self.assertEqual(self.ask("PUT", "/v1/records/a-1", b"[" * 60_000)[0], 400)

    def test_a_body_that_is_too_large_is_refused_before_it_is_read(self) -> None:
        connection = HTTPConnection("127.0.0.1", self.server.server_address[1], timeout=5)
        with contextlib.closing(connection):
            connection.putrequest("PUT", "/v1/records/a-1")
            connection.putheader("Content-Length", str(MAXIMUM_BODY_BYTES + 1))
            connection.endheaders()
            self.assertEqual(connection.getresponse().status, 413)

    def test_a_failure_of_ours_is_answered_and_logged(self) -> None:
        self.server.records = BrokenRecords()
        errors = io.StringIO()
        with contextlib.redirect_stderr(errors):
            status, body = self.ask("GET", "/v1/records/a-1")
        self.assertEqual(status, 500)
        self.assertNotIn(b"the table is gone", body)
        self.assertIn("the table is gone", errors.getvalue())

    def test_the_log_names_the_route_and_not_the_record(self) -> None:
        self.ask("PUT", "/v1/records/customer-7", b"{}")
        self.server.shutdown()
        self.server.server_close()
        line = json.loads(self.log.getvalue())
        self.assertEqual((line["route"], line["status"]), ("/v1/records/{id}", 204))


class BrokenRecords(MemoryRecords):
    """Has lost its table."""

    def find(self, record_id: str) -> dict[str, object] | None:
        raise LookupError("the table is gone")


class FakeTable:
    """Answers as a DynamoDB table does."""

    def __init__(self) -> None:
        self.items: dict[str, dict[str, str]] = {}

    def get_item(self, *, Key: dict[str, str], ConsistentRead: bool) -> dict[str, object]:
        return {"Item": self.items[Key["id"]]} if Key["id"] in self.items and ConsistentRead else {}

    def put_item(self, *, Item: dict[str, str]) -> None:
        self.items[Item["id"]] = Item


class TableRecordsTest(unittest.TestCase):
    def test_a_record_comes_back_from_the_table_as_it_was(self) -> None:
        records = TableRecords(FakeTable())
        records.put("a", {"price": 1.5, "lines": [1, None]})
        self.assertEqual(records.find("a"), {"price": 1.5, "lines": [1, None]})
        self.assertIsNone(records.find("b"))


if __name__ == "__main__":
    unittest.main()
