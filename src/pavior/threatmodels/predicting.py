"""Whether a threat had said that something would be found. Pure."""

from collections.abc import Callable

from pavior.kernel.verdicts import Verdict
from pavior.threatmodels.model import ThreatModel
from pavior.threatmodels.places import subjects_by_threat


def predictions_of(model: ThreatModel | None) -> Callable[[Verdict], str | None]:
    """Gives the id of the threat that predicted a verdict: one that its control stops, at a place of its subject.

    Of several it is the worst, then the first in the model. Empty when there is none, None without a model.
    """
    if model is None:
        return lambda _: None
    worst_first = sorted(model.threats, key=lambda threat: -threat.severity.rank)
    subjects = subjects_by_threat(model)

    def find(verdict: Verdict) -> str:
        predicted = (
            threat.id
            for threat in worst_first
            if verdict.control in threat.controls and subjects[threat.id].include(verdict.subject)
        )
        return next(predicted, "")

    return find
