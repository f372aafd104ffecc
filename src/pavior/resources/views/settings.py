"""What a resource says in lists and in named parameters, and how another resource is found that it names."""

from collections.abc import Iterator

from pavior.kernel.verdicts import UnknownReason
from pavior.resources.model import Unknown, Value
from pavior.resources.views.facts import Fact, Leaf, Source, not_understood, read_text
from pavior.resources.views.index import GraphIndex, is_meant


def texts(own: Source, path: str) -> tuple[Leaf, ...]:
    """The texts of a list; one Unknown when nothing of the list is known; nothing when it is absent."""
    value = own.value(path)
    if value is None:
        return ()
    if isinstance(value, list):
        return tuple(read_text(item) for item in value)
    return (read_text(value),)


def block_values(own: Source, path: str) -> tuple[tuple[str, Value], ...]:
    """The blocks of one kind with their paths; one Unknown when none of them is known."""
    value = own.value(path)
    if value is None:
        return ()
    items = value if isinstance(value, list) else [value]
    return tuple((f"{path}.{number}", item) for number, item in enumerate(items))


def parameter(own: Source, name: str, default: str) -> Fact[str]:
    """What the parameter group sets `name` to, in lower case; `default` when it does not mention it."""
    unread: Unknown | None = None
    for path, said, value in _parameters(own):
        if isinstance(said, Unknown):
            unread = said
        elif said.lower() == name:
            return own.fact(f"{path}.value", _as_setting(value))
    return own.fact("parameter", default if unread is None else unread)


def _parameters(own: Source) -> Iterator[tuple[str, Leaf, Value]]:
    for path, block in block_values(own, "parameter"):
        if isinstance(block, dict):
            yield path, read_text(block.get("name")), block.get("value")
        else:
            yield path, block if isinstance(block, Unknown) else not_understood(block), None


def _as_setting(value: Value) -> Leaf:
    # HCL lets people write true and 1 without quotes; the provider makes texts of them.
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    text = read_text(value)
    return text if isinstance(text, Unknown) else text.lower()


def find_named(index: GraphIndex, own: Source, path: str, resource_type: str) -> Source | None:
    """The one resource of this type that the attribute names, by expression or by its name; None when not here."""
    mentioned = {_base(address) for address in own.references(path)}
    value = own.value(path)
    # An expression says which is meant, where several have one name.
    candidates = [
        resource
        for resource in index.of_type(resource_type)
        if _base(resource.address) in mentioned and is_meant(value, resource)
    ] or [
        resource
        for resource in index.of_type(resource_type)
        if isinstance(value, str) and value and value in (resource.values.get("name"), resource.values.get("id"))
    ]
    twins = [resource for resource in candidates if _instance(resource.address) == _instance(own.resource.address)]
    found = candidates if len(candidates) == 1 else twins
    return Source(found[0], found[0].address) if len(found) == 1 else None


def _base(address: str) -> str:
    return address.rsplit("[", 1)[0] if address.endswith("]") else address


def _instance(address: str) -> str:
    return address[len(_base(address)) :]


def not_here(what: str) -> Unknown:
    """The thing that decides is not among the resources that were read."""
    return Unknown(UnknownReason.NOT_EVALUATED, f"{what} is not among what was read")
