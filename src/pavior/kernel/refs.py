"""One way to point at anything: `kind:namespace/name`."""

import re
from typing import Self

from msgspec import Struct

from pavior.kernel.errors import InvalidError

# Backstage's own limits for names, so that every reference is also a valid catalog reference.
_WORD = r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?"
_PATTERN = rf"(?P<kind>[a-z][a-z0-9-]{{0,62}}):(?P<namespace>{_WORD})/(?P<name>{_WORD})"
_ENVIRONMENT = rf"{_WORD}/{_WORD}"


def is_environment_id(text: str) -> bool:
    """Whether it is written as service and stage, such as `orders/prod`."""
    return re.fullmatch(_ENVIRONMENT, text) is not None


class Ref(Struct, frozen=True, order=True):
    """A reference such as `service:default/orders` or `environment:orders/dev`."""

    kind: str
    namespace: str
    name: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the written form.

        Raises:
            InvalidError: `ref-malformed`.
        """
        match = re.fullmatch(_PATTERN, text)
        if match is None:
            raise InvalidError(
                "ref-malformed",
                f"{text[:80]!r} is not a reference.",
                fix="Write it as kind:namespace/name, for example service:default/orders.",
            )
        return cls(match["kind"], match["namespace"], match["name"])

    def __str__(self) -> str:
        return f"{self.kind}:{self.namespace}/{self.name}"
