import hashlib
import os
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from pavior.adapters.readers.terraform_source import read_source_tolerantly
from pavior.audit import store as audit
from pavior.audit.model import RecordedEvent
from pavior.catalog import store as catalog
from pavior.catalog.model import Service
from pavior.content import load_controls
from pavior.findings import store as findings
from pavior.findings.model import Finding, FindingSource, FindingState
from pavior.identity import store as identity
from pavior.identity.authorisation import Authoriser
from pavior.identity.model import Actor, Role
from pavior.kernel.errors import ForbiddenError, InvalidError, MissingError
from pavior.kernel.pages import PageRequest
from pavior.kernel.verdicts import Outcome, Phase
from pavior.storage.database import Database
from pavior.storage.masking import Masker
from pavior.testing.builders import NOON, a_service
from pavior.testing.people import a_team, an_actor
from pavior.threatmodels import model_store
from pavior.threatmodels.library import get_threat, load_library
from pavior.threatmodels.model import ThreatModel
from pavior.threatmodels.standing_model import RecordedModel
from pavior.workflows import repository_folders
from pavior.workflows.adopt_repository import AdoptedRepository, AdoptRepository
from pavior.workflows.platform import Platform

PAT = an_actor(id="pat", roles=frozenset({Role.PLATFORM}), teams=frozenset())
COMPONENT = """\
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: %s
  title: A title
  description: What it does.
  annotations: {pavior.dev/data-class: confidential}
  tags: [java]
spec: {type: service, lifecycle: production, owner: %s}
"""
OPEN_BUCKET = 'resource "aws_s3_bucket" "data" {\n  bucket = "legacy-data"\n}\n'
KEY = """\
resource "aws_kms_key" "data" {
  enable_key_rotation     = %s
  deletion_window_in_days = 30
  tags                    = { owner = "payments", data-class = "internal" }
}
"""


@dataclass
class Clock:
    """Moves on when told."""

    time: datetime = field(default=NOON)

    def now(self) -> datetime:
        return self.time


@dataclass(frozen=True)
class World:
    """A platform with a database, and a folder with repositories."""

    database: Database
    clock: Clock
    adoption: AdoptRepository
    folder: Path

    def adopt(self, path: Path | None = None, actor: Actor = PAT) -> tuple[AdoptedRepository, ...]:
        return self.adoption.adopt(actor, path or self.folder)

    def services(self) -> list[Service]:
        with self.database.snapshot() as tx:
            return list(catalog.list_services(tx, PageRequest()).items)

    def findings(self) -> list[Finding]:
        with self.database.snapshot() as tx:
            everything = ("open", "fixed")
            pages = [
                findings.list_findings(tx, PageRequest(), now=self.clock.time, state=state) for state in everything
            ]
            return [finding for page in pages for finding in page.items]

    def events(self) -> list[RecordedEvent]:
        with self.database.snapshot() as tx:
            return list(audit.list_events(tx, PageRequest()).items)

    def entities(self) -> list[str]:
        with self.database.snapshot() as tx:
            return [str(entity.ref) for entity in catalog.list_entities(tx, PageRequest()).items]

    def threat_model(self, service: str) -> RecordedModel | None:
        with self.database.snapshot() as tx:
            return model_store.latest_model(tx, service)

    def repository(self, name: str, **files: str) -> Path:
        """Made below the folder: `catalog` is its catalog file, `infra_main` is infra/main.tf."""
        folder = self.folder / name
        (folder / ".git").mkdir(parents=True)
        for key, text in files.items():
            path = folder / {"catalog": "catalog-info.yaml"}.get(key, key.replace("_", "/") + ".tf")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        return folder


@pytest.fixture
def world(database: Database, tmp_path: Path) -> World:
    with database.transaction() as tx:
        identity.insert_team(tx, a_team(members=frozenset()))
    clock = Clock()
    unused = cast("Any", None)
    platform = Platform(
        database=database,
        clock=clock,
        authoriser=Authoriser(),
        enqueuer=unused,
        vault=unused,
        forge=unused,
        engines={},
        default_engine="",
        cloud=unused,
        controls=load_controls(),
        golden_paths=unused,
        read_source=unused,
        read_source_tolerantly=read_source_tolerantly,
        adopt_source=unused,
        read_plan=unused,
        mask=Masker().mask,
        work_folder=tmp_path / "work",
        library=load_library(),
    )
    folder = tmp_path / "repositories"
    folder.mkdir()
    return World(database, clock, AdoptRepository(platform), folder)


