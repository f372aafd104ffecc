"""The disk of a notebook has a lock of ours."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import require
from pavior.resources.views.notebooks import Notebook


def rule(notebook: Notebook) -> RuleResult:
    """Passed when the disk is encrypted with a key of ours."""
    return require(
        notebook.has_own_key,
        what="whether its disk is encrypted with a key of ours",
        otherwise="Its disk is encrypted with a key that the provider holds.",
    )
