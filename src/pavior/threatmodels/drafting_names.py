"""Ids of what a draft writes: made of addresses, so that the next draft makes the same ones. Pure."""

import hashlib
import re
from collections.abc import Iterable, Mapping

MAXIMUM_ID = 63
_DIGEST_LETTERS = 6
_PROVIDERS = ("aws_", "azurerm_", "google_")
_ODD = re.compile("[^a-z0-9]+")


def slug(text: str) -> str:
    """Lower-case words with hyphens, at most 63 letters; what was cut, or has none at all, ends with a digest."""
    words = _ODD.sub("-", text.lower()).strip("-")
    return words if words and len(words) <= MAXIMUM_ID else with_digest(words or "x", text)


def with_digest(words: str, text: str) -> str:
    """The words, told apart from others that read the same by a digest of what they were made of."""
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGEST_LETTERS]
    return f"{words[: MAXIMUM_ID - _DIGEST_LETTERS - 1].rstrip('-')}-{digest}"


def id_of_block(block: str) -> str:
    """`orders-sqs-queue-main` of `module.orders.aws_sqs_queue.main`, `deployment-shop-web` of a manifest."""
    words = block.rsplit("//", 1)[-1].split(".")
    modules: list[str] = []
    while words[:1] == ["module"] and len(words) > 2:  # noqa: PLR2004 - `module`, its name, and what is in it
        modules.append(words[1])
        words = words[2:]
    if words[:1] == ["data"]:
        words = words[1:]
    type_ = next((words[0].removeprefix(item) for item in _PROVIDERS if words[0].startswith(item)), words[0])
    return slug("-".join((*modules, type_, *words[1:])))


def distinct_ids(ids: Mapping[str, str], taken: Iterable[str] = ()) -> dict[str, str]:
    """What each is for, to its id; of several that would bear one, only the first in order bears it as it is."""
    used = set(taken)
    found: dict[str, str] = {}
    for key in sorted(ids):
        wanted = ids[key] if ids[key] not in used else with_digest(ids[key], key)
        used.add(wanted)
        found[key] = wanted
    return found