def codes(adopted: AdoptedRepository) -> list[str]:
    return [problem.code for problem in adopted.problems]


def snapshot_of(folder: Path) -> dict[str, tuple[int, str]]:
    """Times and content of everything below."""
    return {
        str(path): (path.lstat().st_mtime_ns, hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "")
        for path in [folder, *sorted(folder.rglob("*"))]
    }


def test_a_repository_becomes_a_service_with_entities_verdicts_and_findings(world: World) -> None:
    path = world.repository("legacy", catalog=COMPONENT % ("orders-api", "payments"), infra_main=OPEN_BUCKET)

    (adopted,) = world.adopt()

    assert (adopted.path, adopted.service, adopted.team) == (str(path), "orders-api", "payments")
    assert adopted.problems == ()
    assert [str(entity.ref) for entity in adopted.entities] == ["component:default/orders-api"]
    (service,) = world.services()
    assert service == Service(
        name="orders-api",
        title="A title",
        description="What it does.",
        team="payments",
        repository=str(path),
        lifecycle="production",
        golden_path="",
        golden_path_version="",
        parameters={},
        data_class="confidential",
        created_at=NOON,
        is_adopted=True,
        tags=("java",),
    )
    assert world.entities() == ["component:default/orders-api"]
    failed = {verdict.control for verdict in adopted.verdicts if verdict.outcome is Outcome.FAILED}
    assert {"object-storage-no-public-access", "object-storage-tls-only", "object-storage-versioned"} <= failed
    assert {verdict.phase for verdict in adopted.verdicts} == {Phase.CODE}
    assert adopted.coverage.evaluated_types == {"aws_s3_bucket": 1}
    found = world.findings()
    assert {finding.control for finding in found} == failed
    assert {(item.source, item.environment, item.team, item.subject) for item in found} == {
        (FindingSource.ADOPTION, "", "payments", "aws_s3_bucket.data")
    }
    position = found[0].position
    assert position is not None
    assert position.path == "infra/main.tf"


def test_adoption_is_recorded(world: World) -> None:
    world.repository("legacy", catalog=COMPONENT % ("legacy", "payments"), main=KEY % "true")

    world.adopt()

    (recorded,) = world.events()
    event = recorded.event
    assert (event.verb, event.actor, event.subject, event.service) == (
        "service.adopted",
        "pat",
        "service:default/legacy",
        "legacy",
    )
    assert event.details["entities"] == 1
    assert event.details["team"] == "payments"


def test_every_repository_one_level_below_is_read_and_none_deeper(world: World) -> None:
    world.repository("b", catalog=COMPONENT % ("b", "payments"))
    world.repository("a", catalog=COMPONENT % ("a", "payments"))
    world.repository("group/deep", catalog=COMPONENT % ("deep", "payments"))
    world.repository(".hidden", catalog=COMPONENT % ("hidden", "payments"))
    (world.folder / "notes").mkdir()
    (world.folder / "file.txt").write_text("")

    assert [adopted.service for adopted in world.adopt()] == ["a", "b"]


def test_a_repository_itself_can_be_named(world: World) -> None:
    path = world.repository("one", catalog=COMPONENT % ("one", "payments"))
    world.repository("two", catalog=COMPONENT % ("two", "payments"))

    assert [adopted.service for adopted in world.adopt(path)] == ["one"]


def test_a_folder_with_a_catalog_file_and_no_git_is_a_repository(world: World) -> None:
    folder = world.folder / "exported"
    folder.mkdir()
    (folder / "catalog-info.yml").write_text(COMPONENT % ("exported", "payments"))

    assert [adopted.service for adopted in world.adopt()] == ["exported"]


def test_nothing_below_the_path_is_written(world: World) -> None:
    world.repository("a", catalog=COMPONENT % ("a", "payments"), infra_main=OPEN_BUCKET)
    before = snapshot_of(world.folder)

    world.adopt()

    assert snapshot_of(world.folder) == before


