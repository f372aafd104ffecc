"""Terraform's plan JSON as a resource graph."""

import json
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from pavior.adapters.readers.terraform_plan import read_plan, read_planned_graph, read_state
from pavior.adapters.readers.terraform_source import read_source
from pavior.content import load_controls
from pavior.kernel.verdicts import Phase, UnknownReason
from pavior.policy.evaluation import evaluate
from pavior.policy.model import Level
from pavior.resources.join import join
from pavior.resources.model import Action, GraphFormat, PlanReading, ResourceGraph, Sensitive, Skipped, Unknown
from pavior.resources.views.written import as_written

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


def test_what_a_moved_block_renames_is_told_with_its_previous_address_also_where_nothing_else_changes() -> None:
    moved = {**a_change("aws_x.new", "no-op"), "previous_address": "aws_x.old"}

    reading = read_plan(a_plan(a_resource("aws_x.new", {}), changes=(moved, a_change("aws_x.other", "update"))))

    assert reading.moved == {"aws_x.new": "aws_x.old"}
    assert [item.address for item in reading.changes] == ["aws_x.other"]


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


def test_a_bucket_does_not_keep_what_a_deleted_resource_had_set() -> None:
    document = json.loads((RECORDINGS / "python-service-opened" / "after-apply-plan.json").read_text("utf-8"))
    planned = document["planned_values"]["root_module"]["resources"]
    (bucket,) = (item["values"] for item in planned if item["address"] == "aws_s3_bucket.files")
    # Terraform still shows the encryption whose resource it is about to delete.
    assert bucket["server_side_encryption_configuration"]

    read = recorded("python-service-opened/after-apply-plan.json").graph.find("aws_s3_bucket.files")

    assert read is not None
    assert "server_side_encryption_configuration" not in read.values
    assert read.values["policy"] == bucket["policy"]


def test_a_bucket_keeps_an_access_control_list_whose_resource_is_deleted() -> None:
    body = a_plan(
        a_resource("aws_s3_bucket.b", {"id": "b", "acl": "public-read"}),
        changes=(a_change("aws_s3_bucket_acl.a", "delete", before={"bucket": "b"}, after=None),),
    )

    assert read_plan(body).graph.resources[0].values["acl"] == "public-read"


def test_a_deleted_resource_of_another_bucket_changes_nothing() -> None:
    body = a_plan(
        a_resource("aws_s3_bucket.b", {"id": "b", "policy": "{}"}),
        changes=(a_change("aws_s3_bucket_policy.a", "delete", before={"bucket": "other"}, after=None),),
    )

    assert read_plan(body).graph.resources[0].values["policy"] == "{}"


def controls_of(name: str, plan: str) -> dict[str, set[str]]:
    """What the controls that may stop something say of a recorded plan joined with its source: controls by outcome."""
    folder = RECORDINGS / name
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.tf")}
    graph = join(recorded(f"{name}/{plan}").graph, read_source(files, {"environment": "dev"}, frozenset()))
    outcomes: dict[str, set[str]] = {}
    asked = tuple(control for control in load_controls() if control.levels["prod"] is not Level.OBSERVE)
    for verdict in evaluate(graph, asked, Phase.PLAN).verdicts:
        outcomes.setdefault(verdict.outcome.value, set()).add(verdict.control)
    return outcomes


def test_a_recorded_plan_of_the_golden_path_passes_every_control() -> None:
    assert controls_of("python-service", "plan.json").keys() == {"passed"}


