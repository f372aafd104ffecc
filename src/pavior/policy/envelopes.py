"""Bytes in a signed DSSE envelope, and out of it again. Pure.

Source: https://github.com/secure-systems-lab/dsse/blob/master/protocol.md, with Ed25519.
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


def seal(payload_type: str, payload: bytes, key: Ed25519PrivateKey) -> str:
    """The envelope, as one line of JSON; the same for the same payload and key."""
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


def unseal(content: bytes, payload_type: str, key: Ed25519PublicKey) -> bytes:
    """The payload, once one of the signatures is known to be this key's.

    Raises:
        ValueError: It is no envelope of this type; the message says why, as the end of a sentence.
        InvalidSignature: This key did not sign it.
    """
    if len(content) > MAXIMUM_BYTES:
        raise ValueError(f"it has more than {MAXIMUM_BYTES} bytes")
    try:
        envelope: Mapping[str, Any] = json.loads(content)
        found_type, signatures = str(envelope["payloadType"]), envelope["signatures"]
        payload = base64.b64decode(envelope["payload"], validate=True)
        given = [base64.b64decode(signature["sig"], validate=True) for signature in signatures]
    except (ValueError, KeyError, TypeError, binascii.Error, RecursionError):
        raise ValueError("it is no DSSE envelope") from None
    if found_type != payload_type:
        raise ValueError("its payload is of another type")
    for signature in given:
        try:
            key.verify(signature, _pre_authentication(payload_type, payload))
        except InvalidSignature:
            continue
        return payload
    raise InvalidSignature


def key_id(key: Ed25519PublicKey) -> str:
    """64 hex digits: SHA-256 of the key, as DER."""
    return hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()


def _pre_authentication(payload_type: str, payload: bytes) -> bytes:
    kind = payload_type.encode()
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)
