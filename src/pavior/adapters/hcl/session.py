"""The names of a module and of those it calls, evaluated with what is known of other resources at one moment."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import TypeAlias

from msgspec.structs import replace

from pavior.adapters.hcl.budget import Budget, too_complex
from pavior.adapters.hcl.declarations import Declarations, Variable, source_invalid
from pavior.adapters.hcl.evaluation import Scope, evaluate, evaluate_or_unknown
from pavior.adapters.hcl.expressions import GetAttribute, GetIndex, Step
from pavior.adapters.hcl.instances import Instance, Key, Repetition, find_key, index_text
from pavior.adapters.hcl.meant import remark
from pavior.adapters.hcl.syntax import Attribute, Block
from pavior.adapters.hcl.types import convert
from pavior.adapters.hcl.values import (
    EvaluationError,
    ResourceValues,
    Secret,
    Term,
    TerraformSet,
    as_reason,
    hidden,
    kind_of,
    not_evaluated,
    settled,
    to_number,
    to_text,
)
from pavior.kernel.errors import InvalidError
from pavior.resources.model import ONE_GAP, Unknown

Lookup: TypeAlias = Callable[[str], Mapping[str, Term] | None]
# More of one block is a mistake, or meant to hurt.
MAXIMUM_INSTANCES = 10_000


def knows_nothing(_: str) -> Mapping[str, Term] | None:
    """The lookup before anything was planned."""
    return None


class Session:
    """Evaluates with one lookup, and remembers what names mean as long as it lives."""

    def __init__(self, lookup: Lookup, budget: Budget) -> None:
        self.lookup = lookup
        self.budget = budget
        self._lookups = 0
        self._remembered: dict[tuple[int, str], Term] = {}
        self._loops: dict[tuple[int, str], Repetition] = {}
        self._running: list[str] = []

    def scope(self, instance: Instance, local: Mapping[str, Term] | None = None) -> Scope:
        """Where expressions of this instance are evaluated."""
        return Scope(_InstanceNames(self, instance), local)

    def known(self, address: str) -> ResourceValues:
        """What is known of one resource; what is not, will be known after the apply."""
        self._lookups += 1
        return ResourceValues(address, self.lookup(address) or {})

    def variable(self, instance: Instance, name: str) -> Term:
        """The value of `var.name`. Raises EvaluationError, InvalidError `source-invalid`."""
        declared = instance.declarations.variables.get(name)
        if declared is None:
            return not_evaluated(f"there is no variable {name!r}")
        return self._remember(instance, f"var.{name}", lambda: self._variable(instance, declared))

    def local(self, instance: Instance, name: str) -> Term:
        """The value of `local.name`. Raises EvaluationError."""
        declared = instance.declarations.locals.get(name)
        if declared is None:
            raise EvaluationError(f"there is no local {name!r}")
        return self._remember(
            instance, f"local.{name}", lambda: evaluate_or_unknown(declared.expression, self.scope(instance))
        )

    def output(self, instance: Instance, name: str) -> Term:
        """The value of an output. Raises EvaluationError."""
        declared = instance.declarations.outputs.get(name)
        if declared is None:
            raise EvaluationError(f"there is no output {name!r}")

        def compute() -> Term:
            value = evaluate_or_unknown(declared.expression, self.scope(instance))
            return self._hide(value) if declared.is_sensitive else value

        return self._remember(instance, f"output.{name}", compute)

    def repetition(self, instance: Instance, label: str, block: Block) -> Repetition:
        """How often a resource or module stands there. Raises InvalidError `source-cyclic`, `source-too-complex`."""
        if label not in instance.repetitions and not ("count" in block.attributes or "for_each" in block.attributes):
            instance.repetitions[label] = _ONCE
        if label not in instance.repetitions:
            before = self._lookups
            running = self._guard(instance, f"{label} (how many)")
            try:
                instance.repetitions[label] = self._repeat(instance, block)
            finally:
                self._running.remove(running)
            if self._lookups != before:
                instance.changing.add(label)
        return instance.repetitions[label]

    def loop(self, instance: Instance, label: str, block: Block, key: Key) -> Mapping[str, Term]:
        """The names of the loop around one instance of a resource or module."""
        repetition = self.repetition(instance, label, block)
        if label in instance.changing:
            # The keys were known from the beginning; what they lead to may have become known since.
            self._lookups += 1
            place = (id(instance), label)
            if place not in self._loops:
                self._loops[place] = self._repeat(instance, block)
            repetition = self._loops[place]
        if isinstance(repetition, Unknown) or key not in repetition:
            return {"each": {"key": key, "value": not_evaluated(f"each.value of {label} is not known")}}
        return repetition[key]

    def _repeat(self, instance: Instance, block: Block) -> Repetition:
        try:
            if (count := block.attributes.get("count")) is not None:
                return self._count(instance, count)
            if (for_each := block.attributes.get("for_each")) is not None:
                return self._for_each(instance, for_each)
        except EvaluationError as error:
            return not_evaluated(str(error))
        return _ONCE

    def _count(self, instance: Instance, attribute: Attribute) -> Repetition:
        value = settled(evaluate(attribute.expression, self.scope(instance)))
        if isinstance(value, Unknown):
            return value
        if isinstance(value, Secret):
            return not_evaluated("count depends on a sensitive value")
        number = to_number(value)
        if not isinstance(number, int) or number < 0:
            return not_evaluated("count is no whole number from 0")
        _require_few(number, attribute)
        self.budget.spend(number)
        return {index: {"count": {"index": index}} for index in range(number)}

    def _for_each(self, instance: Instance, attribute: Attribute) -> Repetition:
        value = settled(evaluate(attribute.expression, self.scope(instance)))
        if isinstance(value, Unknown):
            return value
        if isinstance(value, Secret):
            return not_evaluated("for_each depends on a sensitive value")
        if isinstance(value, TerraformSet):
            value = {to_text(item): item for item in value}
        elif isinstance(value, list) and instance.declarations.is_lenient:
            value = _as_set(instance, attribute, value)
        if not isinstance(value, Mapping):
            return not_evaluated(f"for_each is {kind_of(value)}, and must be a map or a set of text")
        _require_few(len(value), attribute)
        self.budget.spend(len(value))
        return {key: {"each": {"key": key, "value": item}} for key, item in sorted(value.items())}

    def _remember(self, instance: Instance, name: str, compute: Callable[[], Term]) -> Term:
        if name in instance.unchanging:
            return instance.unchanging[name]
        key = (id(instance), name)
        if key in self._remembered:
            # Whoever asks depends on a resource too.
            self._lookups += 1
            return self._remembered[key]
        before = self._lookups
        label = self._guard(instance, name)
        try:
            value = compute()
        finally:
            self._running.remove(label)
        self.budget.weigh(value)
        if self._lookups == before:
            instance.unchanging[name] = value
        else:
            self._remembered[key] = value
        return value

    def _guard(self, instance: Instance, name: str) -> str:
        label = instance.prefix + name
        if label in self._running:
            chain = " -> ".join([*self._running[self._running.index(label) :], label])
            raise InvalidError(
                "source-cyclic",
                f"A value of the Terraform source refers to itself: {chain[:500]}.",
                fix="Break the circle; `terraform validate` or `tofu validate` names it too.",
            )
        self._running.append(label)
        return label

    def _variable(self, instance: Instance, declared: Variable) -> Term:
        value = self._given(instance, declared.name)
        if value is _NOTHING:
            if declared.default is None:
                return replace(not_evaluated(f"var.{instance.prefix}{declared.name} has no value"), pieces=ONE_GAP)
            value = evaluate_or_unknown(declared.default, self.scope(_nowhere()))
        try:
            value = convert(declared.type, value)
        except EvaluationError as error:
            # The value may be secret, so the message does not show it.
            raise source_invalid(
                declared.position, f"the value given for the variable {declared.name} does not fit: {error}"
            ) from error
        return self._hide(value) if declared.is_sensitive or declared.name in instance.sensitive else value

    def _given(self, instance: Instance, name: str) -> Term:
        if instance.caller is None:
            return instance.given.get(name, _NOTHING)
        caller, call, key = instance.caller
        argument = call.block.attributes.get(name)
        if argument is None:
            return _NOTHING
        loop = self.loop(caller, f"module.{call.name}", call.block, key)
        return evaluate_or_unknown(argument.expression, self.scope(caller, loop))

    def _hide(self, value: Term) -> Term:
        self.budget.weigh(value)
        return hidden(value)


class _InstanceNames:
    """The names of one instance; see `evaluation.Names`."""

    def __init__(self, session: Session, instance: Instance) -> None:
        self.budget = session.budget
        self._session = session
        self._instance = instance

    def resolve(self, root: str, steps: Sequence[Step], scope: Scope) -> tuple[Term, Sequence[Step]]:
        """See `evaluation.Names`."""
        wanted = 2 if root == "data" else 1
        names = [step.name for step in steps[:wanted] if isinstance(step, GetAttribute)]
        if len(names) < wanted:
            raise EvaluationError(f"{root} alone means nothing here")
        rest = steps[wanted:]
        if root in _UNSUPPORTED:
            return not_evaluated(f"{root}.{names[0]} is not supported"), ()
        if root in _LOOPS:
            raise EvaluationError(f"{root}.{names[0]} means nothing without {_LOOPS[root]}")
        if root == "module":
            return self._module(names[0], rest, scope)
        if root in ("var", "local", "path"):
            return self._value(root, names[0]), rest
        return self._resource(".".join((root, *names)), rest, scope)

    def _value(self, root: str, name: str) -> Term:
        if root == "var":
            return self._session.variable(self._instance, name)
        return self._session.local(self._instance, name) if root == "local" else self._path(name)

    def find_file(self, path: str) -> bytes | None:
        """See `evaluation.Names`; only files of the root module's folder, by a relative path without `..`."""
        relative = PurePosixPath(path)
        if relative.is_absolute() or ".." in relative.parts:
            return None
        return self._instance.files.get((PurePosixPath(self._instance.root_folder) / relative).as_posix())

    def _path(self, name: str) -> Term:
        root, folder = self._instance.root_folder, self._instance.declarations.folder
        match name:
            case "root":
                return "."
            case "module":
                # Terraform writes the root module's as `.`, and those of others relative to it.
                return folder if root == "." else PurePosixPath(folder).relative_to(root).as_posix()
            case _:
                return not_evaluated(f"path.{name} is not supported")

    def _resource(self, address: str, steps: Sequence[Step], scope: Scope) -> tuple[Term, Sequence[Step]]:
        declared = self._instance.declarations.resources.get(address)
        if declared is None:
            return not_evaluated(f"there is no {address}"), ()
        repetition = self._session.repetition(self._instance, address, declared.block)
        if isinstance(repetition, Unknown):
            return not_evaluated(f"how many {address} there are is not known"), ()
        full = self._instance.prefix + address
        if declared.repetition is None:
            return self._session.known(full), steps
        if steps and isinstance(steps[0], GetIndex):
            key = settled(evaluate(steps[0].key, scope))
            if isinstance(key, Unknown | Secret):
                return as_reason(key) if isinstance(key, Unknown) else not_evaluated("an index is sensitive"), ()
            return self._session.known(f"{full}{index_text(find_key(repetition, key))}"), steps[1:]
        everything = {key: self._session.known(f"{full}{index_text(key)}") for key in repetition}
        return _gathered(declared.block, everything), steps

    def _module(self, name: str, steps: Sequence[Step], scope: Scope) -> tuple[Term, Sequence[Step]]:
        children = self._instance.children.get(name)
        if children is None:
            return not_evaluated(f"there is no module.{name}"), ()
        if isinstance(children, Unknown):
            return children, ()
        call = self._instance.declarations.module_calls[name]
        is_repeated = "count" in call.block.attributes or "for_each" in call.block.attributes
        if is_repeated and steps and isinstance(steps[0], GetIndex):
            key = settled(evaluate(steps[0].key, scope))
            if isinstance(key, Unknown | Secret):
                return as_reason(key) if isinstance(key, Unknown) else not_evaluated("an index is sensitive"), ()
            return self._outputs(children[find_key(children, key)], steps[1:])
        if not is_repeated:
            return self._outputs(children[None], steps)
        everything = {key: self._outputs(child, ())[0] for key, child in children.items()}
        return _gathered(call.block, everything), steps

    def _outputs(self, child: Instance, steps: Sequence[Step]) -> tuple[Term, Sequence[Step]]:
        if steps and isinstance(step := steps[0], GetAttribute):
            return self._session.output(child, step.name), steps[1:]
        return {name: self._session.output(child, name) for name in child.declarations.outputs}, steps


_UNSUPPORTED = frozenset(("terraform", "self", "ephemeral"))
_LOOPS = {"each": "for_each", "count": "count"}
_NOTHING = object()
_ONCE: Repetition = MappingProxyType({None: MappingProxyType({})})


def _nowhere() -> Instance:
    """Where defaults of variables are evaluated: they may not refer to anything."""
    return Instance(Declarations("."), {}, ".")


def _gathered(block: Block, everything: Mapping[Key, Term]) -> Term:
    if "count" in block.attributes:
        return list(everything.values())
    return {str(key): value for key, value in everything.items()}


def _as_set(instance: Instance, attribute: Attribute, value: list[Term]) -> Term:
    """A list of texts as the set that is meant, with a remark; any other list as it is."""
    if not all(isinstance(item, str) for item in value):
        return value
    told = "for_each goes through a list, which Terraform refuses; it is read as the set of its texts"
    instance.declarations.remarks.append(remark(attribute.position, told))
    return {item: item for item in value}


def _require_few(number: int, attribute: Attribute) -> None:
    if number > MAXIMUM_INSTANCES:
        raise too_complex(f"{attribute.position} asks for {number} instances, more than {MAXIMUM_INSTANCES}")
