"""What a root module declares, and what its resources' values are as far as the source can tell.

A policy attribute is either JSON text or, where a leaf of it is not known, the tree itself: `values` gives Unknown
for such a text, as a plan does; with `with_trees` it gives the tree, so that a rule sees the rest of the document.
"""

from collections.abc import Mapping

from msgspec import Struct

from pavior.adapters.hcl.bodies import body_values
from pavior.adapters.hcl.budget import Budget
from pavior.adapters.hcl.declarations import ModuleCall, Output, Provider, RequiredProvider, Variable, block_label
from pavior.adapters.hcl.instances import Instance, Key
from pavior.adapters.hcl.session import Lookup, Session, knows_nothing
from pavior.adapters.hcl.syntax import Attribute, Block, File
from pavior.adapters.hcl.values import EncodedJson, ResourceValues, Secret, Term, revealed, settled
from pavior.kernel.verdicts import Position
from pavior.resources.model import Skipped, Unknown


class Lifecycle(Struct, frozen=True):
    """The `lifecycle` block.

    Args:
        ignore_changes: Attribute names, or `all`.
        others: Whatever else is set, such as `precondition` or `replace_triggered_by`.
    """

    create_before_destroy: bool = False
    prevent_destroy: bool = False
    ignore_changes: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


class ResourceBlock(Struct, frozen=True):
    """One resource or data source; with `count` or `for_each`, one for each instance.

    Args:
        address: With module and index, such as `module.a.aws_s3_bucket.data["x"]`.
        references: Dotted attribute path to the addresses that its expression mentions, also through locals.
        dependencies: All addresses that must be there before, also from `depends_on`; never its own.
        provider: Local name of the provider, with `.alias` when there is one.
        provisioners: Types of the provisioners inside.
        key: `count.index` or `each.key` of this instance.
        ways: What it may be where it is not known whether a dynamic block is there; see `ways_of`.
    """

    address: str
    type: str
    name: str
    mode: str
    position: Position
    attribute_positions: Mapping[str, Position]
    references: Mapping[str, tuple[str, ...]]
    dependencies: tuple[str, ...]
    provider: str
    lifecycle: Lifecycle
    provisioners: tuple[str, ...]
    has_count: bool
    has_for_each: bool
    key: Key
    block: Block
    ways: "tuple[ResourceBlock, ...]" = ()


class Module(Struct, frozen=True):
    """A root module with the local modules that it calls.

    Args:
        folder: Of its files, relative to the checkout; `.` for the checkout itself.
        resources: Managed resources of all modules, in the order of files and lines.
        backends: `backend` and `cloud` blocks.
        others: Top-level blocks that declare neither resources nor values, such as `moved` and `check`.
        skipped: What could not be read or evaluated.
        remarks: What is not as somebody meant it, and hides nothing, such as a value for no variable.
        complete: False when something that might hold resources is in `skipped`.
    """

    folder: str
    files: tuple[File, ...]
    resources: tuple[ResourceBlock, ...]
    data: tuple[ResourceBlock, ...]
    outputs: Mapping[str, Output]
    variables: Mapping[str, Variable]
    locals: Mapping[str, Attribute]
    providers: tuple[Provider, ...]
    required_providers: Mapping[str, RequiredProvider]
    module_calls: tuple[ModuleCall, ...]
    backends: tuple[Block, ...]
    others: tuple[Block, ...]
    skipped: tuple[Skipped, ...]
    remarks: tuple[Skipped, ...]
    complete: bool
    _root: Instance
    _owners: Mapping[str, Instance]
    _budget: Budget

    def values(self, resource: ResourceBlock, lookup: Lookup, *, with_trees: bool = False) -> dict[str, Term]:
        """Its attributes and nested blocks in the shape of plan JSON.

        Leaves are JSON, Unknown, or Secret, which wraps a clear value. Null means not set.

        Args:
            lookup: Gives what is known of another resource or data source by address; None when nothing is.
            with_trees: A JSON text of which a part is unknown or secret is given as its tree.

        Raises:
            InvalidError: `source-cyclic`, `source-too-complex`, `source-invalid`.
        """
        values = self.raw_values(resource, lookup)
        return {name: finished(value, with_trees=with_trees) for name, value in values.items()}

    def raw_values(self, resource: ResourceBlock, lookup: Lookup) -> dict[str, Term]:
        """As `values`, where a partly known JSON text is an `EncodedJson` and a set a `TerraformSet`."""
        instance = self._owners[resource.address]
        session = Session(lookup, self._budget)
        loop = session.loop(
            instance, block_label(resource.mode, resource.type, resource.name), resource.block, resource.key
        )
        values = body_values(resource.block, session.scope(instance, loop))
        self._budget.weigh(values)
        return values

    def output(self, name: str, lookup: Lookup) -> Term:
        """The value of an output. Raises as `values`; KeyError when there is none."""
        if name not in self.outputs:
            raise KeyError(name)
        value = Session(lookup, self._budget).output(self._root, name)
        self._budget.weigh(value)
        return finished(value, with_trees=False)

    def provider_values(self, provider: Provider, lookup: Lookup = knows_nothing) -> dict[str, Term]:
        """The settings of a provider block. Raises as `values`."""
        values = body_values(provider.block, Session(lookup, self._budget).scope(self._root))
        self._budget.weigh(values)
        return {name: finished(value, with_trees=False) for name, value in values.items()}

    def variable(self, name: str) -> Term:
        """The value of a variable of the root module. Raises as `values`; KeyError when there is none."""
        if name not in self.variables:
            raise KeyError(name)
        return finished(Session(knows_nothing, self._budget).variable(self._root, name), with_trees=False)


# What has nothing inside that could be changed.
_FINISHED = (str, bool, int, float, Unknown)


def finished(value: Term, *, with_trees: bool) -> Term:
    """A value as others get it: without sets and encoded trees, unless those are wanted."""
    if isinstance(value, EncodedJson) and with_trees:
        return finished(value.tree, with_trees=True)
    if isinstance(value, EncodedJson | ResourceValues):
        return finished(settled(value), with_trees=with_trees)
    if isinstance(value, Secret):
        return Secret(finished(revealed(value), with_trees=with_trees))
    if isinstance(value, dict):
        return {
            name: item if isinstance(item, _FINISHED) else finished(item, with_trees=with_trees)
            for name, item in value.items()
        }
    if isinstance(value, list):
        return [item if isinstance(item, _FINISHED) else finished(item, with_trees=with_trees) for item in value]
    return value
