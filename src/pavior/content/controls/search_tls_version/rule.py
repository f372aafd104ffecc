"""Old versions of TLS are refused."""

import re

from pavior.policy.model import RuleResult
from pavior.policy.rules import failed, passed, unknown
from pavior.resources.model import Unknown
from pavior.resources.views.search_domain import SearchDomain

# `Policy-Min-TLS-1-2-PFS-2023-10`: the oldest version that the policy takes.
_OLDEST = re.compile(r"^Policy-Min-TLS-(\d+)-(\d+)-")
_WANTED = (1, 2)


def rule(domain: SearchDomain) -> RuleResult:
    """Passed when the TLS policy of the domain begins at TLS 1.2 or later."""
    policy = domain.tls_policy
    if isinstance(policy.value, Unknown):
        return unknown("which versions of TLS are taken", policy.value, policy)
    found = _OLDEST.match(policy.value)
    if found is not None and (int(found[1]), int(found[2])) >= _WANTED:
        return passed()
    return failed(f"Versions of TLS before 1.2 are taken: the policy is {policy.value}.", policy)
