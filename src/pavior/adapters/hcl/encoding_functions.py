"""Functions that encode, decode and hash. Arguments are known and clear; each gets the budget first."""

import base64
import binascii
import hashlib
import json
from urllib.parse import quote_plus

from pavior.adapters.hcl.budget import Budget
from pavior.adapters.hcl.values import EvaluationError, Term, encode_json, read_number, to_text


def encode(budget: Budget, value: Term) -> str:
    """`jsonencode`; the value has been weighed."""
    text = encode_json(value)
    budget.text(len(text))
    return text


def decode(budget: Budget, text: Term) -> Term:
    """`jsondecode`."""
    clear = to_text(text)
    budget.text(len(clear))
    try:
        value = json.loads(clear, parse_constant=_refuse_constant, parse_float=read_number, parse_int=read_number)
    except (ValueError, RecursionError):
        raise EvaluationError("the text is not JSON") from None
    budget.weigh(value)
    return value


def _refuse_constant(_: str) -> None:
    raise ValueError("JSON has no such number")


def base64_of(budget: Budget, body: bytes) -> str:
    """Bytes as base64."""
    budget.text(len(body) * 2)
    return base64.b64encode(body).decode()


def base64_encode(budget: Budget, text: Term) -> Term:
    """`base64encode`."""
    return base64_of(budget, to_text(text).encode())


def base64_decode(_: Budget, text: Term) -> Term:
    """`base64decode`."""
    try:
        return base64.b64decode(to_text(text), validate=True).decode()
    except (binascii.Error, ValueError):
        raise EvaluationError("the text is not base64 of UTF-8") from None


def url_encode(_: Budget, text: Term) -> Term:
    """`urlencode`."""
    return quote_plus(to_text(text))


def md5(_: Budget, text: Term) -> Term:
    """`md5`."""
    return hashlib.md5(to_text(text).encode(), usedforsecurity=False).hexdigest()


def sha1(_: Budget, text: Term) -> Term:
    """`sha1`."""
    return hashlib.sha1(to_text(text).encode(), usedforsecurity=False).hexdigest()


def sha256(_: Budget, text: Term) -> Term:
    """`sha256`."""
    return hashlib.sha256(to_text(text).encode()).hexdigest()
