"""Which threats a proposal's source leaves open: what would be seen once it is deployed. Pure.

It says nothing of what would be mitigated: what is not deployed stops nothing yet.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from pavior.kernel.verdicts import Verdict
from pavior.threatmodels.model import ThreatModel
from pavior.threatmodels.standing import Deployed, judge
from pavior.threatmodels.standing_model import Holding

# No waiver is asked, so no instant decides anything.
_WHENEVER = datetime.min.replace(tzinfo=UTC)


def opened_by_source(model: ThreatModel, verdicts: Iterable[Verdict]) -> dict[str, str]:
    """Ids of the threats against which a control fails, to why; waivers are not counted."""
    by_control: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        by_control.setdefault(verdict.control, []).append(verdict)
    return {
        item.threat.id: item.because
        for item in judge(model, Deployed("", by_control), _WHENEVER)
        if any(each.holding is Holding.FAILS for each in item.evidence)
    }


def tell_opened(before: Mapping[str, str], after: Mapping[str, str]) -> str:
    """One sentence for each threat that is open after and was not before; empty when there is none."""
    told = [f"{threat}: {why}" for threat, why in after.items() if threat not in before]
    return " ".join(f"Not counting waivers, its source opens {item}" for item in told)
