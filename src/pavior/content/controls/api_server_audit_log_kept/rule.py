"""The audit log is long enough to look back."""

from pavior.policy.model import RuleResult
from pavior.policy.parameters import Parameters
from pavior.policy.rules import failed, require, worst
from pavior.resources.model import Unknown
from pavior.resources.views.control_plane import ControlPlane
from pavior.resources.views.facts import Fact, Truth, read_number

# The defaults are what the CIS Kubernetes Benchmark recommends.
PARAMETERS = {"--audit-log-maxage": "days", "--audit-log-maxbackup": "files", "--audit-log-maxsize": "megabytes"}
_UNLIMITED = 0


def rule(server: ControlPlane, parameters: Parameters) -> RuleResult:
    """Passed when somebody says how much is kept, and no number is below `days`, `files` or `megabytes`."""
    given = [name for name in PARAMETERS if name in server.arguments]
    if not given and server.unread is None:
        return failed("Nobody has said how much of the audit log is kept.", server.command)
    return worst(
        *(
            _judge(name, server.argument(name, str(_UNLIMITED)), parameters.integer(PARAMETERS[name]))
            for name in given or PARAMETERS
        )
    )


def _judge(name: str, given: Fact[str], least: int) -> RuleResult:
    number = given.value if isinstance(given.value, Unknown) else read_number(given.value)
    enough: Truth = number if isinstance(number, Unknown) else number == _UNLIMITED or number >= least
    return require(
        Fact(enough, given.attribute),
        what="how much of the audit log is kept",
        otherwise=f"{name} is less than {least}.",
    )
