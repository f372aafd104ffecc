"""Records are encrypted with a key that we hold."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import passed, require
from pavior.resources.views.database import Database


def rule(database: Database) -> RuleResult:
    """Passed when the encryption names a key of ours; a key that the apply will make is named."""
    if database.has_own_key is None:
        return passed("This kind of database takes no key of ours.")
    return require(
        database.has_own_key,
        what="whether records are encrypted with a key of ours",
        otherwise="Records are encrypted with a key that the provider holds.",
    )
