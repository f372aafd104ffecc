"""Credentials of a notebook are not for whoever asks."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import failed, passed, unknown
from pavior.resources.model import Unknown
from pavior.resources.views.notebooks import Notebook

_WITH_TOKEN = 2


def rule(notebook: Notebook) -> RuleResult:
    """Passed when the metadata service takes requests of version 2 only."""
    version = notebook.metadata_version
    if isinstance(version.value, Unknown):
        return unknown("whether credentials are handed out without a token", version.value, version)
    if version.value < _WITH_TOKEN:
        return failed("Its metadata service hands out credentials without a token.", version)
    return passed()
