"""How far an excuse reaches: one environment, a service, or everything; and which files. Pure."""

import re
from collections.abc import Callable
from functools import lru_cache

EVERYWHERE = "*"


def reaches(place: str, environment: str) -> bool:
    """Whether `orders/dev`, `orders/*` or `*` includes the environment `orders/dev`."""
    return place in places_of(environment)


def places_of(environment: str) -> tuple[str, str, str]:
    """All places that include an environment, the narrowest first."""
    return environment, f"{service_of(environment)}/{EVERYWHERE}", EVERYWHERE


def is_wide(place: str) -> bool:
    """Whether a place is more than one environment."""
    return place.rpartition("/")[2] == EVERYWHERE


def service_of(place: str) -> str:
    """`orders` of `orders/dev` and of `orders/*`; `*` of `*`."""
    return place.partition("/")[0]


def matches_path(pattern: str, path: str) -> bool:
    """Whether a file is meant by a glob, as a `.gitignore` would mean it; a file that is not known never is."""
    return bool(path) and path.startswith(_beginning(pattern)) and bool(_matcher(pattern)(path))


def _beginning(pattern: str) -> str:
    """What stands before the first wild card, which costs less to compare than the whole; empty where it may float."""
    trimmed = pattern.rstrip("/")
    return re.split(r"[*?]", trimmed, maxsplit=1)[0] if "/" in trimmed else ""


@lru_cache(maxsize=1_024)
def _matcher(pattern: str) -> Callable[[str], object]:
    # Few waivers are of files, and a check has none.
    from pavior.resources.globs import compile_glob

    return compile_glob(pattern)
