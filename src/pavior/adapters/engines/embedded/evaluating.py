"""The source's expressions, with what is known of other resources so far."""

from collections.abc import Iterable, Mapping
from typing import Any

from pavior.adapters.engines.embedded.data_sources import DATA_SOURCES
from pavior.adapters.engines.embedded.schema import propose
from pavior.adapters.engines.embedded.session import Session
from pavior.adapters.engines.embedded.stack import LoadedStack
from pavior.adapters.engines.embedded.state import Output
from pavior.adapters.engines.embedded.supported import RESOURCE_TYPES
from pavior.adapters.engines.values import (
    Evaluation,
    Json,
    Path,
    Values,
    has_unknown,
    map_leaves,
    reveal,
    split,
)
from pavior.adapters.hcl.values import Secret, has_secret
from pavior.resources.model import Unknown


class Evaluator:
    """Evaluates resources one after the other, and learns what each of them is.

    Args:
        session: For data sources; None where nothing may be asked of the cloud yet.
    """

    def __init__(self, stack: LoadedStack, session: Session | None) -> None:
        self._stack = stack
        self._session = session
        self._known: dict[str, Mapping[str, Any]] = {}
        self.data: dict[str, Values] = {}

    def learn(self, address: str, values: Values, sensitive: Iterable[Path]) -> None:
        """From now on, references to `address` give these."""
        schema = RESOURCE_TYPES[self._stack.resources[address].type].schema
        offered = {name: value for name, value in values.items() if not schema[name].is_copy}
        self._known[address] = _marked(offered, sensitive)

    def evaluate(self, address: str) -> Evaluation:
        """The attributes of a resource of the source."""
        return split(self._stack.values(address, self._look_up))

    def outputs(self) -> dict[str, Output]:
        """Every output, as far as it is known; `value` may hold Unknown."""
        outputs: dict[str, Output] = {}
        for name, is_declared_sensitive in self._stack.outputs.items():
            value = self._stack.output(name, self._look_up)
            outputs[name] = Output(reveal(value), is_sensitive=is_declared_sensitive or has_secret(value))
        return outputs

    def _look_up(self, address: str) -> Mapping[str, Any] | None:
        if address in self._known:
            return self._known[address]
        if address in self._stack.data:
            values = self._read_data(address)
            if not has_unknown(reveal(values)):
                self._known[address] = values
            return values
        return None

    def _read_data(self, address: str) -> Mapping[str, Any]:
        source = DATA_SOURCES[self._stack.data[address].type]
        given = split(self._stack.values(address, self._look_up))
        self._stack.require_sound(address, source.schema, given.clear)
        config = propose(source.schema, given.clear, None)
        settable = {name for name, attribute in source.schema.items() if attribute.is_settable}
        if self._session is None or any(has_unknown(config[name]) for name in settable):
            # Read when what it asks for is known, as Terraform does.
            return config
        read = self._session.read_data(source, address, {name: config[name] for name in settable})
        self.data[address] = read
        if has_unknown({name: given.tainted.get(name) for name in settable}):
            return {name: Secret(value) for name, value in read.items()}
        return read


def _marked(values: Values, sensitive: Iterable[Path]) -> Mapping[str, Any]:
    paths = set(sensitive)

    def mark(path: Path, leaf: Json) -> Json:
        return Secret(leaf) if path in paths and not isinstance(leaf, Unknown) else leaf

    return {name: map_leaves(value, mark, (name,)) for name, value in values.items()} if paths else values
