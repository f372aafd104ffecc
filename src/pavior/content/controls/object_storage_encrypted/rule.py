"""Objects are encrypted, whoever holds the key."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import failed, passed, unknown
from pavior.resources.model import Unknown
from pavior.resources.views.object_store import ObjectStore

# docs.aws.amazon.com/AmazonS3/latest/API/API_ServerSideEncryptionByDefault.html
_ALGORITHMS = ("AES256", "aws:fsx", "aws:kms", "aws:kms:dsse")


def rule(store: ObjectStore) -> RuleResult:
    """Passed when the default encryption is one that the provider has; nothing said means that it uses its own."""
    algorithm = store.encryption.value
    if isinstance(algorithm, Unknown):
        return unknown("how objects are encrypted", algorithm, store.encryption)
    if algorithm in _ALGORITHMS:
        return passed()
    return failed("The default encryption names an algorithm that there is not.", store.encryption)
