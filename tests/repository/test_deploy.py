"""What lies in `deploy/` names settings, commands, volumes and secrets that there are."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import click
import pytest
import yaml
from jsonschema import Draft7Validator

from pavior import __version__
from pavior.cli.commands import pavior
from pavior.settings import VARIABLES

KNOWN = {item.name for item in VARIABLES}
SECRETS = {"pavior-keys", "pavior-secrets"}


@pytest.fixture
def compose(root: Path) -> dict[str, Any]:
    text = (root / "deploy" / "container" / "compose.yaml").read_text(encoding="utf-8")
    document: dict[str, Any] = yaml.safe_load(text)
    return document


def test_compose_sets_what_there_is_and_starts_what_there_is(compose: dict[str, Any]) -> None:
    ours = {name: item for name, item in compose["services"].items() if name != "database"}

    assert set(ours) == {"server", "worker-one", "worker-two"}
    for item in ours.values():
        assert set(item["environment"]) <= KNOWN
        assert item["command"][0] in pavior.list_commands(click.Context(pavior))
        assert item["read_only"]
        assert item["cap_drop"] == ["ALL"]
    assert {item["environment"]["PAVIOR_WORKER"] for name, item in ours.items() if name != "server"} == {"one", "two"}


def test_compose_mounts_and_hands_over_only_what_it_declares(compose: dict[str, Any], root: Path) -> None:
    for item in compose["services"].values():
        assert {volume.split(":")[0] for volume in item["volumes"]} <= set(compose["volumes"])
        assert set(item["secrets"]) <= set(compose["secrets"])
    database_url = compose["services"]["server"]["environment"]["PAVIOR_DATABASE_URL"]
    assert database_url.removeprefix("file:/run/secrets/") in compose["services"]["server"]["secrets"]
    build = compose["services"]["server"]["build"]
    assert (root / "deploy" / "container" / build["context"] / build["dockerfile"]).resolve().is_file()


def test_the_image_takes_what_there_is_and_runs_without_rights(root: Path) -> None:
    text = (root / "deploy" / "container" / "Dockerfile").read_text(encoding="utf-8")

    for line in re.findall(r"^COPY (?!--from)(.+) \S+$", text, flags=re.MULTILINE):
        for name in line.split():
            assert (root / name).exists(), name
    assert set(re.findall(r"\b(PAVIOR_[A-Z_]+)=", text)) <= KNOWN
    assert re.search(r"^USER 10001:10001$", text, flags=re.MULTILINE)
    assert "--require-hashes" in text


def _helm(root: Path, *arguments: str) -> str:
    helm = shutil.which("helm")
    if helm is None:
        pytest.skip("helm is missing; to add it: https://helm.sh/docs/intro/install")
    command = [helm, *arguments, str(root / "deploy" / "helm" / "pavior")]
    finished = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return str(finished.stdout)


def _documents(text: str) -> list[dict[str, Any]]:
    found = [item for item in yaml.safe_load_all(text) if item]
    return sorted(found, key=lambda item: (item["kind"], item["metadata"]["name"]))


def test_the_chart_is_sound_to_helm(root: Path) -> None:
    assert "0 chart(s) failed" in _helm(root, "lint", "--strict")


def test_the_manifest_is_what_the_chart_gives(root: Path) -> None:
    given = _helm(root, "template", "pavior", "--namespace", "pavior")
    kept = root / "deploy" / "kubernetes" / "pavior.yaml"
    if os.environ.get("PAVIOR_UPDATE_GOLDEN"):
        kept.write_text(f"# Made from deploy/helm/pavior, by: helm template pavior\n{given}", encoding="utf-8")

    assert _documents(kept.read_text(encoding="utf-8")) == _documents(given)


def test_the_chart_takes_files_an_ingress_and_a_claim_that_is_there(root: Path) -> None:
    chosen = [
        "ingress.enabled=true",
        "storage.existingClaim=shared",
        "server.replicas=1",
        r"files.sign-in\.toml=[oidc]",
    ]
    options = [word for choice in chosen for word in ("--set", choice)]

    made = _documents(_helm(root, "template", "road", *options))

    names = {(item["kind"], item["metadata"]["name"]) for item in made}
    assert {("Ingress", "road-pavior"), ("ConfigMap", "road-pavior-files")} <= names
    assert not {kind for kind, _ in names} & {"PersistentVolumeClaim", "PodDisruptionBudget"}
    for item in _of(made, "Deployment", "StatefulSet"):
        pod = item["spec"]["template"]["spec"]
        volumes = {volume["name"]: volume for volume in pod["volumes"]}
        assert volumes["data"]["persistentVolumeClaim"] == {"claimName": "shared"}
        assert volumes["files"]["configMap"] == {"name": "road-pavior-files"}
        assert "/etc/pavior" in [mount["mountPath"] for mount in pod["containers"][0]["volumeMounts"]]


def test_the_values_of_the_chart_keep_to_their_schema_and_name_settings_that_there_are(root: Path) -> None:
    folder = root / "deploy" / "helm" / "pavior"
    schema = json.loads((folder / "values.schema.json").read_bytes())
    values = yaml.safe_load((folder / "values.yaml").read_text(encoding="utf-8"))
    chart = yaml.safe_load((folder / "Chart.yaml").read_text(encoding="utf-8"))

    Draft7Validator.check_schema(schema)
    Draft7Validator(schema).validate(values)
    assert set(values) == set(schema["properties"]) - {"global"}
    assert set(values["settings"]) <= KNOWN
    assert chart["version"] == chart["appVersion"] == __version__


def test_kustomize_renders_the_base(root: Path) -> None:
    if shutil.which("kubectl") is None:
        pytest.skip("kubectl is missing; to add it: apt-get install kubernetes-client")
    finished = subprocess.run(
        ["kubectl", "kustomize", root / "deploy" / "kubernetes"], capture_output=True, text=True, timeout=60, check=True
    )

    made = {(item["kind"], item["metadata"]["name"]) for item in _documents(finished.stdout)}
    kept = _documents((root / "deploy" / "kubernetes" / "pavior.yaml").read_text(encoding="utf-8"))
    assert made == {("Namespace", "pavior"), *((item["kind"], item["metadata"]["name"]) for item in kept)}


@pytest.fixture
def rendered(root: Path) -> list[dict[str, Any]]:
    return _documents((root / "deploy" / "kubernetes" / "pavior.yaml").read_text(encoding="utf-8"))


def _of(rendered: list[dict[str, Any]], *kinds: str) -> list[dict[str, Any]]:
    return [item for item in rendered if item["kind"] in kinds]


def test_kubernetes_sets_what_there_is_and_starts_what_there_is(rendered: list[dict[str, Any]]) -> None:
    [settings] = _of(rendered, "ConfigMap")
    workloads = _of(rendered, "Deployment", "StatefulSet")

    assert set(settings["data"]) <= KNOWN
    assert {item["metadata"]["name"] for item in workloads} == {"pavior-server", "pavior-worker"}
    for item in workloads:
        [container] = item["spec"]["template"]["spec"]["containers"]
        assert container["args"][0] in pavior.list_commands(click.Context(pavior))
        assert container["envFrom"] == [{"configMapRef": {"name": settings["metadata"]["name"]}}]
        assert {entry["name"] for entry in container.get("env", ())} <= KNOWN


def test_kubernetes_keeps_to_the_restricted_pod_security_standard(rendered: list[dict[str, Any]]) -> None:
    # https://kubernetes.io/docs/concepts/security/pod-security-standards/: restricted.
    for item in _of(rendered, "Deployment", "StatefulSet"):
        pod = item["spec"]["template"]["spec"]
        [container] = pod["containers"]
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert container["securityContext"]["allowPrivilegeEscalation"] is False
        assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
        assert container["securityContext"]["readOnlyRootFilesystem"] is True
        kinds = {next(key for key in volume if key != "name") for volume in pod["volumes"]}
        assert kinds <= {"persistentVolumeClaim", "secret", "emptyDir"}
        assert pod["automountServiceAccountToken"] is False


def test_kubernetes_mounts_what_it_declares_and_selects_its_own_pods(rendered: list[dict[str, Any]]) -> None:
    claims = {item["metadata"]["name"] for item in _of(rendered, "PersistentVolumeClaim")}
    labels = []
    for item in _of(rendered, "Deployment", "StatefulSet"):
        pod = item["spec"]["template"]
        volumes = {volume["name"]: volume for volume in pod["spec"]["volumes"]}
        assert {mount["name"] for mount in pod["spec"]["containers"][0]["volumeMounts"]} == set(volumes)
        assert volumes["data"]["persistentVolumeClaim"]["claimName"] in claims
        assert {volumes[name]["secret"]["secretName"] for name in ("keys", "secrets")} == SECRETS
        assert item["spec"]["selector"]["matchLabels"] == pod["metadata"]["labels"]
        labels.append(pod["metadata"]["labels"])
    for item in _of(rendered, "Service"):
        assert item["spec"]["selector"] in labels
    for item in _of(rendered, "NetworkPolicy"):
        assert item["spec"]["podSelector"]["matchLabels"] in labels
