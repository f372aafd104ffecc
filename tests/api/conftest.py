"""The API over real services and a real database; only what runs programs is pretended."""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from starlette.applications import Starlette
from starlette.routing import Mount

from pavior.api.app import PREFIX, create_api
from pavior.api.probes import create_probes
from pavior.api.problems import handle_problems
from pavior.api.state_backend import PREFIX as STATE_PREFIX
from pavior.api.state_backend import create_state_backend
from pavior.application import Application
from pavior.audit.service import HeadSigner
from pavior.environments.ports import CloudTarget, EnginePlan, Purpose, Report, Stack
from pavior.environments.vault import SealedKind, Vault
from pavior.goldenpaths.service import GoldenPaths
from pavior.identity import store as identity
from pavior.identity.access import Access
from pavior.identity.authorisation import Authoriser
from pavior.identity.desk import digest
from pavior.identity.model import ONLY_IN_PERSON, Actor, Permission, ServiceToken, Surface
from pavior.identity.rate_limits import RateLimits
from pavior.identity.single_sign_on import SingleSignOn
from pavior.kernel.errors import MissingError
from pavior.reports.audit_log import AuditLog
from pavior.reports.metrics import Metrics
from pavior.reports.pages import Pages
from pavior.reports.service_levels import ServiceLevels
from pavior.reports.threat_library import ThreatLibrary
from pavior.reports.threats_reader import ThreatReader
from pavior.resources.adoption import Adoption
from pavior.resources.model import GraphFormat, PlanReading, ResourceGraph
from pavior.states import store as states
from pavior.states.model import StateLock, read_state
from pavior.storage.database import Database
from pavior.storage.sealing import Sealer
from pavior.telemetry.meters import Meters
from pavior.testing.builders import NOON, a_control, a_graph, a_plan_reading
from pavior.testing.company import Commits, write_company
from pavior.testing.databases import a_database
from pavior.testing.memory_forge import MemoryForge
from pavior.testing.policy_views import a_framework
from pavior.testing.views import a_golden_path
from pavior.threatmodels.library import load_library
from pavior.workflows.adopt_repository import AdoptRepository
from pavior.workflows.change_service import Changes
from pavior.workflows.check_drift import DriftChecks
from pavior.workflows.create_service import ServiceCreation
from pavior.workflows.dispute_control import Disputes
from pavior.workflows.export_evidence import EvidenceExports
from pavior.workflows.gate_plan import PlanGate
from pavior.workflows.health import Health
from pavior.workflows.keep_state import States
from pavior.workflows.override_gate import Overrides
from pavior.workflows.overview import Overview
from pavior.workflows.platform import Platform
from pavior.workflows.replay_golden_path import GoldenPathReplays
from pavior.workflows.report_tests import ThreatTests
from pavior.workflows.review_threats import ThreatReviews
from pavior.workflows.set_level import LevelChanges
from pavior.workflows.sign_levels import SignedLevels
from pavior.workflows.triage_finding import FindingTriage
from pavior.workflows.waiver_service import Waivers
from pavior.workflows.watch_run import RunWatch

if TYPE_CHECKING:
    from pavior.environments.ports import Cloud, Engine
    from pavior.workflows.durable import Enqueuer

GRANTABLE = frozenset(Permission) - ONLY_IN_PERSON
PUBLIC_URL = "https://pavior.example.com"


@dataclass
class HandClock:
    """Stands until somebody moves it."""

    at: datetime = NOON + timedelta(minutes=1)

    def now(self) -> datetime:
        return self.at


class QuietEnqueuer:
    """Takes work, and nobody does it."""

    def enqueue(self, *_: object, **__: object) -> None:
        return


class OneBucketEngine:
    """Whatever the stack, it plans one bucket."""

    name = "embedded"
    version = "1"

    def plan(self, stack: Stack, *, state: bytes | None, target: CloudTarget, report: Report) -> EnginePlan:
        return EnginePlan(b"{}", b"")

    def read_state(self, state: bytes) -> ResourceGraph:
        return a_graph()

    has_terraform_state = False

    def terraform_state(self, state: bytes) -> None:
        return None

    def outputs(self, state: bytes) -> Mapping[str, object]:
        return {"bucket": state.decode()}


