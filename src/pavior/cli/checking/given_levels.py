"""Levels and waivers that a check is given, signed by a server: what the gate would go by, else `unknown`."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, structs

from pavior.kernel.clock import format_instant
from pavior.kernel.errors import InvalidError, MissingError
from pavior.policy.decision import FindLevel
from pavior.policy.levels import Levels
from pavior.policy.model import Control, Level

if TYPE_CHECKING:
    # Signatures and instants with them are for whoever is given such a document.
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    from pavior.policy.waiver_documents import SignedWaiver

_FIX = "Get it anew: pavior environment fetch-levels SERVICE/STAGE --server ADDRESS --key KEY --output FILE."
_SHOWN_DIGITS = 12
_SHOWN_NAMES = 5


class LevelsRequest(Struct, frozen=True):
    """Where the levels are, and which key signed them.

    Args:
        find_now: The present instant; asked at each check.
    """

    file: Path
    key: Path
    find_now: Callable[[], datetime]


class OtherVersion(Struct, frozen=True):
    """A control that is not the same here as where the document is from: its folder, or the values chosen for it.

    Args:
        here: Its version in this check, and `there` in the document; digests of 64 digits.
    """

    control: str
    here: str
    there: str

    @property
    def told(self) -> str:
        """As much of both as tells them apart."""
        return f"version {self.here[:_SHOWN_DIGITS]} here, {self.there[:_SHOWN_DIGITS]} there"


class LevelsUse(Struct, frozen=True):
    """What came of the levels and waivers that were given.

    Args:
        why_unknown: Why neither is known, one sentence; empty when they are. `code` and `fix` go with it.
        environment: Of which they are; empty when not known, as are the others.
        not_named: Controls that the server does not ask; they stand at what their folders say.
        other_versions: Controls that the server asks in another version; the level holds all the same.
        not_here: Controls that the server asks and that cannot be asked here.
        waivers: How many of the document are still in force.
        ended_waivers: Ids of those that ended since it was issued; they excuse nothing.
    """

    file: str
    server: str = ""
    environment: str = ""
    issued_at: datetime | None = None
    valid_until: datetime | None = None
    not_named: tuple[str, ...] = ()
    other_versions: tuple[OtherVersion, ...] = ()
    not_here: tuple[str, ...] = ()
    waivers: int = 0
    ended_waivers: tuple[str, ...] = ()
    code: str = ""
    why_unknown: str = ""
    fix: str = ""

    @property
    def is_known(self) -> bool:
        """Whether they are known. Where not, what fails is held to block, and nothing is let pass as allowed."""
        return not self.why_unknown


class GivenLevels(Struct, frozen=True):
    """The controls at the levels that were given.

    Args:
        controls: Each at its level for what is new; at `block` when no level is known.
        levels: Of each subject; None when no level is known.
        folders: The same controls at what the server's folders say, which is what a subject that is spared falls to.
        waivers: Of the document, under the ids that their controls have here.
        now: The instant at which all of it was resolved.
    """

    use: LevelsUse
    controls: tuple[Control, ...]
    levels: Levels | None = None
    folders: tuple[Control, ...] = ()
    waivers: "tuple[SignedWaiver, ...]" = ()
    now: datetime | None = None

    def find_level(self) -> FindLevel | None:
        """For `policy.decision.weigh`; None when no level is known, and `controls` say what is held."""
        levels = self.levels
        if levels is None:
            return None
        folders = {item.id: item for item in self.folders}
        return lambda verdict, control: levels.of(folders.get(control.id, control), verdict.subject).level


def levels_request(file: Path | None, key: Path | None) -> LevelsRequest | None:
    """What the two options ask for.

    Raises:
        InvalidError: `check-option-alone`.
    """
    if file is None and key is None:
        return None
    if file is None or key is None:
        raise InvalidError(
            "check-option-alone",
            "--levels-from is believed because of --levels-key, and each means nothing without the other.",
            fix="Give both: the signed document, and the public key of the server that signed it.",
        )
    return LevelsRequest(file, key, lambda: datetime.now(UTC))


def read_given_levels(request: LevelsRequest, environment: str, controls: tuple[Control, ...]) -> GivenLevels:
    """Read, verify and apply them.

    Args:
        environment: What was asked for: that of the document, its stage, or empty.

    Raises:
        MissingError: `levels-missing`.
        InvalidError: `levels-key-invalid`, `levels-elsewhere`.
    """
    # Signatures are for whoever asks for them: a check without is faster.
    from pavior.policy.level_documents import UnusableLevelsError, read_levels

    now = request.find_now()
    try:
        document = read_levels(_content(request.file, _FIX), key=read_levels_key(request.key), now=now)
    except UnusableLevelsError as error:
        use = LevelsUse(str(request.file), code=error.code, why_unknown=error.summary, fix=_FIX)
        return GivenLevels(use, tuple(_at(item, Level.BLOCK) for item in controls))
    if environment not in ("", document.environment, document.environment.rpartition("/")[2]):
        raise InvalidError(
            "levels-elsewhere",
            f"{request.file} is about {document.environment}, and {environment[:80]} was asked for.",
            fix=f"Use --environment {document.environment}, or the document of the other.",
        )
    names = {name: item.id for item in controls for name in (*item.formerly, item.id)}
    there = {names.get(name, name): found for name, found in document.controls.items()}
    based = tuple(_at(item, there[item.id].folder_level) if item.id in there else item for item in controls)
    levels = document.at(now)
    asked = {item.id: item for item in controls if item.is_asked}
    use = LevelsUse(
        file=str(request.file),
        server=document.server,
        environment=document.environment,
        issued_at=document.issued_at,
        valid_until=document.valid_until,
        not_named=tuple(name for name in asked if name not in there),
        other_versions=tuple(
            OtherVersion(item.id, item.version, there[item.id].version)
            for item in asked.values()
            if item.id in there and item.version != there[item.id].version
        ),
        not_here=tuple(name for name in there if name not in asked),
        waivers=sum(item.is_in_force(now) for item in document.waivers),
        ended_waivers=tuple(item.id for item in document.waivers if not item.is_in_force(now)),
    )
    return GivenLevels(
        use=use,
        # No subject is called so: it is new.
        controls=tuple(_at(item, levels.of(item, "").level) for item in based),
        levels=levels,
        folders=based,
        waivers=tuple(_at_present(item, names) for item in document.waivers),
        now=now,
    )


def read_levels_key(file: Path) -> "Ed25519PublicKey":
    """The key of the server that signs.

    Raises:
        MissingError: `levels-missing`; InvalidError: `levels-key-invalid`.
    """
    from pavior.policy.level_documents import read_public_key

    key = read_public_key(_content(file, "Name the file with the public key of the server, audit-public.pem."))
    if key is None:
        raise InvalidError(
            "levels-key-invalid",
            f"{file} holds no public key of a Pavior.",
            fix="Get audit-public.pem from the folder of keys of the Pavior that signed the levels.",
        )
    return key


def require_known(given: GivenLevels) -> None:
    """Refuse what nothing can be said by.

    Raises:
        InvalidError: `levels-unknown`.
    """
    if not given.use.is_known:
        raise InvalidError("levels-unknown", f"No level is known: {given.use.why_unknown}", fix=given.use.fix)


def levels_text(use: LevelsUse) -> str:
    """Of which environment they are, by whom, how long they hold, and where the two sides differ; for people."""
    if use.issued_at is None or use.valid_until is None:
        return "unknown, so what fails is held to block"
    span = f"{format_instant(use.issued_at)} to {format_instant(use.valid_until)}"
    waivers = "1 waiver" if use.waivers == 1 else f"{use.waivers} waivers"
    told = [f"{use.environment}, by {use.server}, {span}, with {waivers}"]
    parts = (
        ("not asked there", use.not_named),
        ("not here", use.not_here),
        ("different there", [f"{item.control} ({item.told})" for item in use.other_versions]),
        ("ended since", use.ended_waivers),
    )
    return "; ".join([*told, *(f"{word}: {first_names(names)}" for word, names in parts if names)])


def first_names(names: Sequence[str]) -> str:
    """As many as are read, and how many more there are."""
    more = len(names) - _SHOWN_NAMES
    return ", ".join(names[:_SHOWN_NAMES]) + (f" and {more} more, see --json" if more > 0 else "")


def _at(control: Control, level: Level) -> Control:
    return structs.replace(control, default_level=level, levels={})


def _at_present(waiver: "SignedWaiver", names: Mapping[str, str]) -> "SignedWaiver":
    """Under the id that its control has here, where it was recorded under an earlier one."""
    name = names.get(waiver.control, waiver.control)
    return waiver if name == waiver.control else structs.replace(waiver, control=name)


def _content(path: Path, fix: str) -> bytes:
    """One byte more than is taken, where there are more: what reads it refuses it for that."""
    from pavior.policy.level_documents import MAXIMUM_BYTES

    try:
        with path.open("rb") as file:
            return file.read(MAXIMUM_BYTES + 1)
    except OSError as error:
        raise MissingError("levels-missing", f"{path} cannot be read: {error.strerror}.", fix=fix) from error
