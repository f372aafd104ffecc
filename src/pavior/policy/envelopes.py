"""Signed bytes in a DSSE envelope: made with one key, and opened by whoever has its public half.

Source: https://github.com/secure-systems-lab/dsse/blob/master/protocol.md.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

MAXIMUM_BYTES = 16 * 1024 * 1024


class UnreadableEnvelopeError(Exception):
    """It is no envelope of this kind; the message says why, in half a sentence."""


class ForgedEnvelopeError(Exception):
    """This key did not sign it as it is now."""


def seal(payload_type: str, payload: bytes, key: Ed25519PrivateKey) -> str:
    """The signed envelope, as one line of JSON; the same for the same payload and key."""
    envelope = {
        "payloadType": payload_type,
        "payload": base64.b64encode(payload).decode(),
        "signatures": [
            {
                "keyid": key_id(key.public_key()),
                "sig": base64.b64encode(key.sign(_pre_authentication(payload_type, payload))).decode(),
            }
        ],
    }
    return json.dumps(envelope, sort_keys=True) + "\n"


def unseal(content: bytes, payload_type: str, key: Ed25519PublicKey, *, maximum_bytes: int = MAXIMUM_BYTES) -> bytes:
    """The payload of an envelope that this key signed.

    Raises:
        UnreadableEnvelopeError, ForgedEnvelopeError: Nothing of what it says is known then.
    """
    if len(content) > maximum_bytes:
        raise UnreadableEnvelopeError(f"it has more than {maximum_bytes} bytes")
    try:
        envelope: Mapping[str, Any] = json.loads(content)
        found_type, signatures = str(envelope["payloadType"]), envelope["signatures"]
        payload = base64.b64decode(envelope["payload"], validate=True)
        given = [base64.b64decode(signature["sig"], validate=True) for signature in signatures]
    except (ValueError, KeyError, TypeError, binascii.Error, RecursionError):
        raise UnreadableEnvelopeError("it is no DSSE envelope") from None
    if found_type != payload_type:
        raise UnreadableEnvelopeError("its payload is of another type")
    for signature in given:
        try:
            key.verify(signature, _pre_authentication(payload_type, payload))
        except InvalidSignature:
            continue
        return payload
    raise ForgedEnvelopeError


def key_id(key: Ed25519PublicKey) -> str:
    """64 hex digits: SHA-256 of the key, as DER."""
    return hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()


def _pre_authentication(payload_type: str, payload: bytes) -> bytes:
    kind = payload_type.encode()
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)
