"""What catalog and golden path add to a draft, and what the golden path's own source gives."""

from functools import cache
from pathlib import Path

from tests.threatmodels.drafted import element, ends, flow, graph_of

import pavior
from pavior.adapters.templates.copier import CopierRenderer
from pavior.content import load_controls
from pavior.goldenpaths.loading import load_golden_paths
from pavior.goldenpaths.service import GoldenPaths
from pavior.threatmodels.drafting_repository import Draft, draft_repository
from pavior.threatmodels.merging import merge
from pavior.threatmodels.model import DataClass, ElementKind
from pavior.threatmodels.reading import check_threat_model

COMPONENT = """
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: orders, annotations: {pavior.dev/data-class: restricted}}
spec:
  type: service
  lifecycle: production
  owner: payments
  providesApis: [orders-api]
  consumesApis: [customers-api]
  dependsOn: ["component:mail", "resource:orders-files"]
---
apiVersion: backstage.io/v1alpha1
kind: Resource
metadata: {name: orders-files}
spec: {type: s3-bucket, owner: payments}
"""
FUNCTION = 'resource "aws_lambda_function" "api" { function_name = "api" }'
ANSWERS = "golden_path: python-service\nversion: 1.0.0\nparameters:\n  name: shop\n  data_class: confidential\n"


def drafted(terraform: str = FUNCTION, **files: str) -> Draft:
    names = {"catalog": "catalog-info.yaml", "answers": ".pavior/golden-path.yaml"}
    described = {names[name]: text.encode() for name, text in files.items()}
    return draft_repository([graph_of(terraform)], described, fallback_name="folder")


def test_the_catalog_names_the_service_and_how_careful_to_be() -> None:
    model = drafted(catalog=COMPONENT).model

    assert model.service == "orders"
    assert [(item.id, item.data_class) for item in model.assets] == [("data", DataClass.RESTRICTED)]


def test_without_a_catalog_the_answers_of_the_golden_path_do_and_then_the_folder() -> None:
    told, untold = drafted(answers=ANSWERS).model, drafted().model

    assert (told.service, told.assets[0].data_class) == ("shop", DataClass.CONFIDENTIAL)
    assert (untold.service, untold.assets[0].data_class) == ("folder", DataClass.INTERNAL)


def test_neighbours_are_outsiders_of_our_organisation_and_what_is_our_own_is_none() -> None:
    model = drafted(catalog=COMPONENT).model

    assert ends(model) == {
        ("callers-of-orders-api", "lambda-function-api"),
        ("lambda-function-api", "other-api-customers-api"),
        ("lambda-function-api", "other-component-mail"),
    }
    mail = element(model, "other-component-mail")
    assert (mail.kind, mail.boundary, mail.inferred) == (ElementKind.EXTERNAL_ENTITY, "organisation", True)
    assert flow(model, "lambda-function-api", "other-component-mail").because == (
        "catalog-info.yaml says that it depends on component:default/mail."
    )


def test_where_it_is_not_known_which_program_speaks_it_is_the_service() -> None:
    model = drafted(FUNCTION + 'resource "aws_lambda_function" "other" {}', catalog=COMPONENT).model

    assert ("service-orders", "other-component-mail") in ends(model)


def test_what_is_wrong_in_the_catalog_is_told_and_the_rest_drafted() -> None:
    draft = drafted(catalog="kind: Component\n")

    assert {item.subject for item in draft.not_read} == {"catalog-info.yaml:1"}
    assert [item.id for item in draft.model.elements] == ["lambda-function-api"]


@cache
def golden_path() -> dict[str, bytes]:
    folder = Path(pavior.__file__).parent / "content" / "goldenpaths"
    paths = GoldenPaths(load_golden_paths([folder], ()), CopierRenderer())
    given = {"name": "orders", "team": "payments", "data_class": "confidential"}
    return dict(paths.render("python-service", given).files)


def draft_of_golden_path() -> Draft:
    files = golden_path()
    terraform = "\n".join(body.decode() for path, body in files.items() if path.endswith(".tf"))
    return draft_repository([graph_of(terraform)], files)


def test_the_golden_path_is_a_program_with_a_role_its_stores_and_whoever_calls_it() -> None:
    model = draft_of_golden_path().model

    assert {(item.id, item.kind.value, item.is_public) for item in model.elements} == {
        ("callers-of-orders-records", "external-entity", None),
        ("cloudwatch-log-group-service", "data-store", False),
        ("dynamodb-table-records", "data-store", False),
        ("iam-role-service", "process", False),
        ("kms-key-data", "data-store", False),
        ("s3-bucket-files", "data-store", False),
    }
    assert ends(model) == {
        ("callers-of-orders-records", "iam-role-service"),
        ("dynamodb-table-records", "iam-role-service"),
        ("iam-role-service", "dynamodb-table-records"),
        ("s3-bucket-files", "iam-role-service"),
        ("iam-role-service", "s3-bucket-files"),
        ("kms-key-data", "iam-role-service"),
        ("iam-role-service", "cloudwatch-log-group-service"),
    }
    # The bucket's own policy refuses everything else.
    assert flow(model, "s3-bucket-files", "iam-role-service").is_encrypted is True
    assert {item.id: item.data_class.value for item in model.assets} == {
        "data": "confidential",
        "secrets": "restricted",
        "logs": "internal",
    }


def test_nothing_appears_beside_the_model_that_the_golden_path_brings() -> None:
    controls = frozenset(control.id for control in load_controls())
    written = check_threat_model(golden_path()["threatmodel.yaml"], control_ids=controls).model
    assert written is not None

    merged = merge(written, draft_of_golden_path().model)

    assert merged.is_same
    assert (merged.model, merged.missing) == (written, ())
