"""Functions that encode, decode and hash. Arguments are known and clear; each gets the budget first."""

import base64
import binascii
import hashlib
import json
from urllib.parse import quote_plus

from pavior.adapters.hcl.budget import Budget
from pavior.adapters.hcl.values import EvaluationError, Term, UnsupportedError, encode_json, read_number, to_text

# The parser takes a second for a hundred thousand characters.
_LONGEST_YAML = 50_000


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


def sha512(_: Budget, text: Term) -> Term:
    """`sha512`."""
    return hashlib.sha512(to_text(text).encode()).hexdigest()


def base64_sha256(_: Budget, text: Term) -> Term:
    """`base64sha256`: of the digest's bytes."""
    return base64.b64encode(hashlib.sha256(to_text(text).encode()).digest()).decode()


def base64_sha512(_: Budget, text: Term) -> Term:
    """`base64sha512`."""
    return base64.b64encode(hashlib.sha512(to_text(text).encode()).digest()).decode()


def csv_decode(budget: Budget, text: Term) -> Term:
    """`csvdecode`: a mapping a row, by the names of the first row."""
    import csv
    import io

    clear = to_text(text)
    budget.text(len(clear))
    try:
        header, *rows = [row for row in csv.reader(io.StringIO(clear, newline=""), strict=True) if row]
    except (csv.Error, ValueError):
        raise EvaluationError("the text is no CSV with a first row of names") from None
    if len(set(header)) != len(header) or any(len(row) != len(header) for row in rows):
        raise EvaluationError("the rows differ in length, or a name stands there twice")
    budget.spend(len(rows) * len(header))
    return [dict(zip(header, row, strict=True)) for row in rows]


def yaml_decode(budget: Budget, text: Term) -> Term:
    """`yamldecode` of what every version of YAML understands alike."""
    clear = to_text(text)
    if len(clear) > _LONGEST_YAML:
        raise UnsupportedError(f"YAML of more than {_LONGEST_YAML} characters is not supported")
    # Its library takes longer to load than most sources to read.
    from pavior.adapters.hcl.yaml_values import read_yaml

    value = read_yaml(clear)
    budget.weigh(value)
    return value


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
