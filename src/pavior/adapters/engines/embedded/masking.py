"""What leaves the engine: sensitive values become keyed fingerprints, so that equal ones can be told without being read."""

import hashlib
import hmac
from collections.abc import Callable, Iterable

from pavior.adapters.engines.embedded.values import Json, Path, canonical, map_leaves, walk
from pavior.resources.model import Sensitive, Unknown

_FINGERPRINT_HEX_DIGITS = 32


def fingerprint(value: Json, key: bytes) -> str:
    """Keyed digest of a value."""
    return hmac.new(key, canonical(value).encode(), hashlib.sha256).hexdigest()[:_FINGERPRINT_HEX_DIGITS]


def find_sensitive(clear: Json, tainted: Json) -> tuple[Path, ...]:
    """Paths in `clear` whose value depends on a secret.

    Args:
        tainted: The same tree, computed with each secret unknown.
    """
    return tuple(
        path for path, leaf in walk(clear) if not isinstance(leaf, Unknown) and _is_tainted(tainted, path, leaf)
    )


def mask(tree: Json, sensitive: Iterable[Path], replacement: Callable[[Json], Json]) -> Json:
    """The tree with each sensitive leaf replaced."""
    paths = set(sensitive)

    def change(path: Path, leaf: Json) -> Json:
        is_hidden = any(path[: len(hidden)] == hidden for hidden in paths)
        return replacement(leaf) if is_hidden and not isinstance(leaf, Unknown) else leaf

    return map_leaves(tree, change)


def as_leaf(key: bytes) -> Callable[[Json], Json]:
    """For graphs."""
    return lambda value: Sensitive(fingerprint(value, key))


def as_text(key: bytes) -> Callable[[Json], Json]:
    """For JSON, where the mark stands beside the value."""
    return lambda value: f"(sensitive {fingerprint(value, key)})"


def scrub(text: str, secrets: Iterable[str]) -> str:
    """Text from the cloud without the secrets that it may repeat."""
    for secret in sorted((item for item in secrets if item), key=len, reverse=True):
        text = text.replace(secret, "***")
    return text


def _is_tainted(tainted: Json, path: Path, leaf: Json) -> bool:
    for part in path:
        if isinstance(tainted, Unknown):
            return True
        try:
            tainted = tainted[part]
        except (KeyError, IndexError, TypeError):
            # The shape itself depends on a secret.
            return True
    return isinstance(tainted, Unknown) or tainted != leaf
