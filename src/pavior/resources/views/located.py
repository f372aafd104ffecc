"""Where things lie: the region of what lies in one."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from msgspec import Struct

from pavior.kernel.verdicts import UnknownReason
from pavior.resources.model import Resource, Unknown
from pavior.resources.views.facts import Fact, Source, read_text
from pavior.resources.views.index import GraphIndex
from pavior.resources.views.kinds import Selection, ViewType
from pavior.resources.views.taggable import TAGGABLE_TYPES
from pavior.resources.views.written import as_written, block_paths

# `location` is Azure's and Google's word for it, `zone` and `availability_zone` name a part of a region.
_NAMED: Final = ("region", "location")
_ZONED: Final = ("availability_zone", "zone")
_ZONE = re.compile(r"(?P<aws>[a-z]{2}(?:-[a-z]+)+-\d)[a-z]|(?P<google>[a-z]+-[a-z]+\d)-[a-z]")
_ARN = re.compile(r"arn:[^:]+:[^:]+:(?P<region>[^:]*):")
# What belongs to a whole account and lies in no region, or what AWS keeps in one region for everybody.
# Source: docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/global-services.html.
_GLOBAL = re.compile(
    r"aws_(?:iam|cloudfront|route53|route53domains|organizations|shield|globalaccelerator|budgets|ce|waf|account|"
    r"networkmanager|servicequotas|billing|cur|fms|chatbot)_.*"
)
# Where else the same thing lies: the blocks of its copies, and what names the region in each.
_COPIES: Final = {
    "aws_dynamodb_table": ("replica", "region_name"),
    "aws_secretsmanager_secret": ("replica", "region"),
    "azurerm_container_registry": ("georeplications", "location"),
    "azurerm_cosmosdb_account": ("geo_location", "location"),
}
_OF_THE_PROVIDER = "it is where its provider works, and that does not stand with the resource"


class Located(Struct, frozen=True):
    """A resource that lies in a region.

    Args:
        region: As its provider writes it: `eu-west-1`, `europe-west3`, `West Europe`.
        copies: The regions in which its copies lie.
    """

    resource: Resource
    satellites: tuple[Resource, ...]
    region: Fact[str]
    copies: tuple[Fact[str], ...] = ()


def select_located(index: GraphIndex) -> tuple[Resource, ...]:
    """What can lie in a region: of AWS what has tags, and everything that names a place."""
    return tuple(
        resource
        for resource in index.graph.resources
        if resource.mode == "managed"
        and not _is_global(resource.type)
        and (resource.type in TAGGABLE_TYPES or any(name in resource.values for name in (*_NAMED, *_ZONED)))
    )


@cache
def _is_global(resource_type: str) -> bool:
    return _GLOBAL.fullmatch(resource_type) is not None


def build_located(resource: Resource, index: GraphIndex) -> Located | None:
    """From any of them; None for what turns out to lie in no region."""
    del index
    own = Source(resource)
    found = _region(own)
    if found is None:
        return None
    copies = tuple(_copies(Source(as_written(resource)))) if resource.type in _COPIES else ()
    return Located(resource, (), found, copies)


def _copies(own: Source) -> Iterator[Fact[str]]:
    name, leaf = _COPIES[own.resource.type]
    paths = block_paths(own, name)
    if isinstance(paths, Unknown):
        yield own.fact(name, paths)
        return
    for path in paths:
        yield own.text(f"{path}.{leaf}")


def _region(own: Source) -> Fact[str] | None:
    arn = own.value("arn")
    known = _ARN.match(arn) if isinstance(arn, str) else None
    for name in _NAMED:
        if own.value(name) is not None:
            return own.fact(name, read_text(own.value(name)))
    if known is not None and known["region"]:
        return own.fact("arn", known["region"])
    for name in _ZONED:
        if own.is_written(name):
            zone = read_text(own.value(name))
            return own.fact(name, zone if isinstance(zone, Unknown) else _region_of(zone))
    if isinstance(arn, Unknown) and arn.reason is UnknownReason.KNOWN_AFTER_APPLY:
        return own.fact("arn", arn)
    return own.fact("", Unknown(UnknownReason.NOT_EVALUATED, _OF_THE_PROVIDER))


def _region_of(zone: str) -> str | Unknown:
    found = _ZONE.fullmatch(zone)
    if found is None:
        return Unknown(UnknownReason.NOT_EVALUATED, f"{zone[:40]} is no zone of a region")
    return found["aws"] or found["google"]


VIEW_TYPES: Final = (ViewType("Located", Selection((), select_located), build_located),)