class NearCloud:
    """Answers always."""

    name = "sandbox"
    is_forgetful = True

    def target(self, environment: str, purpose: Purpose = Purpose.PLAN) -> CloudTarget:
        return CloudTarget("aws", "eu-central-1", "http://127.0.0.1:1", "sandbox-1")

    def ping(self) -> None:
        pass


class CopyRenderer:
    """Files that hold the answers."""

    def render(self, template: Path, context: Mapping[str, object]) -> Mapping[str, bytes]:
        return {"README.md": f"# {context['name']}\n".encode(), "infra/size.tf": f"# {context['size']}\n".encode()}


def _read_plan(_: bytes) -> PlanReading:
    return a_plan_reading()


@dataclass
class Site:
    """The whole site, and ways to ask it. `replaced` puts other services in the place of real ones, by name."""

    database: Database
    application: Application
    clock: HandClock
    commits: Commits
    meters: Meters = field(default_factory=Meters)
    limits: RateLimits | None = None

    def __post_init__(self) -> None:
        self._tokens = 0

    def serve(self, **replaced: object) -> Starlette:
        """The site as ASGI, with some services replaced."""
        application = replace(self.application, **cast("dict[str, Any]", replaced))
        site = Starlette(
            routes=[
                *create_probes(application, self.meters),
                Mount(PREFIX, create_api(application, public_url=PUBLIC_URL, meters=self.meters, limits=self.limits)),
                Mount(STATE_PREFIX, create_state_backend(application, meters=self.meters, limits=self.limits)),
            ]
        )
        handle_problems(site)
        return site

    def token(self, *permissions: Permission, creator: str = "ada", team: str = "payments", days: int = 30) -> str:
        """A token as if it had been made a minute ago; whether it may be made is not asked."""
        self._tokens += 1
        secret = f"pavior_test-token-number-{self._tokens}"
        token = ServiceToken(
            f"t{self._tokens}", frozenset(permissions), team, creator, NOON, NOON + timedelta(days=days)
        )
        with self.database.transaction() as tx:
            identity.insert_token(tx, token, digest(secret))
        return secret

    def actor(self, secret: str) -> Actor:
        """Who asks with this token."""
        actor = self.application.access.find_token(secret, surface=Surface.API)
        assert actor is not None
        return actor

    def client(self, token: str | None = None, **replaced: object) -> "Client":
        """Asks the API; with a token of ada's for everything that tokens may do when none is given."""
        secret = self.token(*GRANTABLE) if token is None else token
        headers = {"Authorization": f"Bearer {secret}"} if secret else {}
        return Client(self.serve(**replaced), headers)


@dataclass(frozen=True)
class Client:
    """Asks an application without a socket, one request at a time."""

    app: Starlette
    headers: Mapping[str, str]

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        """`path` is below the API's prefix."""
        return self.ask(method, f"{PREFIX}{path}", **options)

    def get(self, path: str, **options: Any) -> httpx.Response:
        """See `request`."""
        return self.request("GET", path, **options)

    def post(self, path: str, **options: Any) -> httpx.Response:
        """See `request`."""
        return self.request("POST", path, **options)

    def ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        """`path` is of the whole site."""
        return asyncio.run(self._ask(method, path, **options))

    async def _ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        headers = {**self.headers, **options.pop("headers", {})}
        async with httpx.AsyncClient(transport=transport, base_url="http://testserver", headers=headers) as client:
            return await client.request(method, path, **options)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = make_site(tmp_path)
    yield made
    made.database.close()


@pytest.fixture(scope="module")
def shared_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """For many questions that need no fresh company."""
    made = make_site(tmp_path_factory.mktemp("site"))
    yield made
    made.database.close()


