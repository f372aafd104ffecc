"""States of Terraform that Pavior keeps for whoever runs it: their content, their versions, and who holds the lock."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from pavior.kernel.errors import ConflictError, InvalidError, MissingError
from pavior.kernel.refs import is_environment_id

# A stack of 10,000 resources has about 20 MB of state; to read it takes ten times that in memory.
MAXIMUM_STATE_BYTES = 32 * 1024 * 1024
# Of each environment; the oldest goes when a new one comes.
KEPT_VERSIONS = 50

# Where a ConflictError `state-locked` carries the lock that is in the way.
LOCK_IN_CONTEXT = "lock"

_FORMAT_VERSION = 4
_NAME = re.compile(r"[\x21-\x7e]{1,200}")
_LONGEST_TEXT = 1_000


@dataclass(frozen=True, slots=True)
class TerraformState:
    """One state, as Terraform writes it. Secret: it holds values in clear.

    Args:
        serial: Counts up with each change; Terraform's own number.
        lineage: Made once with the first state; two states of different lineage have nothing to do with each other.
        digest: SHA-256 in hex of what it says, whatever the order of its keys and its spaces.
    """

    body: bytes = field(repr=False)
    serial: int
    lineage: str
    digest: str


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
        holder: Who took it; the Change, for an apply of Pavior's own.
        info: What that program said of itself: Operation, Who, Version and the like.
        is_apply: Whether it is an apply of Pavior's own, which is cancelled and not unlocked.
    """

    environment: str
    id: str
    holder: str
    locked_at: datetime
    info: Mapping[str, str]
    is_apply: bool = False

    def is_of(self, holder: str, lock_id: str) -> bool:
        """Whether they hold it. The id alone shows nothing: everybody who is refused is told it."""
        return (self.holder, self.id) == (holder, lock_id)

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
        document = json.loads(body.decode())
        canonical = json.dumps(document, sort_keys=True, separators=(",", ":")).encode("ascii")
    except (ValueError, RecursionError):
        raise _invalid("it is no JSON") from None
    if not isinstance(document, dict) or document.get("version") != _FORMAT_VERSION:
        raise _invalid(f"it is not of version {_FORMAT_VERSION} of the format")
    serial, lineage = document.get("serial"), document.get("lineage")
    if not isinstance(serial, int) or isinstance(serial, bool) or not 0 <= serial < 2**62:
        raise _invalid("its serial is no number")
    if not isinstance(lineage, str) or not _NAME.fullmatch(lineage):
        raise _invalid("it has no lineage")
    return TerraformState(body, serial, lineage, hashlib.sha256(canonical).hexdigest())


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
    if not isinstance(document, dict) or not isinstance(told, str) or not _NAME.fullmatch(told):
        raise InvalidError(
            "state-lock-invalid",
            "The body does not describe a lock.",
            fix="Send what Terraform and OpenTofu send: a JSON object with an ID.",
        )
    words = ("Operation", "Info", "Who", "Version", "Created", "Path")
    return told, {word: _plain(document.get(word)) for word in words}


def require_successor(environment: str, state: TerraformState, serial: int, lineage: str) -> None:
    """Let a state come only after the one before it.

    Raises:
        ConflictError: `state-lineage-differs`, `state-older`.
    """
    require_same_lineage(environment, state, lineage)
    if state.serial <= serial:
        raise ConflictError(
            "state-older",
            f"The state that was sent for {environment} has serial {state.serial}, and {serial} is kept already.",
            fix=f"Plan anew from the state that is kept, or go back on purpose: pavior state restore {environment}.",
        )


def require_same_lineage(environment: str, state: TerraformState, lineage: str) -> None:
    """Raises ConflictError `state-lineage-differs`."""
    if state.lineage != lineage:
        raise ConflictError(
            "state-lineage-differs",
            f"That state of {environment} is of lineage {state.lineage}, and the one that holds is of "
            f"{lineage}: they have nothing to do with each other.",
            fix="Check that the backend's address is that of this stack; to go back, choose a version of this lineage.",
        )


def succeeding(state: TerraformState, serial: int) -> TerraformState:
    """The same state with a higher serial, so that it comes after all others."""
    document = json.loads(state.body)
    document["serial"] = serial
    return read_state(json.dumps(document, indent=2).encode() + b"\n")


def require_place(environment: str) -> tuple[str, str]:
    """Service and stage of `orders/prod`, which may be one that Pavior does not run.

    Raises:
        MissingError: `state-missing`, in the words of a state that the actor may not know of.
    """
    if not is_environment_id(environment):
        raise missing(environment)
    service, _, stage = environment.partition("/")
    return service, stage


def missing(environment: str) -> MissingError:
    """There is none, or none that the actor may know of: nobody can tell which."""
    return MissingError(
        "state-missing",
        f"There is no state {environment[:80]}.",
        fix="Check the name; if it is right, ask an admin what you may see.",
    )


def _plain(value: object) -> str:
    """What a program said of itself, fit to be stored and shown."""
    return "".join(letter for letter in str(value or "")[:_LONGEST_TEXT] if letter.isprintable())


def _invalid(why: str) -> InvalidError:
    return InvalidError(
        "state-invalid",
        f"That is no state that Pavior keeps: {why}.",
        fix="Send what Terraform or OpenTofu 1.x writes, through its http backend.",
    )
