"""The golden path `python-service`, as it is shipped."""

import os
import subprocess
import sys
from collections.abc import Mapping
from datetime import timedelta
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

import pytest
from hypothesis import Phase as Stage
from hypothesis import given, settings
from hypothesis import strategies as st

import pavior
from pavior.adapters.hcl.syntax import parse
from pavior.adapters.readers.terraform_source import read_source
from pavior.adapters.templates.copier import CopierRenderer
from pavior.catalog.backstage import read_catalog
from pavior.catalog.documents import read_documents
from pavior.content import loading as controls
from pavior.goldenpaths.loading import load_golden_paths
from pavior.goldenpaths.service import GoldenPaths
from pavior.kernel.errors import InvalidError
from pavior.kernel.verdicts import Outcome, Phase
from pavior.observability.objectives import check_objectives
from pavior.policy.evaluation import evaluate
from pavior.policy.model import Level
from pavior.threatmodels.library import load_library
from pavior.threatmodels.reading import check_threat_model

FOLDER = Path(pavior.__file__).parent / "content" / "goldenpaths"
ALL_CONTROLS = frozenset(control.id for control in controls.load_controls())
GIVEN = {"name": "orders", "team": "payments", "data_class": "confidential"}


@cache
def the_golden_paths() -> GoldenPaths:
    return GoldenPaths(load_golden_paths([FOLDER], ()), CopierRenderer())


def rendered(**parameters: object) -> Mapping[str, bytes]:
    return the_golden_paths().render("python-service", {**GIVEN, **parameters}).files


@cache
def files() -> Mapping[str, bytes]:
    return rendered()


def hcl_errors(body: bytes) -> bool:
    try:
        parse("main.tf", body)
    except InvalidError:
        return True
    return False


def test_it_gives_everything_that_a_service_needs() -> None:
    assert set(files()) == {
        ".dockerignore",
        ".github/workflows/ci.yml",
        ".gitignore",
        ".pavior/golden-path.yaml",
        "CODEOWNERS",
        "Dockerfile",
        "README.md",
        "app/__init__.py",
        "app/__main__.py",
        "app/records.py",
        "app/server.py",
        "catalog-info.yaml",
        "docs/index.md",
        "docs/openapi.yaml",
        "docs/runbook.md",
        "infra/main.tf",
        "infra/outputs.tf",
        "infra/size.tf",
        "infra/variables.tf",
        "infra/versions.tf",
        "objectives.yaml",
        "requirements.txt",
        "tests/__init__.py",
        "tests/test_server.py",
        "threatmodel.yaml",
    }


def test_every_file_ends_with_its_line_and_holds_no_template() -> None:
    for path, body in files().items():
        text = body.decode("utf-8")
        assert not text or (text.endswith("\n") and not text.endswith("\n\n")), path
        assert "{{" not in text, path
        assert "{%" not in text, path
        assert not any(line != line.rstrip() for line in text.splitlines()), path


def test_the_same_answers_give_the_same_bytes() -> None:
    assert rendered() == files()


