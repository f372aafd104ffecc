"""The only module that chooses adapters. An explicit table; nothing registers itself on import."""

import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from pavior import __version__
from pavior.adapters.adopting import adopt_source
from pavior.adapters.clouds.aws import AwsCloud
from pavior.adapters.clouds.roles_file import RolesFile, read_roles_file
from pavior.adapters.clouds.sandbox import SandboxCloud
from pavior.adapters.engines.cloudformation import CloudFormationEngine
from pavior.adapters.engines.embedded import EmbeddedEngine
from pavior.adapters.engines.terraform import TerraformEngine, credential_folders, find_program
from pavior.adapters.forges.local_git import LocalGit
from pavior.adapters.readers.terraform_plan import read_plan
from pavior.adapters.readers.terraform_source import read_source, read_source_tolerantly
from pavior.adapters.secret_sources import EnvironmentSource, FileSource, SecretSources, VaultSource
from pavior.adapters.templates.copier import CopierRenderer
from pavior.application import Application
from pavior.audit.service import HeadSigner
from pavior.content import GOLDEN_PATHS_FOLDER, load_controls
from pavior.content.earlier_controls import EarlierControls
from pavior.content.framework_loading import gather_frameworks, load_frameworks
from pavior.content.own_controls import gather
from pavior.content.packs import FETCHED_FOLDER, Pack
from pavior.content.rule_texts import read_rule
from pavior.environments.ports import Cloud, Engine
from pavior.environments.vault import Vault
from pavior.environments.workload_identity import WorkloadIdentity
from pavior.goldenpaths.loading import load_golden_paths
from pavior.goldenpaths.service import GoldenPaths
from pavior.identity.access import Access
from pavior.identity.authorisation import Authoriser
from pavior.identity.single_sign_on import SingleSignOn
from pavior.kernel.clock import Clock, SystemClock
from pavior.kernel.errors import InvalidError, UnavailableError
from pavior.kernel.secret_references import is_secret_reference
from pavior.policy.compliance import Framework
from pavior.policy.envelopes import key_id
from pavior.policy.model import Control
from pavior.reports.audit_log import AuditLog
from pavior.reports.metrics import Metrics
from pavior.reports.pages import Pages
from pavior.reports.replay import replay_bulkhead
from pavior.reports.service_levels import ServiceLevels
from pavior.reports.threat_library import ThreatLibrary
from pavior.reports.threats_reader import ThreatReader
from pavior.settings import Settings
from pavior.storage.database import Database, open_database
from pavior.storage.keys import create_keys, create_token_key
from pavior.storage.masking import Masker
from pavior.storage.migrating import migrate
from pavior.storage.sealing import Sealer
from pavior.threatmodels.library import load_library
from pavior.threatmodels.review_rules import BUILT_IN_RULES, Rule, read_review_rules
from pavior.workflows.adopt_repository import AdoptRepository
from pavior.workflows.apply_change import ApplyChange
from pavior.workflows.change_service import Changes
from pavior.workflows.check_drift import CHECK_DRIFT, CheckDrift, DriftChecks
from pavior.workflows.check_proposal import CHECK_PROPOSAL, CheckProposal
from pavior.workflows.create_service import CREATE_SERVICE, CreateService, ServiceCreation
from pavior.workflows.dispute_control import Disputes
from pavior.workflows.durable import Enqueuer, Worker, Workflow
from pavior.workflows.export_evidence import EvidenceExports
from pavior.workflows.gate_plan import PlanGate
from pavior.workflows.health import Health
from pavior.workflows.keep_state import States
from pavior.workflows.override_gate import Overrides
from pavior.workflows.overview import Overview
from pavior.workflows.plan_change import APPLY_CHANGE, PLAN_CHANGE, PlanChange
from pavior.workflows.platform import Platform
from pavior.workflows.rename_controls import follow_renamed_controls
from pavior.workflows.replay_golden_path import GoldenPathReplays
from pavior.workflows.report_tests import ThreatTests
from pavior.workflows.review_threats import ThreatReviews
from pavior.workflows.running import as_workflow
from pavior.workflows.set_level import LevelChanges
from pavior.workflows.sign_levels import SignedLevels
from pavior.workflows.triage_finding import FindingTriage
from pavior.workflows.waiver_service import Waivers
from pavior.workflows.watch_run import RunWatch
from pavior.workflows.worker_lease import WorkerLease
from pavior.workflows.worker_lock import Presence, WorkerLock

