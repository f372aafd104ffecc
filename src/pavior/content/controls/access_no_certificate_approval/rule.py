"""Nobody can make identities in passing."""

from pavior.policy.access import failed_at, unread
from pavior.policy.model import RuleResult
from pavior.policy.rules import passed, unknown, worst
from pavior.resources.model import Unknown
from pavior.resources.views.access import AccessRole
from pavior.resources.views.facts import all_of, any_of

_GROUP = ("certificates.k8s.io",)
_WRITING = ("update", "patch")
_WHAT = "whether the role can approve requests for certificates"


def rule(role: AccessRole) -> RuleResult:
    """Passed when the role lacks one of the two: writing an approval, and approving or signing for a signer."""
    writes = [
        rule.allows(_WRITING, ("certificatesigningrequests/approval", "certificatesigningrequests/status"), _GROUP)
        for rule in role.rules
    ]
    approves = [rule.allows(("approve", "sign"), ("signers",), _GROUP) for rule in role.rules]
    both = all_of((any_of(writes), any_of(approves)))
    if isinstance(both, Unknown):
        return worst(unknown(_WHAT, both), unread(role, _WHAT))
    if not both:
        return worst(passed(), unread(role, _WHAT))
    place = next(rule for rule, truth in zip(role.rules, approves, strict=True) if truth is True)
    return failed_at(place, "The role can approve requests for certificates, and so make identities.")
