"""Puts what was chosen into the controls: values for parameters, checked against what each control declares. Pure."""

from collections.abc import Callable, Iterable

from msgspec import structs

from pavior.content.configuration import ChosenValue, configuration_invalid
from pavior.content.nearest import nearest
from pavior.kernel.errors import InvalidError
from pavior.policy.model import Control
from pavior.policy.parameters import Parameter, accept, version_with, with_value

_SHOWN = 60


def choose(
    controls: tuple[Control, ...],
    chosen: Iterable[ChosenValue],
    *,
    is_elsewhere: Callable[[str], bool] = lambda _: False,
) -> tuple[Control, ...]:
    """The controls with these values in force; of two values for one parameter the later one counts.

    Args:
        controls: As they were loaded, with their defaults.
        is_elsewhere: Whether a control that is not among them may be one that could not be read, so that its values
            cannot be judged.

    Raises:
        InvalidError: `configuration-invalid`, naming the place of the value.
    """
    by_id = {control.id: control for control in controls}
    values: dict[str, dict[str, Parameter]] = {}
    for item in chosen:
        control = by_id.get(item.control)
        if control is None:
            if is_elsewhere(item.control):
                continue
            raise _no_control(item, by_id)
        declared = {parameter.name: parameter for parameter in control.parameters}
        if item.parameter not in declared:
            raise _no_parameter(item, declared)
        try:
            value = accept(declared[item.parameter], item.given)
        except ValueError as error:
            raise configuration_invalid(
                item.origin,
                f"{item.parameter} of {item.control} {error}.",
                f"Correct the value; pavior control show {item.control} says what it means.",
            ) from None
        values.setdefault(control.id, {})[item.parameter] = with_value(declared[item.parameter], value, item.origin)
    return tuple(_with(control, values[control.id]) if control.id in values else control for control in controls)


def _with(control: Control, chosen: dict[str, Parameter]) -> Control:
    parameters = tuple(chosen.get(item.name, item) for item in control.parameters)
    version = version_with(control.version, control.parameters, parameters)
    return structs.replace(control, parameters=parameters, version=version)


def _no_control(item: ChosenValue, known: Iterable[str]) -> InvalidError:
    return configuration_invalid(
        item.origin,
        f"there is no control {item.control[:_SHOWN]}.",
        f"{_meant(item.control, known)}List them with: pavior control list.",
    )


def _no_parameter(item: ChosenValue, declared: Iterable[str]) -> InvalidError:
    names = ", ".join(declared)
    has = f"its parameters are {names}" if names else "it has none"
    return configuration_invalid(
        item.origin,
        f"{item.control} has no parameter {item.parameter[:_SHOWN]}; {has}.",
        f"{_meant(item.parameter, declared)}See them with: pavior control show {item.control}.",
    )


def _meant(word: str, known: Iterable[str]) -> str:
    near = nearest(word, known)
    return f"Did you mean {near[0]}? " if near else ""
