"""What must be kept secret is not given in the clear."""

import re
from collections.abc import Iterator

from pavior.policy.model import RuleResult
from pavior.policy.rules import failed, passed, unknown, worst
from pavior.resources.model import Unknown
from pavior.resources.views.program_environment import ProgramEnvironment, Setting

_WHAT = "whether a secret stands in the environment"
# Forms that say by themselves what they are: keys of AWS, private keys, tokens of forges, chats and payment.
# docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
_FORMS = (
    r"\b(AKIA|ASIA)[A-Z0-9]{16}\b|-----BEGIN [A-Z ]*PRIVATE KEY-----|\bgh[pousr]_[A-Za-z0-9]{36}|\bgithub_pat_\w{22,}"
    r"|\bglpat-[\w-]{20}|\bxox[abprs]-[\w-]{10,}|\bsk_live_[A-Za-z0-9]{16,}|://[^/\s:@]+:[^/\s:@]{3,}@"
)
_NAMES = (
    r"(?i)(PASSWORD|PASSWD|((DB|PG|SQL|USER|ADMIN|ROOT|MAIL)PASS)"
    r"|(^|_)(PASS|PASSPHRASE|PWD|SECRET|TOKEN|API_?KEY|PRIVATE_?KEY|ACCESS_?KEY|SECRET_?KEY|CREDENTIALS?))$"
)
# What tells where the secret is, and is none itself: addresses, names with a path, and what is filled in elsewhere.
_POINTERS = r"(?i)arn:|https?://|(/[a-z][a-z_.-]*\d{0,3})+/?$|\{\{|\$\{|ssm:|vault:|file:"
_SHORTEST = 6


def rule(environment: ProgramEnvironment) -> RuleResult:
    """Passed when no setting looks like a secret, or is called like one and holds more than a pointer to it."""
    found = [passed(), *(result for setting in environment.settings for result in _judge(setting))]
    if environment.unread is not None:
        found.append(unknown(_WHAT, environment.unread))
    return worst(*found)


def _judge(setting: Setting) -> Iterator[RuleResult]:
    name, value = setting.name, setting.value.value
    is_called_so = not isinstance(name, Unknown) and re.search(_NAMES, name) is not None
    shown = "an environment variable" if isinstance(name, Unknown) else name
    if isinstance(value, Unknown):
        # What comes from elsewhere under a harmless name, such as the address of a table, is not written here.
        if is_called_so:
            yield unknown(_WHAT, value, setting.value)
    elif re.search(_FORMS, value):
        yield failed(f"The value of {shown} has the form of a key or a token.", setting.value)
    elif is_called_so and len(value) >= _SHORTEST and not re.match(_POINTERS, value):
        yield failed(f"{shown} is given in the clear.", setting.value)
