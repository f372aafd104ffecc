"""A whole platform in memory but for its database: real workflows, real controls, and a small golden path."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from msgspec import structs

from pavior.audit import store as audit
from pavior.audit.model import Event
from pavior.catalog import store as catalog
from pavior.catalog.model import Entity, Service
from pavior.catalog.ports import Author
from pavior.content.loading import CONTROLS_FOLDER, load_control
from pavior.environments import store
from pavior.environments.model import Change, Environment, Plan
from pavior.environments.tables import sealed_documents
from pavior.environments.vault import Vault
from pavior.goldenpaths.loading import load_golden_paths
from pavior.goldenpaths.service import GoldenPaths
from pavior.identity import store as identity
from pavior.identity.authorisation import Authoriser
from pavior.identity.model import Actor, Role, Surface
from pavior.kernel.pages import PageRequest
from pavior.runs import store as runs
from pavior.runs.model import LogLine, Run
from pavior.storage.database import Database
from pavior.storage.masking import Masker
from pavior.storage.sealing import Sealer
from pavior.testing.builders import NOON
from pavior.testing.memory_cloud import (
    MemoryCloud,
    MemoryEngine,
    adopt_memory_source,
    read_memory_plan,
    read_memory_source,
    read_memory_source_tolerantly,
)
from pavior.testing.memory_forge import MemoryForge
from pavior.testing.memory_runs import MemoryRuns
from pavior.testing.people import a_team
from pavior.threatmodels.library import load_library
from pavior.threatmodels.review_rules import Rule
from pavior.workflows.apply_change import ApplyChange
from pavior.workflows.change_service import Changes
from pavior.workflows.check_drift import CHECK_DRIFT, CheckDrift, DriftChecks
from pavior.workflows.create_service import CREATE_SERVICE, CreateService, ServiceCreation
from pavior.workflows.override_gate import Overrides
from pavior.workflows.plan_change import APPLY_CHANGE, PLAN_CHANGE, PlanChange
from pavior.workflows.platform import Platform
from pavior.workflows.running import as_workflow
from pavior.workflows.set_level import LevelChanges
from pavior.workflows.waiver_service import Waivers
from pavior.workflows.watch_run import RunWatch

PUBLIC_ACCESS = "object-storage-no-public-access"
BUCKET = "aws_s3_bucket.files"
BLOCK = "aws_s3_bucket_public_access_block.files"
GOLDEN_PATH = "memory-service"
# The same for every platform, and slow to read.
_library = cache(load_library)
_SWITCHES = ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets")
_PARAMETERS = {
    "type": "object",
    "additionalProperties": False,
    "required": ["name", "team"],
    "properties": {
        "name": {"type": "string", "pattern": "^[a-z]+$"},
        "team": {"type": "string", "pattern": "^[a-z]+$"},
        "size": {"type": "string", "enum": ["small", "large"], "default": "small"},
    },
}
_DESCRIPTION = f"""\
name = "{GOLDEN_PATH}"
version = "1.0.0"
title = "Memory service"
description = "Lives in memory."
owner = "platform"
day_two_parameters = ["size"]
[[environments]]
name = "dev"
[[environments]]
name = "prod"
is_production = true
"""


def a_stack(*, is_public: bool = False, size: str = "small", **more: Mapping[str, object]) -> bytes:
    """A bucket and what keeps the public out of it, as `infra/stack.json`; `more` by resource type, named `files`."""
    switches = dict.fromkeys(_SWITCHES, not is_public)
    name = "${environment}-files"
    stack: dict[str, Mapping[str, object]] = {
        BUCKET: {"bucket": name, "tags": {"size": size}},
        BLOCK: {"bucket": name, **switches},
        **{f"{kind}.files": values for kind, values in more.items()},
    }
    return json.dumps(stack, indent=1).encode()


@dataclass(slots=True)
class MovableClock:
    """A clock that stands until it is moved."""

    moment: datetime = NOON

    def now(self) -> datetime:
        """The present instant."""
        return self.moment

    def pass_by(self, span: timedelta) -> None:
        """Let time go by."""
        self.moment += span


class PlainRenderer:
    """Implements `goldenpaths.ports.Renderer`: `{{ name }}` stands for a parameter."""

    def render(self, template: Path, context: Mapping[str, object]) -> dict[str, bytes]:
        """See `Renderer`."""
        files = {}
        for path in sorted(template.rglob("*")):
            if path.is_file():
                text = path.read_text(encoding="utf-8")
                for name, value in context.items():
                    text = text.replace("{{ " + name + " }}", str(value))
                files[path.relative_to(template).as_posix()] = text.encode()
        return files


def _somebody(name: str, role: Role, *teams: str) -> Actor:
    return Actor(name, frozenset({role}), frozenset(teams), Surface.CLI)


@dataclass(slots=True)
class MemoryPlatform:
    """Everything at hand.

    `mara` and `nina` develop for payments, `paul` is platform, `sam` and `sven` are security, `finn` develops for
    another team. No proposal needs a security review, unless `review_rules` ask for one.
    """

    folder: Path
    database: Database
    clock: MovableClock = field(default_factory=MovableClock)
    cloud: MemoryCloud = field(default_factory=MemoryCloud)
    forge: MemoryForge = field(default_factory=MemoryForge)
    mara: Actor = field(default_factory=lambda: _somebody("mara", Role.DEVELOPER, "payments"))
    nina: Actor = field(default_factory=lambda: _somebody("nina", Role.DEVELOPER, "payments"))
    finn: Actor = field(default_factory=lambda: _somebody("finn", Role.DEVELOPER, "finance"))
    paul: Actor = field(default_factory=lambda: _somebody("paul", Role.PLATFORM))
    sam: Actor = field(default_factory=lambda: _somebody("sam", Role.SECURITY))
    sven: Actor = field(default_factory=lambda: _somebody("sven", Role.SECURITY))
    runs: MemoryRuns = field(init=False)
    platform: Platform = field(init=False)
    branches: int = 0
    review_rules: tuple[Rule, ...] = ()

    def __post_init__(self) -> None:
        self.runs = MemoryRuns(self.database)
        self.platform = Platform(
            database=self.database,
            clock=self.clock,
            authoriser=Authoriser(),
            enqueuer=self.runs,
            vault=Vault(Sealer(bytes(32))),
            forge=self.forge,
            engines={"memory": MemoryEngine(self.cloud)},
            default_engine="memory",
            cloud=self.cloud,
            controls=(load_control(CONTROLS_FOLDER / PUBLIC_ACCESS.replace("-", "_")),),
            golden_paths=GoldenPaths(load_golden_paths([_golden_paths(self.folder)], {"memory"}), PlainRenderer()),
            read_source=read_memory_source,
            read_source_tolerantly=read_memory_source_tolerantly,
            adopt_source=adopt_memory_source,
            read_plan=read_memory_plan,
            mask=Masker().mask,
            work_folder=self.folder / "work",
            library=_library(),
            review_rules=self.review_rules,
        )
        plan, apply, drift = PlanChange(self.platform), ApplyChange(self.platform), CheckDrift(self.platform)
        self.runs.workflows = {
            CREATE_SERVICE: as_workflow(self.platform, CreateService(self.platform), total=2),
            PLAN_CHANGE: as_workflow(self.platform, plan, total=2, on_failure=plan.failed),
            APPLY_CHANGE: as_workflow(self.platform, apply, total=5, on_failure=apply.failed),
            CHECK_DRIFT: as_workflow(self.platform, drift, total=1, on_failure=drift.failed),
        }
        with self.database.transaction() as transaction:
            identity.insert_team(transaction, a_team(name="payments", members=frozenset()))

    @property
    def changes(self) -> Changes:
        """Its verbs of a Change."""
        return Changes(self.platform)

    @property
    def waivers(self) -> Waivers:
        """Its verbs of a waiver."""
        return Waivers(self.platform)

    @property
    def overrides(self) -> Overrides:
        """Its verbs of an override."""
        return Overrides(self.platform)

    @property
    def levels(self) -> LevelChanges:
        """Its verbs of a level."""
        return LevelChanges(self.platform)

    @property
    def drift(self) -> DriftChecks:
        """Its checks of drift."""
        return DriftChecks(self.platform)

    @property
    def creation(self) -> ServiceCreation:
        """Its golden paths."""
        return ServiceCreation(self.platform)

    @property
    def run_watch(self) -> RunWatch:
        """Its verbs of a run."""
        return RunWatch(self.platform)

    def create_orders(self) -> Change:
        """Mara creates orders, and its first Change has ended."""
        self.creation.create_service(self.mara, GOLDEN_PATH, {"name": "orders", "team": "payments"})
        self.runs.work()
        return self.change("C-1")

    def propose(self, stack: bytes) -> str:
        """Mara pushes a branch with this stack; gives its name."""
        self.branches += 1
        branch = f"work-{self.branches}"
        self.push(branch, stack)
        return branch

    def push(self, branch: str, stack: bytes) -> str:
        """The commit of a branch with this stack on top of main."""
        return self.push_files(branch, {"infra/stack.json": stack})

    def push_files(self, branch: str, files: Mapping[str, bytes | None]) -> str:
        """The commit of a branch with these files on top of main."""
        return self.forge.propose(
            "orders",
            branch,
            files,
            base=self.forge.head("orders"),
            author=Author("mara", "mara@example.com"),
            message=f"Work in {branch}",
            now=self.clock.now(),
        ).commit

    def open(
        self,
        stack: bytes,
        environment: str = "orders/dev",
        *,
        variables: Mapping[str, str] | None = None,
        sensitive_variables: Mapping[str, str] | None = None,
    ) -> Change:
        """Mara opens a Change of a new branch with this stack, and all that follows by itself has happened."""
        opened = self.changes.open_change(
            self.mara,
            environment,
            branch=self.propose(stack),
            variables=variables,
            sensitive_variables=sensitive_variables,
        )
        self.runs.work()
        return self.change(opened.id)

    def promote(self, environment: str = "orders/prod") -> Change:
        """Mara asks for main in production, and all that follows by itself has happened."""
        opened = self.changes.open_change(self.mara, environment, commit=self.forge.head("orders"))
        self.runs.work()
        return self.change(opened.id)

    def change(self, change_id: str) -> Change:
        """As it is now."""
        with self.database.snapshot() as transaction:
            return store.get_change(transaction, change_id)

    def plan(self, change_id: str) -> Plan:
        """Its latest plan."""
        with self.database.snapshot() as transaction:
            found = store.find_plan(transaction, change_id, store.get_change(transaction, change_id).plan_number)
        if found is None:
            raise AssertionError(f"{change_id} has no plan")
        return found

    def environment(self, environment: str = "orders/dev") -> Environment:
        """As it is now."""
        with self.database.snapshot() as transaction:
            return store.get_environment(transaction, environment)

    def service(self, name: str) -> Service:
        """As the catalog has it."""
        with self.database.snapshot() as transaction:
            return catalog.get_service(transaction, name)

    def entities(self, repository: str) -> tuple[Entity, ...]:
        """As the catalog has them."""
        with self.database.snapshot() as transaction:
            return catalog.list_repository_entities(transaction, repository)

    def run(self, run_id: str) -> Run:
        """As it is now."""
        with self.database.snapshot() as transaction:
            return runs.get_run(transaction, run_id)

    def log(self, run_id: str) -> list[LogLine]:
        """Of a run."""
        with self.database.snapshot() as transaction:
            return list(runs.list_log(transaction, run_id))

    def events(self, verb: str = "") -> list[Event]:
        """Oldest first."""
        with self.database.snapshot() as transaction:
            page = audit.list_events(transaction, PageRequest(size=200), verb=verb)
        return [item.event for item in reversed(page.items)]

    def sealed(self) -> set[tuple[str, str]]:
        """Kind and owner of every secret document that is kept."""
        with self.database.snapshot() as transaction:
            rows = transaction.execute(sealed_documents.select()).mappings()
            return {(row["kind"], row["owner"]) for row in rows}

    def with_controls(self, **fields: object) -> None:
        """Say something else of the control."""
        controls = tuple(structs.replace(control, **fields) for control in self.platform.controls)
        # Its workflows hold the platform already.
        object.__setattr__(self.platform, "controls", controls)


def _golden_paths(folder: Path) -> Path:
    place = folder / "goldenpaths" / "memory_service"
    template = place / "template"
    (template / "infra").mkdir(parents=True)
    (place / "goldenpath.toml").write_text(_DESCRIPTION, encoding="utf-8")
    (place / "parameters.json").write_text(json.dumps(_PARAMETERS), encoding="utf-8")
    (template / "infra" / "stack.json").write_bytes(a_stack(size="{{ size }}"))
    (template / ".pavior").mkdir()
    (template / ".pavior" / "golden-path.yaml").write_text(
        "golden_path: {{ golden_path }}\nparameters: {name: {{ name }}, team: {{ team }}, size: {{ size }}}\n"
    )
    (template / "catalog-info.yaml").write_text(
        "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: {{ name }}}\n"
        "spec: {type: service, lifecycle: production, owner: {{ team }}}\n"
    )
    return place.parent
