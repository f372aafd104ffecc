"""Whatever becomes of a file on its way to `pavior check`, there is an answer or an error of ours, and no traceback."""

import json
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs

from pavior.cli.answer import to_json
from pavior.cli.checking.looking import check_path
from pavior.cli.checking.people import told_to_people
from pavior.cli.checking.report import CheckReport
from pavior.cli.checking.request import CheckRequest
from pavior.cli.launcher import CheckTools
from pavior.kernel.errors import InvalidError, PaviorError
from pavior.kernel.verdicts import Outcome
from pavior.launching.later import LaterLauncher

_BUCKET = {"bucket": "x", "tags": {"a": "b"}, "versioning": [{"enabled": True}], "force_destroy": None}
_PLANNED = {"address": "aws_s3_bucket.b", "type": "aws_s3_bucket", "name": "b", "values": _BUCKET, "mode": "managed"}
SEEDS = {
    "plan.json": json.dumps(
        {
            "format_version": "1.2",
            "terraform_version": "1.9.0",
            "planned_values": {"root_module": {"resources": [_PLANNED]}},
            "resource_changes": [
                {"address": "aws_s3_bucket.b", "type": "aws_s3_bucket", "change": {"actions": ["create"]}}
            ],
        }
    ),
    "x.tfstate": json.dumps(
        {
            "version": 4,
            "resources": [
                {
                    "mode": "managed",
                    "type": "aws_s3_bucket",
                    "name": "b",
                    "instances": [{"index_key": "a", "attributes": _BUCKET, "sensitive_attributes": []}],
                }
            ],
        }
    ),
    "main.tf": 'locals {\n  m = { a = 1 }\n}\nresource "aws_s3_bucket" "b" {\n  for_each = local.m\n'
    '  bucket   = "x-${each.key}"\n  tags = merge({ a = 1 }, { b = regex("[a-z]+", "abc") })\n}\n'
    'resource "aws_iam_policy" "p" {\n  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "*" }] })\n}\n',
    "main.tf.json": json.dumps(
        {
            "locals": {"m": {"a": 1}},
            "resource": {
                "aws_s3_bucket": {"b": {"for_each": "${local.m}", "bucket": "x-${each.key}", "tags": {"a": "b"}}},
                "aws_security_group": {"s": {"dynamic": {"ingress": {"for_each": [22], "content": {"from_port": 1}}}}},
            },
        }
    ),
    "pod.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n  - &c\n    name: w\n"
    "    image: x:1\n    securityContext:\n      privileged: true\n    ports: [{containerPort: 80}]\n---\n"
    "apiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec: {selector: {a: b}}\n",
    "values.tfvars": 'm = { a = "b" }\nlist = [1, 2]\n',
}  # fmt: skip
_PIECES = st.sampled_from(
    [b"{", b"}", b"[", b"]", b'"', b":", b",", b"null", b"1e999", b"${", b"%{", b"\xff", b"\0", b"\r\n", b"\t",
     b"&a ", b"*a",
     b"<<: ", b"!!x ", b"---\n", b"- ", b"\xef\xbb\xbf", b'"a":1,', b"Type: {a: b}\n", b"kind: []\n", b"metadata: 1\n",
     b"\xed\xa0\x80", b"{}", b"[[]]", b"\\ud800", b"AWSTemplateFormatVersion: x\n"]
)  # fmt: skip
_PLACES = st.floats(0, 1)


def _cut(body: bytes, place: float, _: bytes) -> bytes:
    return body[: int(place * len(body))]


def _put(body: bytes, place: float, piece: bytes) -> bytes:
    at = int(place * len(body))
    return body[:at] + piece + body[at:]


def _overwrite(body: bytes, place: float, piece: bytes) -> bytes:
    at = int(place * len(body))
    return body[:at] + piece + body[at + len(piece) :]


def _repeat(body: bytes, place: float, _: bytes) -> bytes:
    at = int(place * len(body))
    return body[: at + 40] + body[at:]


def _nest(body: bytes, place: float, piece: bytes) -> bytes:
    return _put(body, place, piece * 2000)


def _other_lines(body: bytes, _: float, __: bytes) -> bytes:
    return body.replace(b"\n", b"\r\n")


def _utf16(body: bytes, place: float, _: bytes) -> bytes:
    encoding = ("utf-16", "utf-16-le", "utf-16-be")[int(place * 2.9)]
    return body.decode("utf-8", "replace").encode(encoding)


_CHANGES = st.sampled_from([_cut, _put, _put, _overwrite, _overwrite, _repeat, _nest, _other_lines, _utf16])


@pytest.fixture(scope="module")
def tools() -> CheckTools:
    tools = LaterLauncher({}, Path("/nonexistent")).check_tools()
    controls = tools.load_controls()
    return structs.replace(tools, load_controls=lambda: controls)


