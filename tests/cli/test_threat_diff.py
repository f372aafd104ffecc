"""`pavior threat diff` tells what a working tree does to the threats, whatever threatmodel.yaml mentions."""

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from pavior.cli.root import invoke
from pavior.launching.later import LaterLauncher

_GUIDE = Path(__file__).parents[2] / "docs" / "guides" / "own-controls"
BUCKET = 'resource "aws_s3_bucket" "files" {\n  bucket = "files"\n}\n'
PUBLIC_QUEUE = (
    'resource "aws_sqs_queue" "open" {\n  name = "open"\n  policy = jsonencode({ Statement = [{ Effect = "Allow", '
    'Principal = "*", Action = "sqs:*", Resource = "*" }] })\n}\n'
)
MODEL = """\
version: 2
service: orders
scope: It takes orders.
assets: []
threats:
  - id: leak
    title: Orders leak | `x` <b>
    category: information-disclosure
    severity: high
    controls: [object-storage-encrypted]
"""
Told = Callable[..., tuple[int, str, str]]


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Told:
    """Exit status, output and errors of the command, in a repository whose main holds a bucket."""
    monkeypatch.chdir(tmp_path)
    Path("main.tf").write_text(BUCKET)
    for words in (
        ["init", "-q", "-b", "main"],
        ["add", "-A"],
        ["-c", "user.name=mara", "-c", "user.email=mara@example.com", "commit", "-qm", "The bucket"],
    ):
        subprocess.run(["git", *words], check=True)

    def run(*options: str) -> tuple[int, str, str]:
        status = invoke(["threat", "diff", *options], LaterLauncher({}, tmp_path))
        printed = capsys.readouterr()
        return status, printed.out, printed.err

    return run


def test_a_tree_that_changes_nothing_needs_no_review(told: Told) -> None:
    status, out, _ = told()

    assert status == 0
    assert "Nothing changes in the threat model." in out
    assert "No security review is needed." in out


def test_what_no_reader_takes_is_not_new_where_it_was_there_before(told: Told) -> None:
    Path("Dockerfile.web").write_text("FROM scratch\n")
    subprocess.run(["git", "add", "-A"], check=True)
    commit = ["-c", "user.name=mara", "-c", "user.email=mara@example.com", "commit", "-qm", "An image"]
    subprocess.run(["git", *commit], check=True)

    assert "No security review is needed." in told()[1]

    Path("Dockerfile").write_text("FROM scratch\n")

    assert "so nobody knows what it opens: Dockerfile" in told()[1]


def test_what_could_not_be_read_before_is_not_new(told: Told) -> None:
    Path("broken").mkdir()
    Path("broken/main.tf").write_text('resource "aws_sqs_queue" "a" {\n  name = \n}\n')
    subprocess.run(["git", "add", "-A"], check=True)
    commit = ["-c", "user.name=mara", "-c", "user.email=mara@example.com", "commit", "-qm", "A slip"]
    subprocess.run(["git", *commit], check=True)

    assert "No security review is needed." in told()[1]


def test_what_the_source_opens_is_seen_without_a_word_in_the_model(told: Told) -> None:
    Path("main.tf").write_text(BUCKET + PUBLIC_QUEUE)

    status, out, _ = told("--json")

    answer = json.loads(out)
    assert status == 0
    assert answer["is_review_asked"] is True
    assert [item["rule"] for item in answer["reasons"]] == ["entry-added", "boundary-crossed", "model-missing"]
    assert "Anybody on the internet may now reach Queue open." in answer["paragraph"]


def test_a_revision_and_a_model_can_be_compared_with(told: Told) -> None:
    Path("threatmodel.yaml").write_text(MODEL.replace("[object-storage-encrypted]", "[]"))
    Path("before.yaml").write_text(MODEL)

    assert "threat-weakened" in told("--base", "before.yaml")[1]
    assert "threat-added" in told("--base", "main")[1]


def test_a_comment_on_a_proposal_holds_no_markup_of_names(told: Told) -> None:
    Path("threatmodel.yaml").write_text(MODEL)

    out = told("--format", "markdown")[1]

    assert out.startswith("<!-- pavior threat diff -->\n### Threats: a security review is asked for\n")
    assert "<b>" not in out
    assert "`x`" not in out


def test_the_picture_shows_what_changed(told: Told) -> None:
    Path("main.tf").write_text(PUBLIC_QUEUE)

    out = told("--format", "mermaid")[1]

    assert "classDef added" in out
    assert "classDef removed" in out


def test_rules_of_an_installation_decide_what_asks(told: Told) -> None:
    Path("main.tf").write_text(BUCKET + PUBLIC_QUEUE)
    off = "".join(f"[rules.{name}]\nasks = false\n" for name in ("entry-added", "boundary-crossed", "model-missing"))
    Path("rules.toml").write_text(f"version = 1\n{off}")

    assert "No security review is needed." in told("--rules", "rules.toml")[1]
    assert "review-rules-missing" in told("--rules", "gone.toml")[2]


def test_controls_and_threats_of_a_pack_are_known_as_in_a_draft(told: Told) -> None:
    shutil.copytree(_GUIDE / "acme", "acme")
    Path("pavior.yaml").write_text("version: 1\npacks:\n  - path: acme\n")
    Path("main.tf").write_text(BUCKET + 'resource "aws_cloudwatch_log_group" "orders" {\n  name = "orders"\n}\n')
    Path("threatmodel.yaml").write_text(MODEL.replace("[object-storage-encrypted]", "[acme-log-groups-named]"))

    answer = json.loads(told("--json")[1])

    assert "model-unreadable" not in [item["rule"] for item in answer["reasons"]]
    (threats,) = [item for item in answer["diff"]["sections"] if item["section"] == "threats"]
    assert {"leak", "acme-logs-of-nobody"} <= set(threats["added"])


def test_a_base_that_is_not_there_is_told_by_name(told: Told) -> None:
    status, _, err = told("--base", "elsewhere")

    assert status != 0
    assert "base-commit-missing" in err


@pytest.mark.parametrize("name", ["n" * 300 + ".tf", "d/" * 1_900 + "main.tf"])
def test_a_commit_that_no_file_system_takes_is_told(told: Told, name: str) -> None:
    def git(*words: str, body: bytes = b"") -> bytes:
        return subprocess.run(["git", *words], check=True, capture_output=True, input=body).stdout

    blob = git("rev-parse", "HEAD:main.tf").strip()
    *folders, file = name.split("/")
    tree = git("mktree", body=b"100644 blob %s\t%s\n" % (blob, file.encode())).strip()
    for folder in reversed(folders):
        tree = git("mktree", body=b"040000 tree %s\t%s\n" % (tree, folder.encode())).strip()
    identity = ["-c", "user.name=mara", "-c", "user.email=mara@example.com"]
    base = git(*identity, "commit-tree", "-m", "Odd", tree.decode()).strip().decode()
    after = git(*identity, "commit-tree", "-p", base, "-m", "Even", "HEAD^{tree}").strip().decode()
    git("reset", "-q", "--hard", after)

    status, _, errors = told("--base", base)

    assert status == 2
    assert "base-not-writable" in errors
