"""Terraform's plan JSON as a resource graph."""

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
from pavior.adapters.readers.terraform_plan import read_plan, read_state
from pavior.adapters.readers.terraform_source import read_source
from pavior.kernel.errors import InvalidError, PaviorError
from pavior.kernel.verdicts import UnknownReason
from pavior.resources.codec import decode_plan_reading, encode_plan_reading
from pavior.resources.join import join
from pavior.resources.model import Action, GraphFormat, PlanReading, ResourceGraph, Sensitive, Skipped, Unknown

RECORDINGS = Path(__file__).parents[2] / "recordings" / "terraform-1.11.4"
UNKNOWN = Unknown(UnknownReason.KNOWN_AFTER_APPLY)


def recorded(name: str) -> PlanReading:
    return read_plan((RECORDINGS / name).read_bytes())


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


def test_a_recorded_plan_has_its_resources_changes_and_what_is_unknown() -> None:
    reading = recorded("python-service/plan.json")

    assert (reading.format_version, reading.terraform_version) == ("1.2", "1.11.4")
    assert reading.graph.format is GraphFormat.TERRAFORM_PLAN
    assert reading.graph.complete
    assert len(reading.graph.resources) == 13
    assert {change.action for change in reading.changes} == {Action.CREATE}
    bucket = reading.graph.find("aws_s3_bucket.files")
    assert bucket is not None
    assert bucket.provider == "registry.terraform.io/hashicorp/aws"
    assert bucket.values["bucket"] == "orders-dev-files"
    assert bucket.values["arn"] == UNKNOWN
    encryption = reading.graph.find("aws_s3_bucket_server_side_encryption_configuration.files")
    assert encryption is not None
    assert encryption.values["rule"] == [
        {
            "apply_server_side_encryption_by_default": [{"sse_algorithm": "aws:kms", "kms_master_key_id": UNKNOWN}],
            "bucket_key_enabled": True,
        }
    ]


def test_satellites_of_a_recorded_plan_refer_to_their_bucket() -> None:
    graph = recorded("python-service/plan.json").graph

    satellites = [item for item in graph.resources if item.type.startswith("aws_s3_bucket_")]
    assert len(satellites) == 5
    assert {item.references["bucket"] for item in satellites} == {("aws_s3_bucket.files",)}
    encryption = graph.find("aws_s3_bucket_server_side_encryption_configuration.files")
    assert encryption is not None
    path = "rule.0.apply_server_side_encryption_by_default.0.kms_master_key_id"
    assert encryption.references[path] == ("aws_kms_key.data",)


def test_a_recorded_change_has_both_sides_and_what_was_there() -> None:
    reading = recorded("python-service-opened/after-apply-plan.json")

    changes = {change.address: change for change in reading.changes}
    assert {address: change.action for address, change in changes.items()} == {
        "aws_s3_bucket_public_access_block.files": Action.UPDATE,
        "aws_s3_bucket_server_side_encryption_configuration.files": Action.DELETE,
    }
    block = changes["aws_s3_bucket_public_access_block.files"]
    assert block.before is not None
    assert block.after is not None
    assert (block.before["block_public_acls"], block.after["block_public_acls"]) == (True, False)
    assert changes["aws_s3_bucket_server_side_encryption_configuration.files"].after is None
    assert len(reading.prior.resources) == 13
    assert len(reading.graph.resources) == 12
    assert reading.prior.format is GraphFormat.STATE


def test_plan_and_source_of_a_recording_are_one_graph_with_lines_and_documents() -> None:
    folder = RECORDINGS / "python-service"
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.tf")}
    plan = recorded("python-service/plan.json").graph

    joined = join(plan, read_source(files, {"environment": "dev"}, frozenset()))

    assert [item.address for item in joined.resources] == [item.address for item in plan.resources]
    assert all(item.position is not None for item in joined.resources)
    policy = joined.find("aws_s3_bucket_policy.files")
    assert policy is not None
    assert isinstance(policy.values["policy"], dict)
    assert policy.values["bucket"] == UNKNOWN
    bucket = joined.find("aws_s3_bucket.files")
    assert bucket is not None
    assert bucket.attribute_positions["bucket"].path == "infra/main.tf"


def test_a_recorded_state_is_read() -> None:
    graph = read_state((RECORDINGS / "python-service" / "state.json").read_bytes())

    assert graph.format is GraphFormat.STATE
    assert len(graph.resources) == 13
    bucket = graph.find("aws_s3_bucket.files")
    assert bucket is not None
    assert bucket.values["arn"] == "arn:aws:s3:::orders-dev-files"


