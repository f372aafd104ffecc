"""What is no plan, and plans of all versions."""

import contextlib
import io
import json
import tarfile
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pavior.adapters.readers import terraform_plan
from pavior.adapters.readers.plan_values import has_mark
from pavior.adapters.readers.terraform_plan import read_plan, read_planned_graph, read_state
from pavior.kernel.errors import InvalidError, PaviorError
from pavior.resources.codec import decode_plan_reading, encode_plan_reading

RECORDINGS = Path(__file__).parents[2] / "recordings" / "terraform-1.11.4"


def a_change(address: str = "aws_x.y", *actions: str, **change: Any) -> dict[str, Any]:
    return {
        "address": address,
        "type": address.split(".", maxsplit=1)[0],
        "name": address.split(".")[1],
        "mode": "managed",
        "change": {"actions": list(actions) or ["create"], "before": None, "after": {}, "after_unknown": {}, **change},
    }


def a_resource(address: str, values: dict[str, Any], **other: Any) -> dict[str, Any]:
    kind, name = address.split(".")[-2:]
    return {"address": address, "type": kind, "name": name.split("[")[0], "mode": "managed", "values": values, **other}


def a_plan(*resources: dict[str, Any], changes: tuple[dict[str, Any], ...] = (), **other: Any) -> bytes:
    document = {
        "format_version": "1.2",
        "terraform_version": "1.11.4",
        "planned_values": {"root_module": {"resources": list(resources)}},
        "resource_changes": list(changes),
        **other,
    }
    return json.dumps(document).encode()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        b"[]",
        b"{}",
        b'"text"',
        b"PK\x03\x04rest of a zip",
        b'{"format_version": "1.2"}',
        b'{"format_version": "1.2", "values": {"root_module": {}}}',
        b'{"format_version": 1.2, "planned_values": {}}',
        b'{"format_version": "1.2", "planned_values": {"root_module": {"resources": [{"type": "x"}]}}}',
        b"\xff\xfe\x00",
        b"\xff\xfea",
        b'{"format_version": "1.2", "planned_values": ' + b'{"root_module": {"child_modules": [' * 5_000,
        a_plan(a_resource("aws_x.y", {}), changes=(a_change("aws_x.y", "explode"),)),
        a_plan({**a_resource("aws_x.y", {}), "values": [1]}),
        a_plan(a_resource("aws_x.y", {"a": 1}))[:-20],
    ],
)
def test_what_is_no_plan_is_refused(body: bytes) -> None:
    with pytest.raises(InvalidError) as error:
        read_plan(body)

    assert error.value.code == "plan-unreadable"


def test_a_plan_cut_off_anywhere_is_refused() -> None:
    body = (RECORDINGS / "python-service" / "plan.json").read_bytes().rstrip()

    for size in range(0, len(body), 997):
        with pytest.raises(InvalidError) as error:
            read_plan(body[:size])
        assert error.value.code == "plan-unreadable"


@pytest.mark.parametrize("version", ["2.0", "0.3", "1", "1.x", "10.1", "1.2.3", "01.2"])
def test_a_format_that_we_do_not_know_is_refused(version: str) -> None:
    with pytest.raises(InvalidError) as error:
        read_plan(a_plan(a_resource("aws_x.y", {}), format_version=version))

    assert error.value.code == "plan-version-unknown"


@pytest.mark.parametrize("version", ["1.0", "1.2", "1.99", "0.1", "0.2"])
def test_formats_that_we_know_are_read(version: str) -> None:
    assert read_plan(a_plan(a_resource("aws_x.y", {}), format_version=version)).format_version == version


def test_a_plan_with_errors_is_refused() -> None:
    with pytest.raises(InvalidError) as error:
        read_plan(a_plan(a_resource("aws_x.y", {}), errored=True))

    assert error.value.code == "plan-errored"


def test_a_plan_over_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    body = a_plan(a_resource("aws_x.y", {}))
    monkeypatch.setattr(terraform_plan, "MAXIMUM_PLAN_BYTES", len(body))
    read_plan(body)

    monkeypatch.setattr(terraform_plan, "MAXIMUM_PLAN_BYTES", len(body) - 1)
    with pytest.raises(InvalidError) as error:
        read_plan(body)

    assert error.value.code == "plan-too-large"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_what_windows_writes_is_read(encoding: str) -> None:
    mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(encoding, b"")
    body = mark + a_plan(a_resource("aws_x.y", {"é": "ü"})).decode().encode(encoding)

    assert read_plan(body).graph.resources[0].values == {"é": "ü"}


@pytest.mark.parametrize("depth", [99, 5_000])
def test_values_nested_too_deeply_are_refused(depth: int) -> None:
    body = a_plan(a_resource("aws_x.y", {"a": "X"})).replace(b'"X"', b"[" * depth + b"]" * depth)

    if depth < 100:
        assert read_plan(body).graph.resources
    else:
        with pytest.raises(InvalidError) as error:
            read_plan(body)
        assert error.value.code == "plan-unreadable"


def test_marks_that_cannot_be_gone_through_are_refused() -> None:
    marks: Any = True
    for _ in range(5_000):
        marks = [marks]

    with pytest.raises(InvalidError) as error:
        has_mark({"a": marks})

    assert error.value.code == "plan-unreadable"


