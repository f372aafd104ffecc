"""Terraform source as a resource graph: values as far as the source can tell, and the line of each attribute.

A policy attribute is either JSON text or, where a leaf of it is unknown or secret, the tree itself.
"""

from collections.abc import Iterator, Mapping

from msgspec import structs

from pavior.adapters.hcl.model import finished
from pavior.adapters.hcl.module import Module, Reader, ResourceBlock, Secret
from pavior.adapters.hcl.policy_documents import TYPE as POLICY_DOCUMENT
from pavior.adapters.hcl.policy_documents import policy_document
from pavior.adapters.hcl.reading import NO_FILES
from pavior.adapters.hcl.values import Term, as_reason, not_evaluated
from pavior.kernel.errors import InvalidError
from pavior.resources.model import GraphFormat, Resource, ResourceGraph, Sensitive, Skipped, Unknown, Value

_REGISTRY = "registry.terraform.io"


def read_source(
    files: Mapping[str, bytes],
    variables: Mapping[str, str],
    sensitive: frozenset[str],
    variable_files: Mapping[str, bytes] = NO_FILES,
    *,
    is_lenient: bool = False,
) -> ResourceGraph:
    """The resources of the root module, with those of the local modules that it calls.

    Args:
        files: By path relative to the checkout, such as `infra/main.tf`. The root module is the shallowest folder
            with Terraform files that no module calls; other such folders are in `skipped`.
        variables: Values as text; a variable that has none is unknown.
        sensitive: Names of variables whose values are hidden, beside those declared so.
        variable_files: Files of values from elsewhere by path, which win over those in the folder, later ones over
            earlier ones; `variables` win over them.
        is_lenient: What Terraform refuses, and has one meaning, is read as that, with a remark in `skipped` whose
            kind is `READ_AS_MEANT`. What is not known stays unknown.

    Returns:
        `complete` is False when something that might hold resources was not read, such as a module from elsewhere.

    Raises:
        InvalidError: `source-unparsable`, `source-too-large`, `source-too-complex`, `source-invalid`, `source-cyclic`.
    """
    reader = Reader(files, is_strict=True, is_lenient=is_lenient)
    folders = reader.root_folders()
    if not folders:
        return ResourceGraph(GraphFormat.TERRAFORM_SOURCE, ())
    module = reader.read(folders[0], variables, sensitive, variable_files)
    unread = tuple(Skipped(folder, "no module calls this folder") for folder in folders[1:])
    return _graph(tuple(_resources(module)), (*module.skipped, *module.remarks, *unread), is_complete=module.complete)


def read_source_tolerantly(
    files: Mapping[str, bytes],
    variables: Mapping[str, str],
    sensitive: frozenset[str],
    variable_files: Mapping[str, bytes] = NO_FILES,
    *,
    is_lenient: bool = False,
) -> ResourceGraph:
    """All resources that can be read. What cannot is in `skipped`, and then `complete` is False.

    Every folder that no module calls is read as a root module. The addresses of the first one are plain; those of
    others begin with their folder (`network//aws_vpc.main`), so that resources of different stacks are never mixed up.

    Args:
        is_lenient: As `read_source`; and an attribute that stands twice in one block does not hide its file.
    """
    reader = Reader(files, is_strict=False, is_lenient=is_lenient)
    resources: list[Resource] = []
    skipped: list[Skipped] = []
    is_complete = True
    for index, folder in enumerate(reader.root_folders()):
        try:
            module = reader.read(folder, variables, sensitive, variable_files)
            found = tuple(_resources(module))
        except InvalidError as error:
            skipped.append(Skipped(folder, f"{error.code}: {error.summary}"))
            is_complete = False
            continue
        resources += found if index == 0 else (_of_folder(item, folder) for item in found)
        skipped += (*module.skipped, *module.remarks)
        is_complete = is_complete and module.complete
    return _graph(tuple(resources), tuple(skipped), is_complete=is_complete)


def _graph(resources: tuple[Resource, ...], skipped: tuple[Skipped, ...], *, is_complete: bool) -> ResourceGraph:
    return ResourceGraph(GraphFormat.TERRAFORM_SOURCE, resources, tuple(dict.fromkeys(skipped)), is_complete)


def _of_folder(resource: Resource, folder: str) -> Resource:
    return structs.replace(
        resource,
        address=f"{folder}//{resource.address}",
        references={
            path: tuple(f"{folder}//{address}" for address in addresses)
            for path, addresses in resource.references.items()
        },
        ways=tuple(_of_folder(way, folder) for way in resource.ways),
    )