def test_modules_and_instances_of_a_recorded_plan_keep_their_addresses_and_references() -> None:
    graph = recorded("language/plan.json").graph

    assert graph.find('module.many["k"].terraform_data.inner["k"]') is not None
    assert graph.find('terraform_data.each["y.z"]') is not None
    chained = graph.find('terraform_data.chained["y.z"]')
    unknown = graph.find("terraform_data.unknown")
    assert chained is not None
    assert unknown is not None
    assert unknown.references["input"][0] == "terraform_data.one"
    assert "terraform_data.counted[1]" in unknown.references["input"]


def test_hidden_values_of_a_recorded_plan_are_not_in_the_reading() -> None:
    reading = recorded("language/plan.json")

    secret = reading.graph.find("terraform_data.secret")
    assert secret is not None
    assert secret.values["input"] == {"user": "admin", "password": Sensitive(""), "greeting": Sensitive("")}
    assert "correct horse" not in repr(reading)


def test_what_our_engines_masked_keeps_its_fingerprint() -> None:
    mark = "0123456789abcdef0123456789abcdef"
    body = a_plan(
        a_resource(
            "aws_x.y",
            {"masked": f"(sensitive {mark})", "clear": "s", "text": f"(sensitive {mark})", "empty": None},
            sensitive_values={"masked": True, "clear": True, "empty": True},
        )
    )

    (resource,) = read_plan(body).graph.resources

    assert resource.values == {
        "masked": Sensitive(mark),
        "clear": Sensitive(""),
        "text": f"(sensitive {mark})",
        "empty": None,
    }


@pytest.mark.parametrize(
    ("values", "unknown", "sensitive", "expected"),
    [
        ({"a": 1}, {"b": True}, {}, {"a": 1, "b": UNKNOWN}),
        ({"a": [1]}, {"a": [False, True]}, {}, {"a": [1, UNKNOWN]}),
        ({"a": [1, None]}, {"a": [False, True]}, {}, {"a": [1, UNKNOWN]}),
        ({}, {"a": [{"b": True}]}, {}, {"a": [{"b": UNKNOWN}]}),
        ({"a": {"b": 1}}, {"a": {"c": True, "d": False}}, {}, {"a": {"b": 1, "c": UNKNOWN}}),
        ({"a": None}, {"a": False}, {}, {"a": None}),
        ({"a": [{"b": "s"}, {"b": "t"}]}, {}, {"a": [{"b": True}]}, {"a": [{"b": Sensitive("")}, {"b": "t"}]}),
        ({"a": {"b": "s"}}, {}, {"a": True}, {"a": Sensitive("")}),
        ({"a": "s"}, {"a": True}, {"a": True}, {"a": UNKNOWN}),
        ({"a": "s", "b": 2}, {}, True, {"a": Sensitive(""), "b": Sensitive("")}),
        ({"a": "s"}, True, {}, {"a": UNKNOWN}),
    ],
)
def test_marks_beside_the_values_hold(values: Any, unknown: Any, sensitive: Any, expected: Any) -> None:
    body = a_plan(
        a_resource("aws_x.y", values, sensitive_values=sensitive),
        changes=(a_change("aws_x.y", after=values, after_unknown=unknown, after_sensitive=sensitive),),
    )

    reading = read_plan(body)

    assert reading.graph.resources[0].values == expected
    assert reading.changes[0].after == expected


@pytest.mark.parametrize(
    ("actions", "expected"),
    [
        (["create"], Action.CREATE),
        (["update"], Action.UPDATE),
        (["delete"], Action.DELETE),
        (["delete", "create"], Action.REPLACE),
        (["create", "delete"], Action.REPLACE),
        (["no-op"], None),
        (["read"], None),
    ],
)
def test_actions_have_our_names_and_quiet_ones_are_no_changes(actions: list[str], expected: Action | None) -> None:
    reading = read_plan(a_plan(changes=(a_change("aws_x.y", *actions),)))

    assert [change.action for change in reading.changes] == ([] if expected is None else [expected])


def test_what_would_be_forgotten_is_told() -> None:
    reading = read_plan(a_plan(changes=(a_change("aws_x.y", "forget"),)))

    assert reading.changes == ()
    assert reading.graph.skipped == (Skipped("aws_x.y", "it would no longer be managed, and stay as it is"),)