def make_site(folder: Path) -> Site:
    """The small company, served."""
    database = a_database(folder)
    clock, forge, vault = HandClock(), MemoryForge(), Vault(Sealer(bytes(32)))
    with database.transaction() as tx:
        commits = write_company(tx, forge)
        vault.write(tx, SealedKind.STATE, "orders/dev", b"orders-dev-data", NOON)
        for stage in ("legacy", "old"):
            state = read_state(b'{"version": 4, "serial": 3, "lineage": "l-1"}')
            states.insert_version(tx, vault.sealer, f"orders/{stage}", state, written_by="ada", now=NOON)
        states.insert_lock(tx, StateLock("orders/legacy", "lock-1", "ada", NOON, {"Operation": "OperationTypeApply"}))
    (folder / "path" / "template").mkdir(parents=True)
    golden_path = a_golden_path(folder=folder / "path")
    platform = Platform(
        database=database,
        clock=clock,
        authoriser=Authoriser(),
        enqueuer=cast("Enqueuer", QuietEnqueuer()),
        vault=vault,
        forge=forge,
        engines={"embedded": cast("Engine", OneBucketEngine())},
        default_engine="embedded",
        cloud=cast("Cloud", NearCloud()),
        controls=(a_control(), a_control(id="tags-owner")),
        golden_paths=GoldenPaths((golden_path,), CopyRenderer()),
        read_source=lambda *_: a_graph(format=GraphFormat.TERRAFORM_SOURCE),
        read_source_tolerantly=lambda *_: a_graph(format=GraphFormat.TERRAFORM_SOURCE),
        adopt_source=lambda _: Adoption({"infra/main.tf": b""}, (), ()),
        read_plan=_read_plan,
        mask=lambda text: text,
        work_folder=folder / "work",
        library=load_library(),
    )
    return Site(database, _application(platform), clock, commits)


def _application(platform: Platform) -> Application:
    database, authoriser, clock = platform.database, platform.authoriser, platform.clock
    access = Access(database, authoriser, clock, _no_randomness)
    health = Health(platform, lambda: True)
    return Application(
        clock=clock,
        authoriser=authoriser,
        access=access,
        single_sign_on=SingleSignOn(access, Sealer(bytes(32))),
        pages=Pages(
            database=database,
            clock=clock,
            authoriser=authoriser,
            forge=platform.forge,
            engines=platform.engines,
            vault=platform.vault,
            controls=platform.controls,
            golden_paths=platform.golden_paths,
            frameworks=(a_framework(),),
        ),
        creation=ServiceCreation(platform),
        path_replays=GoldenPathReplays(platform),
        changes=Changes(platform),
        drift=DriftChecks(platform),
        states=States(platform),
        gate=PlanGate(platform, Ed25519PrivateKey.from_private_bytes(bytes(32))),
        levels=LevelChanges(platform),
        signed_levels=SignedLevels(platform, Ed25519PrivateKey.from_private_bytes(bytes(32)), "pavior.example.com"),
        waivers=Waivers(platform),
        disputes=Disputes(platform),
        overrides=Overrides(platform),
        threat_library=ThreatLibrary(platform.library, authoriser),
        threat_tests=ThreatTests(platform),
        threat_reviews=ThreatReviews(platform),
        evidence=EvidenceExports(
            platform, (a_framework(),), Ed25519PrivateKey.from_private_bytes(bytes(32)), lambda _: None
        ),
        triage=FindingTriage(platform),
        runs=RunWatch(platform),
        adoption=cast("AdoptRepository", None),
        audit=AuditLog(database, authoriser, HeadSigner(Ed25519PrivateKey.from_private_bytes(bytes(32)))),
        threats=ThreatReader(database, authoriser, clock, platform.controls),
        metrics=Metrics(database, authoriser, clock),
        service_levels=ServiceLevels(database, authoriser, clock),
        health=health,
        overview=Overview(platform, health, "1.0"),
        workload_identity=None,
    )


def _no_randomness(_: int) -> str:
    raise MissingError("randomness-missing", "These tests need no secrets.", fix="Make tokens with site.token().")
