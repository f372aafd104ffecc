"""What leaves the engine: sensitive values become keyed fingerprints, so that equal ones can be told unread."""

import hashlib
import hmac
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from msgspec.structs import replace

from pavior.adapters.engines.values import Json, Path, Values, walk, without_unknown
from pavior.resources.model import Sensitive, Unknown, Value
from pavior.storage.masking import SHORTEST_SECRET_CHARACTERS

_FINGERPRINT_HEX_DIGITS = 32


def fingerprint(value: Json, key: bytes) -> str:
    """Keyed digest of a value: the same as `storage.sealing.Sealer.fingerprint` gives with the same key."""
    canonical = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    digest = hmac.new(key, canonical.encode("utf-8", "surrogatepass"), hashlib.sha256)
    return digest.hexdigest()[:_FINGERPRINT_HEX_DIGITS]


def find_sensitive(clear: Json, tainted: Json) -> tuple[Path, ...]:
    """Paths in `clear` whose value depends on a secret.

    Args:
        tainted: The same tree, computed with each secret unknown.
    """
    return tuple(
        path for path, leaf in walk(clear) if not isinstance(leaf, Unknown) and _is_tainted(tainted, path, leaf)
    )


def secret_texts(values: Json, sensitive: Iterable[Path]) -> set[str]:
    """The texts at `sensitive` that are long enough to be told from chance."""
    paths = set(sensitive)
    return {
        leaf
        for path, leaf in walk(values)
        if isinstance(leaf, str) and len(leaf) >= SHORTEST_SECRET_CHARACTERS and _is_within(path, paths)
    }


def scrub(text: str, secrets: Iterable[str]) -> str:
    """Text from the cloud without the secrets that it may repeat."""
    for secret in sorted((item for item in secrets if item), key=len, reverse=True):
        text = text.replace(secret, "***")
    return text


@dataclass(frozen=True, slots=True)
class Mask:
    """Hides what is at sensitive paths, and whatever holds a known secret, wherever it stands.

    Args:
        secrets: Texts that must not be seen.
    """

    key: bytes = field(repr=False)
    secrets: frozenset[str] = field(default=frozenset(), repr=False)

    def as_graph(self, values: Values, sensitive: Iterable[Path]) -> dict[str, Value]:
        """For graphs: hidden leaves are `Sensitive`."""
        shown = self._show(values, (), set(sensitive), is_graph=True)
        return shown if isinstance(shown, dict) else {}

    def as_json(self, value: Json, sensitive: Iterable[Path]) -> Json:
        """For Terraform's JSON: hidden leaves are texts; unknown ones are left out of mappings, and null in lists."""
        return self._show(value, (), set(sensitive), is_graph=False)

    def marks(self, value: Json, sensitive: Iterable[Path]) -> Json:
        """Terraform's `*_sensitive`: true where something is hidden."""
        paths = set(sensitive)
        return _marks(value, (), lambda path, leaf: self._is_hidden(path, leaf, paths))

    def _show(self, value: Json, path: Path, sensitive: set[Path], *, is_graph: bool) -> Json:
        if isinstance(value, Unknown):
            # What is known of a text may be a secret.
            return replace(value, pieces=()) if is_graph else None
        if self._is_hidden(path, value, sensitive):
            mark = fingerprint(without_unknown(value), self.key)
            return Sensitive(mark) if is_graph else f"(sensitive {mark})"
        if isinstance(value, dict):
            return {
                name: self._show(item, (*path, name), sensitive, is_graph=is_graph)
                for name, item in value.items()
                if is_graph or not isinstance(item, Unknown)
            }
        if isinstance(value, list):
            return [self._show(item, (*path, index), sensitive, is_graph=is_graph) for index, item in enumerate(value)]
        return value

    def _is_hidden(self, path: Path, value: Json, sensitive: set[Path]) -> bool:
        if isinstance(value, Unknown):
            return False
        if path in sensitive:
            return True
        if isinstance(value, str):
            return any(secret in value for secret in self.secrets)
        # A name cannot be hidden alone.
        return isinstance(value, dict) and any(secret in name for name in value for secret in self.secrets)


def unknown_marks(value: Json) -> Json:
    """Terraform's `after_unknown`: true where something is unknown."""
    return _marks(value, (), lambda _, leaf: isinstance(leaf, Unknown))


def _marks(value: Json, path: Path, is_marked: Callable[[Path, Json], bool]) -> Json:
    if is_marked(path, value):
        return True
    if isinstance(value, dict):
        marks = {name: _marks(item, (*path, name), is_marked) for name, item in value.items()}
        return {name: mark for name, mark in marks.items() if mark is not False}
    if isinstance(value, list):
        return [_marks(item, (*path, index), is_marked) for index, item in enumerate(value)]
    return False


def _is_within(path: Path, sensitive: set[Path]) -> bool:
    return any(path[:length] in sensitive for length in range(len(path) + 1))


def _is_tainted(tainted: Json, path: Path, leaf: Json) -> bool:
    for part in path:
        if isinstance(tainted, Unknown):
            return True
        try:
            tainted = tainted[part]
        except (KeyError, IndexError, TypeError):
            # The shape itself depends on a secret.
            return True
    return isinstance(tainted, Unknown) or bool(tainted != leaf)