def test_a_second_adoption_changes_nothing(world: World) -> None:
    world.repository("a", catalog=COMPONENT % ("a", "payments"), infra_main=OPEN_BUCKET)
    first = world.adopt()
    before = (world.services(), world.entities(), len(world.events()))
    known = {(item.id, item.state, item.first_seen_at, item.due_at) for item in world.findings()}

    world.clock.time += timedelta(days=1)
    second = world.adopt()

    assert second == first
    assert (world.services(), world.entities(), len(world.events())) == before
    assert {(item.id, item.state, item.first_seen_at, item.due_at) for item in world.findings()} == known


def test_a_second_adoption_takes_up_what_changed(world: World) -> None:
    path = world.repository("a", catalog=COMPONENT % ("a", "unknown-team"), main=KEY % "false")
    world.adopt()
    assert [item.state for item in world.findings()] == [FindingState.OPEN]

    (path / "catalog-info.yaml").write_text(COMPONENT % ("a", "payments"))
    (path / "main.tf").write_text(KEY % "true")
    world.clock.time += timedelta(days=1)
    world.adopt()

    (service,) = world.services()
    assert (service.team, service.created_at) == ("payments", NOON)
    assert [item.state for item in world.findings()] == [FindingState.FIXED]
    assert [item.event.verb for item in world.events()] == ["service.adopted", "service.adopted"]


def test_a_finding_is_fixed_when_its_resource_is_gone(world: World) -> None:
    path = world.repository("a", catalog=COMPONENT % ("a", "payments"), main=KEY % "false")
    world.adopt()

    (path / "main.tf").write_text("")
    world.adopt()

    assert [item.state for item in world.findings()] == [FindingState.FIXED]


def test_a_finding_stays_open_when_not_everything_could_be_read(world: World) -> None:
    path = world.repository("a", catalog=COMPONENT % ("a", "payments"), main=KEY % "false")
    world.adopt()

    (path / "main.tf").write_text("this is { no Terraform")
    (adopted,) = world.adopt()

    assert adopted.coverage.skipped
    assert [item.state for item in world.findings()] == [FindingState.OPEN]


@pytest.mark.parametrize("owner", ["strangers", "user:default/mara", "group:other/payments"])
def test_an_owner_that_is_no_team_here_owns_nothing_and_is_told(world: World, owner: str) -> None:
    world.repository("a", catalog=COMPONENT % ("a", owner), main=KEY % "false")

    (adopted,) = world.adopt()

    assert (adopted.service, adopted.team, codes(adopted)) == ("a", "", ["catalog-owner-unknown"])
    assert [service.team for service in world.services()] == [""]
    assert [item.team for item in world.findings()] == [""]


def test_a_file_makes_no_team_and_no_member(world: World) -> None:
    text = COMPONENT % ("a", "strangers") + (
        "---\napiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {name: strangers}\n"
        "spec: {type: team, children: [], members: [pat]}\n"
    )
    world.repository("a", catalog=text)

    (adopted,) = world.adopt()

    assert codes(adopted) == ["catalog-owner-unknown"]
    with world.database.snapshot() as tx:
        assert identity.find_team(tx, "strangers") is None


def test_a_repository_without_catalog_file_is_named_after_its_folder(world: World) -> None:
    world.repository("Legacy_Shop.v2", main=KEY % "false")

    (adopted,) = world.adopt()

    assert (adopted.service, adopted.team, codes(adopted)) == ("legacy-shop-v2", "", ["catalog-file-missing"])
    assert len(world.findings()) == 1


def test_a_broken_catalog_file_is_told_and_the_rest_still_counts(world: World) -> None:
    world.repository("a", catalog="name: {{ name }}\n", main=KEY % "false")

    (adopted,) = world.adopt()

    assert (adopted.service, codes(adopted)) == ("a", ["yaml-key-not-text"])
    assert adopted.problems[0].position.line == 1
    assert len(world.findings()) == 1


