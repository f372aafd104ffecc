"""How much can go wrong with one Change, from what it touches, and how many must agree to it. Pure.

Each factor is a fact that stands in the plan or the catalog, with a weight and one sentence; nothing is guessed, and
what nobody knows weighs as much as the worse answer. The weights are a convention
of ours, docs/reference/change-risk.md.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct

from pavior.policy.exposure import find_exposed
from pavior.policy.model import Coverage, Effect, Ruling
from pavior.policy.risk_model import Risk, RiskFactor, Weighed, risk_of
from pavior.resources.model import Action, PlanReading, ResourceChange
from pavior.resources.views import VIEWS

# Views of what keeps data that is gone with it; a key takes with it everything that it encrypts.
_KEEPERS: Final = ("ObjectStore", "Database", "FileSystem", "Disks", "BackupStore", "Secret", "Key")
# Views of who may do what.
_PERMISSIONS: Final = ("IdentityPolicy", "TrustPolicy", "AccessRole", "AccessGrant", "ResourcePolicy")
_GONE: Final = (Action.DELETE, Action.REPLACE)


_WEIGHTS: Final = {
    RiskFactor.PRODUCTION: 3,
    RiskFactor.DESTROY: 4,
    RiskFactor.DELETES: 3,
    RiskFactor.DELETES_DATA: 3,
    RiskFactor.EXPOSURE: 2,
    RiskFactor.PERMISSIONS: 1,
    RiskFactor.WAIVED: 1,
    # Enough to ask for another person by itself.
    RiskFactor.OVERRIDDEN: 3,
    RiskFactor.NO_EVIDENCE: 3,
}
_DATA_CLASSES: Final = {"public": 0, "internal": 0, "confidential": 1, "restricted": 2}
# A service that never said what it holds may hold anything.
_UNTOLD_CLASS: Final = 1


class Touched(Struct, frozen=True):
    """What a plan touches, each by the addresses of its resources in the plan's order.

    Args:
        deletes: What would be deleted or replaced.
        deletes_data: Those of them that keep data.
        exposed: What everybody reaches, or may reach, and would be made, changed or opened.
        permissions: What would be made or changed and says who may do what.
    """

    deletes: tuple[str, ...] = ()
    deletes_data: tuple[str, ...] = ()
    exposed: tuple[str, ...] = ()
    permissions: tuple[str, ...] = ()


def find_touched(reading: PlanReading) -> Touched:
    """What this plan touches."""
    keepers, permissions = _types(_KEEPERS), _types(_PERMISSIONS)
    deletes = [change for change in reading.changes if change.action in _GONE]
    return Touched(
        deletes=_addresses(deletes),
        deletes_data=_addresses([change for change in deletes if change.type in keepers]),
        exposed=find_exposed(reading),
        permissions=_addresses(
            [change for change in reading.changes if change.type in permissions and change.action is not Action.DELETE]
        ),
    )


def assess(
    touched: Touched,
    rulings: Sequence[Ruling],
    coverage: Coverage,
    *,
    environment: str,
    is_production: bool,
    is_destroy: bool,
    data_class: str,
) -> Risk:
    """The risk of one plan.

    Args:
        environment: As `orders/dev`.
        data_class: Of the service: `public`, `internal`, `confidential`, `restricted`; anything else is not known.
    """
    found = (
        *_of_the_place(environment, data_class, is_production=is_production),
        *_of_the_plan(touched, environment, is_destroy=is_destroy),
        *_of_the_evidence(rulings, coverage, is_destroy=is_destroy),
    )
    return risk_of(found)


def _of_the_place(environment: str, data_class: str, *, is_production: bool) -> Iterator[Weighed]:
    if is_production:
        yield _weighed(
            RiskFactor.PRODUCTION, f"{environment} is production, where another person approves every Change."
        )
    weight = _DATA_CLASSES.get(data_class, _UNTOLD_CLASS)
    if weight:
        told = f"Its data is {data_class}." if data_class in _DATA_CLASSES else "Nobody said which data it holds."
        yield Weighed(RiskFactor.DATA_CLASS, weight, told)


def _of_the_plan(touched: Touched, environment: str, *, is_destroy: bool) -> Iterator[Weighed]:
    if is_destroy:
        told = f"It destroys {environment} with everything in it, which another person must want too."
        yield _weighed(RiskFactor.DESTROY, told)
    elif touched.deletes:
        told = f"It deletes or replaces {_named(touched.deletes)}, which another person must want too."
        yield _weighed(RiskFactor.DELETES, told)
    if touched.deletes_data:
        yield _weighed(RiskFactor.DELETES_DATA, f"What {_named(touched.deletes_data)} keeps would be gone with it.")
    if touched.exposed:
        yield _weighed(RiskFactor.EXPOSURE, f"Everybody reaches, or may reach, {_named(touched.exposed)}.")
    if touched.permissions:
        yield _weighed(RiskFactor.PERMISSIONS, f"It changes who may do what: {_named(touched.permissions)}.")


def _of_the_evidence(rulings: Sequence[Ruling], coverage: Coverage, *, is_destroy: bool) -> Iterator[Weighed]:
    waived = list(dict.fromkeys(ruling.verdict.control for ruling in rulings if ruling.effect is Effect.WAIVED))
    if waived:
        yield _weighed(RiskFactor.WAIVED, f"Only a waiver lets it through: {_named(waived)}.")
    overridden = list(dict.fromkeys(item.verdict.control for item in rulings if item.effect is Effect.OVERRIDDEN))
    if overridden:
        yield _weighed(RiskFactor.OVERRIDDEN, f"Only an override lets it through: {_named(overridden)}.")
    if not rulings and not is_destroy:
        count = sum(coverage.uncovered_types.values())
        kinds = ", ".join(sorted(coverage.uncovered_types))
        told = f"none of its {count} resources ({kinds})" if count else "nothing in it"
        yield _weighed(
            RiskFactor.NO_EVIDENCE,
            f"Controls looked at {told}, and no evidence is no pass: another person must look.",
        )


def _weighed(factor: RiskFactor, told: str) -> Weighed:
    return Weighed(factor, _WEIGHTS[factor], told)


def _named(names: Sequence[str]) -> str:
    return f"{names[0]} and {len(names) - 1} more" if len(names) > 1 else names[0]


def _types(views: tuple[str, ...]) -> frozenset[str]:
    return frozenset(name for view in views for name in VIEWS[view].selection.types)


def _addresses(changes: Sequence[ResourceChange]) -> tuple[str, ...]:
    return tuple(change.address for change in changes)
