"""What a replay asks about: the stored plan and the last sight of one environment, decoded no further than it needs.

A stored document is decoded only where it has a resource of a type that one of the controls is about.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa
from msgspec import Struct

from pavior.environments.tables import plans
from pavior.inventory.tables import observations
from pavior.kernel.clock import parse_instant
from pavior.kernel.errors import InvalidError
from pavior.kernel.verdicts import Phase
from pavior.policy import level_store
from pavior.policy.model import Control
from pavior.resources.codec import FORMAT_VERSION, decode_graph
from pavior.resources.model import ResourceGraph
from pavior.storage.database import Transaction

_MADE = ("create", "replace")


class _Typed(Struct):
    type: str = ""


class _Types(Struct):
    resources: list[_Typed]
    skipped: list[msgspec.Raw]
    complete: bool


class _Acted(Struct):
    address: str
    action: str


class _Glimpse(Struct):
    """Of a stored plan: the types in it and what it makes. What is left out is skipped without being built."""

    version: int
    graph: _Types
    changes: list[_Acted]
    moved: dict[str, str] = {}


class _Graph(Struct):
    graph: dict[str, Any]


class _Glimpsed(_Types):
    version: int


class _Addressed(Struct):
    address: str = ""


class _Addresses(Struct):
    resources: list[_Addressed]


class StoredInput(Struct, frozen=True):
    """One stored document as text."""

    phase: Phase
    at: str
    text: str


class ReadInput(Struct, frozen=True):
    """What is in one.

    Args:
        graph: None where nothing in it is of a type of the controls.
        made: What the plan makes, or makes anew.
        moved: Address to the one before, of what a plan renames.
        gap: What the answers leave out; empty when nothing is missing.
    """

    graph: ResourceGraph | None
    made: frozenset[str]
    moved: Mapping[str, str]
    gap: str


def list_inputs(
    tx: Transaction, environment: str, phases: tuple[Phase, ...], newest_plan: Any
) -> Iterator[StoredInput]:
    """Of these phases, the plan first. `newest_plan` is its row of `newest_plans`, or None."""
    # As text: whether a document is worth decoding is seen before it is built.
    if Phase.PLAN in phases and newest_plan is not None:
        statement = sa.select(sa.cast(plans.c.reading, sa.Text)).where(
            plans.c.change_id == newest_plan["change_id"], plans.c.number == newest_plan["number"]
        )
        yield StoredInput(Phase.PLAN, newest_plan["created_at"], tx.execute(statement).scalar_one())
    if Phase.LIVE in phases:
        row = _live(tx, environment)
        if row is not None:
            yield StoredInput(Phase.LIVE, *row)


def read_seen(tx: Transaction, environment: str) -> Mapping[str, datetime]:
    """Since when each thing has been there, as an approval of a block for new would note it first."""
    seen = level_store.read_sightings(tx, environment)
    row = _live(tx, environment)
    if row is None:
        return seen
    at, text = row
    try:
        there = msgspec.json.decode(text, type=_Addresses).resources
    except msgspec.MsgspecError:
        # It is told as not read where its answers are asked for; without it more is new, which blocks.
        return seen
    return {**dict.fromkeys((item.address for item in there), parse_instant(at)), **seen}


def read_input(stored: StoredInput, controls: tuple[Control, ...]) -> ReadInput:
    """Decode as much as `controls` need.

    Raises:
        InvalidError: `stored-graph-version`, `stored-graph-malformed`.
        MsgspecError: It is no such document.
    """
    made: frozenset[str] = frozenset()
    moved: Mapping[str, str] = {}
    seen: _Types
    if stored.phase is Phase.PLAN:
        plan = msgspec.json.decode(stored.text, type=_Glimpse)
        version, seen, moved = plan.version, plan.graph, plan.moved
        made = frozenset(item.address for item in plan.changes if item.action in _MADE)
    else:
        live = msgspec.json.decode(stored.text, type=_Glimpsed)
        version, seen = live.version, live
    gap = "" if version != FORMAT_VERSION else _gap(seen, controls)
    if version == FORMAT_VERSION and not _is_about(seen, controls):
        return ReadInput(None, made, moved, gap)
    if stored.phase is Phase.PLAN:
        document = {"version": version, **msgspec.json.decode(stored.text, type=_Graph).graph}
    else:
        document = msgspec.json.decode(stored.text)
    return ReadInput(decode_graph(document), made, moved, gap)


def why_unreadable(error: InvalidError | msgspec.MsgspecError) -> str:
    """For a sentence; of a stored document no value is told."""
    return error.summary if isinstance(error, InvalidError) else "What is stored of it cannot be read."


def _live(tx: Transaction, environment: str) -> tuple[str, str] | None:
    statement = sa.select(observations.c.observed_at, sa.cast(observations.c.document, sa.Text)).where(
        observations.c.environment == environment
    )
    row = tx.execute(statement).first()
    return None if row is None else (row[0], row[1])


def _is_about(seen: _Types, controls: tuple[Control, ...]) -> bool:
    return any(not item.types or any(one.type in item.types for one in seen.resources) for item in controls)


def _gap(seen: _Types, controls: tuple[Control, ...]) -> str:
    if not all(item.is_asked for item in controls):
        return "Nobody has set all parameters of the control, so it is not asked."
    if seen.skipped:
        return f"Parts were passed over when it was read: {len(seen.skipped)}."
    return "" if seen.complete else "It was not read to its end."
