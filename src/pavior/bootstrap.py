"""The only module that chooses adapters. An explicit table; nothing registers itself on import."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pavior.adapters.clouds.aws import AwsCloud
from pavior.adapters.clouds.sandbox import SandboxCloud
from pavior.adapters.engines.embedded import EmbeddedEngine
from pavior.adapters.forges.local_git import LocalGit
from pavior.adapters.readers import terraform_plan, terraform_source
from pavior.adapters.templates.copier_renderer import CopierRenderer
from pavior.application import Application
from pavior.content import load_controls
from pavior.environments.ports import Cloud, Engine
from pavior.environments.vault import Vault
from pavior.goldenpaths.loading import load_golden_paths
from pavior.goldenpaths.service import GoldenPaths
from pavior.identity.access import Access
from pavior.identity.authorisation import Authoriser
from pavior.kernel.clock import Clock, SystemClock
from pavior.reports.audit_log import AuditLog
from pavior.reports.metrics import Metrics
from pavior.reports.pages import Pages
from pavior.settings import Settings
from pavior.storage.database import Database, open_database
from pavior.storage.masking import Masker
from pavior.storage.migrating import migrate
from pavior.storage.sealing import Sealer
from pavior.workflows.adopt_repository import AdoptRepository
from pavior.workflows.apply_change import ApplyChange
from pavior.workflows.change_service import Changes
from pavior.workflows.check_drift import CHECK_DRIFT, CheckDrift, DriftChecks
from pavior.workflows.check_proposal import CHECK_PROPOSAL, CheckProposal
from pavior.workflows.create_service import CREATE_SERVICE, CreateService, ServiceCreation
from pavior.workflows.decide_waiver import Waivers
from pavior.workflows.durable import Enqueuer, Worker, Workflow
from pavior.workflows.health import Health
from pavior.workflows.plan_change import APPLY_CHANGE, PLAN_CHANGE, PlanChange
from pavior.workflows.platform import Platform
from pavior.workflows.running import as_workflow
from pavior.workflows.triage_finding import FindingTriage
from pavior.workflows.watch_run import RunWatch
from pavior.worker_lock import WorkerLock
