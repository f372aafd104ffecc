"""Whatever is sent to the API, it answers as its OpenAPI document says, and never with an error of its own."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, seed, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from pavior.api.app import PREFIX

if TYPE_CHECKING:
    from tests.api.conftest import Site

_CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
_EXAMPLES = 40
_METHODS = ("get", "post", "put", "patch", "delete")
_DOCUMENT = json.loads((Path(__file__).parents[1] / "golden" / "openapi.json").read_text(encoding="utf-8"))
_OPERATIONS = [
    (path, method) for path, methods in _DOCUMENT["paths"].items() for method in methods if method in _METHODS
]


# Of the company that the site begins with, so that what is sent gets as far as the verbs themselves.
_THERE_IS = {
    "change_id": "C-2",
    "control_id": "object-storage-no-public-access",
    "service": "ledger",
    "stage": "dev",
    "finding_id": "F-1",
    "run_id": "plan-C-2-1",
    "waiver_id": "W-1",
    "name": "ledger",
}


@pytest.fixture(scope="module")
def fuzzed(shared_site: "Site") -> tuple[Any, str]:
    """The document as the running API gives it, and a token that may do everything a token can."""
    return schemathesis.openapi.from_asgi(f"{PREFIX}/openapi.json", shared_site.serve()), shared_site.token()


@pytest.mark.parametrize("there_is", [False, True], ids=["anything", "there-is"])
@pytest.mark.parametrize(("path", "method"), _OPERATIONS)
def test_every_answer_is_one_that_the_document_promises(
    path: str, method: str, fuzzed: tuple[Any, str], *, there_is: bool
) -> None:
    schema, token = fuzzed

    @seed(1)
    @settings(max_examples=_EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(case=schema[path][method.upper()].as_strategy())
    def ask(case: Any) -> None:
        if there_is:
            case.path_parameters = {name: _THERE_IS.get(name, value) for name, value in case.path_parameters.items()}
        case.call_and_validate(headers={"Authorization": f"Bearer {token}"}, checks=_CHECKS)

    ask()