def test_an_unknown_kind_is_kept_and_told(world: World) -> None:
    gadget = "---\napiVersion: example.com/v1\nkind: Gadget\nmetadata: {name: g}\n"
    world.repository("a", catalog=COMPONENT % ("a", "payments") + gadget)

    (adopted,) = world.adopt()

    assert codes(adopted) == ["catalog-kind-unknown"]
    assert world.entities() == ["component:default/a", "gadget:default/g"]


def test_of_several_components_the_first_service_names_it(world: World) -> None:
    library = (COMPONENT % ("lib", "payments")).replace("type: service", "type: library")
    world.repository("a", catalog=library + "---\n" + COMPONENT % ("the-service", "payments"))

    assert [adopted.service for adopted in world.adopt()] == ["the-service"]


def test_a_taken_name_is_told_and_nothing_of_the_other_is_touched(world: World) -> None:
    with world.database.transaction() as tx:
        catalog.insert_service(tx, a_service(name="orders"))
    world.repository("a", catalog=COMPONENT % ("orders", "payments"), main=KEY % "false")

    (adopted,) = world.adopt()

    assert (adopted.service, codes(adopted)) == ("", ["service-exists"])
    assert adopted.verdicts
    assert world.services() == [a_service(name="orders")]
    assert (world.findings(), world.events(), world.entities()) == ([], [], [])


def test_two_repositories_of_one_name_are_told(world: World) -> None:
    world.repository("a", catalog=COMPONENT % ("same", "payments"))
    world.repository("b", catalog=COMPONENT % ("same", "payments"))

    assert [(item.service, codes(item)) for item in world.adopt()] == [("same", []), ("", ["service-exists"])]


def test_a_path_that_is_not_there_is_missing(world: World) -> None:
    with pytest.raises(MissingError, match="path-missing"):
        world.adopt(world.folder / "gone")
    (world.folder / "file").write_text("")
    with pytest.raises(MissingError, match="path-missing"):
        world.adopt(world.folder / "file")


def test_a_folder_without_repositories_is_told(world: World) -> None:
    (world.folder / "notes").mkdir()

    with pytest.raises(InvalidError, match="nothing-to-adopt"):
        world.adopt()


def test_too_many_repositories_are_told(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repository_folders, "MAXIMUM_REPOSITORIES", 1)
    world.repository("a")
    assert len(world.adopt()) == 1

    world.repository("b")
    with pytest.raises(InvalidError, match="too-many-repositories"):
        world.adopt()


@pytest.mark.parametrize("role", [Role.VIEWER, Role.DEVELOPER, Role.SECURITY])
def test_whoever_may_not_adopt_learns_nothing_of_the_path(world: World, role: Role) -> None:
    with pytest.raises(ForbiddenError):
        world.adopt(world.folder / "gone", an_actor(roles=frozenset({role})))


