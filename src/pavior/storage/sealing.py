"""Secrets at rest: encrypted with a key outside the data folder, and bound to the row that holds them."""

import hmac
import json
import os
from collections.abc import Callable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from pavior.kernel.errors import UnavailableError

# Sealed form: mark, key id, nonce, ciphertext with its tag. A new form gets a new mark.
_MARK = b"PV1"
_KEY_ID_BYTES = 8
_NONCE_BYTES = 12
_HEAD_BYTES = len(_MARK) + _KEY_ID_BYTES
_FINGERPRINT_HEX_DIGITS = 32


class Sealer:
    """Seals and opens with AES-256-GCM; fingerprints with HMAC-SHA-256. Each use has a key of its own.

    Args:
        key: 32 random bytes, see `storage.keys`.
        random_bytes: Gives so many bytes, never the same twice.
    """

    def __init__(self, key: bytes, random_bytes: Callable[[int], bytes] = os.urandom) -> None:
        self._cipher = AESGCM(_derive(key, b"pavior sealing", 32))
        self._fingerprint_key = _derive(key, b"pavior fingerprint", 32)
        self._key_id = _derive(key, b"pavior key id", _KEY_ID_BYTES)
        self._random_bytes = random_bytes

    def __repr__(self) -> str:
        return f"Sealer({self._key_id.hex()})"

    @property
    def fingerprint_key(self) -> bytes:
        """The key of `fingerprint`, for an engine that masks by itself."""
        return self._fingerprint_key

    def seal(self, body: bytes, *, associated: str) -> bytes:
        """The sealed form of `body`.

        Args:
            body: Any bytes.
            associated: Says whose it is; opening it as anybody else's fails.
        """
        nonce = self._random_bytes(_NONCE_BYTES)
        head = _MARK + self._key_id
        return head + nonce + self._cipher.encrypt(nonce, body, head + associated.encode())

    def open(self, sealed: bytes, *, associated: str) -> bytes:
        """The clear bytes.

        Raises:
            UnavailableError: `sealed-unreadable` when another key sealed it, or it was changed or moved.
        """
        head, nonce = sealed[:_HEAD_BYTES], sealed[_HEAD_BYTES : _HEAD_BYTES + _NONCE_BYTES]
        if head != _MARK + self._key_id:
            raise UnavailableError(
                "sealed-unreadable",
                f"A secret of {associated} was sealed with another key than this installation's.",
                fix="Point PAVIOR_KEYS to the folder of keys that belongs to this database.",
            )
        try:
            return self._cipher.decrypt(nonce, sealed[_HEAD_BYTES + _NONCE_BYTES :], head + associated.encode())
        except (InvalidTag, ValueError):
            raise UnavailableError(
                "sealed-unreadable",
                f"A secret of {associated} was changed after it was sealed, or moved from another row.",
                fix="Restore the database from a backup, and find out who wrote to it.",
            ) from None

    def fingerprint(self, value: object) -> str:
        """32 hex digits that are equal for equal JSON values, and tell nothing to who lacks the key."""
        canonical = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        digest = hmac.new(self._fingerprint_key, canonical.encode("utf-8", "surrogatepass"), "sha256")
        return digest.hexdigest()[:_FINGERPRINT_HEX_DIGITS]


def _derive(key: bytes, purpose: bytes, length_bytes: int) -> bytes:
    return HKDF(algorithm=SHA256(), length=length_bytes, salt=None, info=purpose).derive(key)
