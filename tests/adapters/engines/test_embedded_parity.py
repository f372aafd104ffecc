"""The embedded engine plans what the real Terraform plans: same actions, same values, same unknowns."""

import json
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from pavior.adapters.clouds.aws import AwsClients
from pavior.adapters.clouds.sandbox import Sandbox, SandboxCloud
from pavior.adapters.engines.embedded import EmbeddedEngine
from pavior.environments.ports import CloudTarget, EnginePlan, Stack
from pavior.resources.drift import compare
from pavior.testing.engine_trial import MemoryJournal

FINGERPRINT_KEY = b"k" * 32
_KEY_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_GROUP_ID = re.compile(r"sg-[0-9a-f]{17}")


@dataclass
class Site:
    """The golden path in a sandbox of its own."""

    target: CloudTarget
    folder: Path
    engine: EmbeddedEngine = field(default_factory=lambda: EmbeddedEngine(FINGERPRINT_KEY))
    state: bytes | None = None

    def stack(self, *, is_destroy: bool = False) -> Stack:
        return Stack(self.folder, "orders/dev", {"environment": "dev"}, is_destroy=is_destroy)

    def plan(self, *, is_destroy: bool = False) -> EnginePlan:
        stack = self.stack(is_destroy=is_destroy)
        return self.engine.plan(stack, state=self.state, target=self.target, report=lambda _: None)

    def apply(self, plan: EnginePlan) -> None:
        result = self.engine.apply(
            self.stack(),
            plan,
            state=self.state,
            target=self.target,
            journal=MemoryJournal(),
            report=lambda _: None,
            is_cancelled=lambda: False,
        )
        self.state = result.state

    def edit(self, name: str, change: Callable[[str], str]) -> None:
        path = self.folder / name
        text = path.read_text(encoding="utf-8")
        edited = change(text)
        assert edited != text
        path.write_text(edited, encoding="utf-8")


@pytest.fixture(scope="module")
def recordings(request: pytest.FixtureRequest) -> Path:
    return request.config.rootpath / "tests" / "recordings" / "terraform-1.11.4"