def test_links_are_not_followed(world: World, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    (outside / "infra").mkdir(parents=True)
    (outside / "infra" / "main.tf").write_text(OPEN_BUCKET)
    (outside / "catalog-info.yaml").write_text(COMPONENT % ("outside", "payments"))
    (world.folder / "linked").symlink_to(outside)
    path = world.repository("a", main=KEY % "true")
    (path / "infra").symlink_to(outside / "infra")
    (path / "more.tf").symlink_to(outside / "infra" / "main.tf")
    (path / "catalog-info.yaml").symlink_to(outside / "catalog-info.yaml")

    (adopted,) = world.adopt()

    assert adopted.service == "a"
    assert adopted.coverage.evaluated_types == {"aws_kms_key": 1}
    assert [item.subject for item in adopted.coverage.skipped] == ["more.tf"]


def test_a_location_does_not_lead_through_a_link(world: World, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "x.yaml").write_text(COMPONENT % ("outside", "payments"))
    location = "apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {name: l}\nspec: {target: linked/x.yaml}\n"
    path = world.repository("a", catalog=location)
    (path / "linked").symlink_to(outside)

    (adopted,) = world.adopt()

    assert codes(adopted) == ["catalog-location-not-read"]


def test_a_pipe_does_not_make_it_wait(world: World) -> None:
    path = world.repository("a")
    os.mkfifo(path / "main.tf")
    os.mkfifo(path / "catalog-info.yaml")

    (adopted,) = world.adopt()

    assert [item.subject for item in adopted.coverage.skipped] == ["main.tf"]


def test_what_others_brought_along_is_passed_over(world: World) -> None:
    path = world.repository("a", main=KEY % "true")
    for name in (".git", ".terraform/modules/x", "node_modules/y"):
        (path / name).mkdir(parents=True, exist_ok=True)
        (path / name / "main.tf").write_text(OPEN_BUCKET)

    (adopted,) = world.adopt()

    assert adopted.coverage.evaluated_types == {"aws_kms_key": 1}


@pytest.mark.parametrize(
    ("limit", "value"), [("MAXIMUM_TERRAFORM_FILES", 1), ("MAXIMUM_TERRAFORM_BYTES", 300), ("MAXIMUM_ENTRIES", 2)]
)
def test_a_tree_beyond_the_limits_is_read_in_part_and_says_so(
    world: World, monkeypatch: pytest.MonkeyPatch, limit: str, value: int
) -> None:
    world.repository("a", a=KEY % "true", b=(KEY % "true").replace('"data"', '"more"'), c_d_e="")
    (whole,) = world.adopt()
    assert whole.coverage.skipped == ()

    monkeypatch.setattr(repository_folders, limit, value)
    (partly,) = world.adopt()

    assert [str(value) in item.why for item in partly.coverage.skipped] == [True]


def test_secrets_in_a_catalog_file_are_not_kept(world: World) -> None:
    canary = "AKIA" + "Q7" * 8
    world.repository("a", catalog=(COMPONENT % ("a", "payments")).replace("What it does.", f"Uses {canary}."))

    world.adopt()

    with world.database.snapshot() as tx:
        kept = str([world.services(), catalog.list_repository_entities(tx, str(world.folder / "a")), world.events()])
    assert "A title" in kept
    assert canary not in kept


def test_a_repository_without_a_threat_model_gets_a_draft_of_which_nobody_confirmed_anything(world: World) -> None:
    world.repository("legacy", catalog=COMPONENT % ("legacy", "payments"), infra_main=OPEN_BUCKET)

    world.adopt()

    kept = world.threat_model("legacy")
    assert kept is not None
    assert kept.model is not None
    assert kept.model.is_inferred
    assert [item.id for item in kept.model.elements] == ["s3-bucket-data"]
    assert "stored-objects-open-to-everybody" in [item.id for item in kept.model.threats]
    assert {item.threat for item in world.findings()} <= {None, ""}


def test_a_draft_looks_for_the_threats_of_this_installation(world: World) -> None:
    known = get_threat(load_library(), "stored-objects-open-to-everybody")
    platform = replace(world.adoption.platform, library=(replace(known, id="acme-objects-open"),))
    world.repository("legacy", catalog=COMPONENT % ("legacy", "payments"), infra_main=OPEN_BUCKET)

    AdoptRepository(platform).adopt(PAT, world.folder)

    kept = world.threat_model("legacy")
    assert kept is not None
    assert kept.model is not None
    assert [item.id for item in kept.model.threats] == ["acme-objects-open"]


def test_a_threat_model_that_people_wrote_is_not_drafted_over(world: World) -> None:
    own = "version: 2\nservice: legacy\nscope: Ours.\nassets: []\nthreats: []\n"
    folder = world.repository("legacy", catalog=COMPONENT % ("legacy", "payments"), infra_main=OPEN_BUCKET)
    (folder / "threatmodel.yaml").write_text(own, "utf-8")

    world.adopt()

    kept = world.threat_model("legacy")
    assert kept is not None
    assert kept.model == ThreatModel("legacy", "Ours.")


def test_a_draft_goes_with_what_it_was_made_of(world: World) -> None:
    folder = world.repository("legacy", catalog=COMPONENT % ("legacy", "payments"), infra_main=OPEN_BUCKET)
    world.adopt()

    (folder / "infra" / "main.tf").write_text(KEY % "true", "utf-8")
    world.adopt()

    kept = world.threat_model("legacy")
    assert kept is not None
    assert kept.model is not None
    assert [item.id for item in kept.model.elements] == ["kms-key-data"]
