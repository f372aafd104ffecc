"""All controls of one check or one server: those that come with Pavior, packs, and the values that were chosen."""

from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, structs

from pavior.content.choosing import choose
from pavior.content.configuration import Configuration, PackSource
from pavior.kernel.errors import MissingError
from pavior.policy.model import Control
from pavior.resources.model import Skipped

if TYPE_CHECKING:
    from pavior.content.packs import Pack

NO_CONFIGURATION = Configuration()


class ControlSet(Struct, frozen=True):
    """What is asked, and what is not.

    Args:
        controls: By id, with the values in force.
        not_asked: Controls of packs whose rules were not run, or the pack itself where not even its controls are known.
        packs: Those whose rules are run.
        proposed: Those that are only read, with the values that would be in force.
    """

    controls: tuple[Control, ...]
    not_asked: tuple[Skipped, ...] = ()
    packs: "tuple[Pack, ...]" = ()
    proposed: "tuple[Pack, ...]" = ()


def gather(
    builtin: tuple[Control, ...],
    operator: Configuration = NO_CONFIGURATION,
    repository: Configuration = NO_CONFIGURATION,
    *,
    is_trusted: bool = False,
) -> ControlSet:
    """The controls that are in force.

    Args:
        builtin: Those that come with Pavior.
        operator: What holds for everybody. Its packs are run, and its values win over those of a repository: the
            gate would decide by them.
        repository: What the checked repository says about itself. Its packs are somebody's proposal, and are run only
            when `is_trusted`, or when the operator names the same pack.

    Raises:
        InvalidError: `configuration-invalid`, `control-invalid`, `pack-invalid`, `pack-altered`.
        MissingError: `pack-missing`, for a pack that is to be run.
    """
    if not operator.packs and not repository.packs:
        chosen = choose(builtin, (*repository.parameters, *operator.parameters), is_elsewhere=lambda _: False)
        return ControlSet(tuple(sorted(chosen, key=lambda control: control.id)))
    # Only where there are some: proving a pack takes what reading controls does not.
    from pavior.content.packs import find_pack, load_pack, require_no_clash

    operated = tuple((source, find_pack(source, _base(operator))) for source in operator.packs)
    run = [load_pack(folder, is_run=True) for _, folder in operated]
    proposed: list[Pack] = []
    not_asked: list[Skipped] = []
    for source in repository.packs:
        try:
            folder = find_pack(source, _base(repository))
        except MissingError:
            if is_trusted:
                raise
            if all(not _is_same(source, other) for other, _ in operated):
                not_asked.append(Skipped(f"pack {source}", f"it is not here, and {_untrusted(source)}"))
            continue
        if any(_is_same(source, other) or folder.resolve() == place.resolve() for other, place in operated):
            continue
        (run if is_trusted else proposed).append(load_pack(folder, is_run=is_trusted))
        if not is_trusted:
            not_asked.extend(Skipped(control.id, _untrusted(source)) for control in proposed[-1].controls)
    require_no_clash(builtin, (*run, *proposed))
    asked = (*builtin, *(control for pack in run for control in pack.controls))
    unasked = tuple(control for pack in proposed for control in pack.controls)
    # Values for what is not asked are judged all the same, where its parameters are known.
    is_unread = any(item.subject.startswith("pack ") for item in not_asked)
    valued = choose(
        (*asked, *unasked), (*repository.parameters, *operator.parameters), is_elsewhere=lambda _: is_unread
    )
    return ControlSet(
        controls=tuple(sorted(valued[: len(asked)], key=lambda control: control.id)),
        not_asked=tuple(not_asked),
        packs=tuple(run),
        proposed=tuple(
            structs.replace(
                pack, controls=tuple(item for item in valued if item.id in {own.id for own in pack.controls})
            )
            for pack in proposed
        ),
    )


def _base(configuration: Configuration) -> Path:
    return configuration.file.parent if configuration.file is not None else Path()


def _is_same(source: PackSource, other: PackSource) -> bool:
    """Whether both name one commit; where that lies does not matter, its id proves what it holds."""
    return bool(source.commit) and source.commit == other.commit


def _untrusted(source: PackSource) -> str:
    return f"its rules would run with your rights because {source.origin} says so: --trust-packs allows it"
