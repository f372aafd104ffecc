"""JUnit XML, which most pipelines show: a suite for each control, a case for each thing that it was asked about.

There is no standard; this keeps to what Jenkins, GitLab, Azure DevOps and Buildkite read alike: `testsuites`,
`testsuite`, `testcase` with `failure`, `error` or `skipped`. What is not known is
skipped with its reason, never passed.
"""

import re
from xml.etree import ElementTree as ET

from pavior.cli.checking.formats import Told
from pavior.cli.checking.items import Item, Standing
from pavior.cli.printing import clean, one_line
from pavior.kernel.verdicts import Outcome, Position
from pavior.policy.rendering import denial_text

# Source: XML 1.0, fifth edition, 2.2: all that a document may not hold, not even as a reference.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_KINDS = ("failure", "error", "skipped")
_READING = "pavior.reading"


def render(told: Told) -> str:
    """The whole document."""
    suites = ET.Element("testsuites", name="pavior check")
    reading = _suite(_READING)
    for remark in told.remarks:
        if remark.does_stop:
            text = f"{remark.text}\nfix: {remark.fix}" if remark.fix else ""
            _say(_case(reading, _READING, remark.code), "error", remark.code, remark.text, text)
        else:
            begin = "" if remark.code == "passed-over" else f"{remark.code.replace('-', ' ')}: "
            _say(_case(reading, _READING, remark.subject), "skipped", "", begin + remark.text)
    if not told.report.verdicts:
        _say(_case(reading, _READING, "nothing-evaluated"), "skipped", "", "No control looked at anything.")
    by_control = _cases_by_control(told)
    suites.extend(suite for suite in (reading, *by_control.values()) if len(suite))
    for element in (*suites, suites):
        _count(element)
    ET.indent(suites)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(suites, encoding="unicode")}\n'


def _cases_by_control(told: Told) -> dict[str, ET.Element]:
    suites: dict[str, ET.Element] = {}
    for item in told.items:
        denial = item.denial
        suite = suites.setdefault(denial.control, _suite(denial.control))
        _say_item(_case(suite, denial.control, denial.subject, denial.position), item)
    for verdict in told.report.verdicts:
        if verdict.outcome is Outcome.PASSED:
            suite = suites.setdefault(verdict.control, _suite(verdict.control))
            _case(suite, verdict.control, verdict.subject, verdict.position)
    return suites


def _say_item(case: ET.Element, item: Item) -> None:
    denial = item.denial
    if item.waived:
        _say(case, "skipped", "", f"{denial.outcome.value}, and {item.waived.told}: {denial.message}")
    elif item.standing is Standing.STOPS:
        # What is not known or broke, and stops all the same, is no failure of the control.
        kind = "failure" if item.is_failure else "error"
        of_type = denial.severity.value if item.is_failure else denial.outcome.value
        _say(case, kind, of_type, denial.message, denial_text(denial))
    elif item.standing is Standing.NOT_KNOWN:
        _say(case, "skipped", "", f"not known: {denial.message}")
    else:
        # JUnit has no warning, and a failure would turn a pipeline red that the levels leave green.
        told = f"{denial.outcome.value}, and {item.standing.value}: {denial.message}"
        _say(case, "skipped", "", told, denial_text(denial))


def _suite(name: str) -> ET.Element:
    return ET.Element("testsuite", name=_fit(name))


def _case(suite: ET.Element, control: str, name: str, position: Position | None = None) -> ET.Element:
    case = ET.SubElement(suite, "testcase", classname=_fit(control), name=_fit(one_line(name)))
    if position is not None:
        case.set("file", _fit(position.path))
        case.set("line", str(position.line))
    return case


def _say(case: ET.Element, kind: str, of_type: str, message: str, text: str = "") -> None:
    said = ET.SubElement(case, kind, message=_fit(one_line(message)))
    if of_type:
        said.set("type", of_type)
    said.text = _fit(clean(text)) or None


def _count(element: ET.Element) -> None:
    element.set("tests", str(len(list(element.iter("testcase")))))
    element.set("failures", str(len(list(element.iter("failure")))))
    element.set("errors", str(len(list(element.iter("error")))))
    element.set("skipped", str(len(list(element.iter("skipped")))))


def _fit(text: str) -> str:
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)
