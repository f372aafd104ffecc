"""What a waiver does to the fleet: who would be let go if it were in force, or stopped if it were not."""

from msgspec import structs

from pavior.policy.levels import LevelScope
from pavior.policy.model import Control
from pavior.policy.reaching import is_wide, reaches
from pavior.policy.waiver_model import Waiver, WaiverState
from pavior.policy.waivers import expiry
from pavior.reports.level_evidence import places_in
from pavior.reports.replay import Comparison, Holding, compare_fleet, hold, replay_view
from pavior.reports.replay_view import ReplayView
from pavior.reports.sight import Sight


def read_waiver_replay(sight: Sight, control: Control, waiver: Waiver) -> ReplayView:
    """One in force as if it ended now; any other as if it were approved now. Over what the reader may see."""
    holding = hold(sight, control)
    others = tuple(item for item in holding.excuses if item.id != waiver.id)
    excuses = others if waiver.is_in_force(sight.now) else (*others, _approved(sight, control, waiver))
    places = [place for place in places_in(sight, LevelScope()) if reaches(waiver.environment, place.environment)]
    found = compare_fleet(sight, Comparison(holding, Holding(control, holding.changes, excuses)), places)
    scope = LevelScope("" if is_wide(waiver.environment) else waiver.environment)
    return replay_view(sight, found, control, scope, None, is_new_only=False, waiver=waiver.id)


def _approved(sight: Sight, control: Control, waiver: Waiver) -> Waiver:
    return structs.replace(
        waiver,
        control=control.id,
        state=WaiverState.APPROVED,
        decided_at=sight.now,
        expires_at=expiry(sight.now, waiver.days),
    )
