"""The flows that a draft finds, each with how surely it is one, so that of several reasons the best is told. Pure."""

from collections.abc import Collection, Iterable, Mapping
from enum import IntEnum
from types import MappingProxyType
from typing import Final

from msgspec import Struct, structs

from pavior.threatmodels.drafting_names import distinct_ids, line_of, slug
from pavior.threatmodels.model import Flow

# What is usually spoken on a port.
PROTOCOLS: Final[Mapping[int, str]] = MappingProxyType(
    {22: "ssh", 80: "http", 443: "https", 3306: "mysql", 3389: "rdp", 5432: "postgresql", 6379: "redis"}
)


class Surety(IntEnum):
    """How surely data flows where something was found, the least sure first."""

    # What encrypts something is only told where nothing else is known of it.
    ENCRYPTED = 0
    MENTIONED = 1
    CONFIGURED = 2
    ALLOWED = 3
    WIRED = 4


class FoundFlow(Struct, frozen=True):
    """Data that seems to go from one thing to another.

    Args:
        source: Id of the element that sends.
        target: Id of the element that receives.
        because: In one sentence, without its full stop.
    """

    source: str
    target: str
    because: str
    surety: Surety
    protocol: str = ""
    is_encrypted: bool | None = None
    is_authenticated: bool | None = None


def write_flows(found: Iterable[FoundFlow]) -> tuple[Flow, ...]:
    """One flow for each pair of elements, told by its best reason; a mention is none where anything better is known."""
    best: dict[tuple[str, str], FoundFlow] = {}
    for flow in found:
        pair = (flow.source, flow.target)
        if flow.source != flow.target:
            best[pair] = _better(best[pair], flow) if pair in best else flow
    used = {end for flow in best.values() if flow.surety is not Surety.ENCRYPTED for end in (flow.source, flow.target)}
    kept = {pair: flow for pair, flow in best.items() if not _is_idle(flow, best, used)}
    ids = distinct_ids({f"{source} {target}": slug(f"{source}-to-{target}") for source, target in kept})
    return tuple(_written(ids[f"{source} {target}"], flow) for (source, target), flow in kept.items())


def _better(one: FoundFlow, other: FoundFlow) -> FoundFlow:
    best = _surer(one, other)
    second = other if best is one else one
    # What is allowed is told whatever else is known: a privilege that is added must be seen.
    if second.surety is not Surety.ALLOWED or second.because in best.because:
        return best
    return structs.replace(best, because=f"{best.because}; {second.because}")


def _surer(one: FoundFlow, other: FoundFlow) -> FoundFlow:
    # Of two that are as sure, what is less protected is what somebody must look at.
    if one.surety == other.surety:
        return other if one.is_encrypted is not False and other.is_encrypted is False else one
    return one if one.surety > other.surety else other


def _is_idle(flow: FoundFlow, best: Mapping[tuple[str, str], FoundFlow], used: Collection[str]) -> bool:
    if flow.surety is Surety.ENCRYPTED:
        return flow.target in used
    back = best.get((flow.target, flow.source))
    return flow.surety is Surety.MENTIONED and back is not None and back.surety > Surety.MENTIONED


def _written(id_: str, flow: FoundFlow) -> Flow:
    return Flow(
        id=id_,
        source=flow.source,
        target=flow.target,
        protocol=flow.protocol,
        is_encrypted=flow.is_encrypted,
        is_authenticated=flow.is_authenticated,
        because=line_of(f"{flow.because}."),
        inferred=True,
    )
