"""Ids of what a draft writes: made of addresses, so that the next draft makes the same ones. Pure."""

import hashlib
import re
from collections.abc import Iterable, Mapping

MAXIMUM_ID = 63
# Of a sentence and of an address in a threat model.
MAXIMUM_LETTERS = 2_000
_LONGEST_TITLE = 120
_DIGEST_LETTERS = 6
# They print, and stand for what could not be shown.
_REPLACEMENTS = "\ufffc\ufffd"
_PROVIDERS = ("aws_", "azurerm_", "google_")
_ODD = re.compile("[^a-z0-9]+")
# What tells instances of one block apart: `[0]`, `["a.b"]`.
INDEX = re.compile(r'\[(?:"(?:[^"\\]|\\.)*"|[^\]]*)\]')


def slug(text: str) -> str:
    """Lower-case words with hyphens, at most 63 letters; what was cut, or has none at all, ends with a digest."""
    words = _ODD.sub("-", text.lower()).strip("-")
    return words if words and len(words) <= MAXIMUM_ID else with_digest(words or "x", text)


def line_of(text: str, most: int = MAXIMUM_LETTERS) -> str:
    """The text as one line without what is invisible; what is too long is cut, and ends with three dots."""
    shown = "".join(letter if _is_shown(letter) else " " for letter in text[: 2 * most])
    line = " ".join(shown.split()) or "?"
    return line if len(line) <= most else f"{line[: most - 3].rstrip()}..."


def title_of(word: str, name: str) -> str:
    """`Bucket files`."""
    return line_of(f"{word} {name}", _LONGEST_TITLE)


def pattern_of(address: str) -> str:
    """An address with `*` for each index and each letter that does not show: `module.a[*].aws_s3_bucket.data[*]`."""
    text = INDEX.sub("[*]", address)
    shown = "".join(letter if _is_shown(letter) else "*" for letter in text[: MAXIMUM_LETTERS - 1])
    pattern = shown if len(text) < MAXIMUM_LETTERS else f"{shown}*"
    return re.sub(r"^ | $", "*", pattern)


def _is_shown(letter: str) -> bool:
    return letter.isprintable() and letter not in _REPLACEMENTS


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