@pytest.mark.parametrize("plan", ["plan.json", "after-apply-plan.json"])
def test_recorded_plans_that_open_the_bucket_fail_as_those_of_the_embedded_engine_do(plan: str) -> None:
    outcomes = controls_of("python-service-opened", plan)

    assert outcomes["failed"] == {"object-storage-encrypted-with-own-key", "object-storage-no-public-access"}
    assert outcomes.keys() == {"passed", "failed"}


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
    assert policy.values["bucket"] == replace(UNKNOWN, detail="aws_s3_bucket.files.id")
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
        # Marks that do not fit their value: it is hidden whole.
        ({"a": "s"}, {}, {"a": {"b": True}}, {"a": Sensitive("")}),
        ({"a": {"b": "s"}}, {}, {"a": [True]}, {"a": Sensitive("")}),
        ({"a": ["s"]}, {}, {"a": "true"}, {"a": Sensitive("")}),
        ({"a": "s"}, {}, "true", {"a": Sensitive("")}),
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
    ("planned", "of_change"),
    [
        (None, {"a": True, "b": [{"c": True}]}),
        ({"a": True}, {"b": [{"c": True}]}),
        ({"b": [{"c": True}, {}]}, {"a": True}),
        ({"a": True, "b": [{"c": True}]}, False),
    ],
)
def test_a_value_is_hidden_that_the_plan_or_the_change_marks(planned: Any, of_change: Any) -> None:
    values = {"a": "s", "b": [{"c": "s"}, {"c": "t"}]}
    body = a_plan(
        a_resource("aws_x.y", values, sensitive_values=planned),
        changes=(a_change("aws_x.y", after=values, after_sensitive=of_change),),
    )

    (resource,) = read_plan(body).graph.resources

    assert resource.values == {"a": Sensitive(""), "b": [{"c": Sensitive("")}, {"c": "t"}]}


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
    assert found["aws_z.one"] == {
        "bucket": ('aws_s3_bucket.b["q.r"]',),
        "key": ("module.m.aws_kms_key.k",),
        # Nobody can tell what a local holds, but somebody wrote something here.
        "local": (),
    }
    assert found["module.m.aws_s3_bucket_versioning.v"] == {
        "bucket": ('aws_s3_bucket.b["p"]',),
        "rule.0.key": ("module.m.aws_kms_key.k",),
    }


def test_what_an_expression_sets_is_written_and_what_nobody_set_is_not() -> None:
    expressions = {
        "constant": {"constant_value": True},
        "of_a_call": {},
        "of_a_local": {"references": ["local.x"]},
        "of_a_variable": {"references": ["var.x"]},
        "block": [{}],
    }
    body = a_plan(
        a_resource("aws_x.y", {}),
        configuration={"root_module": {"resources": [{"address": "aws_x.y", "expressions": expressions}]}},
    )

    found = read_plan(body).graph.resources[0]

    # A variable of the root module is always known in a plan.
    assert found.references == {"of_a_call": (), "of_a_local": ()}


def test_what_the_reader_says_that_nobody_set_is_what_a_search_finds() -> None:
    plans = sorted(RECORDINGS.glob("*/plan.json"))
    resources = [resource for plan in plans for resource in recorded(f"{plan.parent.name}/plan.json").graph.resources]
    told = [resource for resource in resources if resource.unwritten]

    assert told
    for resource in told:
        assert as_written(resource).values == as_written(replace(resource, unwritten=None)).values
        assert not set(resource.unwritten or ()) & set(as_written(resource).values)


def test_a_local_that_a_module_is_given_may_be_anything() -> None:
    inside = {"resources": [{"address": "aws_x.y", "expressions": {"key": {"references": ["var.k", "var.n"]}}}]}
    call = {"expressions": {"k": {"references": ["local.k"]}, "n": {"constant_value": 1}}, "module": inside}
    body = a_plan(
        a_resource("module.m.aws_x.y", {}),
        configuration={"root_module": {"module_calls": {"m": call}}},
        planned_values={
            "root_module": {
                "child_modules": [{"address": "module.m", "resources": [a_resource("module.m.aws_x.y", {})]}]
            }
        },
    )

    assert read_plan(body).graph.resources[0].references == {"key": ()}


def test_an_output_that_is_made_of_a_local_and_an_item_of_a_loop_may_be_anything() -> None:
    expressions = {
        "of_a_loop": {"references": ["each.value.key", "each.value"]},
        "of_its_key": {"references": ["each.key"]},
        "of_an_output": {"references": ["module.m.key", "module.m"]},
        "of_a_constant": {"references": ["module.m.name", "module.m"]},
    }
    outputs = {
        "key": {"expression": {"references": ["local.key"]}},
        "name": {"expression": {"constant_value": "orders"}},
    }
    root = {
        "resources": [{"address": "aws_x.y", "expressions": expressions}],
        "module_calls": {"m": {"module": {"outputs": outputs}}},
    }
    body = a_plan(a_resource("aws_x.y", {}), configuration={"root_module": root})

    assert read_plan(body).graph.resources[0].references == {"of_a_loop": (), "of_an_output": ()}


