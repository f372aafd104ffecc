"""What an environment needs of an engine and of a cloud."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from pavior.resources.model import ResourceGraph


class Purpose(StrEnum):
    """What credentials are for. Whoever only plans or looks gets none that could change anything."""

    PLAN = "plan"
    APPLY = "apply"


@dataclass(frozen=True, slots=True)
class CloudTarget:
    """Where an engine is to work. Credentials are not printed.

    Args:
        endpoint_url: Of the sandbox; None for the real cloud.
        instance: Identity of this cloud; the sandbox gets a new one when it restarts.
    """

    provider: str
    region: str
    endpoint_url: str | None
    instance: str
    access_key_id: str = field(repr=False, default="")
    secret_access_key: str = field(repr=False, default="")
    session_token: str = field(repr=False, default="")


class Cloud(Protocol):
    """Gives targets."""

    @property
    def name(self) -> str:
        """As in settings, such as `sandbox`."""

    @property
    def is_forgetful(self) -> bool:
        """Whether it may lose everything by being started again."""

    def target(self, environment: str, purpose: Purpose = Purpose.PLAN) -> CloudTarget:
        """Where `environment` lives, with credentials for `purpose`.

        Raises:
            UnavailableError: `cloud-unreachable`, `sandbox-unreachable`, `cloud-role-missing`, `cloud-role-refused`,
                `cloud-credentials-missing`.
        """

    def ping(self) -> None:
        """Ask whether it answers.

        Raises:
            UnavailableError: `cloud-unreachable`, `sandbox-unreachable`.
        """


@dataclass(frozen=True, slots=True)
class Stack:
    """What an engine is to bring about.

    Args:
        folder: Absolute path of the `infra/` folder of a clean checkout, read only.
        environment: `orders/dev`.
        variables: Terraform variable values; those in `sensitive_variables` never leave the engine in clear.
            They stay with an environment, so some may be of an earlier commit: what the stack does not declare
            is passed over.
    """

    folder: Path
    environment: str
    variables: Mapping[str, str]
    sensitive_variables: Mapping[str, str] = field(default_factory=dict, repr=False)
    is_destroy: bool = False


@dataclass(frozen=True, slots=True)
class EngineEvent:
    """Progress of a plan or an apply. `text` is masked."""

    text: str
    address: str = ""
    done: int = 0
    total: int = 0


Report = Callable[[EngineEvent], None]


@dataclass(frozen=True, slots=True)
class EnginePlan:
    """What an engine proposes.

    Args:
        plan_json: Terraform's `show -json` form, format 1.x, masked; UTF-8.
        saved_plan: What the engine needs to apply exactly this; secret, to be stored sealed and short-lived.
    """

    plan_json: bytes
    saved_plan: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class ApplyResult:
    """What an apply did.

    Args:
        state: The new state; secret, to be stored sealed.
        applied: Addresses that were changed, in order.
    """

    state: bytes = field(repr=False)
    applied: tuple[str, ...] = ()


class Journal(Protocol):
    """Where an engine writes what it has done before it does the next thing, so that a crash loses nothing."""

    def load(self) -> bytes | None:
        """The last state saved under this run, or None."""

    def save(self, state: bytes) -> None:
        """Store `state` durably before returning."""


class Engine(Protocol):
    """plan -> apply that exact plan -> observe. See docs/reference/engine-port.md."""

    name: str

    @property
    def version(self) -> str:
        """Shown beside every plan."""

    def plan(self, stack: Stack, *, state: bytes | None, target: CloudTarget, report: Report) -> EnginePlan:
        """Refresh, then say what would be done. Changes nothing.

        Raises:
            InvalidError: `stack-refused`, `stack-unsupported`, `stack-invalid`, `variable-missing`.
            UnavailableError: `cloud-unreachable`, `engine-failed`.
        """

    def apply(
        self,
        stack: Stack,
        plan: EnginePlan,
        *,
        state: bytes | None,
        target: CloudTarget,
        journal: Journal,
        report: Report,
        is_cancelled: Callable[[], bool],
    ) -> ApplyResult:
        """Do exactly what `plan` says. After a crash, call it again with the journal: it goes on and doubles nothing.

        Raises:
            ConflictError: `plan-stale` when the cloud or state has moved and what remains is not within the plan;
                `run-cancelled` as soon as `is_cancelled` says so, which is asked between two resources; what was
                done is in the journal.
            UnavailableError: `cloud-unreachable`, `apply-failed`; what was done is in the journal.
        """

    def observe(self, *, state: bytes, target: CloudTarget, report: Report) -> ResourceGraph:
        """Read every resource of `state` as it is now (format `live`, masked). A missing one is absent.

        Raises:
            UnavailableError: `cloud-unreachable`; never a partial graph.
        """

    def read_state(self, state: bytes) -> ResourceGraph:
        """The resources as last applied (format `state`, masked)."""

    def outputs(self, state: bytes) -> Mapping[str, object]:
        """The stack's outputs that are not sensitive."""

    @property
    def has_terraform_state(self) -> bool:
        """Whether people may work on its states with Terraform, through `terraform_state`."""

    def terraform_state(self, state: bytes) -> bytes | None:
        """Terraform's own state (format 4) within `state`; None when there is none in it. Secret."""

    def with_terraform_state(self, state: bytes, own: bytes) -> bytes:
        """`state` with another state of Terraform's in it. Raises InvalidError `state-unreadable`."""

    def supported_types(self) -> Iterable[str]:
        """Resource types this engine handles; empty when it handles all."""
