"""A report for GitLab's Code Quality, which shows it in the merge request.

Source: docs.gitlab.com, "Code Quality", "Code Quality report format": an array of objects with `description`,
`check_name`, `fingerprint`, `severity` (info, minor, major, critical or blocker), `location.path` without `./`, and
`location.lines.begin`.
"""

import json
import posixpath
from pathlib import Path

from pavior.cli.answer import Json
from pavior.cli.checking.formats import Told
from pavior.cli.checking.items import Item, fingerprint_of
from pavior.cli.printing import one_line
from pavior.kernel.verdicts import Severity

_SEVERITIES = {
    Severity.CRITICAL: "blocker",
    Severity.HIGH: "critical",
    Severity.MEDIUM: "major",
    Severity.LOW: "minor",
    Severity.INFO: "info",
}


def render(told: Told) -> str:
    """The array; empty only when everything is known and passes."""
    report = told.report
    found: list[Json] = [
        _entry(item.code, f"{item.summary} {item.fix}", "blocker", report.path) for item in report.problems
    ]
    if report.is_blind and not report.problems:
        found.append(_entry("nothing-read", told.sentence, "blocker", report.path))
    if not report.is_complete:
        found += [
            _entry("passed-over", f"Nobody looked at this: {item.why}", "info", item.subject)
            for item in report.coverage.skipped
        ]
    found += [_of_item(item, report.path) for item in told.items]
    return json.dumps(found, indent=2, ensure_ascii=False) + "\n"


def _of_item(item: Item, checked: str) -> Json:
    denial, position = item.denial, item.denial.position
    begin = "" if item.is_failure else "Not known: "
    return {
        "description": one_line(f"{begin}{denial.title}. {denial.subject}: {denial.message}"),
        "check_name": denial.control,
        "fingerprint": item.fingerprint,
        # What nobody knows is no weakness yet.
        "severity": _SEVERITIES[denial.severity] if item.is_failure else "info",
        "location": {
            "path": _path(position.path if position else checked),
            "lines": {"begin": position.line if position else 1},
        },
    }


def _entry(code: str, text: str, severity: str, path: str) -> Json:
    return {
        "description": one_line(text),
        "check_name": code,
        "fingerprint": fingerprint_of(code, path, text),
        "severity": severity,
        "location": {"path": _path(path), "lines": {"begin": 1}},
    }


def _path(path: str) -> str:
    return posixpath.normpath(Path(path).as_posix())
