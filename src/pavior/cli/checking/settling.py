"""What a check goes by: what was typed, then the `pavior.yaml` of the place, then what holds for everybody."""

import re
from pathlib import Path

from msgspec import Struct, structs

from pavior.cli.checking.exclusions import Exclusions
from pavior.cli.checking.given_levels import GivenLevels, read_given_levels
from pavior.cli.checking.request import CheckRequest
from pavior.cli.launcher import CheckTools
from pavior.content.configuration import LONGEST_TEXT, STAGE, ChosenValue, Configuration
from pavior.content.own_controls import NO_CONFIGURATION, ControlSet, gather
from pavior.kernel.errors import InvalidError


class Settled(Struct, frozen=True):
    """What is asked, of which files, and by which measure.

    Args:
        request: With what the file says where nothing was typed.
        configuration: Path of the file, or empty.
        chosen: What the file says.
    """

    request: CheckRequest
    own: ControlSet
    exclusions: Exclusions
    configuration: str
    given_levels: GivenLevels | None = None
    chosen: Configuration = NO_CONFIGURATION

    def as_it_was(self, request: CheckRequest, tools: CheckTools) -> "Settled":
        """The same asked of a copy of how the place was, by the values and exclusions that stood there then.

        Rules are those of now, also of packs: a rule that changed is no change of what it judges.

        Raises:
            InvalidError, MissingError: As `settle`.
        """
        then = tools.read_configuration(request.path)
        parameters = _values_of_then(self, then)
        own = self.own
        if parameters != self.chosen.parameters:
            chosen = structs.replace(self.chosen, parameters=parameters)
            own = gather(tools.load_controls(), tools.read_operator(), chosen, is_trusted=request.is_pack_trusted)
        return structs.replace(self, request=request, own=own, exclusions=Exclusions(then, request.path), chosen=then)


def settle(request: CheckRequest, tools: CheckTools) -> Settled:
    """Read what was chosen in writing.

    Raises:
        InvalidError: `check-environment-invalid`, `configuration-invalid`, `configuration-unreadable`, and
            what `gather` raises.
        MissingError: `pack-missing`, and with InvalidError what `read_given_levels` raises.
    """
    _require_name_of_stage(request.environment)
    found = tools.read_configuration(request.path)
    own = gather(tools.load_controls(), tools.read_operator(), found, is_trusted=request.is_pack_trusted)
    environment = found.environment if request.environment is None else request.environment
    given = None
    if request.levels is not None:
        given = read_given_levels(request.levels, environment, own.controls)
        own = structs.replace(own, controls=given.controls)
        environment = given.use.environment or environment
    return Settled(
        request=structs.replace(
            request,
            environment=environment,
            is_known_required=_first(request.is_known_required, found.is_known_required),
            is_coverage_required=_first(request.is_coverage_required, found.is_coverage_required),
        ),
        own=own,
        exclusions=Exclusions(found, request.path),
        configuration="" if found.file is None else _shown(found.file),
        given_levels=given,
        chosen=found,
    )


def _values_of_then(settled: Settled, then: Configuration) -> tuple[ChosenValue, ...]:
    """What was chosen then for what there still is. The same value is the one of now: another line changes nothing."""
    asked = (*settled.own.controls, *(control for pack in settled.own.proposed for control in pack.controls))
    known = {(control.id, parameter.name) for control in asked for parameter in control.parameters}
    now = {(item.control, item.parameter): item for item in settled.chosen.parameters}
    values = []
    for item in then.parameters:
        name = (item.control, item.parameter)
        if name in known:
            same = now.get(name)
            values.append(same if same is not None and same.given == item.given else item)
    return tuple(values)


def _require_name_of_stage(typed: str | None) -> None:
    """The form that the file is held to; empty means the default levels."""
    if typed and (len(typed) > LONGEST_TEXT or not re.fullmatch(STAGE, typed)):
        raise InvalidError(
            "check-environment-invalid",
            f"{typed[:60]!r} is not the name of a stage.",
            fix="Write it like --environment prod, or like --environment orders/prod.",
        )


def _first(typed: bool | None, written: bool | None) -> bool:
    return bool(written if typed is None else typed)


def unsettled(request: CheckRequest) -> Settled:
    """What was typed alone, for an answer that could not be had."""
    return Settled(request, ControlSet(()), Exclusions(NO_CONFIGURATION, request.path), "")


def _shown(file: Path) -> str:
    here = Path.cwd()
    return str(file.relative_to(here)) if file.is_relative_to(here) else str(file)
