"""Reads test reports in JUnit's XML. Pure, and made for text that nobody trusts.

The format has no standard. This is what pytest 8, Maven Surefire 3 and GoogleTest 1 write: cases stand in suites,
suites in suites, and `failure`, `error` or `skipped` right within a case says what it came to.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from pavior.kernel.errors import InvalidError
from pavior.threatmodels.standing_model import MAXIMUM_REPORT_BYTES, CaseOutcome

MAXIMUM_CASES = 100_000
MAXIMUM_DEPTH = 64
MAXIMUM_NAME_CHARACTERS = 500
_WORST_FIRST = tuple(CaseOutcome)
_ROOTS = frozenset({"testsuites", "testsuite"})
_SAYS = {"failure": CaseOutcome.FAILED, "error": CaseOutcome.FAILED, "skipped": CaseOutcome.SKIPPED}
# GoogleTest writes these where others write `skipped`.
_NOT_RUN = frozenset({"notrun", "skipped", "disabled", "suppressed"})


def read_report(body: bytes, *, name: str) -> dict[str, CaseOutcome]:
    """What each case came to, by `classname::name`; of one that is there twice, the worse.

    Args:
        name: Of the file, for errors.

    Raises:
        InvalidError: `test-report-too-large`, `test-report-unsafe`, `test-report-unreadable`, `test-report-empty`.
    """
    if len(body) > MAXIMUM_REPORT_BYTES:
        raise _too_large(name, f"{MAXIMUM_REPORT_BYTES // 1024**2} MiB")
    reader = _Reader(name)
    # Not a tree: expat tells of one tag after the other, and never opens what a document points at.
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = reader.refuse_definitions
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    try:
        parser.Parse(body, True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        # Of an encoding that Python does not know, or that has several bytes a letter, it tells in its own words.
        raise _unreadable(name, str(error)) from None
    if not reader.cases:
        raise InvalidError(
            "test-report-empty",
            f"{name} holds no test case, and so shows nothing.",
            fix="Report what the tests wrote when they ran, such as pytest --junit-xml=report.xml.",
        )
    return reader.cases


@dataclass(slots=True)
class _Reader:
    """Where in the document it is, and what was read so far."""

    name: str
    cases: dict[str, CaseOutcome] = field(default_factory=dict)
    depth: int = 0
    case: str | None = None
    case_depth: int = 0
    outcome: CaseOutcome = CaseOutcome.PASSED
    count: int = 0

    def refuse_definitions(self, *_: object) -> None:
        # Without a definition of its own, a document has no entities that could grow or read a file.
        raise InvalidError(
            "test-report-unsafe",
            f"{self.name} declares a document type, which a test report has no use for.",
            fix="Report the file as the test tool wrote it.",
        )

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self.depth += 1
        if self.depth == 1 and tag not in _ROOTS:
            raise _unreadable(self.name, f"its outermost element is <{tag[:40]}>, and not <testsuites> or <testsuite>")
        if self.depth > MAXIMUM_DEPTH:
            raise _too_large(self.name, f"a depth of {MAXIMUM_DEPTH}")
        if self.case is None and tag == "testcase":
            self.count += 1
            if self.count > MAXIMUM_CASES:
                raise _too_large(self.name, f"{MAXIMUM_CASES} cases")
            self.case, self.case_depth = _called(attributes), self.depth
            said = {attributes.get("status", "").lower(), attributes.get("result", "").lower()}
            self.outcome = CaseOutcome.SKIPPED if said & _NOT_RUN else CaseOutcome.PASSED
        elif self.case is not None and self.depth == self.case_depth + 1 and tag in _SAYS:
            self.outcome = _worse(self.outcome, _SAYS[tag])

    def end(self, _: str) -> None:
        if self.case is not None and self.depth == self.case_depth:
            self.cases[self.case] = _worse(self.cases.get(self.case, self.outcome), self.outcome)
            self.case = None
        self.depth -= 1


def merge_reports(reports: Mapping[str, bytes]) -> dict[str, CaseOutcome]:
    """What the cases of several files came to together: all of them, or none. Raises as `read_report`."""
    merged: dict[str, CaseOutcome] = {}
    for name, body in reports.items():
        for case, outcome in read_report(body, name=name).items():
            merged[case] = _worse(merged.get(case, outcome), outcome)
    return merged


def _called(attributes: Mapping[str, str]) -> str:
    place, name = attributes.get("classname", ""), attributes.get("name", "")
    return (f"{place}::{name}" if place else name)[:MAXIMUM_NAME_CHARACTERS]


def _worse(one: CaseOutcome, other: CaseOutcome) -> CaseOutcome:
    return min(one, other, key=_WORST_FIRST.index)


def _too_large(name: str, limit: str) -> InvalidError:
    return InvalidError(
        "test-report-too-large",
        f"{name} has more than {limit}.",
        fix="Report the tests in several files, or only those that threats name.",
    )


def _unreadable(name: str, why: str) -> InvalidError:
    return InvalidError(
        "test-report-unreadable",
        f"{name} is no JUnit report: {why}.",
        fix="Report the XML that the test tool wrote, such as pytest --junit-xml=report.xml.",
    )
