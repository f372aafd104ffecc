"""Levels that a check is given, signed by a server: what the gate would go by, and `unknown` when nobody can say."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from msgspec import Struct, structs

from pavior.kernel.errors import InvalidError, MissingError
from pavior.policy.decision import FindLevel
from pavior.policy.levels import Levels
from pavior.policy.model import Control, Level

_FIX = "Get it anew: pavior environment levels SERVICE/STAGE --output FILE, or GET /environments/SERVICE/STAGE/levels."


class LevelsRequest(Struct, frozen=True):
    """Where the levels are, and which key signed them.

    Args:
        find_now: The present instant; asked at each check.
    """

    file: Path
    key: Path
    find_now: Callable[[], datetime]


class LevelsUse(Struct, frozen=True):
    """What came of the levels that were given.

    Args:
        why_unknown: Why no level is known, one sentence; empty when they are. `code` and `fix` go with it.
        environment: Of which they are; empty when not known, as are the others.
        not_named: Controls that the server does not ask; they stand at what their folders say.
    """

    file: str
    server: str = ""
    environment: str = ""
    issued_at: datetime | None = None
    valid_until: datetime | None = None
    not_named: tuple[str, ...] = ()
    code: str = ""
    why_unknown: str = ""
    fix: str = ""

    @property
    def is_known(self) -> bool:
        """Whether levels are known. Where not, what fails is held to block, and nothing is let pass as allowed."""
        return not self.why_unknown


class GivenLevels(Struct, frozen=True):
    """The controls at the levels that were given.

    Args:
        controls: Each at its level for what is new; at `block` when no level is known.
        levels: Of each subject; None when no level is known.
        folders: The same controls at what the server's folders say, which is what a subject that is spared falls to.
    """

    use: LevelsUse
    controls: tuple[Control, ...]
    levels: Levels | None = None
    folders: tuple[Control, ...] = ()

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
            fix="Give both: the signed levels, and the public key of the server that signed them.",
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
    from pavior.policy.level_documents import UnusableLevelsError, read_levels, read_public_key

    key = read_public_key(_content(request.key))
    if key is None:
        raise InvalidError(
            "levels-key-invalid",
            f"{request.key} holds no public key of a Pavior.",
            fix="Get audit-public.pem from the folder of keys of the Pavior that signed the levels.",
        )
    now = request.find_now()
    try:
        document = read_levels(_content(request.file), key=key, now=now)
    except UnusableLevelsError as error:
        use = LevelsUse(str(request.file), code=error.code, why_unknown=error.summary, fix=_FIX)
        return GivenLevels(use, tuple(_at(item, Level.BLOCK) for item in controls))
    if environment not in ("", document.environment, document.environment.rpartition("/")[2]):
        raise InvalidError(
            "levels-elsewhere",
            f"{request.file} holds the levels of {document.environment}, and {environment[:80]} was asked for.",
            fix=f"Use --environment {document.environment}, or the levels of the other.",
        )
    based = tuple(_at(item, document.folders[item.id]) if item.id in document.folders else item for item in controls)
    levels = document.at(now)
    use = LevelsUse(
        file=str(request.file),
        server=document.server,
        environment=document.environment,
        issued_at=document.issued_at,
        valid_until=document.valid_until,
        not_named=tuple(item.id for item in controls if item.id not in document.folders),
    )
    # No subject is called so: it is new.
    return GivenLevels(use, tuple(_at(item, levels.of(item, "").level) for item in based), levels, based)


def _at(control: Control, level: Level) -> Control:
    return structs.replace(control, default_level=level, levels={})


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise MissingError("levels-missing", f"{path} cannot be read: {error.strerror}.", fix=_FIX) from error
