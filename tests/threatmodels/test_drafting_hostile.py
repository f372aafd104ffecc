"""Drafts of what nobody would write in earnest: whatever a thing is called, its draft is a model that can be read."""

from hypothesis import given
from hypothesis import strategies as st

from pavior.resources.model import GraphFormat, Resource, ResourceGraph, Unknown, Value
from pavior.threatmodels.digest import digest_of
from pavior.threatmodels.drafting import draft_model
from pavior.threatmodels.drafting_gaps import find_gaps
from pavior.threatmodels.reading import check_threat_model
from pavior.threatmodels.writing import render_model

leaves: st.SearchStrategy[Value] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.text(max_size=20),
    st.just(Unknown()),
    st.just(Unknown(detail="aws_x.y")),
)
values: st.SearchStrategy[Value] = st.recursive(
    leaves,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)),
)
types = st.sampled_from(
    [
        "aws_db_instance",
        "aws_eks_cluster",
        "aws_instance",
        "aws_lb",
        "aws_lb_listener",
        "aws_s3_bucket",
        "aws_s3_bucket_policy",
        "azurerm_linux_virtual_machine",
        "google_sql_database_instance",
        "aws_iam_role",
        "aws_iam_role_policy",
        "aws_lambda_function",
        "aws_security_group",
        "aws_subnet",
        "aws_vpc",
        "Deployment",
        "Service",
        "Ingress",
        "NetworkPolicy",
        "RoleBinding",
    ]
)
attributes = st.sampled_from(["role", "bucket", "policy", "metadata", "spec", "subnet_ids", "vpc_id", "ingress", "x"])
# Letters that files, terminals and pages take for something else, and very long ones.
names = st.one_of(
    st.text(max_size=30), st.sampled_from(["a\x1b[31m", "\u202eb", "<b>", "a\nb", "n" * 5_000, "${x}", "*"])
)


@st.composite
def graphs(draw: st.DrawFn) -> ResourceGraph:
    chosen = draw(st.lists(st.tuples(types, names), max_size=6, unique=True))
    addresses = [f"{type_}.{name}" for type_, name in chosen]
    references = st.dictionaries(
        attributes, st.lists(st.sampled_from(addresses or ["x.y"]), max_size=2).map(tuple), max_size=3
    )
    resources = [
        Resource(address, type_, draw(st.dictionaries(attributes, values, max_size=4)), references=draw(references))
        for address, (type_, _) in zip(addresses, chosen, strict=True)
    ]
    return ResourceGraph(GraphFormat.TERRAFORM_SOURCE, tuple(resources))


@given(graph=graphs())
def test_every_draft_can_be_read_again(graph: ResourceGraph) -> None:
    model = draft_model(graph, service="orders")
    find_gaps(graph)

    reading = check_threat_model(render_model(model).encode(), control_ids=frozenset())

    assert reading.problems == ()
    assert reading.model is not None
    assert digest_of(reading.model) == digest_of(model)
