"""The golden path of today, planned by the real Terraform, says what its source says."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import pavior.content
from pavior.adapters.clouds.sandbox import SANDBOX_ACCESS_KEY_ID, SANDBOX_SECRET_ACCESS_KEY, Sandbox
from pavior.adapters.process import run
from pavior.adapters.readers.terraform_plan import read_plan
from pavior.adapters.readers.terraform_source import read_source
from pavior.adapters.source_rules import find_refusals
from pavior.adapters.templates.copier import CopierRenderer
from pavior.goldenpaths.loading import load_golden_paths
from pavior.goldenpaths.service import GoldenPaths
from pavior.resources.join import join
from pavior.resources.model import Action, Unknown

TERRAFORM_TIMEOUT_SECONDS = 240.0
PARAMETERS = {
    "name": "orders",
    "team": "payments",
    "title": "Orders",
    "description": "Takes orders and keeps them.",
    "data_class": "confidential",
}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    sandbox = Sandbox().start()
    yield sandbox
    sandbox.stop()


@pytest.fixture
def infra(tmp_path: Path) -> Path:
    (templates,) = pavior.content.__path__
    golden_paths = GoldenPaths(load_golden_paths([Path(templates) / "goldenpaths"], ()), CopierRenderer())
    for name, body in golden_paths.render("python-service", PARAMETERS).files.items():
        if name.startswith("infra/"):
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_bytes(body)
    return tmp_path / "infra"


def _plan(infra: Path, sandbox: Sandbox, home: Path, mirror: Path) -> bytes:
    settings = home / "terraform.rc"
    settings.write_text(
        "disable_checkpoint = true\n"
        f'provider_installation {{\n  filesystem_mirror {{\n    path = "{mirror}"\n  }}\n}}\n'
    )
    variables = {
        "HOME": str(home),
        "TF_CLI_CONFIG_FILE": str(settings),
        "TF_IN_AUTOMATION": "1",
        "AWS_ENDPOINT_URL": sandbox.endpoint_url,
        "AWS_ACCESS_KEY_ID": SANDBOX_ACCESS_KEY_ID,
        "AWS_SECRET_ACCESS_KEY": SANDBOX_SECRET_ACCESS_KEY,
        "AWS_EC2_METADATA_DISABLED": "true",
    }

    def terraform(*arguments: str) -> bytes:
        finished = run(
            ["terraform", *arguments], cwd=infra, variables=variables, timeout_seconds=TERRAFORM_TIMEOUT_SECONDS
        )
        assert finished.exit_status == 0, finished.stderr.decode()
        return finished.stdout

    terraform("init", "-input=false", "-no-color")
    terraform("plan", "-input=false", "-no-color", "-out=plan.bin", "-var=environment=dev")
    return terraform("show", "-json", "plan.bin")


@pytest.mark.terraform
def test_the_golden_path_is_planned_as_its_source_says(
    infra: Path, sandbox: Sandbox, tmp_path: Path, terraform_mirror: Path
) -> None:
    files = {f"infra/{path.name}": path.read_bytes() for path in infra.glob("*.tf")}
    reading = read_plan(_plan(infra, sandbox, tmp_path, terraform_mirror))
    source = read_source(files, {"environment": "dev"}, frozenset())
    joined = join(reading.graph, source)

    assert find_refusals(files) == ()
    assert {change.action for change in reading.changes} == {Action.CREATE}
    assert {item.address for item in joined.resources} == {item.address for item in source.resources}
    assert all(item.position is not None for item in joined.resources)
    for resource in source.resources:
        planned = reading.graph.find(resource.address)
        assert planned is not None
        for name, value in resource.values.items():
            if isinstance(value, bool | int | str) and not name.endswith("policy"):
                assert planned.values[name] == value, (resource.address, name)
            elif isinstance(value, Unknown):
                assert isinstance(planned.values[name], Unknown), (resource.address, name)
        for path, addresses in resource.references.items():
            assert set(planned.references.get(path, ())) == set(addresses), (resource.address, path)
