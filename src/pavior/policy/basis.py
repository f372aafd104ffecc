"""What a Decision was made from, kept with it so that it can be made again. Pure."""

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from pavior.policy.parameters import ParameterValue


class DecisionBasis(Struct, frozen=True):
    """Everything that went into one Decision and may be another tomorrow; waivers and levels are records of their own.

    Args:
        input_digest: SHA-256 over the reading of the plan as it is stored, 64 hex digits.
        program: Which program decided, such as `pavior 0.1.0`.
        team: The one that owned the service.
        data_class: Of the service.
        controls: Id to version of each that was asked and that something in the plan could be about; the others could
            say nothing.
        parameters: Of those, id to name to the value that somebody chose.
        first_seen: Subject to when it was first known to be there, where a level of a ruling asks for that.
    """

    input_digest: str
    program: str
    team: str
    data_class: str
    is_production: bool
    is_destroy: bool
    controls: Mapping[str, str]
    parameters: Mapping[str, Mapping[str, ParameterValue]] = {}
    first_seen: Mapping[str, datetime] = {}
