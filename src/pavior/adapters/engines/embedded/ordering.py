"""In which order changes are made, so that whatever a thing needs is there before it and goes after it. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from pavior.kernel.errors import InvalidError
from pavior.resources.model import Action

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Work:
    """What is to happen to one address.

    Args:
        needs: Addresses that must be there before it is made or changed.
        needed: Addresses that the thing as it is now leans on, so that they go after it.
    """

    address: str
    action: Action
    needs: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One half of a replacement, or all of another action."""

    address: str
    is_delete: bool


def order_steps(work: Sequence[Work]) -> tuple[Step, ...]:
    """The steps of all work, each after those it must wait for; otherwise in the given order, deletions last."""
    makes = {item.address: Step(item.address, is_delete=False) for item in work if item.action in _MAKING}
    deletes = {item.address: Step(item.address, is_delete=True) for item in work if item.action in _DELETING}
    waits: dict[Step, list[Step]] = {step: [] for step in (*makes.values(), *deletes.values())}
    # Deleting what is replaced may have to come before a change elsewhere, so these waits give way.
    polite: dict[Step, list[Step]] = {}
    for item in work:
        address = item.address
        if address in makes:
            waits[makes[address]] += [makes[other] for other in item.needs if other in makes]
            if address in deletes:
                waits[makes[address]].append(deletes[address])
            else:
                for other in item.needed:
                    if other in deletes and other not in makes:
                        polite.setdefault(deletes[other], []).append(makes[address])
        if address in deletes:
            for other in item.needed:
                if other in deletes:
                    waits[deletes[other]].append(deletes[address])
    both = {step: [*others, *polite.get(step, [])] for step, others in waits.items()}
    ordered = _sorted(both) or _sorted(waits)
    if ordered is None:
        raise AssertionError("dependencies were checked to have no cycle")
    return ordered


def order_addresses(dependencies: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    """Addresses after what they depend on, otherwise in the given order.

    Raises:
        InvalidError: `stack-invalid` when they go round in a circle.
    """
    ordered = _sorted({address: [*needs] for address, needs in dependencies.items()})
    if ordered is None:
        circle = ", ".join(sorted(_in_circle(dependencies)))
        raise InvalidError(
            "stack-invalid",
            f"These resources depend on each other in a circle: {circle}.",
            fix="Break the circle, for example with a resource of its own for one of the references.",
        )
    return ordered


_MAKING = (Action.CREATE, Action.UPDATE, Action.REPLACE)
_DELETING = (Action.DELETE, Action.REPLACE)


def _sorted(waits: Mapping[T, Sequence[T]]) -> tuple[T, ...] | None:
    done: dict[T, None] = {}
    waiting = list(waits)
    while waiting:
        ready = next(
            (item for item in waiting if all(other in done or other not in waits for other in waits[item])), None
        )
        if ready is None:
            return None
        waiting.remove(ready)
        done[ready] = None
    return tuple(done)


def _in_circle(dependencies: Mapping[str, Iterable[str]]) -> set[str]:
    left = {address: set(needs) & set(dependencies) for address, needs in dependencies.items()}
    while True:
        # What nobody in the circle needs, or what needs nothing, is not part of it.
        loose = {address for address, needs in left.items() if not needs & set(left)}
        loose |= set(left) - {other for needs in left.values() for other in needs}
        if not loose:
            return set(left)
        left = {address: needs for address, needs in left.items() if address not in loose}