def _resources(module: Module) -> Iterator[Resource]:
    known: dict[str, Mapping[str, Term]] = {}
    values: dict[str, dict[str, Term]] = {}
    for resource in _in_order(module):
        # What is asked for before it is there is part of a circle, which Terraform refuses; here it is unknown.
        raw = module.raw_values(resource, known.get)
        values[resource.address] = finished(raw, with_trees=True)
        known[resource.address] = _as_seen_by_others(resource, raw)
    default_tags = _default_tags(module, known)
    for resource in (*module.resources, *module.data):
        default = default_tags.get(resource.provider, {})
        found = _resource(module, resource, values[resource.address], default)
        ways = tuple(
            _resource(module, way, module.values(way, known.get, with_trees=True), default) for way in resource.ways
        )
        yield structs.replace(found, ways=ways) if ways else found


def _resource(module: Module, block: ResourceBlock, given: dict[str, Term], default_tags: Term) -> Resource:
    tags = _all_tags(default_tags, given.get("tags"))
    if block.mode == "managed" and tags is not None:
        given = {**given, "tags_all": tags}
    return Resource(
        address=block.address,
        type=block.type,
        values=_values(given),
        mode=block.mode,
        provider=_provider(module, block),
        position=block.position,
        references=block.references,
        attribute_positions=block.attribute_positions,
    )


def _as_seen_by_others(resource: ResourceBlock, raw: Mapping[str, Term]) -> Mapping[str, Term]:
    if resource.type == POLICY_DOCUMENT and resource.mode == "data":
        return {**raw, "json": policy_document(raw)}
    return raw


def _in_order(module: Module) -> tuple[ResourceBlock, ...]:
    """Each after what it depends on."""
    blocks = {item.address: item for item in (*module.data, *module.resources)}
    ordered: dict[str, ResourceBlock] = {}
    entered: set[str] = set()
    for start, block in blocks.items():
        waiting = [(start, iter(block.dependencies))] if start not in entered else []
        entered.add(start)
        while waiting:
            address, needed = waiting[-1]
            following = next((item for item in needed if item in blocks and item not in entered), None)
            if following is None:
                ordered[address] = blocks[address]
                waiting.pop()
            else:
                entered.add(following)
                waiting.append((following, iter(blocks[following].dependencies)))
    return tuple(ordered.values())


def _default_tags(module: Module, known: Mapping[str, Mapping[str, Term]]) -> dict[str, Term]:
    """Tags that a provider puts on everything, by provider."""
    found: dict[str, Term] = {}
    for provider in module.providers:
        name = f"{provider.name}.{provider.alias}" if provider.alias else provider.name
        blocks = module.provider_values(provider, known.get).get("default_tags")
        if isinstance(blocks, Unknown):
            found[name] = blocks
        elif isinstance(blocks, list) and blocks:
            found[name] = blocks[0].get("tags") or {} if isinstance(blocks[0], dict) else not_evaluated("default_tags")
    return found


def _all_tags(default: Term, own: Term) -> Term:
    """`tags_all`, or None when nobody sets tags."""
    for tags in (own, default):
        if isinstance(tags, Unknown | Secret):
            return as_reason(tags) if isinstance(tags, Unknown) else tags
    if not default and own is None:
        return None
    if not isinstance(default, dict) or not isinstance(own, dict | None):
        return not_evaluated("the tags are no map")
    return {**default, **(own or {})}


def _provider(module: Module, resource: ResourceBlock) -> str:
    name = resource.provider.split(".")[0]
    required = module.required_providers.get(name)
    source = required.source if required is not None else f"hashicorp/{name}"
    return source if source.count("/") > 1 else f"{_REGISTRY}/{source}"


def _values(terms: Mapping[str, Term]) -> dict[str, Value]:
    return {name: item if isinstance(item, _PLAIN) else _value(item) for name, item in terms.items()}


# What is no secret, and has none inside.
_PLAIN = (str, bool, int, float, Unknown)


def _value(term: Term) -> Value:
    """What a graph may hold: nothing in clear that came from a secret."""
    if isinstance(term, Secret):
        return Sensitive("")
    if isinstance(term, dict):
        return _values(term)
    if isinstance(term, list):
        return [_value(item) for item in term]
    checked: Value = term
    return checked
