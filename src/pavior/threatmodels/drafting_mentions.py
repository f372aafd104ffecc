"""What one thing says of another where nothing better is known: that it is named, and how. Pure."""

from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct

from pavior.threatmodels.drafting_elements import Grouping, block_of
from pavior.threatmodels.drafting_flows import FoundFlow, Surety
from pavior.threatmodels.drafting_kinds import HOLDINGS, PROGRAMS, SECRETS


class _Saying(Struct, frozen=True):
    """What an attribute says by its name.

    Args:
        because: With `{one}` for who names, and `{other}` for what is named.
    """

    because: str
    surety: Surety


# Words of an attribute's path to what they say, the first that fits.
_SAYINGS: Final[Mapping[str, _Saying]] = {
    "kms": _Saying("{one} is encrypted with {other}", Surety.ENCRYPTED),
    "encryption": _Saying("{one} is encrypted with {other}", Surety.ENCRYPTED),
    "dead_letter": _Saying("{one} sends what failed to {other}", Surety.CONFIGURED),
    "redrive": _Saying("{one} sends what failed to {other}", Surety.CONFIGURED),
    "environment": _Saying("The environment of {one} names {other}", Surety.CONFIGURED),
    "app_settings": _Saying("The settings of {one} name {other}", Surety.CONFIGURED),
    ".env.": _Saying("The environment of {one} names {other}", Surety.CONFIGURED),
    "container_definitions": _Saying("The containers of {one} name {other}", Surety.CONFIGURED),
    "log": _Saying("{one} writes its log to {other}", Surety.CONFIGURED),
    "replication": _Saying("{one} is copied to {other}", Surety.CONFIGURED),
}
_FETCHED: Final = (SECRETS, PROGRAMS)
_MENTION: Final = _Saying("{one} mentions {other}; whether data goes there is not known", Surety.MENTIONED)


def find_mentions(grouping: Grouping, ids: dict[str, str]) -> Iterator[FoundFlow]:
    """Each thing that names another one, in its own block or in one that completes it alone."""
    for whole in grouping.wholes:
        for block in grouping.parts[whole]:
            if len(grouping.things.get(block, ())) > 1:
                # What several share says nothing about one of them.
                continue
            for resource in grouping.blocks[block]:
                for path, addresses in resource.references.items():
                    if "policy" in path or path.startswith(("depends_on", "tags")):
                        continue
                    saying = next((item for word, item in _SAYINGS.items() if word in path), _MENTION)
                    for other in dict.fromkeys(map(block_of, addresses)):
                        # A part says what belongs together; a mention is of a thing itself.
                        if other in grouping.wholes and other != whole:
                            told = saying.because.format(one=resource.address, other=other)
                            ends = _ends(whole, other, saying, grouping)
                            yield FoundFlow(ids[ends[0]], ids[ends[1]], told, saying.surety)


def _ends(whole: str, other: str, saying: _Saying, grouping: Grouping) -> tuple[str, str]:
    """What sends and what receives: secrets and programs are fetched, all else is more likely sent."""
    is_fetched = HOLDINGS.get(grouping.blocks[other][0].type) in _FETCHED and saying.surety is not Surety.ENCRYPTED
    return (other, whole) if is_fetched else (whole, other)