SANDBOX_FILE = "sandbox"
_WORKER_LOCK_FILE = "worker.lock"


@dataclass(frozen=True, slots=True)
class Installation:
    """Everything that belongs to one data folder, opened.

    Args:
        application: What surfaces may call.
        platform: What workflows work with.
        presence: To be held by whoever runs `worker`.
    """

    settings: Settings
    application: Application
    platform: Platform
    workflows: Mapping[str, Workflow]
    presence: WorkerLock | WorkerLease

    def is_fenced(self) -> bool:
        """Whether others have taken up the runs of this worker, which can then only end."""
        return isinstance(self.presence, WorkerLease) and self.presence.is_lost

    def worker(self) -> Worker:
        """What works off the runs of this installation; not started yet. One per process."""
        database, presence = self.platform.database, self.presence
        if isinstance(presence, WorkerLock):
            return Worker(database, self.workflows)
        return Worker(
            database,
            self.workflows,
            executor=presence.worker_id,
            is_suspended=presence.is_suspended,
            find_gone=presence.find_gone,
        )


@contextmanager
def open_installation(settings: Settings, *, clock: Clock | None = None) -> Iterator[Installation]:
    """Bring the data folder to the shape of this version, and close it at the end.

    Raises:
        ConflictError: `storage-newer`.
        InvalidError: `storage-url-invalid`, `golden-path-invalid`, `control-invalid`, `engine-unknown`,
            `framework-invalid`, `sign-in-file-invalid`, `roles-file-invalid`, `setting-invalid`,
            `configuration-invalid`, `pack-invalid`, `pack-altered`.
        MissingError: `secret-missing`, `pack-missing`.
        UnavailableError: `storage-unreadable`, `storage-unreachable`, `storage-full`, `key-unreadable`,
            `secret-unreachable`.
    """
    _make_home(settings.home)
    settings = with_database_url(settings)
    keys = create_keys(settings.keys_folder)
    signer = HeadSigner(keys.signing)
    database = open_database(settings.database_url).with_before_commit(signer.sign_if_due)
    try:
        migrate(database)
        enqueuer = Enqueuer.open(database)
        try:
            yield _assemble(settings, database, enqueuer, signer, Sealer(keys.sealing), clock or SystemClock())
        finally:
            enqueuer.close()
    finally:
        database.close()


def _assemble(  # noqa: PLR0917 - what was opened, in the order it was opened
    settings: Settings, database: Database, enqueuer: Enqueuer, signer: HeadSigner, sealer: Sealer, clock: Clock
) -> Installation:
    engines = _engines(settings, sealer)
    roles = None if settings.aws_roles is None or settings.cloud != "aws" else read_roles_file(settings.aws_roles)
    identity = None if roles is None or roles.identity != "token" else _workload_identity(settings, clock)
    if settings.engine not in engines:
        raise InvalidError(
            "engine-unknown",
            f"PAVIOR_ENGINE is {settings.engine[:40]!r}, and there is no such engine on this machine.",
            fix=f"Set PAVIOR_ENGINE to one of: {', '.join(sorted(engines))}, or install that program.",
        )
    controls, earlier, packs = _controls(settings)
    platform = Platform(
        database=database,
        clock=clock,
        authoriser=Authoriser(),
        enqueuer=enqueuer,
        vault=Vault(sealer),
        forge=LocalGit(settings.home / "forge"),
        engines=engines,
        default_engine=settings.engine,
        cloud=_cloud(settings, roles, identity),
        controls=controls,
        golden_paths=GoldenPaths(load_golden_paths(_golden_path_folders(settings), engines), CopierRenderer()),
        read_source=read_source,
        read_source_tolerantly=read_source_tolerantly,
        adopt_source=adopt_source,
        read_plan=read_plan,
        mask=Masker().mask,
        work_folder=settings.home / "work",
        library=load_library(controls, packs),
        review_rules=_review_rules(settings),
    )
    follow_renamed_controls(platform)
    presence = _presence(settings, platform)
    fenced = platform
    if isinstance(presence, WorkerLease):
        fenced = replace(platform, database=database.with_before_commit(presence.require))
    return Installation(
        settings=settings,
        application=_application(
            platform,
            signer,
            presence,
            sign_on=partial(_single_sign_on, settings, sealer),
            identity=identity,
            server=settings.public_url or f"pavior {key_id(signer.key.public_key())[:16]}",
            frameworks=_frameworks(settings, controls),
            earlier=earlier,
        ),
        platform=platform,
        workflows=_workflows(fenced),
        presence=presence,
    )