def _answered(path: Path, tools: CheckTools) -> CheckReport | PaviorError:
    try:
        report = check_path(CheckRequest(path), tools)
    except PaviorError as error:
        return error
    assert told_to_people(report, lambda lines, _: lines)
    json.dumps(to_json(report)).encode()
    return report


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(sorted(SEEDS)),
    changes=st.lists(st.tuples(_CHANGES, _PLACES, _PIECES), min_size=1, max_size=4),
)
def test_a_mangled_file_has_an_answer(
    tmp_path: Path,
    tools: CheckTools,
    name: str,
    changes: list[tuple[Callable[[bytes, float, bytes], bytes], float, bytes]],
) -> None:
    body = SEEDS[name].encode()
    for change, place, piece in changes:
        body = change(body, place, piece)
    for old in tmp_path.iterdir():
        old.unlink()
    path = tmp_path / name
    path.write_bytes(body)
    if name.endswith(".tfvars"):
        (tmp_path / "main.tf").write_text('variable "m" {}\nresource "aws_s3_bucket" "b" {\n  tags = var.m\n}\n')
        path.rename(tmp_path / "terraform.tfvars")
        path = tmp_path

    answer = _answered(path, tools)

    assert isinstance(answer, CheckReport) or answer.fix
    if isinstance(answer, CheckReport):
        assert not [verdict for verdict in answer.verdicts if verdict.outcome is Outcome.ERRORED]


@pytest.mark.parametrize("name", sorted(SEEDS))
def test_the_files_that_are_mangled_are_good_ones(tmp_path: Path, tools: CheckTools, name: str) -> None:
    (tmp_path / name).write_text(SEEDS[name])
    (tmp_path / "main.tf").touch()

    answer = _answered(tmp_path if name.endswith(".tfvars") else tmp_path / name, tools)

    assert isinstance(answer, CheckReport)
    assert not answer.problems
    assert answer.verdicts or name == "values.tfvars"


_BOMB = b"a: &a [x,x,x,x,x,x,x,x,x]\n" + b"".join(
    b"%c: &%c [%s]\n" % (new, new, b",".join([b"*%c" % old] * 9))
    for old, new in zip(b"abcdefgh", b"bcdefghi", strict=True)
)
# Each once took longer, or might.
_COSTLY = {
    "deep.json": b'{"format_version":"1.2","planned_values":' + b'{"root_module":' * 10_000,
    "deep.tf": b"locals {\n  a = " + b"[" * 10_000,
    "deep.yaml": b"apiVersion: v1\nkind: Pod\nspec: " + b"[" * 10_000,
    "indented.yaml": b"apiVersion: v1\nkind: Pod\nspec:\n" + b"".join(b" " * level + b"a:\n" for level in range(2000)),
    "bomb.yaml": _BOMB,
    "lines.tf": b"\n" * 4_000_000,
    "text.tf": b"a = <<E\n" + b"x\n" * 300_000,
    "many.tf": b"".join(b'resource "aws_x" "b%d" {\n  count = 9999\n}\n' % number for number in range(100)),
    "spaces.yaml": b" " * 4_000_000,
    "services.yaml": b"services:\n" + b" " * 1_000_000 + b"x",
    "schema.json": b'{"$schema": "' + b"/a" * 1_000_000,
    "documents.yaml": b"---\n" * 1_000_000,
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(_COSTLY))
def test_no_file_takes_long(tmp_path: Path, tools: CheckTools, name: str) -> None:
    (tmp_path / name).write_bytes(_COSTLY[name])
    before = time.process_time()

    answer = _answered(tmp_path / name, tools)

    # Of the processor, several times what any of them takes: it is the one that has no end that must be found.
    assert time.process_time() - before < 10
    assert isinstance(answer, PaviorError) or answer.is_denied or not answer.verdicts


def test_a_type_that_is_a_mapping_is_no_crash(tmp_path: Path, tools: CheckTools) -> None:
    (tmp_path / "stack.json").write_text(
        '{"AWSTemplateFormatVersion": "x", "Resources": {"A": {"Type": {"Ref": "x"}}}}'
    )

    answer = _answered(tmp_path, tools)

    assert isinstance(answer, CheckReport)
    assert [item.kind for item in answer.coverage.not_looked_at] == ["cloudformation"]


def test_a_loop_of_links_ends(tmp_path: Path, tools: CheckTools) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b").symlink_to(tmp_path)
    (tmp_path / "a" / "loop.yaml").symlink_to("loop.yaml")
    (tmp_path / "main.tf").write_text(SEEDS["main.tf"])

    answer = _answered(tmp_path, tools)

    assert isinstance(answer, CheckReport | InvalidError)
    if isinstance(answer, CheckReport):
        assert answer.verdicts


def test_a_file_that_goes_away_while_it_is_read_is_an_error(
    tmp_path: Path, tools: CheckTools, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "main.tf").write_text(SEEDS["main.tf"])
    read_bytes = Path.read_bytes

    def gone(path: Path) -> bytes:
        if path.name == "main.tf":
            path.unlink()
        return read_bytes(path)

    monkeypatch.setattr(Path, "read_bytes", gone)

    answer = _answered(tmp_path, tools)

    assert isinstance(answer, InvalidError)
    assert answer.code == "check-unreadable"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything; to add it: run as another user")
def test_a_folder_that_may_not_be_read_is_an_error(tmp_path: Path, tools: CheckTools) -> None:
    (tmp_path / "a").mkdir(mode=0)

    answer = _answered(tmp_path, tools)

    assert isinstance(answer, InvalidError)
    assert answer.code == "check-unreadable"