def test_its_own_tests_pass_with_nothing_installed(tmp_path: Path) -> None:
    for path, body in files().items():
        target = tmp_path / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(body)

    # -I and -S: neither this checkout nor any installed package can be imported.
    done = subprocess.run(
        [sys.executable, "-S", "-m", "unittest", "-v"],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert "OK" in done.stderr
    assert done.stderr.count(" ... ok") >= 8


def test_its_catalog_entry_is_valid_and_belongs_to_the_team() -> None:
    reading = read_catalog(files()["catalog-info.yaml"], "catalog-info.yaml")

    assert reading.problems == ()
    assert [(str(entity.ref), str(entity.owner)) for entity in reading.entities] == [
        ("component:default/orders", "group:default/payments"),
        ("api:default/orders-records", "group:default/payments"),
        ("resource:default/orders-files", "group:default/payments"),
        ("resource:default/orders-records", "group:default/payments"),
    ]
    component = reading.entities[0]
    assert {str(relation.target) for relation in component.relations} == {
        "group:default/payments",
        "api:default/orders-records",
        "resource:default/orders-files",
        "resource:default/orders-records",
    }


def test_its_threat_model_rests_on_controls_that_are_asked_of_it() -> None:
    every = controls.load_controls()
    infrastructure = {path: body for path, body in files().items() if path.startswith("infra/")}
    graph = read_source(infrastructure, {"environment": "prod"}, frozenset())
    asked = {verdict.control for verdict in evaluate(graph, every, Phase.CODE).verdicts}

    reading = check_threat_model(files()["threatmodel.yaml"], control_ids=ALL_CONTROLS)

    assert reading.problems == ()
    assert reading.model is not None
    named = {control for threat in reading.model.threats for control in threat.controls}
    assert named == {
        "database-encrypted-with-own-key",
        "database-point-in-time-recovery",
        "identity-policy-no-wildcards",
        "identity-trust-named-principals",
        "key-rotation",
        "log-retention",
        "network-no-open-admin-ports",
        "object-storage-encrypted-with-own-key",
        "object-storage-no-public-access",
        "object-storage-tls-only",
        "object-storage-versioned",
        "resources-tagged-with-owner-and-data-class",
    }
    assert named <= asked
    assert [item.id for item in reading.model.threats if not (item.controls or item.tests)] == [
        "caller-is-not-known",
        "requests-read-on-the-way",
    ]


def test_its_threat_model_stands_for_all_of_its_infrastructure() -> None:
    infrastructure = {path: body for path, body in files().items() if path.startswith("infra/")}
    graph = read_source(infrastructure, {"environment": "prod"}, frozenset())

    model = check_threat_model(files()["threatmodel.yaml"], control_ids=ALL_CONTROLS).model

    assert model is not None
    patterns = [pattern for element in model.elements for pattern in element.resources]
    addresses = {resource.address for resource in graph.resources}
    assert [item for item in sorted(addresses) if not any(fnmatchcase(item, pattern) for pattern in patterns)] == []
    assert [item for item in patterns if not any(fnmatchcase(address, item) for address in addresses)] == []


def test_its_threat_model_names_only_threats_that_the_library_has() -> None:
    model = check_threat_model(files()["threatmodel.yaml"], control_ids=ALL_CONTROLS).model

    assert model is not None
    named = {threat.library for threat in model.threats} - {""}
    assert named
    assert named <= {known.id for known in load_library()}


def test_every_test_that_its_threat_model_names_is_there() -> None:
    model = check_threat_model(files()["threatmodel.yaml"], control_ids=ALL_CONTROLS).model

    assert model is not None
    named = [name for threat in model.threats for name in threat.tests]
    assert named
    for name in named:
        place, _, test = name.partition("::")
        module, _, case = place.rpartition(".")
        text = files()[module.replace(".", "/") + ".py"].decode()
        assert f"class {case}(" in text
        assert f"def {test}(" in text


def test_its_objectives_are_valid_and_counted_from_its_own_log() -> None:
    reading = check_objectives(files()["objectives.yaml"])

    assert reading.problems == ()
    assert reading.objectives is not None
    assert [objective.id for objective in reading.objectives.objectives] == ["availability", "speed"]
    main = files()["infra/main.tf"].decode()
    assert '"/services/${local.service}/${var.environment}"' in main
    assert {objective.indicator.log_group for objective in reading.objectives.objectives} == {"/services/orders/prod"}


def test_its_infrastructure_passes_every_control() -> None:
    infrastructure = {path: body for path, body in files().items() if path.startswith("infra/")}
    every = controls.load_controls()

    graph = read_source(infrastructure, {"environment": "prod"}, frozenset())
    evaluation = evaluate(graph, every, Phase.CODE)

    assert (graph.complete, graph.skipped) == (True, ())
    assert len({verdict.control for verdict in evaluation.verdicts}) > 20
    observed = {control.id for control in every if control.levels["prod"] is Level.OBSERVE}
    missed = [verdict for verdict in evaluation.verdicts if verdict.outcome is not Outcome.PASSED]
    assert [verdict for verdict in missed if verdict.control not in observed] == []


def test_its_workflow_installs_this_version_and_pins_what_it_uses() -> None:
    workflow = files()[".github/workflows/ci.yml"].decode()

    assert f'pip install "pavior=={pavior.__version__}"' in workflow
    uses = [line.split("@")[1].split()[0] for line in workflow.splitlines() if "uses:" in line]
    assert len(uses) == 4
    assert all(len(commit) == 40 for commit in uses)


@pytest.mark.parametrize(("size", "capacity"), [("small", 5), ("medium", 25), ("large", 100)])
def test_size_decides_what_the_table_can_take(size: str, capacity: int) -> None:
    text = rendered(size=size)["infra/size.tf"].decode()

    assert f'size           = "{size}"' in text
    assert f"table_capacity = {capacity}" in text


def test_setting_the_size_again_changes_only_what_it_decides() -> None:
    tree, differing = the_golden_paths().rerender("python-service", {**GIVEN, "size": "small"}, {"size": "large"})

    assert set(differing) == {"infra/size.tf", ".pavior/golden-path.yaml"}
    assert tree.parameters["size"] == "large"
    (recorded,) = read_documents(tree.files[".pavior/golden-path.yaml"]).documents
    assert isinstance(recorded.value, dict)
    assert recorded.value["parameters"]["size"] == "large"


def test_what_cannot_be_set_again_is_refused() -> None:
    with pytest.raises(InvalidError) as caught:
        the_golden_paths().rerender("python-service", GIVEN, {"name": "other"})

    assert caught.value.code == "parameters-invalid"
    assert caught.value.context["problems"] == [{"pointer": "/name", "message": "cannot be changed later"}]
    assert "size" in caught.value.fix


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("name", "orders\n"),
        ("name", "Orders"),
        ("name", "or"),
        ("name", "a" * 41),
        ("name", "../orders"),
        ("name", 'x" }'),
        ("team", "payments\n"),
        ("team", "a b"),
        ("title", "two\nlines"),
        ("title", "end\n"),
        ("title", "{{ 7 * 7 }}"),
        ("title", "<script>"),
        ("description", "line\u2028separator"),
        ("description", "right-to-left \u202e"),
        ("description", "\x00"),
        ("data_class", "secret"),
        ("size", "huge"),
        ("region", "moon-1"),
        ("colour", "red"),
    ],
)
def test_answers_of_the_wrong_form_are_refused_by_name(parameter: str, value: str) -> None:
    with pytest.raises(InvalidError) as caught:
        rendered(**{parameter: value})

    assert caught.value.code == "parameters-invalid"
    problems = caught.value.context["problems"]
    assert isinstance(problems, list)
    assert [problem["pointer"] for problem in problems] == [f"/{parameter}"]


