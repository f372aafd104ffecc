"""What the program says while it works (`-json`): progress for people, and why it failed."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from pavior.adapters.engines.masking import scrub
from pavior.environments.ports import EngineEvent, Report
from pavior.kernel.errors import InvalidError, PaviorError, UnavailableError

_VERBS = {"create": "Making", "update": "Changing", "delete": "Deleting", "replace": "Replacing", "read": "Reading"}
_DONE = {"create": "Made", "update": "Changed", "delete": "Deleted", "replace": "Replaced", "read": "Read"}
# What the Go network stack and the AWS SDK say when nobody is there.
_NO_ANSWER = re.compile(
    r"connection refused|no such host|dial tcp|i/o timeout|context deadline exceeded|connection reset|EOF$",
    re.MULTILINE,
)
_LONGEST_CHARACTERS = 2000


@dataclass
class Listener:
    """Turns lines into events, and keeps errors.

    Args:
        total: How many resources will be changed; 0 when that is not known.
        secrets: Texts that must not be repeated.
        on_change: Called after each resource that was changed, with its address.
    """

    report: Report
    secrets: frozenset[str] = field(repr=False)
    total: int = 0
    on_change: Callable[[str], None] = lambda _: None
    done: int = 0
    errors: list[str] = field(default_factory=list)
    is_about_source: bool = False

    def hear(self, line: bytes) -> None:
        """One line of `-json`; what is none is passed over."""
        try:
            said = json.loads(line)
        except ValueError:
            return
        match said.get("type") if isinstance(said, dict) else None:
            case "apply_start":
                self._tell(said, _VERBS)
            case "apply_complete":
                address = self._address(said)
                if said.get("hook", {}).get("action") != "read":
                    self.done = min(self.done + 1, self.total or self.done + 1)
                    self.on_change(address)
                self._tell(said, _DONE)
            case "diagnostic":
                self._diagnose(said.get("diagnostic") or {})

    def error(self, *, while_doing: str) -> PaviorError:
        """What the program's end means.

        Args:
            while_doing: `planning`, `applying` or `looking`.
        """
        told = scrub("; ".join(self.errors) or "the program said nothing", self.secrets)[:_LONGEST_CHARACTERS]
        if _NO_ANSWER.search(told):
            return UnavailableError(
                "cloud-unreachable",
                f"The cloud does not answer: {told}",
                fix="Check that it runs and that this machine reaches it, then try again.",
            )
        if while_doing == "applying":
            return UnavailableError(
                "apply-failed", f"Not everything could be applied: {told}", fix="Correct what it names, and plan again."
            )
        if while_doing == "planning" and self.is_about_source:
            return InvalidError(
                "stack-invalid",
                f"The stack cannot be planned: {told}",
                fix="Correct the source; `terraform validate` or `tofu validate` checks most of it.",
            )
        return UnavailableError(
            "engine-failed",
            f"The engine failed while {while_doing}: {told}",
            fix="Look at the run's log, and try again.",
        )

    def _tell(self, said: dict[str, Any], verbs: dict[str, str]) -> None:
        action, address = str(said.get("hook", {}).get("action", "")), self._address(said)
        if action == "read":
            return
        count = f"[{self.done}/{self.total}] " if self.total else ""
        text = scrub(f"{count}{verbs.get(action, action)} {address}.", self.secrets)
        self.report(EngineEvent(text, address=address, done=self.done, total=self.total))

    def _address(self, said: dict[str, Any]) -> str:
        return str(said.get("hook", {}).get("resource", {}).get("addr", ""))

    def _diagnose(self, diagnostic: dict[str, Any]) -> None:
        if diagnostic.get("severity") != "error":
            return
        parts = [str(diagnostic.get(name) or "") for name in ("address", "summary", "detail")]
        place = diagnostic.get("range") or {}
        if place.get("filename"):
            self.is_about_source = self.is_about_source or not diagnostic.get("address")
            parts.insert(0, f"{place['filename']}:{place.get('start', {}).get('line', 0)}")
        self.errors.append(" ".join(" ".join(parts).split()))
