"""How long an excuse may last, and what it must say."""

from datetime import datetime, timedelta

from pavior.kernel.errors import InvalidError
from pavior.kernel.verdicts import Severity
from pavior.policy.model import Control

# A waiver may not outlast the time in which others must fix the same. Critical and high: CISA Binding Operational
# Directive 19-02 (2019), 15 and 30 days. Medium and low: FedRAMP Continuous Monitoring Strategy Guide 3.2 (2018),
# 90 and 180 days. Info: a year, so that nothing is excused for ever without being read again.
LONGEST_DAYS: dict[Severity, int] = {
    Severity.CRITICAL: 15,
    Severity.HIGH: 30,
    Severity.MEDIUM: 90,
    Severity.LOW: 180,
    Severity.INFO: 365,
}


def check_request(control: Control, *, reason: str, days: int) -> None:
    """Refuse a request that nobody could decide on.

    Args:
        control: What is to be excused; its severity caps the days.
        reason: At least one word.
        days: From 1 to `LONGEST_DAYS` of the severity; the last of them still counts.

    Raises:
        InvalidError: `waiver-too-long`, `waiver-days-invalid`, `waiver-reason-missing`.
    """
    longest = LONGEST_DAYS[control.severity]
    if days < 1:
        raise InvalidError(
            "waiver-days-invalid",
            f"A waiver of {control.id} cannot last {days} days.",
            fix=f"Ask for 1 to {longest} days.",
        )
    if days > longest:
        raise InvalidError(
            "waiver-too-long",
            f"{control.id} is of severity {control.severity.value}, and {days} days are too long for it.",
            fix=f"Ask for at most {longest} days, and for a new waiver if that was not enough.",
        )
    # The dots of the command that a denial shows are no reason.
    if not any(character.isalnum() for character in reason):
        raise InvalidError(
            "waiver-reason-missing",
            f"A waiver of {control.id} was asked for without a reason.",
            fix="Say in one sentence why the control cannot hold here yet, and what is done meanwhile.",
        )


def expiry(now: datetime, days: int) -> datetime:
    """The moment at which a waiver that is approved at `now` ends; that moment itself is too late."""
    return now + timedelta(days=days)
