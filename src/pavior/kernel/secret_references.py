"""Where a secret lies. Settings and files name the place, and the secret is read there at each use.

- `env:NAME`: a variable of the environment that Pavior was started with.
- `file:/path`: a file, as Docker, Kubernetes and systemd hand secrets over.
- `vault:MOUNT/PATH#FIELD`: a field of a secret in HashiCorp Vault or OpenBao, key-value engine version 2.
"""

import re
from dataclasses import dataclass
from typing import Protocol

from pavior.kernel.errors import InvalidError

_ENV = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_FILE = re.compile(r"/[^\0\n]+")
# No dots at the beginning of a segment: `..` would lead to another place of the service.
_VAULT = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]*(?:/[A-Za-z0-9_-][A-Za-z0-9_.-]*)+#[A-Za-z0-9_.-]+")
_FORMS = {"env": _ENV, "file": _FILE, "vault": _VAULT}
_LONGEST_CHARACTERS = 1000


@dataclass(frozen=True, slots=True)
class SecretReference:
    """Where one secret lies. It says nothing of the secret, and may be shown."""

    scheme: str
    place: str

    def __str__(self) -> str:
        return f"{self.scheme}:{self.place}"


class SecretSource(Protocol):
    """Reads secrets of one kind of place."""

    def read(self, reference: SecretReference) -> str:
        """The secret of this moment, without the line break at its end.

        Raises:
            MissingError: `secret-missing`: nothing is there, or nothing that can be a secret.
            UnavailableError: `secret-unreachable`: the place does not answer, or not to us.
        """


def parse_secret_reference(text: str) -> SecretReference:
    """The place that `text` names.

    Raises:
        InvalidError: `secret-reference-invalid`; `text` is not repeated, because it may be the secret itself.
    """
    scheme, _, place = text.partition(":")
    form = _FORMS.get(scheme)
    if form is None or len(text) > _LONGEST_CHARACTERS or not form.fullmatch(place):
        raise InvalidError(
            "secret-reference-invalid",
            "A secret stands where the name of its place was expected, or the name is malformed.",
            fix="Write env:NAME, file:/absolute/path or vault:MOUNT/PATH#FIELD.",
        )
    return SecretReference(scheme, place)


def is_secret_reference(text: str) -> bool:
    """Whether `text` names the place of a secret."""
    try:
        parse_secret_reference(text)
    except InvalidError:
        return False
    return True
