from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pavior.kernel.errors import InvalidError
from pavior.threatmodels.junit import MAXIMUM_CASES, merge_reports, read_report
from pavior.threatmodels.standing_model import MAXIMUM_REPORT_BYTES, CaseOutcome

FAILED, SKIPPED, PASSED = CaseOutcome

# pytest 8.3.4: pytest --junit-xml=report.xml
PYTEST = b"""<?xml version="1.0" encoding="utf-8"?><testsuites name="pytest tests"><testsuite name="pytest" errors="1"
failures="1" skipped="1" tests="4" time="0.043" timestamp="2026-11-24T12:00:00.000000+00:00" hostname="ci">
<testcase classname="tests.test_files" name="test_nobody_reads" time="0.001" />
<testcase classname="tests.test_files" name="test_fails" time="0.001"><failure message="assert 1 == 2">E</failure>
</testcase>
<testcase classname="tests.test_files" name="test_later" time="0.0"><skipped type="pytest.skip" message="x">y</skipped>
</testcase>
<testcase classname="tests.test_files.TestAll" name="test_set_up[1-a]" time="0.1"><error message="m">t</error>
</testcase>
</testsuite></testsuites>"""


def read(inner: str) -> dict[str, CaseOutcome]:
    return read_report(f"<testsuites>{inner}</testsuites>".encode(), name="report.xml")


def refused(body: bytes) -> str:
    with pytest.raises(InvalidError) as error:
        read_report(body, name="report.xml")
    assert error.value.summary.startswith("report.xml ")
    return error.value.code


def test_a_report_of_pytest_is_read() -> None:
    assert read_report(PYTEST, name="report.xml") == {
        "tests.test_files::test_nobody_reads": PASSED,
        "tests.test_files::test_fails": FAILED,
        "tests.test_files::test_later": SKIPPED,
        "tests.test_files.TestAll::test_set_up[1-a]": FAILED,
    }


def test_suites_stand_in_suites() -> None:
    inner = '<testsuite><testsuite><testcase classname="a" name="b"/></testsuite><testcase name="c"/></testsuite>'

    assert read(inner) == {"a::b": PASSED, "c": PASSED}


def test_of_a_case_that_is_there_twice_the_worse_counts() -> None:
    passed, failed = '<testcase classname="a" name="b"/>', '<testcase classname="a" name="b"><failure/></testcase>'
    skipped = '<testcase classname="a" name="b"><skipped/></testcase>'

    assert read(passed + failed) == read(failed + passed) == {"a::b": FAILED}
    assert read(passed + skipped) == {"a::b": SKIPPED}
    files = {"1.xml": f"<testsuite>{failed}</testsuite>".encode(), "2.xml": f"<testsuite>{passed}</testsuite>".encode()}
    assert merge_reports(files) == {"a::b": FAILED}


@pytest.mark.parametrize("said", ['status="notrun"', 'result="skipped"', 'status="run" result="suppressed"'])
def test_a_case_that_was_not_run_did_not_pass(said: str) -> None:
    assert read(f'<testcase name="a" {said}/>') == {"a": SKIPPED}


def test_only_what_stands_right_within_a_case_says_what_it_came_to() -> None:
    assert read('<testcase name="a"><system-out><failure/></system-out></testcase>') == {"a": PASSED}
    assert read('<testsuite><failure/><testcase name="a"/></testsuite>') == {"a": PASSED}


def test_a_name_is_cut() -> None:
    assert list(read(f'<testcase name="{"n" * 600}"/>')) == ["n" * 500]


LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
<testsuites><testcase name="&b;"/></testsuites>"""
READS_A_FILE = (
    b"""<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><testsuite><testcase name="&e;"/></testsuite>"""
)


@pytest.mark.parametrize("body", [LAUGHS, READS_A_FILE, b'<!DOCTYPE x SYSTEM "http://127.0.0.1/x.dtd"><testsuite/>'])
def test_a_document_type_is_refused_before_it_is_used(body: bytes) -> None:
    assert refused(body) == "test-report-unsafe"


@pytest.mark.parametrize(
    "body", [b"", b"not xml", b"<testsuite>", b"<html/>", b"<testsuite>&unknown;</testsuite>", b"\xff\xfe\x00"]
)
def test_what_is_no_report_is_refused(body: bytes) -> None:
    assert refused(body) == "test-report-unreadable"


@pytest.mark.parametrize("encoding", ["shift_jis", "utf-7", "idna", "punycode", "zlib", "nobody-knows-it"])
def test_an_encoding_that_nobody_reads_is_refused(encoding: str) -> None:
    body = f'<?xml version="1.0" encoding="{encoding}"?><testsuite><testcase name="a"/></testsuite>'

    assert refused(body.encode()) == "test-report-unreadable"


def test_a_report_without_a_case_shows_nothing() -> None:
    assert refused(b"<testsuites/>") == "test-report-empty"


def test_a_report_is_bounded() -> None:
    assert refused(b"<testsuite>" + b" " * MAXIMUM_REPORT_BYTES + b"</testsuite>") == "test-report-too-large"
    assert refused(b"<testsuite>" * 65 + b"</testsuite>" * 65) == "test-report-too-large"
    many = b"<testcase name='a'/>" * (MAXIMUM_CASES + 1)
    assert refused(b"<testsuite>" + many + b"</testsuite>") == "test-report-too-large"


@given(st.binary(max_size=200))
def test_whatever_the_bytes_are_the_answer_is_a_report_or_a_reason(body: bytes) -> None:
    for text in (body, b"<testsuite>" + body + b"</testsuite>"):
        # Anything else that is raised fails the test.
        with suppress(InvalidError):
            assert read_report(text, name="report.xml")