NAMES = st.from_regex(r"\A[a-z][a-z0-9]{0,8}(-[a-z0-9]{1,8}){0,2}\Z").filter(lambda name: len(name) >= 3)
# What the schema lets through: everything but control and direction letters, and < > { }.
ALLOWED = st.characters(
    exclude_categories=("Cc", "Cs", "Cf", "Zl", "Zp"), exclude_characters="<>{}\ufeff\ufff9\ufffe\uffff"
)
HOSTILE = st.sampled_from(
    [
        "'\"",
        "\\",
        "# x",
        "- a: b",
        "]()",
        "[x](javascript:y)",
        "`code`",
        "| a |",
        "--- ",
        "*/ ",
        "${x}"[:1],
        "&a *a",
        "!!b",
    ]
)
TEXTS = st.lists(st.one_of(st.text(ALLOWED, max_size=12), HOSTILE), max_size=5).map("".join)


@given(name=NAMES, team=NAMES, title=TEXTS.map(lambda text: text[:80]), description=TEXTS.map(lambda text: text[:200]))
# Without shrinking: each example renders a whole tree.
@settings(deadline=timedelta(seconds=20), max_examples=25, phases=(Stage.explicit, Stage.reuse, Stage.generate))
def test_no_answer_breaks_a_file(name: str, team: str, title: str, description: str) -> None:
    made = rendered(name=name, team=team, title=title, description=description)

    for path, body in made.items():
        if path.endswith((".yaml", ".yml")):
            assert read_documents(body).problems == (), path
        if path.endswith(".tf"):
            assert not hcl_errors(body), path
    component = read_catalog(made["catalog-info.yaml"], "catalog-info.yaml").entities[0]
    assert (component.title, component.description) == (title or name, description)
    (interface,) = read_documents(made["docs/openapi.yaml"]).documents
    assert isinstance(interface.value, dict)
    assert interface.value["info"]["title"] == (title or name)
    (recorded,) = read_documents(made[".pavior/golden-path.yaml"]).documents
    assert isinstance(recorded.value, dict)
    assert recorded.value["parameters"]["title"] == title
    assert made["infra/main.tf"] == files()["infra/main.tf"].replace(b'"orders"', f'"{name}"'.encode()).replace(
        b'"payments"', f'"{team}"'.encode()
    )
