"""The one way in which Pavior calls another service over HTTP.

urllib3, which botocore brings already. No proxy is taken from the environment, nothing is followed to another place,
nothing is tried twice; what is answered is bounded in size and time. Certificates are checked against the authorities
of the system, or those that `SSL_CERT_FILE` names to OpenSSL.
"""

import json
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any, Self
from urllib.parse import urlencode, urlsplit

import urllib3

DEADLINE_SECONDS = 10.0
LONGEST_BODY_BYTES = 1_000_000
_CHUNK_BYTES = 64 * 1024
_OK = range(200, 300)


class CallFailedError(Exception):
    """A service did not answer, or not like one; `str()` says why, without anything that was sent."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a service answered."""

    status: int
    body: bytes

    def require_ok(self) -> Self:
        """Itself, when the status is 2xx.

        Raises:
            CallFailedError: It is another one.
        """
        if self.status not in _OK:
            raise CallFailedError(f"it answered {self.status}")
        return self

    def json(self) -> Mapping[str, Any]:
        """The body as a JSON object.

        Raises:
            CallFailedError: It is none.
        """
        try:
            document = json.loads(self.body)
        except (ValueError, RecursionError):
            document = None
        if not isinstance(document, dict):
            raise CallFailedError(f"it answered {self.status} with something else than a JSON object")
        return document


class HttpClient:
    """Calls services, from any thread.

    Args:
        deadline_seconds: For one call: to connect, and again until its body has come.
        longest_body_bytes: Of an answer.
    """

    def __init__(
        self, *, deadline_seconds: float = DEADLINE_SECONDS, longest_body_bytes: int = LONGEST_BODY_BYTES
    ) -> None:
        self._deadline_seconds = deadline_seconds
        self._longest_body_bytes = longest_body_bytes
        self._pool = urllib3.PoolManager(
            num_pools=4,
            maxsize=4,
            timeout=urllib3.Timeout(total=deadline_seconds),
            retries=False,
            ssl_context=ssl.create_default_context(),
        )

    def get(self, url: str, headers: Mapping[str, str] | None = None) -> Reply:
        """GET.

        Raises:
            CallFailedError: No answer in time, or one that is no HTTP, or is too large.
        """
        return self._call("GET", url, {"Accept": "application/json", **(headers or {})}, None)

    def post_form(self, url: str, fields: Mapping[str, str], headers: Mapping[str, str] | None = None) -> Reply:
        """POST as `application/x-www-form-urlencoded`.

        Raises:
            CallFailedError: As `get`.
        """
        sent = {"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded", **(headers or {})}
        return self._call("POST", url, sent, urlencode(fields).encode())

    def _call(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Reply:
        ends_at = time.monotonic() + self._deadline_seconds
        try:
            response = self._pool.request(
                method, url, body=body, headers=headers, redirect=False, preload_content=False
            )
            try:
                return Reply(response.status, self._read(response, ends_at))
            except BaseException:
                # What is left of the body would be taken for the next answer.
                response.close()
                raise
            finally:
                response.release_conn()
        except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            # The message may repeat the address with all that stands in it.
            raise CallFailedError(f"it did not answer ({type(error).__name__})") from error

    def _read(self, response: urllib3.BaseHTTPResponse, ends_at: float) -> bytes:
        body = bytearray()
        while True:
            part = response.read1(_CHUNK_BYTES, decode_content=True)
            if not part:
                return bytes(body)
            body += part
            if len(body) > self._longest_body_bytes:
                raise CallFailedError(f"its answer is longer than {self._longest_body_bytes} bytes")
            if time.monotonic() > ends_at:
                raise CallFailedError(f"its answer took longer than {self._deadline_seconds:g} seconds")


def is_safe_address(url: str) -> bool:
    """Whether what is sent there can be read by nobody on the way: HTTPS, or this very machine."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return False
    if parts.username is not None or parts.fragment or not host:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(host))


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
