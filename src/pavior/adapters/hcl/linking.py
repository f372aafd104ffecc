"""Which resources an expression depends on, also through locals, variables and outputs of modules."""

import re
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from pavior.adapters.hcl.evaluation import evaluate_or_unknown
from pavior.adapters.hcl.expressions import Expression, GetAttribute, GetIndex, Name, Step, Traversal
from pavior.adapters.hcl.instances import Instance, Key, find_key, index_text
from pavior.adapters.hcl.references import is_literal, mentions
from pavior.adapters.hcl.session import Session
from pavior.adapters.hcl.syntax import Attribute, Block
from pavior.adapters.hcl.values import EvaluationError, Secret, Term, settled
from pavior.resources.model import Unknown

_NO_RESOURCES = frozenset(("path", "terraform", "self", "count", "ephemeral"))
# Every type of a resource begins with its provider's name.
_RESOURCE = re.compile(r"[a-z0-9]+_\w+\.[\w-]+")


class Place(Struct, frozen=True):
    """Where an expression stands.

    Args:
        loop: The `for_each` of the block around it.
        key: Of the instance that is looked at.
    """

    instance: Instance
    local: Mapping[str, Term]
    loop: Attribute | None = None
    key: Key = None


class Linker:
    """Finds addresses. What a name leads to is remembered.

    Attributes:
        elsewhere: Addresses that were found and are declared nowhere, so that nothing can depend on them.
    """

    def __init__(self, session: Session) -> None:
        self.elsewhere: set[str] = set()
        self._session = session
        self._remembered: dict[tuple[int, str], tuple[str, ...]] = {}

    def addresses(self, expression: Expression, place: Place) -> tuple[str, ...]:
        """The resources and data sources that an expression mentions, in order, each once."""
        if is_literal(expression):
            return ()
        if isinstance(expression, Traversal) and isinstance(expression.root, Name) and not expression.has_keys:
            # What most references are: it mentions nothing but itself.
            self._session.budget.spend(1)
            return tuple(dict.fromkeys(self._follow(expression.root.word, expression.steps, place)))
        found: dict[str, None] = {}
        for root, steps in mentions(expression):
            self._session.budget.spend(1)
            found.update(dict.fromkeys(self._follow(root, steps, place)))
        return tuple(found)

    def _follow(self, root: str, steps: Sequence[Step], place: Place) -> Iterable[str]:
        instance = place.instance
        first = _name(steps, 0)
        if root in _NO_RESOURCES or first is None:
            return ()
        if root == "each":
            return self._loop(place)
        if root == "local":
            return self._through(f"local.{first}", instance.declarations.locals.get(first), Place(instance, {}))
        if root == "var":
            return self._argument(first, instance)
        if root == "module":
            return self._module(first, steps[1:], place)
        return self._resource(*_split(root, steps), place)

    def _through(self, label: str, attribute: Attribute | None, place: Place) -> tuple[str, ...]:
        if attribute is None:
            return ()
        key = (id(place.instance), label)
        if key not in self._remembered:
            # Circles are told when values are asked for; here they only have to end.
            self._remembered[key] = ()
            with self._session.budget:
                self._remembered[key] = self.addresses(attribute.expression, place)
        return self._remembered[key]

    def _argument(self, name: str, instance: Instance) -> tuple[str, ...]:
        if instance.caller is None:
            return ()
        caller, call, key = instance.caller
        loop = self._session.loop(caller, f"module.{call.name}", call.block, key)
        place = Place(caller, loop, call.block.attributes.get("for_each"), key)
        label = f"{instance.prefix}var.{name}"
        return self._through(label, call.block.attributes.get(name), place)

    def _module(self, name: str, steps: Sequence[Step], place: Place) -> Iterable[str]:
        children = place.instance.children.get(name)
        if children is None or isinstance(children, Unknown):
            return
        keys, rest = self._keys(children, steps, place)
        output = _name(rest, 0)
        for key in keys:
            child = children[key]
            for declared in child.declarations.outputs.values():
                if output is None or declared.name == output:
                    attribute = Attribute(declared.name, declared.expression, declared.position)
                    yield from self._through(f"output.{declared.name}", attribute, Place(child, {}))

    def _resource(self, address: str, steps: Sequence[Step], place: Place) -> tuple[str, ...]:
        declared = place.instance.declarations.resources.get(address)
        if declared is None:
            # Declared in a file that was not given; the name still says what kind of thing is meant. The iterator of
            # a dynamic block looks like one.
            if not _RESOURCE.fullmatch(address) or address.partition(".")[0] in place.local:
                return ()
            self.elsewhere.add(place.instance.prefix + address)
            return (place.instance.prefix + address,)
        repetition = self._session.repetition(place.instance, address, declared.block)
        full = place.instance.prefix + address
        if isinstance(repetition, Unknown):
            return (full,)
        keys, _ = self._keys(repetition, steps, place)
        return tuple(full + index_text(key) for key in keys)

    def _keys(
        self, keys: Mapping[Key, object], steps: Sequence[Step], place: Place
    ) -> tuple[Iterable[Key], Sequence[Step]]:
        """The instances that an index chooses, or all; and the steps behind the index."""
        if None in keys or not steps or not isinstance(step := steps[0], GetIndex):
            return keys, steps
        wanted = settled(evaluate_or_unknown(step.key, self._session.scope(place.instance, place.local)))
        if isinstance(wanted, Unknown | Secret):
            return keys, steps[1:]
        try:
            return (find_key(keys, wanted),), steps[1:]
        except EvaluationError:
            return (), steps[1:]

    def _loop(self, place: Place) -> Iterable[str]:
        """What `each` leads to: when the loop goes through instances, the one with the same key."""
        if place.loop is None:
            return ()
        found = self.addresses(place.loop.expression, Place(place.instance, {}))
        same = tuple(address for address in found if place.key is not None and address.endswith(index_text(place.key)))
        return same or found


def dependencies_of(block: Block, linker: Linker, place: Place) -> tuple[str, ...]:
    """What `depends_on`, `count` and `for_each` name."""
    found: dict[str, None] = {}
    for name in ("depends_on", "count", "for_each"):
        if (attribute := block.attributes.get(name)) is not None:
            found.update(dict.fromkeys(linker.addresses(attribute.expression, place)))
    return tuple(found)


def _name(steps: Sequence[Step], index: int) -> str | None:
    step = steps[index] if index < len(steps) else None
    return step.name if isinstance(step, GetAttribute) else None


def _split(root: str, steps: Sequence[Step]) -> tuple[str, Sequence[Step]]:
    """The address that a reference begins with, and what follows."""
    if root == "data":
        return f"data.{_name(steps, 0)}.{_name(steps, 1)}", steps[2:]
    return f"{root}.{_name(steps, 0)}", steps[1:]
