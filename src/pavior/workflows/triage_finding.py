"""What a person says of a finding."""

from pavior.findings.model import Finding
from pavior.identity.model import Actor


class FindingTriage:
    """The verbs of a finding that are not a waiver."""

    def mark_false_positive(self, actor: Actor, finding_id: str, *, reason: str) -> Finding:
        """The control is wrong here, and why. Raises InvalidError `reason-missing`."""
        raise NotImplementedError

    def reopen(self, actor: Actor, finding_id: str, *, reason: str) -> Finding:
        """It is open after all."""
        raise NotImplementedError
