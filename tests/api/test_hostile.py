"""Whatever is sent, the answer is an answer or a problem: never a bug."""

import json
from functools import cache
from typing import TYPE_CHECKING, Any, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pavior.api.app import create_api
from pavior.api.problems import MEDIA_TYPE

if TYPE_CHECKING:
    from tests.api.conftest import Client, Site

    from pavior.application import Application

WORDS = (
    "orders/dev",
    "orders",
    "open-bucket",
    "python-service",
    "payments",
    "C-1",
    "object-storage-no-public-access",
    "half \ud800",
    "nul \0",
)
TEXTS = st.one_of(st.sampled_from(WORDS), st.text(max_size=30))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)
BODIES = (
    "/services",
    "/services/preview",
    "/changes",
    "/changes/C-2/plan",
    "/changes/C-3/approve",
    "/changes/C-3/reject",
    "/changes/C-1/cancel",
    "/environments/orders/prod/resize",
    "/environments/orders/dev/check-drift",
    "/findings/F-1/mark-false-positive",
    "/findings/F-1/reopen",
    "/waivers",
    "/waivers/W-1/approve",
    "/waivers/W-1/deny",
    "/waivers/W-2/revoke",
    "/controls/object-storage-no-public-access/levels",
    "/level-changes/L-1/approve",
    "/level-changes/L-1/reject",
)
SETTINGS = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def client(shared_site: "Site") -> "Client":
    return shared_site.client()


@cache
def _document() -> dict[str, Any]:
    return create_api(cast("Application", None), public_url="https://pavior.example.com").openapi()


def _fields(path: str) -> list[str]:
    """The names that the body of a route knows, so that some of what is sent gets further than the door."""
    document = _document()
    for pattern, operations in document["paths"].items():
        parts, given_parts = pattern.split("/"), path.split("/")
        is_it = len(parts) == len(given_parts) and all(
            part.startswith("{") or part == given for part, given in zip(parts, given_parts, strict=True)
        )
        if is_it and "requestBody" in operations.get("post", {}):
            reference = operations["post"]["requestBody"]["content"]["application/json"]["schema"]["$ref"]
            return list(document["components"]["schemas"][reference.rpartition("/")[2]]["properties"])
    return []


def _check(status: int, content_type: str) -> None:
    assert status < 500
    assert status < 400 or content_type == MEDIA_TYPE


@pytest.mark.parametrize("path", BODIES)
def test_no_body_is_a_bug(client: "Client", path: str) -> None:
    fields = _fields(path)
    known: dict[str, Any] = dict.fromkeys(fields, TEXTS | JSON | st.integers(1, 9))
    shaped = st.fixed_dictionaries({}, optional=known) if fields else JSON

    @SETTINGS
    @given(body=shaped | JSON)
    def attempt(body: object) -> None:
        response = client.post(
            path, content=json.dumps(body).encode("ascii"), headers={"Content-Type": "application/json"}
        )
        _check(response.status_code, response.headers["content-type"])

    attempt()


@SETTINGS
@given(body=st.binary(max_size=200), path=st.sampled_from(BODIES))
def test_no_bytes_are_a_bug(client: "Client", body: bytes, path: str) -> None:
    response = client.post(path, content=body, headers={"Content-Type": "application/json"})

    _check(response.status_code, response.headers["content-type"])


PATHS = (
    "/services/{}",
    "/golden-paths/{}",
    "/changes/{}",
    "/changes/{}/decision",
    "/environments/{}/dev",
    "/environments/orders/{}",
    "/findings/{}",
    "/waivers/{}",
    "/controls/{}",
    "/controls/{}/levels",
    "/runs/{}",
    "/runs/{}/log",
    "/people/{}",
    "/{}",
)


@SETTINGS
# A line break in a path leads past every mounted application, so not here.
@given(name=st.binary(min_size=1, max_size=40).filter(lambda name: b"\n" not in name), path=st.sampled_from(PATHS))
def test_no_path_is_a_bug(client: "Client", name: bytes, path: str) -> None:
    quoted = "".join(f"%{byte:02x}" for byte in name)

    response = client.get(path.format(quoted))

    _check(response.status_code, response.headers["content-type"])


QUERIES = (
    ("/services", ("query", "team", "limit", "offset")),
    ("/changes", ("service", "environment", "open", "limit", "offset")),
    ("/changes/C-2/decision", ("at",)),
    ("/findings", ("service", "control", "state", "limit", "offset")),
    ("/waivers", ("service", "limit", "offset")),
    ("/runs", ("service", "environment", "limit", "offset")),
    ("/runs/plan-C-2-1/log", ("after",)),
    ("/audit/events", ("service", "limit", "offset")),
)
VALUES = (
    st.text(st.characters(codec="utf-8"), max_size=30)
    | st.integers().map(str)
    | st.datetimes().map(lambda at: f"{at.isoformat()}+14:00")
)


@SETTINGS
@given(question=st.sampled_from(QUERIES), data=st.data())
def test_no_query_is_a_bug(client: "Client", question: tuple[str, tuple[str, ...]], data: st.DataObject) -> None:
    path, names = question
    query = data.draw(st.dictionaries(st.sampled_from(names), VALUES))

    response = client.get(path, params=query)

    _check(response.status_code, response.headers["content-type"])
