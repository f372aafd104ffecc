"""Charts, Kustomizations and standard input in `pavior check`: what is made of templates, and what is not."""

import io
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pavior.adapters.readers.helm_charts import Rendering, render_chart
from pavior.cli.checking.rendered_charts import render_all
from pavior.cli.root import invoke
from pavior.launching.later import LaterLauncher

Check = Callable[..., tuple[int, str]]

POD = """apiVersion: v1
kind: Pod
metadata:
  name: {name}
spec:
  containers:
    - name: web
      image: registry.example/web:1.0
      securityContext:
        privileged: {privileged}
"""
CHART = {
    "chart/Chart.yaml": "apiVersion: v2\nname: orders\nversion: 1.0.0\n",
    "chart/values.yaml": "name: web\nprivileged: true\n",
    "chart/templates/pod.yaml": POD.format(name="{{ .Values.name }}", privileged="{{ .Values.privileged }}"),
    "chart/templates/_helpers.tpl": '{{- define "x" -}}{{- end -}}\n',
}


@pytest.fixture
def check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Check:
    def run(files: dict[str, str], *options: str, at: str = ".", stdin: bytes | None = None) -> tuple[int, str]:
        for name, text in files.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text, encoding="utf-8")
        monkeypatch.chdir(tmp_path)
        if stdin is not None:
            monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        status = invoke(["check", at, *options], LaterLauncher({}, Path("/nonexistent")))
        captured = capsys.readouterr()
        return status, captured.out + captured.err

    return run


def others(document: dict[str, Any]) -> dict[str, tuple[list[str], str]]:
    return {item["kind"]: (item["subjects"], item["why"]) for item in document["coverage"]["not_looked_at"]}


def failed(document: dict[str, Any], control: str) -> list[tuple[str, str, int]]:
    return [
        (item["subject"], item["position"]["path"], item["position"]["line"])
        for item in document["verdicts"]
        if item["control"] == control and item["outcome"] == "failed"
    ]


# --- charts


