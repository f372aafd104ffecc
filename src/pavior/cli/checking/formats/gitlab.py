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
from pavior.cli.checking.remarks import Remark
from pavior.cli.printing import one_line
from pavior.kernel.verdicts import Severity
from pavior.policy.rendering import ways_on

_SEVERITIES = {
    Severity.CRITICAL: "blocker",
    Severity.HIGH: "critical",
    Severity.MEDIUM: "major",
    Severity.LOW: "minor",
    Severity.INFO: "info",
}

# Their subject is a path.
_OF_FILES = frozenset({"passed-over", "not-looked-at"})


def render(told: Told) -> str:
    """The array; empty only when everything that was asked about is known and passes, and nothing was left out."""
    found = [_of_remark(item, told.report.path) for item in told.remarks if item.does_stop or item.does_matter]
    found += [_of_item(item, told.report.path) for item in told.items]
    return json.dumps(found, indent=2, ensure_ascii=False) + "\n"


def _of_item(item: Item, checked: str) -> Json:
    denial, position = item.denial, item.denial.position
    begin = "" if item.is_failure else "Not known: "
    told = [f"{begin}{denial.title}. {denial.subject}: {denial.message}"]
    told += [f"It is {item.waived.told}."] if item.waived else []
    told += ways_on(denial) if item.is_to_be_decided else []
    return {
        "description": one_line(" ".join(told)),
        "check_name": denial.control,
        "fingerprint": item.fingerprint,
        # What nobody knows is no weakness yet, and what is waived has an end of its own.
        "severity": _SEVERITIES[denial.severity] if item.is_failure and not item.waived else "info",
        "location": {
            "path": _path(position.path if position else checked),
            "lines": {"begin": position.line if position else 1},
        },
    }


def _of_remark(item: Remark, checked: str) -> Json:
    if item.position is not None:
        return _entry(item.code, item.text, "info", item.position.path, item.position.line)
    if item.does_stop:
        return _entry(item.code, f"{item.text} {item.fix}".rstrip(), "blocker", item.subject)
    if item.code in _OF_FILES:
        return _entry(item.code, f"Nobody looked at this: {item.text}", "info", item.subject)
    return _entry(item.code, f"{item.subject}: {item.text}", "info", checked)


def _entry(code: str, text: str, severity: str, path: str, line: int = 1) -> Json:
    return {
        "description": one_line(text),
        "check_name": code,
        "fingerprint": fingerprint_of(code, path, text),
        "severity": severity,
        "location": {"path": _path(path), "lines": {"begin": line}},
    }


def _path(path: str) -> str:
    return posixpath.normpath(Path(path).as_posix())