def _review_rules(settings: Settings) -> tuple[Rule, ...]:
    if settings.threat_reviews is None:
        return BUILT_IN_RULES
    return read_review_rules(settings.threat_reviews.read_bytes())


def _make_home(home: Path) -> None:
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise UnavailableError(
            "storage-unreadable",
            f"The data folder {home} cannot be made: {error.strerror}.",
            fix="Choose another one with PAVIOR_HOME, or let this user write there.",
        ) from error


def _presence(settings: Settings, platform: Platform) -> WorkerLock | WorkerLease:
    if not _has_several_workers(settings):
        # A file on this machine: its one worker is known dead the moment that the system gives its lock back.
        return WorkerLock(settings.home / _WORKER_LOCK_FILE)
    lock = WorkerLock(settings.home / f"worker-{settings.worker}.lock")
    return WorkerLease(platform.database, settings.worker, lock, platform.clock)


def _has_several_workers(settings: Settings) -> bool:
    return settings.database_url.startswith("postgresql")


def _engines(settings: Settings, sealer: Sealer) -> dict[str, Engine]:
    engines: dict[str, Engine] = {
        "embedded": EmbeddedEngine(sealer.fingerprint_key),
        "cloudformation": CloudFormationEngine(sealer.fingerprint_key),
    }
    hidden = (settings.home, settings.keys_folder, *credential_folders(settings.user_home))
    for name in ("terraform", "opentofu"):
        program = find_program(
            name, mirror=settings.terraform_mirror, hidden=hidden, ends_with_us=_has_several_workers(settings)
        )
        if program is not None:
            engines[name] = TerraformEngine(program, sealer.fingerprint_key, settings.home / "work" / "engines")
    return engines


def _controls(settings: Settings) -> tuple[tuple[Control, ...], EarlierControls, tuple[Pack, ...]]:
    """Once, at the start: what is wrong in the file, or in a pack, stops it."""
    builtin = load_controls()
    if settings.controls is None:
        return builtin, EarlierControls(builtin), ()
    # YAML is loaded where there is some. Its name alone: verdicts repeat it, and the folder is nobody's business.
    from pavior.adapters.readers.configuration_file import read_configuration

    found = gather(builtin, read_configuration(settings.controls, is_of_operator=True))
    packed = (control for pack in found.packs for control in pack.controls)
    earlier = EarlierControls((*builtin, *packed), settings.controls.parent / FETCHED_FOLDER)
    return found.controls, earlier, found.packs


def _frameworks(settings: Settings, controls: tuple[Control, ...]) -> tuple[Framework, ...]:
    """Once, at the start, as controls are."""
    own = load_frameworks(settings.frameworks) if settings.frameworks is not None else ()
    return gather_frameworks(load_frameworks(), own, controls, settings.frameworks)


def _golden_path_folders(settings: Settings) -> tuple[Path, ...]:
    if settings.golden_paths is None:
        return (GOLDEN_PATHS_FOLDER,)
    return (GOLDEN_PATHS_FOLDER, settings.golden_paths)


def _cloud(settings: Settings, roles: RolesFile | None, identity: WorkloadIdentity | None) -> Cloud:
    if settings.cloud == "aws":
        return AwsCloud(region=settings.region, roles=roles, give_token=None if identity is None else identity.token)
    return SandboxCloud(lambda: find_sandbox(settings.home), settings.region)


def _workload_identity(settings: Settings, clock: Clock) -> WorkloadIdentity:
    if not settings.public_url.startswith("https://"):
        raise InvalidError(
            "setting-invalid",
            "PAVIOR_AWS_ROLES wants tokens of Pavior, and AWS takes them only from an issuer that it reaches by https.",
            fix='Set PAVIOR_PUBLIC_URL to that address, or write identity = "chain" into the file.',
        )
    return WorkloadIdentity(settings.public_url, create_token_key(settings.keys_folder), clock, secrets.token_urlsafe)