def test_without_helm_a_chart_is_not_looked_at(check: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")

    status, out = check(CHART, "--json")

    assert status == 3
    assert others(json.loads(out)) == {"helm": (["chart"], "it was not rendered: helm is not on PATH")}
    assert not json.loads(out)["is_complete"]


@pytest.mark.helm
@pytest.mark.usefixtures("helm")
def test_a_chart_is_rendered_and_what_it_makes_stands_at_its_template(check: Check) -> None:
    status, out = check(CHART, "--json")

    document = json.loads(out)
    assert status == 1
    assert others(document) == {}
    assert failed(document, "workload-not-privileged") == [("Pod.default.web", "chart/templates/pod.yaml", 1)]
    assert [item["subject"] for item in document["coverage"]["skipped"]] == ["chart"]


@pytest.mark.helm
@pytest.mark.usefixtures("helm")
@pytest.mark.parametrize(
    ("files", "why"),
    [
        (
            {"chart/Chart.yaml": CHART["chart/Chart.yaml"] + "dependencies:\n- name: redis\n  version: 1.0.0\n"
             "  repository: https://charts.example/\n"},
            "missing in charts/ directory: redis",
        ),
        ({"chart/templates/bad.yaml": "{{ fail `no\x1b[31m` }}"}, "no?[31m"),
        ({"chart/templates/bad.yaml": "{{ .Values.a.b }}"}, "nil pointer"),
        ({"chart/Chart.yaml": CHART["chart/Chart.yaml"] + "type: library\n"}, "library charts are not installable"),
    ],
)  # fmt: skip
def test_a_chart_that_cannot_be_rendered_says_why(check: Check, files: dict[str, str], why: str) -> None:
    _, out = check({**CHART, **files}, "--json")

    ((subjects, told),) = others(json.loads(out)).values()
    assert subjects == ["chart"]
    assert told.startswith("it was not rendered: helm ended with 1: ")
    assert why in told


@pytest.mark.helm
@pytest.mark.usefixtures("helm")
def test_a_chart_that_prints_without_end_is_stopped(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "Chart.yaml").write_text(CHART["chart/Chart.yaml"])
    (tmp_path / "templates" / "x.yaml").write_text('a: {{ repeat 9000000 "x" }}\n')

    assert "printed more than" in render_chart(tmp_path).why_not


def test_a_folder_with_very_many_charts_is_told() -> None:
    charts = [f"c{number}" for number in range(23)]

    rendered = render_all(Path(), charts, lambda _: Rendering())

    assert [path for path, _ in rendered.others] == charts[20:]
    assert {kind.why for _, kind in rendered.others} == {"there are more than 20 charts"}


# --- Kustomizations

BASE = {
    "base/kustomization.yaml": "resources:\n- pod.yaml\n",
    "base/pod.yaml": POD.format(name="web", privileged="false"),
}
PATCH = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  hostNetwork: true\n"


@pytest.mark.parametrize(
    "overlay",
    [
        "resources: [../base]\npatches:\n- path: patch.yaml\n",
        "resources: [../base]\npatchesStrategicMerge:\n- patch.yaml\n",
        "bases: [../base]\npatchesJson6902:\n- path: ./patch.yaml\n  target: {kind: Pod, name: web}\n",
    ],
)
def test_a_patch_is_no_workload_and_its_overlay_is_not_rendered(check: Check, overlay: str) -> None:
    files = {**BASE, "prod/kustomization.yaml": overlay, "prod/patch.yaml": PATCH}

    _, out = check(files, "--json")

    document = json.loads(out)
    assert {item["subject"] for item in document["verdicts"]} == {"Pod.default.web"}
    assert {item["position"]["path"] for item in document["verdicts"]} == {"base/pod.yaml"}
    assert others(document) == {"kustomize": (["prod"], "it was not rendered: kubectl kustomize FOLDER")}


def test_what_a_kustomization_names_as_a_resource_is_looked_at(check: Check) -> None:
    _, out = check(BASE, "--json")

    document = json.loads(out)
    assert others(document) == {}
    assert {item["subject"] for item in document["verdicts"]} == {"Pod.default.web"}
    assert document["is_complete"]


@pytest.mark.parametrize(
    "text",
    ["resources:\n- https://example.org/base\n", "resources:\n- ../nowhere\n", "configMapGenerator:\n- name: x\n"],
)
def test_what_stands_nowhere_here_makes_the_answer_incomplete(check: Check, text: str) -> None:
    _, out = check({**BASE, "prod/kustomization.yaml": text}, "--json")

    document = json.loads(out)
    assert others(document)["kustomize"][0] == ["prod"]
    assert not document["is_complete"]


def test_a_kustomization_of_another_program_is_an_object_like_any_other(check: Check) -> None:
    flux = "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata:\n  name: x\nspec: {}\n"

    _, out = check({**BASE, "x.yaml": flux}, "--json")

    assert others(json.loads(out)) == {}


# --- standard input


def test_manifests_on_standard_input_are_checked(check: Check) -> None:
    status, out = check({}, "--json", at="-", stdin=POD.format(name="web", privileged="true").encode())

    document = json.loads(out)
    assert status == 1
    assert failed(document, "workload-not-privileged") == [("Pod.default.web", "stdin.yaml", 10)]


def test_a_plan_and_a_state_on_standard_input_are_checked(check: Check, root: Path) -> None:
    recorded = root / "tests" / "recordings" / "terraform-1.11.4" / "python-service"

    for name, phase in (("plan.json", "plan"), ("state.json", "live")):
        _, out = check({}, "--json", at="-", stdin=(recorded / name).read_bytes())
        document = json.loads(out)
        assert (document["phase"], document["path"]) == (phase, "-")
        assert len(document["verdicts"]) > 10


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 3, "check-unreadable"),
        (b" \n", 3, "check-unreadable"),
        (b"{}", 2, "plan-unreadable"),
        (b"{", 2, "plan-unreadable"),
        (b"a: 1\n", 2, "nothing-to-check"),
        (b"{{ template }}", 2, "plan-unreadable"),
        (b"a: {{ template }}", 3, "manifest-unreadable"),
        (b"\x00\xff", 3, "manifest-unreadable"),
    ],
)
def test_what_is_none_of_them_is_refused(check: Check, body: bytes, status: int, code: str) -> None:
    found, out = check({}, at="-", stdin=body)

    assert (found, out.split(":")[0]) == (status, code)


def test_source_on_standard_input_is_told_where_it_is_checked(check: Check) -> None:
    found, out = check({}, at="-", stdin=b'resource "aws_s3_bucket" "b" {}\n')

    assert found == 2
    assert "on standard input, so nothing was checked." in out
    assert "fix: Terraform source is checked where it lies: pavior check FOLDER." in out


def test_a_template_of_others_on_standard_input_is_not_looked_at(check: Check) -> None:
    status, out = check({}, at="-", stdin=b"AWSTemplateFormatVersion: '2010-09-09'\nResources: {}\n")

    assert status == 3
    assert "Not evaluated: 1 CloudFormation template." in out


def test_a_pipe_that_is_named_is_refused_and_one_in_a_folder_is_passed_over(check: Check, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    os.mkfifo(tmp_path / "pipe.tf")

    status, out = check({}, at="pipe.yaml")
    assert (status, out.split(":")[0]) == (3, "check-unreadable")
    _, told = check({"main.tf": ""})
    assert "pipe.yaml: it leads out of the folder, or is no file" in told
    assert "pipe.tf: it leads out of the folder, or is no file" in told
