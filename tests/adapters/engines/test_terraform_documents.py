"""What the Terraform engines make of Terraform's own documents; no program is needed for these."""

import copy
import json
from typing import Any

import pytest

from pavior.adapters.engines.terraform.documents import changes_in, masked, read_shown, sensitive_paths, why_not_within
from pavior.adapters.engines.terraform.events import Listener
from pavior.adapters.engines.terraform.state import StoredState, read_stored, write_stored
from pavior.environments.ports import EngineEvent
from pavior.kernel.errors import InvalidError, UnavailableError
from pavior.resources.model import GraphFormat, Sensitive

KEY = b"k" * 32
CANARY = "canary-5d1f90"
BUCKET = "aws_s3_bucket.files"


def a_change(actions: list[str], before: Any = None, after: Any = None, **marks: Any) -> dict[str, Any]:
    return {
        "address": marks.pop("address", BUCKET),
        "mode": marks.pop("mode", "managed"),
        "change": {"actions": actions, "before": before, "after": after, "after_unknown": {}, **marks},
    }


def a_plan(*changes: dict[str, Any]) -> dict[str, Any]:
    return {"format_version": "1.2", "timestamp": "2026-11-26T12:00:00Z", "resource_changes": list(changes)}


# --- what nobody may see ---


def test_a_secret_is_nowhere_in_clear_and_two_equal_ones_can_be_told() -> None:
    shown = a_plan(
        a_change(
            ["create"],
            after={"bucket": "files", "password": CANARY, "note": f"it is {CANARY}", "tags": {"a": CANARY}},
            after_sensitive={"password": True},
        )
    )
    shown["variables"] = {"token": {"value": CANARY}}
    shown["output_changes"] = {"token": {"actions": ["create"], "after": CANARY, "after_sensitive": True}}
    shown["planned_values"] = {
        "outputs": {"token": {"sensitive": True, "value": CANARY}},
        "root_module": {"resources": [{"values": {"password": CANARY}, "sensitive_values": {"password": True}}]},
    }

    hidden = masked(shown, KEY, ())

    after = hidden["resource_changes"][0]["change"]["after"]
    assert CANARY not in json.dumps(hidden)
    assert after["bucket"] == "files"
    assert after["password"] == after["tags"]["a"]
    assert after["password"].startswith("(sensitive ")
    assert hidden["resource_changes"][0]["change"]["after_sensitive"]["password"] is True


def test_when_a_plan_was_made_is_no_part_of_it() -> None:
    early, late = a_plan(), {**a_plan(), "timestamp": "2027-01-01T00:00:00Z"}

    assert masked(early, KEY, ()) == masked(late, KEY, ())


def test_what_will_be_sensitive_is_known_by_its_place() -> None:
    shown = a_plan(a_change(["create"], after={}, after_sensitive={"a": [{"b": True}], "c": False}))

    assert sensitive_paths(shown) == {BUCKET: (("a", 0, "b"),)}


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"{"])
def test_what_is_no_plan_is_told(body: bytes) -> None:
    with pytest.raises(UnavailableError, match="engine-failed"):
        read_shown(body)


# --- within what was approved ---


def test_reads_and_what_stays_are_no_changes() -> None:
    plan = a_plan(
        a_change(["no-op"]), a_change(["read"], mode="data"), a_change(["update"], address="aws_kms_key.data")
    )

    assert list(changes_in(plan)) == ["aws_kms_key.data"]


CREATE = a_change(["create"], after={"bucket": "files", "tags": {"owner": "payments"}}, after_unknown={"arn": True})
UPDATE = a_change(["update"], before={"acl": "private", "size": 1}, after={"acl": "private", "size": 2})


def edited(change: dict[str, Any], **fields: Any) -> dict[str, Any]:
    other = copy.deepcopy(change)
    other["change"].update(fields)
    return other


@pytest.mark.parametrize(
    ("now", "approved"),
    [
        (a_plan(CREATE), a_plan(CREATE)),
        (a_plan(), a_plan(CREATE)),
        (a_plan(UPDATE), a_plan(UPDATE, {**CREATE, "address": "aws_kms_key.data"})),
        (a_plan(edited(CREATE, after={**CREATE["change"]["after"], "arn": "arn:aws:s3:::files"})), a_plan(CREATE)),
    ],
)
def test_the_same_or_less_is_within_it(now: dict[str, Any], approved: dict[str, Any]) -> None:
    assert why_not_within(now, approved, is_going_on=False) == ""


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (a_change(["create"], after={}, address="aws_kms_key.data"), "aws_kms_key.data would be changed too"),
        (edited(UPDATE, actions=["delete", "create"]), "aws_s3_bucket.files: delete and create instead of update"),
        (edited(UPDATE, before={"acl": "public-read", "size": 1}), "aws_s3_bucket.files is not as it was"),
        (edited(UPDATE, after={"acl": "public-read", "size": 2}), "aws_s3_bucket.files would become something else"),
        (edited(UPDATE, after={"acl": "private", "size": 2, "more": 1}), "would become something else"),
        (edited(UPDATE, after={"acl": "private"}), "would become something else"),
    ],
)
def test_anything_else_is_not(change: dict[str, Any], why: str) -> None:
    assert why in why_not_within(a_plan(change), a_plan(UPDATE), is_going_on=False)