def _workflows(platform: Platform) -> dict[str, Workflow]:
    plan, apply, drift = PlanChange(platform), ApplyChange(platform), CheckDrift(platform)
    return {
        CREATE_SERVICE: as_workflow(platform, CreateService(platform), total=2),
        PLAN_CHANGE: as_workflow(platform, plan, total=2, on_failure=plan.failed),
        APPLY_CHANGE: as_workflow(platform, apply, total=5, on_failure=apply.failed),
        CHECK_DRIFT: as_workflow(platform, drift, total=1, on_failure=drift.failed),
        CHECK_PROPOSAL: as_workflow(platform, CheckProposal(platform), total=1),
    }


def _secret_sources(settings: Settings) -> SecretSources:
    return SecretSources(
        {
            "env": EnvironmentSource(settings.environment),
            "file": FileSource(),
            "vault": VaultSource(settings.vault_address, settings.vault_token_file),
        }
    )


def with_database_url(settings: Settings) -> Settings:
    """The same, with the database's URL in clear where only its place was said. Raises as `open_installation`."""
    if not is_secret_reference(settings.database_url):
        return settings
    return replace(settings, database_url=_secret_sources(settings).read(settings.database_url))


def _single_sign_on(settings: Settings, sealer: Sealer, access: Access) -> SingleSignOn:
    if settings.sign_in is None:
        return SingleSignOn(access, sealer)
    # Only where it is used: it costs a command a tenth of a second.
    from pavior.adapters.http import HttpClient
    from pavior.adapters.logins.oidc import OidcProvider
    from pavior.adapters.logins.sign_in_file import read_sign_in_file

    file = read_sign_in_file(settings.sign_in)
    read_secret = partial(_secret_sources(settings).read, file.client_secret) if file.client_secret else None
    provider = OidcProvider(file, HttpClient(), read_secret)
    return SingleSignOn(access, sealer, provider, file.mapping, file.label)


def _application(
    platform: Platform,
    signer: HeadSigner,
    presence: Presence,
    *,
    sign_on: Callable[[Access], SingleSignOn],
    identity: WorkloadIdentity | None,
    server: str,
    frameworks: tuple[Framework, ...],
    earlier: EarlierControls,
) -> Application:
    database, authoriser, clock = platform.database, platform.authoriser, platform.clock
    access = Access(database, authoriser, clock, secrets.token_urlsafe)
    health = Health(platform, presence.is_held)
    # Reading and planning take turns.
    replays = replay_bulkhead()
    return Application(
        clock=clock,
        authoriser=authoriser,
        access=access,
        single_sign_on=sign_on(access),
        pages=Pages(
            database=database,
            authoriser=authoriser,
            clock=clock,
            forge=platform.forge,
            engines=platform.engines,
            vault=platform.vault,
            controls=platform.controls,
            golden_paths=platform.golden_paths,
            frameworks=frameworks,
            library=platform.library,
            replays=replays,
            find_earlier=earlier.find,
        ),
        threats=ThreatReader(database, authoriser, clock, platform.controls),
        creation=ServiceCreation(platform),
        path_replays=GoldenPathReplays(platform),
        changes=Changes(platform),
        drift=DriftChecks(platform),
        states=States(platform),
        gate=PlanGate(platform, signer.key),
        levels=LevelChanges(platform, replays),
        signed_levels=SignedLevels(platform, signer.key, server),
        waivers=Waivers(platform),
        disputes=Disputes(platform),
        overrides=Overrides(platform),
        threat_library=ThreatLibrary(platform.library, authoriser),
        threat_tests=ThreatTests(platform),
        threat_reviews=ThreatReviews(platform),
        evidence=EvidenceExports(platform, frameworks, signer.key, read_rule),
        triage=FindingTriage(platform),
        runs=RunWatch(platform),
        adoption=AdoptRepository(platform),
        audit=AuditLog(database, authoriser, signer),
        metrics=Metrics(database, authoriser, clock),
        service_levels=ServiceLevels(database, authoriser, clock),
        health=health,
        overview=Overview(platform, health, __version__),
        workload_identity=identity,
    )


def find_sandbox(home: Path) -> str | None:
    """Where the sandbox cloud of this data folder listens, if one was started."""
    try:
        return (home / SANDBOX_FILE).read_text(encoding="utf-8").strip() or None
    except FileNotFoundError:
        return None
