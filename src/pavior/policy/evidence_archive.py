"""Several files as one, with digests and a signature: written the same for the same files, read with distrust.

It is a ZIP whose files are stored as they are, in order of their names and without times. So nothing in it can grow
when it is read, and there is exactly one way to write it: what was written in any other way is refused.
"""

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from pavior.kernel.errors import InvalidError
from pavior.policy.envelopes import ForgedEnvelopeError, UnreadableEnvelopeError, seal, unseal

MANIFEST_FILE = "manifest.json"
SIGNATURE_FILE = "signature.json"
PAYLOAD_TYPE = "application/vnd.pavior.evidence+json"
# More than a fleet of a thousand environments; a reader holds all of it in memory.
MAXIMUM_BYTES = 256 * 1024 * 1024
_MOST_FILES = 20
_NAME = re.compile(r"[a-z][a-z0-9-]{0,40}\.(json|jsonl|csv|txt)")
# The first moment that a ZIP can tell: a time would make two of the same facts differ.
_NO_TIME = (1980, 1, 1, 0, 0, 0)
_UNIX = 3
_READABLE = 0o100644 << 16


def write_archive(files: Mapping[str, bytes], manifest: Mapping[str, object], key: Ed25519PrivateKey) -> bytes:
    """The archive.

    Args:
        files: By name, without manifest and signature.
        manifest: What is said of them; their digests are added as `files`.

    Raises:
        InvalidError: `evidence-too-large`.
    """
    digests = {
        name: {"sha256": hashlib.sha256(body).hexdigest(), "bytes": len(body)} for name, body in sorted(files.items())
    }
    told = canonical({**manifest, "files": digests})
    signature = seal(PAYLOAD_TYPE, told, key).encode()
    content = _zip({**files, MANIFEST_FILE: told, SIGNATURE_FILE: signature})
    if len(content) > MAXIMUM_BYTES:
        raise InvalidError(
            "evidence-too-large",
            f"The evidence is larger than {MAXIMUM_BYTES // 1024 // 1024} MiB.",
            fix="Ask for a team, a service or an environment at a time.",
        )
    return content


def read_archive(content: bytes, key: Ed25519PublicKey) -> tuple[Mapping[str, Any], Mapping[str, bytes]]:
    """The manifest, and the files by name, once all of it is known to be what was signed.

    Raises:
        InvalidError: `evidence-unreadable`; `evidence-forged` when this key did not sign it; `evidence-altered` when it
            was signed and then changed, a file of it is missing, or one too many is there.
    """
    files = dict(_unzip(content))
    try:
        manifest, signature = files.pop(MANIFEST_FILE), files.pop(SIGNATURE_FILE)
    except KeyError as error:
        raise unreadable(f"it has no {error.args[0]}") from None
    try:
        signed = unseal(signature, PAYLOAD_TYPE, key)
    except UnreadableEnvelopeError as error:
        raise unreadable(f"of its signature, {error}") from None
    except ForgedEnvelopeError:
        raise InvalidError(
            "evidence-forged",
            "The evidence was not signed with this key, or its manifest was changed afterwards.",
            fix="Get the public key from whoever runs Pavior, by another way than the evidence, or export it again.",
        ) from None
    if signed != manifest:
        raise altered(f"{MANIFEST_FILE} is not what was signed")
    try:
        document: Mapping[str, Any] = json.loads(signed)
        digests = {str(name): str(item["sha256"]) for name, item in document["files"].items()}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise unreadable("its manifest is not of this version") from None
    for name in sorted(digests.keys() ^ files.keys()):
        raise altered(f"{name} is {'missing' if name in digests else 'not one of its files'}")
    for name, body in files.items():
        if hashlib.sha256(body).hexdigest() != digests[name]:
            raise altered(f"{name} was changed")
    if _zip({**files, MANIFEST_FILE: manifest, SIGNATURE_FILE: signature}) != content:
        # Comments, bytes before or behind, or headers that differ: nothing of it was signed.
        raise altered("something stands between its files")
    return document, files


def canonical(document: object) -> bytes:
    """JSON in one only form, with a line end."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), allow_nan=False).encode() + b"\n"


def unreadable(why: str) -> InvalidError:
    """It is no archive of ours."""
    return InvalidError(
        "evidence-unreadable",
        f"The evidence cannot be read: {why}.",
        fix="Export it again with: pavior compliance export.",
    )


def altered(why: str) -> InvalidError:
    """It was ours, and is not what was signed any more."""
    return InvalidError(
        "evidence-altered",
        f"The evidence is not what was signed: {why}.",
        fix="Trust nothing in it, and export it again with: pavior compliance export.",
    )


def _zip(files: Mapping[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for name, body in sorted(files.items()):
            entry = zipfile.ZipInfo(name, _NO_TIME)
            # The same bytes on every system.
            entry.create_system, entry.external_attr = _UNIX, _READABLE
            archive.writestr(entry, body)
    return stream.getvalue()


def _unzip(content: bytes) -> Mapping[str, bytes]:
    if len(content) > MAXIMUM_BYTES:
        raise unreadable(f"it is larger than {MAXIMUM_BYTES // 1024 // 1024} MiB")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            if len(entries) > _MOST_FILES:
                raise unreadable(f"it has more than {_MOST_FILES} files")
            for entry in entries:
                _require_plain(entry, len(content))
            if len({entry.filename for entry in entries}) != len(entries):
                raise unreadable("two of its files have one name")
            return {entry.filename: archive.read(entry) for entry in entries}
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError, ValueError, OverflowError):
        raise unreadable("it is no ZIP archive, or not a whole one") from None


def _require_plain(entry: zipfile.ZipInfo, size_bytes: int) -> None:
    """Refuse what could be more than it looks like, before a byte of it is read."""
    if not _NAME.fullmatch(entry.filename):
        raise unreadable(f"{entry.filename[:60]!r} is no name of one of its files")
    if entry.compress_type != zipfile.ZIP_STORED or entry.flag_bits & 1:
        raise unreadable(f"{entry.filename} is compressed or encrypted, and what we write is not")
    if entry.file_size != entry.compress_size or entry.file_size > size_bytes:
        raise unreadable(f"{entry.filename} would be larger than the whole")