@pytest.fixture(scope="module")
def applied(recordings: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with Sandbox() as sandbox:
        folder = tmp_path_factory.mktemp("golden") / "infra"
        shutil.copytree(recordings / "golden-path-edits" / "infra", folder)
        site = Site(SandboxCloud(lambda: sandbox.endpoint_url).target("orders/dev"), folder)
        site.apply(site.plan())
        yield site


@pytest.fixture
def site(applied: Site, recordings: Path, tmp_path: Path) -> Site:
    """With source that may be edited."""
    shutil.copytree(recordings / "golden-path-edits" / "infra", tmp_path / "infra")
    return replace(applied, folder=tmp_path / "infra")


def _changes(document: Any, *, is_update: bool = False) -> dict[str, Any]:
    """Address to what would be done, without what only the cloud can know."""
    found = {}
    for change in document["resource_changes"]:
        inner = change["change"]
        if change["mode"] != "managed" or inner["actions"] == ["no-op"]:
            continue
        after, unknown = inner["after"], inner["after_unknown"]
        if is_update and inner["before"] and after:
            names = [name for name in {*after, *unknown} if inner["before"].get(name) != after.get(name)]
            # The deprecated halves of a bucket are unknown in a replacement; before it we do not show them.
            after = {name: after[name] for name in names if name in after and after[name] not in (None, "", [])}
        found[change["address"]] = (inner["actions"], _plain(after), _plain(unknown))
    return found


def _plain(value: Any) -> Any:
    return json.loads(_GROUP_ID.sub("SG", _KEY_ID.sub("KEY", json.dumps(value))))


def _recorded(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def test_the_golden_path_is_planned_as_terraform_plans_it(site: Site, recordings: Path) -> None:
    site.state = None
    site.target = replace(site.target)

    ours = _changes(json.loads(site.plan().plan_json))

    real = _changes(_recorded(recordings / "golden-path-edits" / "base.json"))
    assert len(real) == 13
    assert ours == real


def test_every_type_is_planned_as_terraform_plans_it(applied: Site, recordings: Path) -> None:
    stack = Stack(recordings / "embedded-subset", "wide/dev", {}, {"token": "canary-7d1f"})

    plan = applied.engine.plan(stack, state=None, target=applied.target, report=lambda _: None)

    real = _changes(_recorded(recordings / "embedded-subset" / "plan.json"))
    ours = _changes(json.loads(re.sub(rb"\(sensitive [0-9a-f]{32}\)", b"canary-7d1f", plan.plan_json)))
    assert {change["type"] for change in json.loads(plan.plan_json)["resource_changes"]} >= {"aws_iam_policy"}
    assert ours == real


def test_opening_the_bucket_is_an_update_and_a_deletion(site: Site, recordings: Path) -> None:
    site.edit("main.tf", _open_bucket)

    ours = json.loads(site.plan().plan_json)

    real = _recorded(recordings / "golden-path-edits" / "open.json")
    assert _changes(ours, is_update=True) == _changes(real, is_update=True)
    assert {name: actions for name, (actions, _, _) in _changes(ours).items()} == {
        "aws_s3_bucket_public_access_block.files": ["update"],
        "aws_s3_bucket_server_side_encryption_configuration.files": ["delete"],
    }


def test_a_larger_size_is_an_update_of_the_table(site: Site, recordings: Path) -> None:
    site.edit("size.tf", lambda text: text.replace("table_capacity = 5", "table_capacity = 20"))

    ours = json.loads(site.plan().plan_json)

    real = _recorded(recordings / "golden-path-edits" / "resize.json")
    assert list(_changes(ours)) == ["aws_dynamodb_table.records"]
    assert _changes(ours, is_update=True) == _changes(real, is_update=True)


def test_another_bucket_name_replaces_the_same_resources(site: Site, recordings: Path) -> None:
    site.edit("main.tf", lambda text: text.replace('-files"', '-files2"'))

    ours = _changes(json.loads(site.plan().plan_json), is_update=True)

    real = _changes(_recorded(recordings / "golden-path-edits" / "rename.json"), is_update=True)
    assert {name: actions for name, (actions, _, _) in ours.items()} == {
        name: actions for name, (actions, _, _) in real.items()
    }
    assert {name: unknown for name, (_, _, unknown) in ours.items()} == {
        name: unknown for name, (_, _, unknown) in real.items()
    }


def test_drift_is_planned_back_as_terraform_does_it(recordings: Path, tmp_path: Path) -> None:
    with Sandbox() as sandbox:
        shutil.copytree(recordings / "golden-path-edits" / "infra", tmp_path / "infra")
        site = Site(SandboxCloud(lambda: sandbox.endpoint_url).target("orders/dev"), tmp_path / "infra")
        site.apply(site.plan())
        s3 = AwsClients(site.target).client("s3")
        s3.delete_public_access_block(Bucket="orders-dev-files")
        tags = s3.get_bucket_tagging(Bucket="orders-dev-files")["TagSet"]
        edited = [{"Key": "service", "Value": "something-else"} if tag["Key"] == "service" else tag for tag in tags]
        s3.put_bucket_tagging(Bucket="orders-dev-files", Tagging={"TagSet": edited})

        ours = json.loads(site.plan().plan_json)
        destroy = json.loads(site.plan(is_destroy=True).plan_json)

    folder = recordings / "golden-path-edits"
    assert _changes(ours, is_update=True) == _changes(_recorded(folder / "drift.json"), is_update=True)
    assert {item["address"]: item["change"]["actions"] for item in ours["resource_drift"]} == {
        "aws_s3_bucket.files": ["update"],
        "aws_s3_bucket_public_access_block.files": ["delete"],
    }
    real = _changes(_recorded(folder / "destroy.json"))
    assert {name: change[0] for name, change in _changes(destroy).items()} == {
        name: change[0] for name, change in real.items()
    }


def test_the_golden_path_shows_no_drift_right_after_its_apply(applied: Site) -> None:
    assert applied.state is not None
    declared = applied.engine.read_state(applied.state)

    live = applied.engine.observe(state=applied.state, target=applied.target, report=lambda _: None)

    assert len(live.resources) == 13
    assert compare(declared, live) == ()
    assert {item.address: item.values for item in live.resources} == {
        item.address: item.values for item in declared.resources
    }


def _open_bucket(text: str) -> str:
    start, end = _block(text, "aws_s3_bucket_public_access_block")
    opened = text[:start] + text[start:end].replace("= true", "= false") + text[end:]
    start, end = _block(opened, "aws_s3_bucket_server_side_encryption_configuration")
    return opened[:start] + opened[end:]


def _block(text: str, resource_type: str) -> tuple[int, int]:
    start = text.index(f'resource "{resource_type}"')
    return start, text.index("\n}\n", start) + len("\n}\n")