def test_after_a_crash_what_was_half_made_is_made_anew_and_nothing_more() -> None:
    half_made = edited(CREATE, actions=["delete", "create"], before={"bucket": "files"})

    assert why_not_within(a_plan(half_made), a_plan(CREATE), is_going_on=True) == ""
    assert "instead of" in why_not_within(a_plan(half_made), a_plan(CREATE), is_going_on=False)
    assert "instead of" in why_not_within(
        a_plan(edited(UPDATE, actions=["delete", "create"])), a_plan(UPDATE), is_going_on=True
    )
    other = edited(half_made, after={"bucket": "other", "tags": {"owner": "payments"}})
    assert "something else" in why_not_within(a_plan(other), a_plan(CREATE), is_going_on=True)


# --- state ---

RAW = {
    "version": 4,
    "serial": 3,
    "lineage": "a",
    "outputs": {"bucket": {"value": "files"}, "token": {"value": CANARY, "sensitive": True}},
    "resources": [
        {"mode": "data", "type": "aws_region", "name": "here", "instances": [{"attributes": {}}]},
        {
            "module": "module.store",
            "mode": "managed",
            "type": "aws_s3_bucket",
            "name": "files",
            "instances": [
                {
                    "index_key": "x",
                    "attributes": {"bucket": "files", "tags": {"token": CANARY}},
                    "sensitive_attributes": [
                        [{"type": "get_attr", "value": "tags"}, {"type": "index", "value": {"value": "token"}}]
                    ],
                },
                {"index_key": "x", "deposed": "0f", "attributes": {"bucket": "old"}},
            ],
        },
    ],
}


def a_state() -> StoredState:
    return StoredState("orders/dev", "one", {"infra/main.tf": "#"}, {"token": CANARY}, frozenset({CANARY}), raw=RAW)


def test_a_state_is_read_as_it_was_written() -> None:
    assert read_stored(write_stored(a_state())) == a_state()


def test_what_leaves_a_state_has_addresses_and_no_secret() -> None:
    graph = a_state().graph(GraphFormat.STATE, KEY)

    [bucket] = graph.resources
    assert bucket.address == 'module.store.aws_s3_bucket.files["x"]'
    assert bucket.values["bucket"] == "files"
    assert isinstance(bucket.values["tags"]["token"], Sensitive)  # type: ignore[index, call-overload]
    assert CANARY not in repr(graph)
    assert a_state().outputs() == {"bucket": "files"}
    assert CANARY not in repr(a_state())


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b'{"format": 2, "engine": "terraform"}', b"null"])
def test_what_is_no_state_is_refused(content: bytes) -> None:
    with pytest.raises(InvalidError, match="state-unreadable"):
        read_stored(content)


@pytest.mark.parametrize("body", [b"", b"[]", b'{"version": 3}'])
def test_a_state_of_another_version_is_refused(body: bytes) -> None:
    with pytest.raises(InvalidError, match="state-unreadable"):
        a_state().with_raw(body)


# --- progress and errors ---


def said(kind: str, **more: Any) -> bytes:
    return json.dumps({"type": kind, **more}).encode()


def hook(action: str, address: str = BUCKET) -> dict[str, Any]:
    return {"action": action, "resource": {"addr": address}}


def test_progress_counts_what_was_changed_and_hides_secrets() -> None:
    events: list[EngineEvent] = []
    changed: list[str] = []
    listener = Listener(events.append, frozenset({"files"}), total=2, on_change=changed.append)

    for line in (
        b"no json",
        b"[]",
        said("version", terraform="1.11.4"),
        said("apply_start", hook=hook("read", "data.aws_region.here")),
        said("apply_complete", hook=hook("read", "data.aws_region.here")),
        said("apply_start", hook=hook("create")),
        said("apply_complete", hook=hook("create")),
    ):
        listener.hear(line)

    assert [(event.text, event.done, event.total) for event in events] == [
        ("[0/2] Making aws_s3_bucket.***.", 0, 2),
        ("[1/2] Made aws_s3_bucket.***.", 1, 2),
    ]
    assert changed == [BUCKET]


@pytest.mark.parametrize(
    ("diagnostic", "while_doing", "code"),
    [
        ({"summary": "Unsupported argument", "range": {"filename": "main.tf"}}, "planning", "stack-invalid"),
        ({"summary": "creating", "detail": "AccessDenied", "address": BUCKET}, "planning", "engine-failed"),
        ({"summary": "creating", "detail": "AccessDenied", "address": BUCKET}, "applying", "apply-failed"),
        ({"summary": "reading", "detail": "dial tcp 127.0.0.1:1: connection refused"}, "planning", "cloud-unreachable"),
        ({"summary": "reading", "detail": "dial tcp 127.0.0.1:1: connection refused"}, "applying", "cloud-unreachable"),
    ],
)
def test_why_it_failed_is_told_by_its_code_without_secrets(
    diagnostic: dict[str, Any], while_doing: str, code: str
) -> None:
    listener = Listener(lambda _: None, frozenset({CANARY}))
    listener.hear(said("diagnostic", diagnostic={"severity": "warning", "summary": "old"}))
    listener.hear(
        said(
            "diagnostic",
            diagnostic={"severity": "error", **diagnostic, "detail": f"{diagnostic.get('detail', '')} {CANARY}"},
        )
    )

    error = listener.error(while_doing=while_doing)

    assert error.code == code
    assert CANARY not in str(error)
    assert "old" not in error.summary
