"""Secrets from the environment, from files, and from Vault, each behind the same port and read at each use."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from pavior.kernel.errors import MissingError, UnavailableError
from pavior.kernel.secret_references import SecretReference, SecretSource, parse_secret_reference

LONGEST_SECRET_BYTES = 64 * 1024
_MISSING = 404


@dataclass(frozen=True, slots=True)
class SecretSources:
    """All of them, found by the beginning of a reference.

    Args:
        by_scheme: Such as `env`.
    """

    by_scheme: Mapping[str, SecretSource]

    def read(self, text: str) -> str:
        """The secret that the reference `text` leads to.

        Raises:
            InvalidError: `secret-reference-invalid`.
            MissingError: `secret-missing`.
            UnavailableError: `secret-unreachable`.
        """
        reference = parse_secret_reference(text)
        return self.by_scheme[reference.scheme].read(reference)


@dataclass(frozen=True, slots=True)
class EnvironmentSource:
    """Variables that Pavior was started with."""

    environment: Mapping[str, str] = field(repr=False)

    def read(self, reference: SecretReference) -> str:
        """See the port."""
        return _checked(reference, self.environment.get(reference.place, ""))


@dataclass(frozen=True, slots=True)
class FileSource:
    """Files of this machine; one that is replaced is read anew."""

    def read(self, reference: SecretReference) -> str:
        """See the port."""
        try:
            with Path(reference.place).open("rb") as file:
                body = file.read(LONGEST_SECRET_BYTES + 1)
        except FileNotFoundError:
            body = b""
        except OSError as error:
            raise _unreachable(reference, str(error.strerror), "Let the user that runs Pavior read it.") from error
        if len(body) > LONGEST_SECRET_BYTES:
            raise _missing(reference)
        try:
            return _checked(reference, body.decode())
        except UnicodeDecodeError:
            raise _missing(reference) from None


@dataclass(frozen=True, slots=True)
class VaultSource:
    """The key-value engine, version 2, of HashiCorp Vault or OpenBao, by one GET.

    Args:
        address: Such as `https://vault.example.org:8200`; empty when none was set.
        token_file: Holds the token, kept fresh by Vault's own agent; read at each use.
    """

    address: str
    token_file: Path | None

    def read(self, reference: SecretReference) -> str:
        """See the port."""
        if not self.address or self.token_file is None:
            raise _unreachable(
                reference, "nothing says where Vault is", "Set PAVIOR_VAULT_ADDRESS and PAVIOR_VAULT_TOKEN_FILE."
            )
        # Only where it is used: urllib3 costs a command 40 ms.
        from pavior.adapters.http import CallFailedError, HttpClient, is_safe_address

        if not is_safe_address(self.address):
            fix = "Set PAVIOR_VAULT_ADDRESS to an https address; http only on this machine."
            raise _unreachable(reference, "the token for Vault would be sent where others can read it", fix)
        place, _, name = reference.place.partition("#")
        mount, _, path = place.partition("/")
        token = FileSource().read(SecretReference("file", str(self.token_file)))
        try:
            reply = HttpClient().get(f"{self.address}/v1/{quote(mount)}/data/{quote(path)}", {"X-Vault-Token": token})
            document = {} if reply.status == _MISSING else reply.require_ok().json().get("data")
        except CallFailedError as error:
            fix = "Look whether Vault is up and unsealed, and whether the policy of the token lets it read this."
            raise _unreachable(reference, str(error), fix) from error
        fields = document.get("data") if isinstance(document, dict) else None
        found = fields.get(name) if isinstance(fields, dict) else None
        return _checked(reference, found if isinstance(found, str) else "")


def _checked(reference: SecretReference, secret: str) -> str:
    secret = secret.removesuffix("\n").removesuffix("\r")
    if not secret or "\0" in secret:
        raise _missing(reference)
    return secret


def _missing(reference: SecretReference) -> MissingError:
    return MissingError(
        "secret-missing",
        f"There is no secret at {reference}, or nothing that can be one.",
        fix="Put it there as text, or name another place.",
    )


def _unreachable(reference: SecretReference, why: str, fix: str) -> UnavailableError:
    return UnavailableError("secret-unreachable", f"The secret at {reference} cannot be read: {why}.", fix=fix)
