"""The audit log is long enough to look back."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import failed, require, worst
from pavior.resources.model import Unknown
from pavior.resources.views.control_plane import ControlPlane
from pavior.resources.views.facts import Fact, Truth, read_number

# What the CIS Kubernetes Benchmark recommends: days, files, megabytes of each file.
LEAST = {"--audit-log-maxage": 30, "--audit-log-maxbackup": 10, "--audit-log-maxsize": 100}
_UNLIMITED = 0


def rule(server: ControlPlane) -> RuleResult:
    """Passed when somebody says how much is kept, and no number is below 30 days, 10 files or 100 megabytes."""
    given = [name for name in LEAST if name in server.arguments]
    if not given and server.unread is None:
        return failed("Nobody has said how much of the audit log is kept.", server.command)
    return worst(*(_judge(name, server.argument(name, str(_UNLIMITED))) for name in given or LEAST))


def _judge(name: str, given: Fact[str]) -> RuleResult:
    number = given.value if isinstance(given.value, Unknown) else read_number(given.value)
    enough: Truth = number if isinstance(number, Unknown) else number == _UNLIMITED or number >= LEAST[name]
    return require(
        Fact(enough, given.attribute),
        what="how much of the audit log is kept",
        otherwise=f"{name} is less than {LEAST[name]}.",
    )
