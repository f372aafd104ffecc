"""The OpenAPI document: what programs are written against, so that each change of it is seen."""

import json
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

from pavior.api.app import create_api
from pavior.identity.model import ONLY_IN_PERSON

if TYPE_CHECKING:
    from tests.api.conftest import Site


def _document(site: "Site") -> dict[str, Any]:
    return create_api(site.application, public_url="https://pavior.example.com").openapi()


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            yield f"{method.upper()} {path}", operation


@pytest.mark.golden
def test_the_document_is_known(shared_site: "Site", golden: Callable[[str, str], None]) -> None:
    golden("openapi.json", json.dumps(_document(shared_site), indent=1, sort_keys=True) + "\n")


def test_the_same_code_gives_the_same_document(shared_site: "Site") -> None:
    assert json.dumps(_document(shared_site)) == json.dumps(_document(shared_site))


def test_every_operation_is_described_and_needs_a_token(shared_site: "Site") -> None:
    document = _document(shared_site)

    assert document["security"] == [{"token": []}]
    assert [name for name, operation in _operations(document) if not operation.get("description")] == []
    assert [name for name, operation in _operations(document) if "default" not in operation["responses"]] == []
    assert [name for name, operation in _operations(document) if "security" in operation] == []


def test_what_only_a_person_does_says_so(shared_site: "Site") -> None:
    silent = [
        name
        for name, operation in _operations(_document(shared_site))
        if operation["x-pavior-permission"] in ONLY_IN_PERSON and "a token is refused" not in operation["description"]
    ]

    assert silent == []


def test_every_body_has_an_example_that_its_schema_takes(shared_site: "Site") -> None:
    document = _document(shared_site)
    bodies = 0
    for name, operation in _operations(document):
        if "requestBody" not in operation:
            continue
        reference = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"]
        schema = document["components"]["schemas"][reference.rpartition("/")[2]]
        bodies += 1
        assert schema["examples"], name
        assert schema["additionalProperties"] is False, name
        for example in schema["examples"]:
            Draft202012Validator({**schema, "components": document["components"]}).validate(example)

    assert bodies > 8


def test_every_reference_leads_somewhere(shared_site: "Site") -> None:
    document = _document(shared_site)
    written = json.dumps(document)
    referred = {part.split('"')[0] for part in written.split("#/components/schemas/")[1:]}

    assert referred == set(document["components"]["schemas"])


def test_the_answer_to_each_question_of_the_document_has_its_form(shared_site: "Site") -> None:
    document = _document(shared_site)
    client = shared_site.client()
    for path in ("/home", "/services", "/changes", "/findings", "/waivers", "/runs", "/audit/events", "/teams"):
        schema = document["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]

        answer = client.get(path).json()

        Draft202012Validator({**schema, "components": document["components"]}).validate(answer)


PAGE = """\
# The HTTP API

Everything that the command line does with an installation, for programs, below `/api/v1` of the portal's address. The
OpenAPI document is at `/api/v1/openapi.json`, and its permissions stand there as `x-pavior-permission`.

## Who asks

Send a service token: `Authorization: Bearer TOKEN`. A person makes one with `pavior token create`; it acts for that
person, within the permissions and the team that it was made for. Without one the answer is 401 `token-required`; with
one that does not work (any more) it is 401 `token-invalid`. What may be done is decided by the same policies as
everywhere else (`tests/golden/surfaces.txt` shows all doors side by side).

Decisions are acts of a person, so a token is refused where the table says *in person*. Inviting people, teams, tokens
and sessions have no route at all: use the portal or the command line. Adoption reads folders of the server, so it is
the command `pavior adopt` only.

Browsers are not let in: there is no CORS, and no cookie is looked at.

## Answers

A document is the same that the command prints with `--json`. Instants are RFC 3339 in UTC with microseconds. Lists that
can be long are pages: `items`, `total` and `offset`; ask with `limit` (1 to 200, else 50) and `offset`. A view names in
`hidden` the parts that are empty because the token may not read them; a count that it may not know is null. In the
values of a plan, `{"$unknown": reason, "detail": ...}` is a value that is not known, `{"$sensitive": fingerprint}` one
that is not told, and `{"$mapping": {...}}` a mapping whose own keys begin with `$`.

What takes long answers 202 with `Location`: a run to follow, or a Change whose runs are in its view.
`GET /runs/{run_id}/log/stream` gives server-sent events: `line` (its id is the line's number), `run` when the run has
moved, and `end`. A stream without `end` is to be taken up again with `Last-Event-ID`; it lasts at most 15 minutes.

Asking twice does no harm: a service has one name, a newer Change of the same branch and environment takes the place of
an open one, a plan is approved by its digest and once by each person, and a waiver is decided once. What was done
already is a conflict (409) that says so.

## Problems

Errors are `application/problem+json` (RFC 9457): `code` never changes, `detail` says what happened, `fix` what to do.
For `request-invalid` and `parameters-invalid`, `problems` names each wrong place by a JSON pointer; the values
themselves are never repeated. All codes and their HTTP status are in [errors.md](errors.md); 401 and 413
(`request-too-large`, a body of more than 1 MiB, or 16 for a plan at the gate) are the API's own. What you may not
know of is 404, as if there were none. A token may ask 600 times a minute unless the operator chose otherwise; what is
more is answered with 429 (`rate-limited`), and `Retry-After` says in how many seconds the next request is answered.

## Routes

| Route | Permission | What it does |
|---|---|---|
"""


@pytest.mark.generated
def test_the_reference_of_the_api_is_fresh(shared_site: "Site", reference_page: Callable[[str, str], None]) -> None:
    rows = []
    for name, operation in _operations(_document(shared_site)):
        permission = operation["x-pavior-permission"]
        told = operation["description"].split("\n\n")[0].replace("\n", " ")
        person = ", in person" if permission in ONLY_IN_PERSON else ""
        rows.append(f"| `{name}` | `{permission}`{person} | {told} |\n")

    reference_page("api.md", PAGE + "".join(rows))