@pytest.mark.parametrize(
    ("planned", "of_change"),
    [({}, {"after_unknown": {"a": "X"}}), ({"sensitive_values": {"a": "X"}}, {"after_sensitive": {"a": ["X"]}})],
)
def test_marks_nested_too_deeply_are_refused(planned: dict[str, Any], of_change: dict[str, Any]) -> None:
    change = a_change("aws_x.y", after={"a": ["s"]}, **of_change)
    body = a_plan(a_resource("aws_x.y", {"a": ["s"]}, **planned), changes=(change,))
    # Less than what the decoder takes for too deep.
    body = body.replace(b'"X"', b"[" * 700 + b"true" + b"]" * 700)

    for read in (read_plan, read_planned_graph):
        with pytest.raises(InvalidError) as error:
            read(body)

        assert error.value.code == "plan-unreadable"


def test_a_message_about_a_bad_plan_shows_no_value() -> None:
    secret = "hunter2hunter2"
    body = a_plan(a_resource("aws_x.y", {"password": secret}), resource_changes=[{"address": 5, "change": secret}])

    with pytest.raises(InvalidError) as error:
        read_plan(body)

    assert secret not in f"{error.value}{error.value.context}"


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=8,
)


def code_of(call: Callable[[], object]) -> str:
    """The code of the error that a call ends with, or nothing."""
    try:
        call()
    except PaviorError as error:
        return error.code
    return ""


@given(st.binary(max_size=200))
def test_bytes_are_a_plan_or_an_error_of_ours(body: bytes) -> None:
    for read in (read_plan, read_state):
        assert code_of(partial(read, body)) in {"", "plan-unreadable", "plan-version-unknown"}


@given(values=_JSON, unknown=_JSON, sensitive=_JSON, expressions=_JSON)
def test_any_marks_and_values_are_a_reading_that_can_be_stored(
    values: Any, unknown: Any, sensitive: Any, expressions: Any
) -> None:
    body = a_plan(
        a_resource("aws_x.y", values, sensitive_values=sensitive),
        changes=(a_change("aws_x.y", "update", before=values, after=values, after_unknown=unknown),),
        configuration={"root_module": {"resources": [{"address": "aws_x.y", "expressions": expressions}]}},
    )

    assert code_of(partial(read_plan, body)) in {"", "plan-unreadable"}
    with contextlib.suppress(PaviorError):
        reading = read_plan(body)
        assert decode_plan_reading(encode_plan_reading(reading)) == reading


# No version at all: it may be anything.
_REFUSED = {
    "tfplan/checkov/terraform/parser/resources/plan_vpc_endpoint/tfplan.json": "plan-unreadable",
    # Not JSON: what a wrapper of Terraform printed.
    "tfplan/infracost/cmd/infracost/testdata/plan_with_terraform_wrapper.json": "plan-unreadable",
}
_QUIET = ("no-op", "read")
# Of data sources what was found already, so that it stands only in the state before the plan; counted there by hand.
_LOOKED_UP = {
    "tfplan/terraform-json/testdata/has_changes/plan.json": 1,
    "tfplan/terraform-json/testdata/registry_module/plan.json": 1,
    "tfplan/checkov/common/runner_registry/plan_with_for_each_for_enrichment/tf_plan.json": 2,
    # Three in each of two modules.
    "tfplan/checkov/terraform/graph/resources/modules_edges_tfplan/tfplan.json": 6,
    "tfplan/checkov/terraform/parser/resources/plan_module_with_connected_resources/tfplan.json": 3,
    "tfplan/checkov/terraform/parser/resources/plan_tags/tfplan.json": 4,
    "tfplan/checkov/terraform/runner/resources/plan/tfplan.json": 4,
    "tfplan/checkov/terraform/runner/resources/plan_nested_child_modules_with_connections/tfplan.json": 1,
    "tfplan/checkov/terraform/runner/resources/plan_with_iam_policies/tfplan.json": 1,
    "tfplan/checkov/terraform/runner/tfplan2.json": 4,
    "tfplan/infracost/cmd/infracost/testdata/terraform_v0.12_plan.json": 4,
    "tfplan/infracost/cmd/infracost/testdata/terraform_v0.14_plan.json": 6,
    "tfplan/terraform-compliance/functional/actions_for_each_and_modules/plan.out.json": 2,
    "tfplan/terraform-compliance/functional/actions_modules/plan.out.json": 1,
    "tfplan/terraform-compliance/functional/test_non_created_module_resource_parameter/plan.out.json": 8,
}


@pytest.mark.peers
def test_plans_of_all_versions_have_the_resources_and_changes_that_were_counted(peers: Path) -> None:
    with tarfile.open(fileobj=io.BytesIO((peers / "open" / "g8_parser_robustness.tar.gz").read_bytes())) as tar:
        files = {name: tar.extractfile(name) for name in tar.getnames()}
        manifest = files["g8_parser_robustness/manifest.jsonl"]
        assert manifest is not None
        rows = [json.loads(line) for line in manifest.read().splitlines()]
        plans = [row for row in rows if row["framework"] == "terraform_plan"]
        assert len(plans) > 100

        for row in plans:
            file = files[f"g8_parser_robustness/{row['input_path']}"]
            assert file is not None
            body = file.read()
            if row["input_path"] in _REFUSED:
                with pytest.raises(InvalidError) as error:
                    read_plan(body)
                assert error.value.code == _REFUSED[row["input_path"]]
                continue
            reading = read_plan(body)
            expected = row["expected"]
            counted_resources = expected["planned_resources"] + _LOOKED_UP.get(row["case"], 0)
            assert len(reading.graph.resources) == counted_resources, row["case"]
            counted: Counter[str] = Counter()
            for actions, number in expected["actions"].items():
                counted["replace" if "+" in actions else actions] += 0 if actions in _QUIET else number
            assert Counter(change.action.value for change in reading.changes) == +counted, row["case"]
