"""A state, as the program keeps it or shows it: addresses, hidden values, and what cannot be looked at."""

import json
from typing import Any

import pytest

from pavior.adapters.readers.terraform_state import read_state_file
from pavior.kernel.errors import InvalidError
from pavior.resources.model import GraphFormat, Sensitive


def a_state(*resources: dict[str, Any], **more: Any) -> bytes:
    return json.dumps({"version": 4, "terraform_version": "1.11.4", "resources": resources, **more}).encode()


def a_resource(*instances: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"mode": "managed", "type": "aws_s3_bucket", "name": "files", "instances": list(instances), **more}


def test_addresses_are_those_that_terraform_writes() -> None:
    graph = read_state_file(
        a_state(
            a_resource({"attributes": {"bucket": "one"}}),
            a_resource({"index_key": 0, "attributes": {}}, {"index_key": 'a"b', "attributes": {}}, name="many"),
            a_resource({"attributes": {}}, module='module.site["x"].module.inner[0]'),
            a_resource({"attributes": {}}, mode="data"),
        )
    )

    assert [item.address for item in graph.resources] == [
        "aws_s3_bucket.files",
        "aws_s3_bucket.many[0]",
        'aws_s3_bucket.many["a\\"b"]',
        'module.site["x"].module.inner[0].aws_s3_bucket.files',
        "data.aws_s3_bucket.files",
    ]
    assert (graph.format, graph.complete, graph.resources[0].values["bucket"]) == (GraphFormat.STATE, True, "one")
    assert graph.resources[-1].mode == "data"


@pytest.mark.parametrize(
    ("path", "hidden", "shown"),
    [
        ([{"type": "get_attr", "value": "password"}], ("password",), ("settings", "rules")),
        (
            [{"type": "get_attr", "value": "settings"}, {"type": "index", "value": {"value": "key", "type": "string"}}],
            ("settings.key",),
            ("settings.other", "password"),
        ),
        (
            [{"type": "get_attr", "value": "rules"}, {"type": "index", "value": {"value": 1, "type": "number"}}],
            ("rules",),
            ("password", "settings"),
        ),
        # Terraform keeps an attribute that may be anything as its value and its type.
        (
            [{"type": "get_attr", "value": "settings"}, {"type": "get_attr", "value": "elsewhere"}],
            ("settings",),
            ("password", "rules"),
        ),
        ("not a path", ("password", "settings", "rules"), ()),
    ],
)
def test_what_the_state_calls_sensitive_is_hidden_and_the_rest_is_not(
    path: object, hidden: tuple[str, ...], shown: tuple[str, ...]
) -> None:
    attributes = {"password": "hunter2", "settings": {"key": "hunter3", "other": "x"}, "rules": ["a", "hunter4"]}

    (resource,) = read_state_file(
        a_state(a_resource({"attributes": attributes, "sensitive_attributes": [path]}))
    ).resources

    def at(place: str) -> object:
        value: object = resource.values
        for step in place.split("."):
            assert isinstance(value, dict)
            value = value[step]
        return value

    assert all(isinstance(at(place), Sensitive) for place in hidden)
    assert not any(isinstance(at(place), Sensitive) for place in shown)


def test_what_cannot_be_looked_at_is_told_and_absence_proves_nothing_then() -> None:
    graph = read_state_file(
        a_state(
            a_resource({"attributes": {}, "deposed": "0f3a"}),
            a_resource({"attributes_flat": {"bucket": "one"}}, name="old"),
        )
    )

    assert graph.resources == ()
    assert [item.subject for item in graph.skipped] == ["aws_s3_bucket.files", "aws_s3_bucket.old"]
    assert not graph.complete


def test_what_show_prints_is_read_as_well() -> None:
    resource = {"address": "aws_s3_bucket.files", "type": "aws_s3_bucket", "name": "files", "values": {"bucket": "one"}}
    shown = {"format_version": "1.0", "values": {"root_module": {"resources": [resource]}}}

    graph = read_state_file(json.dumps(shown).encode())

    assert [(item.address, item.values["bucket"]) for item in graph.resources] == [("aws_s3_bucket.files", "one")]


@pytest.mark.parametrize(
    ("body", "word"),
    [
        (b"", "truncated"),
        (b"{", "truncated"),
        (b"[]", "Expected"),
        (b"{}", "version 0"),
        (a_state(version=3), "version 3"),
        (b'{"version": 4, "resources": [{"type": 7}]}', "Expected"),
        (b'{"version": 4, "resources": [' + b"[" * 100_000, "recursion|deep|malformed|Expected"),
        (b"\xff\xfe", "invalid|malformed"),
    ],
)
def test_what_is_no_state_is_told_without_its_values(body: bytes, word: str) -> None:
    with pytest.raises(InvalidError, match=word) as caught:
        read_state_file(body)

    assert caught.value.code == "state-unreadable"
