"""SARIF 2.1.0, for code scanning of forges and for editors.

Source: OASIS, Static Analysis Results Interchange Format (SARIF) Version 2.1.0, 27 March 2020; what GitHub reads of it:
docs.github.com, "SARIF support for code scanning".
"""

import json
import os
import re
from pathlib import Path
from urllib.parse import quote

import pavior
from pavior.cli.answer import Json
from pavior.cli.checking.ending import Ending
from pavior.cli.checking.formats import Told
from pavior.cli.checking.items import Item, Standing
from pavior.cli.checking.waived import Waived
from pavior.cli.printing import clean, one_line
from pavior.kernel.clock import format_instant
from pavior.kernel.verdicts import Outcome, Phase, Position, Severity
from pavior.policy.model import Control, Level
from pavior.policy.rendering import ways_on

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_ROOT = "SRCROOT"
# GitHub refuses a run with more.
MOST_RESULTS = 25_000
# Inside GitHub's bands: critical above 9.0, high from 7.0, medium from 4.0, low from 0.1; none for what is no risk.
_SECURITY_SEVERITY = {Severity.CRITICAL: "9.5", Severity.HIGH: "8.0", Severity.MEDIUM: "5.5", Severity.LOW: "2.0"}
_LEVELS = {
    Standing.STOPS: "error",
    Standing.WARNED_OF: "warning",
    Standing.OBSERVED: "note",
    Standing.WAIVED: "note",
    Standing.SET_ASIDE: "note",
    Standing.NOT_KNOWN: "none",
}
_DEFAULT_LEVELS = {Level.BLOCK: "error", Level.WARN: "warning", Level.OBSERVE: "note"}
_DESCRIPTIONS = {
    Ending.CLEAN: "nothing stops it",
    Ending.BLOCKED: "a blocking control failed",
    Ending.BAD_INPUT: "what was asked for cannot be checked",
    Ending.NOT_EVALUATED: "something that matters could not be evaluated",
}
# GitHub shows ten tags of a rule.
_MOST_TAGS = 10
_PLACEHOLDER = re.compile(r"\{(\d+)\}")


def render(told: Told) -> str:
    """One log with one run."""
    log: Json = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [_run(told)]}
    return json.dumps(log, indent=2, ensure_ascii=False) + "\n"


def _run(told: Told) -> Json:
    report = told.report
    shown = told.items[:MOST_RESULTS]
    controls = {control.id: control for control in report.controls}
    rules = list(dict.fromkeys(item.denial.control for item in shown))
    indexes = {control: index for index, control in enumerate(rules)}
    notifications = _notifications(told, indexes)
    return {
        "tool": {
            "driver": {
                "name": "Pavior",
                "version": pavior.__version__,
                "semanticVersion": pavior.__version__,
                "rules": [_rule(control, controls.get(control)) for control in rules],
            }
        },
        # What GitHub calls the category: a plan's results do not replace those of the source.
        "automationDetails": {"id": f"pavior-check/{report.phase.value}/{quote(report.environment) or 'default'}/"},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The folder that the check was started in."}}},
        "invocations": [
            {
                # Whoever looks at nothing else must not take half of the truth for the whole.
                "executionSuccessful": all(_level_of(item) != "error" for item in notifications),
                "exitCode": told.exit_status,
                "exitCodeDescription": _DESCRIPTIONS[Ending(told.exit_status)],
                "toolExecutionNotifications": notifications,
            }
        ],
        "results": [_result(item, indexes, told) for item in shown],
    }


def _level_of(notification: Json) -> Json:
    return notification["level"] if isinstance(notification, dict) else None


def _rule(control_id: str, control: Control | None) -> Json:
    if control is None:
        return {"id": control_id, "shortDescription": {"text": "A control that this Pavior does not have"}}
    risk = one_line(control.risk)
    tags = ["security", *(f"external/cwe/{cwe.lower()}" for cwe in control.mappings.get("cwe", ()))]
    properties: dict[str, Json] = {"tags": list(tags[:_MOST_TAGS])}
    if control.severity in _SECURITY_SEVERITY:
        properties["security-severity"] = _SECURITY_SEVERITY[control.severity]
    return {
        "id": control.id,
        "shortDescription": {"text": _message(control.title)},
        "fullDescription": {"text": _message(risk)},
        "help": {"text": _help_text(control, risk), "markdown": _help_markdown(control, risk)},
        "defaultConfiguration": {"level": _DEFAULT_LEVELS[control.default_level]},
        "properties": properties,
    }


def _help_text(control: Control, risk: str) -> str:
    fixes = "\n\n".join(f"{item.language}:\n{item.text.strip()}" for item in control.remediations)
    return f"Risk: {risk}\n\nFix\n\n{fixes}\n\nLesson: pavior control show {control.id}"


