"""Finds the one control that somebody names."""

from collections.abc import Iterable
from difflib import get_close_matches

from pavior.kernel.errors import MissingError
from pavior.policy.model import Control

_SHOWN_LETTERS = 80
_NEAREST = 3


def get_control(controls: Iterable[Control], control_id: str) -> Control:
    """The control of this id.

    Raises:
        MissingError: `control-missing`, with the ids that are most like it.
    """
    by_id = {item.id: item for item in controls}
    if control_id in by_id:
        return by_id[control_id]
    shown = control_id[:_SHOWN_LETTERS]
    near = get_close_matches(shown, by_id, _NEAREST)
    # Whoever knows one word of it is helped as well as whoever mistyped a letter.
    near = near or [name for name in by_id if shown and shown.lower() in name][:_NEAREST]
    told = f"Perhaps it is {' or '.join(near)}. " if near else ""
    raise MissingError(
        "control-missing", f"There is no control {shown}.", fix=f"{told}List them with: pavior control list."
    )
