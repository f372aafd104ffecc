"""The keys of an installation, in files outside the data folder, so that no backup holds both."""

import contextlib
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from pavior.kernel.errors import UnavailableError

SEALING_FILE = "sealing.key"
SIGNING_FILE = "audit-signing.pem"
PUBLIC_FILE = "audit-public.pem"
TOKEN_FILE = "token-signing.pem"  # noqa: S105 - the name of a file
KEY_BYTES = 32
_RSA_BITS = 2048


@dataclass(frozen=True, slots=True)
class Keys:
    """What seals secrets, and what signs heads of the audit log."""

    sealing: bytes = field(repr=False)
    signing: Ed25519PrivateKey = field(repr=False)


def create_keys(folder: Path) -> Keys:
    """The keys in `folder`; those that are not there yet are made, readable for this user only.

    Raises:
        UnavailableError: `key-unreadable` when the folder cannot be written or holds something else.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write_once(folder / SEALING_FILE, os.urandom(KEY_BYTES).hex().encode() + b"\n")
        pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        _write_once(folder / SIGNING_FILE, pem)
        keys = load_keys(folder)
        public = keys.signing.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        _write_once(folder / PUBLIC_FILE, public)
    except OSError as error:
        raise _unreadable(folder) from error
    return keys


def load_keys(folder: Path) -> Keys:
    """The keys in `folder`.

    Raises:
        UnavailableError: `key-missing`, `key-unreadable`.
    """
    try:
        sealing = bytes.fromhex((folder / SEALING_FILE).read_text(encoding="ascii").strip())
        signing = load_pem_private_key((folder / SIGNING_FILE).read_bytes(), password=None)
    except FileNotFoundError as error:
        raise UnavailableError(
            "key-missing",
            f"There is no key {Path(str(error.filename)).name} in {folder}; what it sealed or signed cannot be used.",
            fix="Restore the folder of the keys from its own backup, or point PAVIOR_KEYS to it.",
        ) from error
    except (OSError, ValueError, UnsupportedAlgorithm) as error:
        raise _unreadable(folder) from error
    if len(sealing) != KEY_BYTES or not isinstance(signing, Ed25519PrivateKey):
        raise _unreadable(folder)
    return Keys(sealing, signing)


def create_token_key(folder: Path) -> RSAPrivateKey:
    """The key of tokens for clouds, in `folder`; made when it is not there yet. RSA: it is what AWS verifies.

    Raises:
        UnavailableError: `key-unreadable`.
    """
    path = folder / TOKEN_FILE
    try:
        if not path.exists():
            made = generate_private_key(public_exponent=65537, key_size=_RSA_BITS)
            _write_once(path, made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, UnsupportedAlgorithm) as error:
        raise _unreadable(folder) from error
    if not isinstance(key, RSAPrivateKey):
        raise _unreadable(folder)
    return key


def _write_once(path: Path, content: bytes) -> None:
    """Whole or not at all, and once: of several that begin at the same time, one makes the key that all use."""
    if path.exists():
        return
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(fresh)
    finally:
        fresh.unlink()


def _unreadable(folder: Path) -> UnavailableError:
    return UnavailableError(
        "key-unreadable",
        f"The keys in {folder} cannot be read, or are not keys of Pavior.",
        fix="Give this user access to the folder, or restore it from its own backup.",
    )
