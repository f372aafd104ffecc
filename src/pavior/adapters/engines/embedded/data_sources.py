"""The data sources of this engine."""

import json
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from pavior.adapters.engines.embedded.resource_type import Api
from pavior.adapters.engines.embedded.schema import Attribute, Kind, Schema, computed
from pavior.adapters.engines.values import Json, Values

_PRINCIPALS = Attribute(
    Kind.BLOCK_SET,
    block=MappingProxyType({"identifiers": Attribute(Kind.SET, is_required=True), "type": Attribute(is_required=True)}),
)
_STATEMENT: Schema = MappingProxyType(
    {
        "actions": Attribute(Kind.SET),
        "condition": Attribute(
            Kind.BLOCK_SET,
            block=MappingProxyType(
                {
                    "test": Attribute(is_required=True),
                    "values": Attribute(Kind.LIST, is_required=True),
                    "variable": Attribute(is_required=True),
                }
            ),
        ),
        "effect": Attribute(),
        "not_actions": Attribute(Kind.SET),
        "not_principals": _PRINCIPALS,
        "not_resources": Attribute(Kind.SET),
        "principals": _PRINCIPALS,
        "resources": Attribute(Kind.SET),
        "sid": Attribute(),
    }
)


@dataclass(frozen=True, slots=True)
class DataSource:
    """One data source: `read` gives its attributes from the arguments, all of which are known by then."""

    name: str
    schema: Schema
    read: Callable[[Api, Values], Values]


def _caller_identity(api: Api, _: Values) -> Values:
    found = api.clients.client("sts").get_caller_identity()
    account = found["Account"]
    return {"account_id": account, "arn": found["Arn"], "id": account, "user_id": found["UserId"]}


def _region(api: Api, _: Values) -> Values:
    return {"id": api.region, "name": api.region, "endpoint": f"ec2.{api.region}.amazonaws.com"}


def _partition(_: Api, __: Values) -> Values:
    return {
        "id": "aws",
        "partition": "aws",
        "dns_suffix": "amazonaws.com",
        "reverse_dns_prefix": "com.amazonaws",
    }


def _policy_document(_: Api, given: Values) -> Values:
    document: Json = {"Version": given.get("version") or "2012-10-17"}
    if given.get("policy_id"):
        document["Id"] = given["policy_id"]
    document["Statement"] = [_statement(item) for item in given.get("statement") or []]
    compact = json.dumps(document, separators=(",", ":"), ensure_ascii=False)
    indented = json.dumps(document, indent=2, ensure_ascii=False)
    return {
        **given,
        "id": str(zlib.crc32(indented.encode())),
        "json": indented,
        "minified_json": compact,
        "version": document["Version"],
    }


def _statement(given: Values) -> Json:
    statement: Json = {"Sid": given["sid"]} if given.get("sid") else {}
    statement["Effect"] = given.get("effect") or "Allow"
    for key, name in (
        ("Action", "actions"),
        ("NotAction", "not_actions"),
        ("Resource", "resources"),
        ("NotResource", "not_resources"),
    ):
        if given.get(name):
            # The provider writes sets in reverse order.
            statement[key] = _one_or_more(sorted(given[name], reverse=True))
    for key, name in (("Principal", "principals"), ("NotPrincipal", "not_principals")):
        if given.get(name):
            statement[key] = _principals(given[name])
    conditions: Json = {}
    for condition in given.get("condition") or []:
        conditions.setdefault(condition["test"], {})[condition["variable"]] = _one_or_more(condition["values"])
    if conditions:
        statement["Condition"] = conditions
    return statement


def _principals(given: list[Values]) -> Json:
    if any(item["type"] == "*" for item in given):
        return "*"
    return {item["type"]: _one_or_more(sorted(item["identifiers"], reverse=True)) for item in given}


def _one_or_more(items: list[str]) -> Json:
    return items[0] if len(items) == 1 else items


_SOURCES = (
    DataSource(
        "aws_caller_identity",
        MappingProxyType({name: computed() for name in ("account_id", "arn", "id", "user_id")}),
        _caller_identity,
    ),
    DataSource(
        "aws_region",
        MappingProxyType({name: computed() for name in ("endpoint", "id", "name")}),
        _region,
    ),
    DataSource(
        "aws_partition",
        MappingProxyType({name: computed() for name in ("dns_suffix", "id", "partition", "reverse_dns_prefix")}),
        _partition,
    ),
    DataSource(
        "aws_iam_policy_document",
        MappingProxyType(
            {
                "id": computed(),
                "json": computed(),
                "minified_json": computed(),
                "policy_id": Attribute(),
                "statement": Attribute(Kind.BLOCK_LIST, block=_STATEMENT),
                "version": Attribute(),
            }
        ),
        _policy_document,
    ),
)

DATA_SOURCES: Mapping[str, DataSource] = MappingProxyType({item.name: item for item in _SOURCES})