def test_blocks_that_a_dynamic_one_made_were_written() -> None:
    expressions = {"written": [{"key": {"constant_value": 1}, "inner": [{}]}], "mixed": [{}]}
    unknown = {
        "id": True,
        "made": [{"key": True}],
        "written": [{"computed": True, "within": [{"key": True}], "inner": [{"computed": True}]}],
        "mixed": [{}, {"key": True}],
        "known": [{}],
    }
    body = a_plan(
        a_resource("aws_x.y", {}),
        changes=({"address": "aws_x.y", "change": {"actions": ["create"], "after_unknown": unknown}},),
        configuration={"root_module": {"resources": [{"address": "aws_x.y", "expressions": expressions}]}},
    )

    assert read_plan(body).graph.resources[0].references == {"made": (), "written.0.within": (), "mixed": ()}


def test_without_its_configuration_everything_that_is_not_known_may_have_been_written() -> None:
    unknown = {"arn": True, "rule": [{"key": True}], "size": False}
    change = {"address": "aws_x.y", "change": {"actions": ["create"], "after_unknown": unknown}}
    body = a_plan(a_resource("aws_x.y", {"size": 1}), changes=(change,))

    assert read_plan(body).graph.resources[0].references == {"arn": (), "rule": ()}


def test_what_a_data_source_found_while_the_plan_was_made_is_in_the_graph() -> None:
    address = "data.aws_iam_policy_document.reader"
    document = {**a_resource(address, {"json": "{}"}), "mode": "data", "type": "aws_iam_policy_document"}
    gone = {**document, "address": "data.aws_iam_policy_document.gone", "name": "gone"}
    policy = {"address": "aws_iam_policy.reader", "expressions": {"policy": {"references": [f"{address}.json"]}}}
    body = a_plan(
        a_resource("aws_iam_policy.reader", {"policy": "{}"}),
        prior_state={"format_version": "1.0", "values": {"root_module": {"resources": [document, gone]}}},
        configuration={"root_module": {"resources": [policy, {"address": address, "expressions": {}}]}},
    )

    found = read_plan(body).graph.resources

    # What the configuration no longer holds is of the past.
    assert [(item.address, item.mode) for item in found] == [("aws_iam_policy.reader", "managed"), (address, "data")]
    assert found[0].references == {"policy": (address,)}


def test_what_is_written_out_mentions_nothing_whatever_its_keys_are_called() -> None:
    expressions = {
        "tags": {"constant_value": {"references": ["aws_kms_key.k"], "key": {"references": ["aws_kms_key.k"]}}},
        "rule": [{"note": {"constant_value": {"references": ["aws_kms_key.k"]}}}],
        "key": {"references": ["aws_kms_key.k.arn", "aws_kms_key.k"]},
    }
    blocks = [{"address": "aws_x.y", "expressions": expressions}, {"address": "aws_kms_key.k", "expressions": {}}]
    resources = (a_resource("aws_x.y", {}), a_resource("aws_kms_key.k", {}))

    graph = read_planned_graph(a_plan(*resources, configuration={"root_module": {"resources": blocks}}))

    found = graph.find("aws_x.y")
    assert found is not None
    assert found.references == {"key": ("aws_kms_key.k",)}


@pytest.mark.parametrize(
    "path", sorted(RECORDINGS.glob("*/plan*.json")), ids=lambda path: f"{path.parent.name}-{path.stem}"
)
def test_the_graph_alone_is_the_graph_of_the_reading(path: Path) -> None:
    assert read_planned_graph(path.read_bytes()) == read_plan(path.read_bytes()).graph


def test_an_empty_prior_state_is_an_empty_graph() -> None:
    assert read_plan(a_plan(a_resource("aws_x.y", {}))).prior == ResourceGraph(GraphFormat.STATE, ())
