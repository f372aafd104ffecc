"""`pavior threat draft`, as somebody types it."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.cli.tools import tools_with

from pavior.adapters.readers.kubernetes import read_manifests
from pavior.adapters.readers.terraform_plan import read_planned_graph
from pavior.adapters.readers.terraform_source import read_source, read_source_tolerantly
from pavior.cli.root import invoke
from pavior.cli.threat_files import replace_model
from pavior.content import load_controls
from pavior.kernel.errors import ConflictError

QUEUE = 'resource "aws_sqs_queue" "jobs" {\n  name = "jobs"\n}\n'
TABLE = 'resource "aws_dynamodb_table" "orders" {\n  name = "orders"\n}\n'


@pytest.fixture
def drafting(launcher: Any, tmp_path: Path) -> Any:
    """A launcher with real readers, and a service with a queue in `tmp_path`."""
    launcher.tools = tools_with(
        load_controls=load_controls,
        read_source=read_source,
        read_source_tolerantly=read_source_tolerantly,
        read_manifests=read_manifests,
        read_plan=read_planned_graph,
    )
    (tmp_path / "infra").mkdir()
    (tmp_path / "infra" / "main.tf").write_text(QUEUE, "utf-8")
    return launcher


def test_a_draft_is_printed_and_nothing_is_written(
    drafting: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert invoke(["threat", "draft", str(tmp_path)], drafting) == 0

    out = capsys.readouterr().out
    assert out.startswith("version: 2\n")
    assert "resources: [aws_sqs_queue.jobs]" in out
    assert f"pavior threat draft {tmp_path} --write" in out
    assert not (tmp_path / "threatmodel.yaml").exists()


def test_what_was_written_is_what_a_check_asks_for_until_the_source_changes(
    drafting: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert invoke(["threat", "draft", str(tmp_path), "--check"], drafting) == 1
    assert invoke(["threat", "draft", str(tmp_path), "--write"], drafting) == 0
    assert invoke(["threat", "draft", str(tmp_path), "--check"], drafting) == 0

    (tmp_path / "infra" / "main.tf").write_text(TABLE, "utf-8")
    capsys.readouterr()

    assert invoke(["threat", "draft", str(tmp_path), "--check"], drafting) == 1
    out = capsys.readouterr().out
    assert "appeared  element  dynamodb-table-orders" in out
    assert "vanished  element  sqs-queue-jobs" in out


def test_words_and_comments_of_people_stay_when_a_draft_is_written_beside_them(drafting: Any, tmp_path: Path) -> None:
    own = (
        "# Ours.\nversion: 2\nservice: orders\nscope: What waits.\nassets:\n"
        "  - {id: jobs, title: Jobs, data_class: internal} # not much\nthreats: []\n"
    )
    (tmp_path / "threatmodel.yaml").write_text(own, "utf-8")

    assert invoke(["threat", "draft", str(tmp_path), "--write"], drafting) == 0

    written = (tmp_path / "threatmodel.yaml").read_text("utf-8")
    assert written.startswith("# Ours.\nversion: 2\nservice: orders\nscope: What waits.\n")
    assert "  - {id: jobs, title: Jobs, data_class: internal} # not much\n" in written
    assert "id: sqs-queue-jobs" in written


@pytest.mark.parametrize("was", [None, b"version: 2\n"])
def test_what_somebody_wrote_since_it_was_read_is_not_lost(tmp_path: Path, was: bytes | None) -> None:
    file = tmp_path / "threatmodel.yaml"
    file.write_bytes(b"version: 2 # Just now.\n")

    with pytest.raises(ConflictError) as error:
        replace_model(file, b"version: 2\nservice: drafted\n", was=was)

    assert error.value.code == "threat-model-changed"
    assert file.read_bytes() == b"version: 2 # Just now.\n"


def test_a_program_reads_what_appeared_and_what_was_not_read(
    drafting: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "infra" / "main.tf").write_text(
        QUEUE + 'module "net" {\n  source = "example.com/acme/net/aws"\n}\n', "utf-8"
    )

    assert invoke(["threat", "draft", str(tmp_path), "--json"], drafting) == 0

    answer = json.loads(capsys.readouterr().out)
    assert ("elements", "sqs-queue-jobs") in [(item["section"], item["id"]) for item in answer["appeared"]]
    assert answer["is_complete"] is False
    assert "module.net" in str(answer["not_read"])
    assert [item["id"] for item in answer["model"]["elements"]] == ["sqs-queue-jobs"]


def test_infrastructure_that_no_reader_takes_is_told(
    drafting: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    template = "AWSTemplateFormatVersion: '2010-09-09'\nResources: {Data: {Type: 'AWS::S3::Bucket'}}\n"
    (tmp_path / "template.yaml").write_text(template, "utf-8")

    assert invoke(["threat", "draft", str(tmp_path), "--json"], drafting) == 0

    told = json.loads(capsys.readouterr().out)["not_read"]
    assert [Path(item["subject"]).name for item in told] == ["template.yaml"]


PLAN = {
    "format_version": "1.2",
    "terraform_version": "1.11.4",
    "planned_values": {
        "root_module": {
            "resources": [
                {
                    "address": "aws_sqs_queue.jobs",
                    "mode": "managed",
                    "type": "aws_sqs_queue",
                    "name": "jobs",
                    "values": {"name": "jobs"},
                },
                {
                    "address": "aws_sns_topic.news",
                    "mode": "managed",
                    "type": "aws_sns_topic",
                    "name": "news",
                    "values": {"name": "news"},
                },
            ]
        }
    },
    "resource_changes": [],
    "configuration": {},
}


def test_a_plan_says_what_the_source_alone_does_not(
    drafting: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = tmp_path / "plan.json"
    plan.write_text(json.dumps(PLAN), "utf-8")

    assert invoke(["threat", "draft", str(tmp_path), "--plan", str(plan), "--json"], drafting) == 0

    answer = json.loads(capsys.readouterr().out)
    assert {item["id"] for item in answer["model"]["elements"]} == {"sqs-queue-jobs", "sns-topic-news"}
    # What it does not name may be of another stack.
    assert answer["is_complete"] is False


def test_a_file_that_is_no_threat_model_is_not_drafted_over(
    drafting: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "threatmodel.yaml").write_text("version: 2\n", "utf-8")

    assert invoke(["threat", "draft", str(tmp_path), "--write"], drafting) == 2

    assert "threat-model-invalid" in capsys.readouterr().err
    assert (tmp_path / "threatmodel.yaml").read_text("utf-8") == "version: 2\n"


def test_a_file_of_the_first_version_is_brought_to_the_second_before_it_is_drafted_into(
    drafting: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = "version: 1\nservice: orders\nscope: What waits.\nassets: []\nthreats: []\n"
    (tmp_path / "threatmodel.yaml").write_text(first, "utf-8")

    assert invoke(["threat", "draft", str(tmp_path), "--check"], drafting) == 1
    assert invoke(["threat", "draft", str(tmp_path), "--write"], drafting) == 2

    assert "pavior threat upgrade" in capsys.readouterr().err
    assert (tmp_path / "threatmodel.yaml").read_text("utf-8") == first


def test_what_would_be_too_large_to_read_is_not_written(
    drafting: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    many = "".join(
        f'resource "aws_vpc" "n{n}" {{}}\n'
        f'resource "aws_lambda_function" "n{n}" {{\n  vpc_config {{\n    vpc_id = aws_vpc.n{n}.id\n  }}\n}}\n'
        for n in range(1_001)
    )
    (tmp_path / "infra" / "main.tf").write_text(many, "utf-8")

    assert invoke(["threat", "draft", str(tmp_path), "--write"], drafting) == 2

    assert "threat-draft-too-large" in capsys.readouterr().err
    assert not (tmp_path / "threatmodel.yaml").exists()


def test_where_there_is_nothing_to_draft_it_is_said_what_to_give(
    drafting: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()

    assert invoke(["threat", "draft", str(empty)], drafting) == 2
    assert "threat-nothing-to-draft" in capsys.readouterr().err


def test_to_ask_and_to_write_are_two_things(drafting: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert invoke(["threat", "draft", str(tmp_path), "--write", "--check"], drafting) == 2
    assert "threat-draft-ambiguous" in capsys.readouterr().err


def test_a_moved_block_keeps_the_element(drafting: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    invoke(["threat", "draft", str(tmp_path), "--write"], drafting)
    (tmp_path / "infra" / "main.tf").write_text(
        QUEUE.replace('"jobs" {', '"tasks" {')
        + "moved {\n  from = aws_sqs_queue.jobs\n  to   = aws_sqs_queue.tasks\n}\n",
        "utf-8",
    )

    assert invoke(["threat", "draft", str(tmp_path), "--json"], drafting) == 0

    captured = capsys.readouterr().out
    answer = json.loads(captured[captured.rindex('\n{\n  "file"') + 1 :])
    assert [item["id"] for item in answer["changed"] if item["section"] == "elements"] == ["sqs-queue-jobs"]
    assert answer["appeared"] == answer["vanished"] == []