def _help_markdown(control: Control, risk: str) -> str:
    fixes = "\n\n".join(f"```{item.language}\n{item.text.strip()}\n```" for item in control.remediations)
    return f"**Risk.** {risk}\n\n## Fix\n\n{fixes}\n\n## Lesson\n\n{control.lesson.strip()}\n"


def _result(item: Item, indexes: dict[str, int], told: Told) -> Json:
    denial = item.denial
    result: dict[str, Json] = {
        "ruleId": denial.control,
        "ruleIndex": indexes[denial.control],
        # Open: "there was insufficient information to decide whether a problem exists" (3.27.9); it takes no level.
        "kind": "fail" if item.is_failure else "open",
        "level": _LEVELS[item.standing] if item.is_failure else "none",
        "message": {"text": _message("\n".join(_lines(item)))},
        "locations": [_location(item, told)],
        "partialFingerprints": {"controlSubjectPath/v1": item.fingerprint},
        "properties": {
            "standing": item.standing.value,
            "outcome": denial.outcome.value,
            "severity": denial.severity.value,
            "attribute": clean(denial.attribute),
        },
    }
    if told.report.levels is not None and told.report.levels.is_known:
        # Of all results of a run or of none, so that an empty list says that no waiver excuses it (3.27.23).
        result["suppressions"] = [_suppression(item.waived)] if item.waived else []
    return result


def _lines(item: Item) -> list[str]:
    denial = item.denial
    first = f"{denial.subject}: {denial.message}"
    return [first, "", *map(one_line, ways_on(denial))] if item.is_to_be_decided else [first]


def _suppression(waived: Waived) -> Json:
    """Accepted, and by something outside of the code (3.35)."""
    return {
        "kind": "external",
        "status": "accepted",
        "justification": f"It is {waived.told}.",
        "properties": {"waiver": waived.waiver, "until": format_instant(waived.until)},
    }


def _location(item: Item, told: Told) -> Json:
    location: dict[str, Json] = {
        "logicalLocations": [{"fullyQualifiedName": clean(item.denial.subject), "kind": "resource"}]
    }
    position = item.denial.position
    if position is not None:
        location["physicalLocation"] = {"artifactLocation": _artifact(position.path), "region": _region(position)}
    elif told.report.phase is not Phase.CODE:
        # A plan has no lines, and is itself the place.
        location["physicalLocation"] = {"artifactLocation": _artifact(Path(told.report.path).as_posix())}
    return location


def _region(position: Position) -> Json:
    return {
        "startLine": position.line,
        "startColumn": position.column,
        "endLine": max(position.line, position.end_line),
    }


def _artifact(path: str) -> Json:
    """Relative to where the check was started; what lies outside has a place of its own."""
    path = os.path.normpath(path)
    if path.startswith("..") or Path(path).is_absolute():
        return {"uri": f"file://{quote(os.fsencode(os.path.abspath(path)))}"}  # noqa: PTH100 - links stay as they are written
    # A colon would make a scheme of what stands before it; it is quoted.
    return {"uri": quote(os.fsencode(path)), "uriBaseId": _ROOT}


def _message(text: str) -> str:
    """As plain text of a message: no link and no placeholder that nobody meant (3.11.5, 3.11.6)."""
    text = _PLACEHOLDER.sub(r"{{\1}}", clean(text))
    return re.sub(r"([\\\[\]])", r"\\\1", text) if "](" in text else text


def _notifications(told: Told, indexes: dict[str, int]) -> list[Json]:
    report = told.report
    stopping = [item for item in told.remarks if item.does_stop]
    found = [_notification("error", item.code, f"{item.text} {item.fix}".rstrip()) for item in stopping]
    found += [
        _notification("error", "rule-broken", f"{item.denial.subject}: {item.denial.message}")
        | {"associatedRule": {"id": item.denial.control, "index": indexes[item.denial.control]}}
        for item in told.items
        if item.denial.outcome is Outcome.ERRORED and item.denial.control in indexes
    ]
    found += [
        _notification("warning" if item.does_matter else "note", item.code, f"{item.subject}: {item.text}")
        for item in told.remarks
        if not item.does_stop
    ]
    if not report.is_complete and not report.problems and not report.coverage.skipped:
        found.append(_notification("warning", "not-complete", "Not everything could be read."))
    if not report.verdicts and not report.problems:
        found.append(_notification("warning", "nothing-evaluated", "No control looked at anything."))
    if len(told.items) > MOST_RESULTS:
        more = len(told.items) - MOST_RESULTS
        found.append(_notification("warning", "results-cut", f"And {more} more results, which --format json tells."))
    return list(found)


def _notification(level: str, code: str, text: str) -> dict[str, Json]:
    return {"level": level, "descriptor": {"id": code}, "message": {"text": _message(text)}}
