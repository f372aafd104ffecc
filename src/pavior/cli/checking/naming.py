"""Finds the one control that somebody names."""

from collections.abc import Iterable

from pavior.content.nearest import MOST_LETTERS, nearest
from pavior.kernel.errors import MissingError
from pavior.policy.model import Control

_NEAREST = 3


def get_control(controls: Iterable[Control], control_id: str) -> Control:
    """The control of this id.

    Raises:
        MissingError: `control-missing`, with the ids that are most like it.
    """
    by_id = {item.id: item for item in controls}
    if control_id in by_id:
        return by_id[control_id]
    near = nearest(control_id, by_id, _NEAREST)
    told = f"Perhaps it is {' or '.join(near)}. " if near else ""
    raise MissingError(
        "control-missing",
        f"There is no control {control_id[:MOST_LETTERS]}.",
        fix=f"{told}List them with: pavior control list.",
    )