@pytest.mark.parametrize(
    "other", [{"complete": False}, {"deferred_changes": [{"reason": "x", "resource_change": a_change()}]}]
)
def test_a_plan_that_is_not_complete_proves_no_absence(other: dict[str, Any]) -> None:
    assert not read_plan(a_plan(a_resource("aws_x.y", {}), **other)).graph.complete


def test_references_lead_through_modules_and_choose_the_same_instance() -> None:
    inner = {
        "resources": [
            {
                "address": "aws_s3_bucket_versioning.v",
                "expressions": {
                    "bucket": {"references": ["var.bucket"]},
                    "rule": [{"key": {"references": ["aws_kms_key.k.arn", "aws_kms_key.k"]}}],
                },
            },
            {"address": "aws_kms_key.k"},
        ],
        "outputs": {"key": {"expression": {"references": ["aws_kms_key.k.arn", "aws_kms_key.k"]}}},
    }
    configuration = {
        "root_module": {
            "resources": [
                {"address": "aws_s3_bucket.b"},
                {"address": "aws_z.each", "expressions": {"bucket": {"references": ["aws_s3_bucket.b", "each.key"]}}},
                {
                    "address": "aws_z.one",
                    "expressions": {
                        "bucket": {
                            "references": ['aws_s3_bucket.b["q.r"].id', 'aws_s3_bucket.b["q.r"]', "aws_s3_bucket.b"]
                        },
                        "key": {"references": ["module.m.key", "module.m"]},
                        "local": {"references": ["local.x", "path.module", "each.value"]},
                    },
                },
            ],
            "module_calls": {
                "m": {
                    "module": inner,
                    "expressions": {
                        "bucket": {"references": ['aws_s3_bucket.b["p"].id', 'aws_s3_bucket.b["p"]', "aws_s3_bucket.b"]}
                    },
                }
            },
        }
    }
    body = a_plan(
        a_resource('aws_s3_bucket.b["p"]', {}, index="p", type="aws_s3_bucket", name="b"),
        a_resource('aws_s3_bucket.b["q.r"]', {}, index="q.r", type="aws_s3_bucket", name="b"),
        a_resource('aws_z.each["p"]', {}, index="p", name="each"),
        a_resource('aws_z.each["q.r"]', {}, index="q.r", type="aws_z", name="each"),
        a_resource("aws_z.one", {}),
        configuration=configuration,
        planned_values={
            "root_module": {
                "resources": [
                    a_resource('aws_s3_bucket.b["p"]', {}, index="p"),
                    a_resource('aws_s3_bucket.b["q.r"]', {}, index="q.r", type="aws_s3_bucket", name="b"),
                    a_resource('aws_z.each["q.r"]', {}, index="q.r", type="aws_z", name="each"),
                    a_resource("aws_z.one", {}),
                ],
                "child_modules": [
                    {
                        "address": "module.m",
                        "resources": [
                            a_resource("module.m.aws_s3_bucket_versioning.v", {}),
                            a_resource("module.m.aws_kms_key.k", {}),
                        ],
                    }
                ],
            }
        },
    )

    found = {item.address: item.references for item in read_plan(body).graph.resources}

    assert found['aws_z.each["q.r"]'] == {"bucket": ('aws_s3_bucket.b["q.r"]',)}
    assert found["aws_z.one"] == {"bucket": ('aws_s3_bucket.b["q.r"]',), "key": ("module.m.aws_kms_key.k",)}
    assert found["module.m.aws_s3_bucket_versioning.v"] == {
        "bucket": ('aws_s3_bucket.b["p"]',),
        "rule.0.key": ("module.m.aws_kms_key.k",),
    }


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        b"[]",
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


@pytest.mark.parametrize("version", ["", "2.0", "0.3", "1", "1.x", "10.1", "1.2.3", "01.2"])
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
    "tfplan/checkov/terraform/parser/resources/plan_vpc_endpoint/tfplan.json": "plan-version-unknown",
    # Not JSON: what a wrapper of Terraform printed.
    "tfplan/infracost/cmd/infracost/testdata/plan_with_terraform_wrapper.json": "plan-unreadable",
}
_QUIET = ("no-op", "read")


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
            assert len(reading.graph.resources) == expected["planned_resources"], row["case"]
            counted: Counter[str] = Counter()
            for actions, number in expected["actions"].items():
                counted["replace" if "+" in actions else actions] += 0 if actions in _QUIET else number
            assert Counter(change.action.value for change in reading.changes) == +counted, row["case"]


def test_an_empty_prior_state_is_an_empty_graph() -> None:
    assert read_plan(a_plan(a_resource("aws_x.y", {}))).prior == ResourceGraph(GraphFormat.STATE, ())
