"""The control that a replay tries in place of the one in force: with other values, or with an edited rule."""

from collections.abc import Mapping
from pathlib import Path

from pavior.content.choosing import choose
from pavior.content.configuration import ChosenValue
from pavior.content.loading import load_own_control
from pavior.identity.model import Actor, Surface
from pavior.kernel.errors import ForbiddenError, InvalidError
from pavior.policy.model import Control
from pavior.policy.parameters import Parameter, given_by_text

_TYPED = "the replay"


def try_control(
    actor: Actor, control: Control, parameters: Mapping[str, str], folder: Path | None = None
) -> Control | None:
    """None where nothing of it is tried.

    Args:
        parameters: Name to value, as typed; checked as those of `pavior.yaml` are.
        folder: Holds the edited control. Its rule is run, so nobody names one from elsewhere.

    Raises:
        InvalidError: `configuration-invalid`, `control-invalid`, `control-folder-of-another`.
        ForbiddenError: `control-folder-elsewhere`.
    """
    if folder is None and not parameters:
        return None
    edited = control if folder is None else _edited(actor, control, folder)
    declared = {item.name: item for item in edited.parameters}
    chosen = [
        ChosenValue(edited.id, name, given_by_text(declared[name], text) if name in declared else text, _TYPED)
        for name, text in parameters.items()
    ]
    # An edited folder has its defaults; what the operator chose for the control holds for it too.
    kept = [] if folder is None else [_kept(edited, item) for item in control.parameters if item.name in declared]
    (tried,) = choose((edited,), [*(item for item in kept if item is not None), *chosen])
    return tried


def _kept(edited: Control, parameter: Parameter) -> ChosenValue | None:
    if not parameter.origin or parameter.value is None:
        return None
    value = list(parameter.value) if isinstance(parameter.value, tuple) else parameter.value
    return ChosenValue(edited.id, parameter.name, value, parameter.origin)


def _edited(actor: Actor, control: Control, folder: Path) -> Control:
    if actor.surface is not Surface.CLI:
        raise ForbiddenError(
            "control-folder-elsewhere",
            "A rule is a program, and none is taken from elsewhere.",
            fix="Try an edited rule on the machine of the server: pavior control replay CONTROL --control-folder DIR.",
        )
    edited = load_own_control(folder)
    if control.id not in (edited.id, *edited.formerly):
        raise InvalidError(
            "control-folder-of-another",
            f"{folder} holds the control {edited.id}, and not {control.id}.",
            fix=f"Name a folder with an edited copy of {control.id}.",
        )
    return edited
