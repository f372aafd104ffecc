"""States of Terraform that Pavior keeps for whoever runs it: their content, their versions, and who holds the lock."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from pavior.kernel.errors import ConflictError, InvalidError

# A stack of 10,000 resources has about 20 MB of state.
MAXIMUM_STATE_BYTES = 64 * 1024 * 1024
# Of each environment; the oldest goes when a new one comes.
KEPT_VERSIONS = 50

# Where a ConflictError `state-locked` carries the lock that is in the way.
LOCK_IN_CONTEXT = "lock"

_FORMAT_VERSION = 4
_LONGEST_NAME = 200
_LONGEST_TEXT = 1_000


@dataclass(frozen=True, slots=True)
class TerraformState:
    """One state, as Terraform writes it. Secret: it holds values in clear.

    Args:
        serial: Counts up with each change; Terraform's own number.
        lineage: Made once with the first state; two states of different lineage have nothing to do with each other.
    """

    body: bytes = field(repr=False)
    serial: int
    lineage: str

    @property
    def digest(self) -> str:
        """SHA-256 in hex of what it says, whatever the order of its keys and its spaces."""
        canonical = json.dumps(json.loads(self.body), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class StateVersion:
    """What is told of a version without opening it.

    Args:
        number: From 1, in the order of writing.
        written_by: Who or what: a person, a token, or the Change whose apply it was.
    """

    environment: str
    number: int
    serial: int
    lineage: str
    digest: str
    size_bytes: int
    written_at: datetime
    written_by: str


@dataclass(frozen=True, slots=True)
class StateLock:
    """Who may write now, and nobody else.

    Args:
        id: Chosen by the program that holds it.
        info: What that program said of itself: Operation, Who, Version and the like.
    """

    environment: str
    id: str
    holder: str
    locked_at: datetime
    info: Mapping[str, str]

    @property
    def operation(self) -> str:
        """What it is held for, such as `apply`; empty when its program did not say."""
        word = self.info.get("Operation", "")
        return word.removeprefix("OperationType").lower() if word.startswith("OperationType") else word


@dataclass(frozen=True, slots=True)
class StateHistory:
    """What is kept of one environment, without a look inside.

    Args:
        is_run_here: Whether Pavior applies there itself.
        versions: Newest first.
    """

    environment: str
    is_run_here: bool
    lock: StateLock | None
    versions: tuple[StateVersion, ...]


def read_state(body: bytes) -> TerraformState:
    """The state in a request.

    Raises:
        InvalidError: `state-invalid`.
    """
    if len(body) > MAXIMUM_STATE_BYTES:
        raise _invalid(f"it has {len(body)} bytes, and at most {MAXIMUM_STATE_BYTES} are kept")
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        raise _invalid("it is no JSON") from None
    if not isinstance(document, dict) or document.get("version") != _FORMAT_VERSION:
        raise _invalid(f"it is not of version {_FORMAT_VERSION} of the format")
    serial, lineage = document.get("serial"), document.get("lineage")
    if not isinstance(serial, int) or isinstance(serial, bool) or not 0 <= serial < 2**62:
        raise _invalid("its serial is no number")
    if not isinstance(lineage, str) or not 0 < len(lineage) <= _LONGEST_NAME:
        raise _invalid("it has no lineage")
    return TerraformState(body, serial, lineage)


def read_lock(body: bytes) -> tuple[str, dict[str, str]]:
    """Id and description of the lock in a request.

    Raises:
        InvalidError: `state-lock-invalid`.
    """
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        document = None
    told = document.get("ID") if isinstance(document, dict) else None
    if not isinstance(document, dict) or not isinstance(told, str) or not 0 < len(told) <= _LONGEST_NAME:
        raise InvalidError(
            "state-lock-invalid",
            "The body does not describe a lock.",
            fix="Send what Terraform and OpenTofu send: a JSON object with an ID.",
        )
    words = ("Operation", "Info", "Who", "Version", "Created", "Path")
    return told, {word: str(document.get(word) or "")[:_LONGEST_TEXT] for word in words}


def require_successor(environment: str, state: TerraformState, serial: int, lineage: str) -> None:
    """Let a state come only after the one before it.

    Raises:
        ConflictError: `state-lineage-differs`, `state-older`.
    """
    if state.lineage != lineage:
        raise ConflictError(
            "state-lineage-differs",
            f"The state that was sent for {environment} is of lineage {state.lineage}, and the one that is kept of "
            f"{lineage}: they have nothing to do with each other.",
            fix="Check that the address of the backend is that of this stack.",
        )
    if state.serial <= serial:
        raise ConflictError(
            "state-older",
            f"The state that was sent for {environment} has serial {state.serial}, and {serial} is kept already.",
            fix=f"Plan anew from the state that is kept, or go back on purpose: pavior state restore {environment}.",
        )


def succeeding(state: TerraformState, serial: int) -> TerraformState:
    """The same state with a higher serial, so that it comes after all others."""
    document = json.loads(state.body)
    document["serial"] = serial
    return TerraformState(json.dumps(document, indent=2).encode() + b"\n", serial, state.lineage)


def _invalid(why: str) -> InvalidError:
    return InvalidError(
        "state-invalid",
        f"That is no state that Pavior keeps: {why}.",
        fix="Send what Terraform or OpenTofu 1.x writes, through its http backend.",
    )
